"""The limiter at work on a real event loop: turns, cancellations, flood waits."""

import asyncio
import time
from datetime import timedelta

import pytest
from telegram.error import RetryAfter

from bot.limiter import LONGEST_PAUSE, Limiter, PtbLimiter, clamped
from bot.schedule import BURST, Lane


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(5, 5.0), (-5, 1.0), (0, 1.0), (None, 1.0), (999_999, LONGEST_PAUSE), (timedelta(seconds=7), 7.0)],
)
def test_odd_flood_waits_are_clamped(said: int | timedelta | None, seconds: float) -> None:
    assert clamped(said) == seconds


async def test_turns_come_at_the_rate() -> None:
    limiter, begun = Limiter(100.0), time.monotonic()
    await asyncio.gather(*(limiter.turn(Lane.ANSWER) for _ in range(BURST + 20)))

    assert time.monotonic() - begun >= 0.19


async def test_a_reply_overtakes_a_long_broadcast() -> None:
    limiter, order = Limiter(200.0), list[Lane]()

    async def one(lane: Lane) -> None:
        await limiter.turn(lane)
        order.append(lane)

    broadcast = [asyncio.create_task(one(Lane.BROADCAST)) for _ in range(60)]
    await asyncio.sleep(0.05)
    await one(Lane.ANSWER)
    await asyncio.gather(*broadcast)

    assert order.index(Lane.ANSWER) < 25


async def test_whoever_gives_up_waiting_takes_no_turn_away() -> None:
    limiter = Limiter(50.0)
    tasks = [asyncio.create_task(limiter.turn(Lane.ANSWER)) for _ in range(200)]
    await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    await asyncio.wait_for(limiter.turn(Lane.ANSWER), 1.0)


async def test_a_flood_wait_pauses_everybody_and_the_call_is_made_again() -> None:
    limiter, calls = Limiter(100.0), list[float]()
    begun = time.monotonic()

    async def call() -> str:
        calls.append(time.monotonic() - begun)
        if len(calls) == 1:
            raise RetryAfter(1)
        return "done"

    ptb = PtbLimiter(limiter)
    first = asyncio.create_task(ptb.process_request(call, (), {}, "sendMessage", {"chat_id": 1}, None))
    await asyncio.sleep(0.05)
    await limiter.turn(Lane.ANSWER)
    waited = time.monotonic() - begun

    assert await first == "done"
    assert waited >= 0.95
    assert [at >= 0.95 for at in calls] == [False, True]


async def test_a_broadcast_is_told_of_the_flood_instead() -> None:
    async def call() -> None:
        raise RetryAfter(1)

    with pytest.raises(RetryAfter):
        await PtbLimiter(Limiter(100.0)).process_request(call, (), {}, "sendMessage", {}, Lane.BROADCAST)
