"""Wait for an event for a limited time."""

import asyncio
from contextlib import suppress


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Wait until `event` is set, but at most `seconds`.

    Use this in place of `asyncio.wait_for`, which in Python 3.11 loses a cancellation that comes at the same time as
    the event. A background loop would then never end.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
