"""Loops that wait for an event end when they are cancelled, so that the bot can stop."""

import asyncio

from bot.broadcast.delivery import retry


async def test_a_loop_ends_although_its_event_comes_together_with_the_cancellation() -> None:
    event = asyncio.Event()

    async def loop() -> None:
        while True:
            event.clear()
            await retry.wait_for(event, 0.2)

    task = asyncio.create_task(loop())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    event.set()
    await asyncio.sleep(0)
    task.cancel()
    ended, _ = await asyncio.wait([task], timeout=1.0)
    task.cancel()

    assert ended
