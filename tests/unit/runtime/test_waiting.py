"""Waiting for an event ends with the event, with the time, and always with a cancellation."""

import asyncio

import pytest

from bot.runtime.waiting import wait_at_most


async def test_waiting_ends_with_the_event_or_with_the_time() -> None:
    event = asyncio.Event()
    await wait_at_most(event, 0.01)
    event.set()
    async with asyncio.timeout(10):
        await wait_at_most(event, 1000)


@pytest.mark.parametrize("turns", range(5))
async def test_a_cancellation_close_to_the_event_is_not_lost(turns: int) -> None:
    """`turns` are those of the event loop between the event and the cancellation."""
    event = asyncio.Event()
    waiting = asyncio.create_task(wait_at_most(event, 1000))
    await asyncio.sleep(0.01)
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    is_cancelled = waiting.cancel()
    await asyncio.wait([waiting])

    assert waiting.cancelled() is is_cancelled
