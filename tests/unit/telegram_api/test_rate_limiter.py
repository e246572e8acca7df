"""The limiter at work on a real event loop: turns, cancellations. (Flood waits: test_rate_limited_request.)"""

import asyncio
import time
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.telegram_api.rate_limiting.rate_limiter import MAX_PAUSE, RateLimiter, clamp_retry_after
from bot.telegram_api.rate_limiting.token_bucket import BURST, Lane


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(5, 5.0), (-5, 1.0), (0, 1.0), (None, 1.0), (999_999, MAX_PAUSE), (timedelta(seconds=7), 7.0)],
)
def test_odd_flood_waits_are_clamped(said: int | timedelta | None, seconds: float) -> None:
    assert clamp_retry_after(said) == seconds


async def test_turns_come_at_the_rate() -> None:
    limiter, begun = RateLimiter(100.0), time.monotonic()
    await asyncio.gather(*(limiter.acquire(Lane.ANSWER) for _ in range(BURST + 20)))

    assert time.monotonic() - begun >= 0.19


async def test_what_is_not_paid_for_keeps_to_the_free_rate_and_holds_up_nothing_that_is() -> None:
    limiter, begun = RateLimiter(1000.0, free=50.0), time.monotonic()
    unpaid = asyncio.gather(*(limiter.acquire(Lane.ANSWER) for _ in range(BURST + 20)))
    await asyncio.gather(*(limiter.acquire(Lane.BROADCAST, paid=True) for _ in range(100)))
    paid_took = time.monotonic() - begun
    await unpaid

    assert paid_took < 0.3
    assert time.monotonic() - begun >= 0.39


async def test_a_reply_overtakes_a_long_broadcast() -> None:
    limiter, order = RateLimiter(200.0), list[Lane]()

    async def one(lane: Lane) -> None:
        await limiter.acquire(lane)
        order.append(lane)

    broadcast = [asyncio.create_task(one(Lane.BROADCAST)) for _ in range(60)]
    await asyncio.sleep(0.05)
    await one(Lane.ANSWER)
    await asyncio.gather(*broadcast)

    assert order.index(Lane.ANSWER) < 25


async def test_whoever_gives_up_waiting_takes_no_turn_away() -> None:
    limiter = RateLimiter(50.0)
    tasks = [asyncio.create_task(limiter.acquire(Lane.ANSWER)) for _ in range(200)]
    await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    await asyncio.wait_for(limiter.acquire(Lane.ANSWER), 1.0)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(1, 12)),
        st.tuples(st.just("give up"), st.integers(1, 12)),
        st.tuples(st.just("time"), st.sampled_from([0.1, 1.0, 5.0])),
        st.tuples(st.just("run"), st.just(1)),
    ),
    max_size=60,
)


@given(steps, st.floats(1, 10))
@example([("ask", 15), ("run", 1), ("time", 5.0), ("time", 5.0), ("give up", 5), ("ask", 5), ("run", 1)], 1.0)
@example([("ask", 15), ("run", 1), ("time", 5.0), ("time", 5.0), ("run", 1)], 1.0)
@settings(deadline=None)
def test_no_second_holds_more_than_the_rate_and_a_burst_whoever_gives_up(
    course: list[tuple[str, float]], rate: float
) -> None:
    sent = asyncio.run(_sent(course, rate))

    for i, at in enumerate(sent):
        assert sum(at <= other < at + 1 for other in sent[i:]) <= rate + BURST + 1e-6


async def _sent(course: list[tuple[str, float]], rate: float) -> list[float]:
    """When calls were made, on a clock of our own, while people ask and give up."""
    now, sent, tasks = 1000.0, list[float](), list[asyncio.Task[None]]()
    limiter = RateLimiter(rate, lambda: now)

    async def call() -> None:
        await limiter.acquire(Lane.ANSWER)
        sent.append(now)

    for act, size in course:
        match act:
            case "ask":
                tasks += [asyncio.create_task(call()) for _ in range(int(size))]
            case "give up":
                for task in [task for task in tasks if not task.done()][: int(size)]:
                    task.cancel()
            case "time":
                now += size
                limiter._messages._serve()
            case _:
                await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return sent
