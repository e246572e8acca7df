"""Wait for an event for a limited time."""

import asyncio
from contextlib import suppress


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Wait until `event` is set, but at most `seconds`.

    In Python 3.11, `asyncio.wait_for` loses a cancellation that comes at the same time as the event. Then a
    background loop would continue, and the bot would wait forever for the loop to end.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
