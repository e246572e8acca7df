"""The limiter on a real event loop: turns and cancellation. Flood waits are in test_rate_limited_request."""

import asyncio
import time
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.telegram_api.rate_limiting.rate_limiter import MAX_PAUSE, RateLimiter, clamp_retry_after
from bot.telegram_api.rate_limiting.token_bucket import BURST, Lane


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [(5, 5.0), (-5, 1.0), (0, 1.0), (None, 1.0), (999_999, MAX_PAUSE), (timedelta(seconds=7), 7.0)],
)
def test_flood_waits_are_clamped(retry_after: int | timedelta | None, seconds: float) -> None:
    assert clamp_retry_after(retry_after) == seconds


async def test_turns_come_at_the_rate() -> None:
    limiter, begun = RateLimiter(100.0), time.monotonic()
    await asyncio.gather(*(limiter.acquire(Lane.ANSWER) for _ in range(BURST + 20)))

    assert time.monotonic() - begun >= 0.19


@pytest.mark.timing
async def test_unpaid_messages_keep_to_the_free_rate_and_do_not_delay_paid_ones() -> None:
    limiter, begun = RateLimiter(1000.0, free=50.0), time.monotonic()
    unpaid = asyncio.gather(*(limiter.acquire(Lane.ANSWER) for _ in range(BURST + 20)))
    await asyncio.gather(*(limiter.acquire(Lane.BROADCAST, paid=True) for _ in range(100)))
    paid_took = time.monotonic() - begun
    await unpaid

    assert paid_took < 0.3
    assert time.monotonic() - begun >= 0.39


async def test_an_answer_overtakes_a_long_broadcast() -> None:
    limiter, order = RateLimiter(200.0), list[Lane]()

    async def call(lane: Lane) -> None:
        await limiter.acquire(lane)
        order.append(lane)

    broadcast = [asyncio.create_task(call(Lane.BROADCAST)) for _ in range(60)]
    await asyncio.sleep(0.05)
    await call(Lane.ANSWER)
    await asyncio.gather(*broadcast)

    assert order.index(Lane.ANSWER) < 25


async def test_a_cancelled_task_takes_no_turn_away() -> None:
    limiter = RateLimiter(50.0)
    tasks = [asyncio.create_task(limiter.acquire(Lane.ANSWER)) for _ in range(200)]
    await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    await asyncio.wait_for(limiter.acquire(Lane.ANSWER), 1.0)


action_lists = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(1, 12)),
        st.tuples(st.just("cancel"), st.integers(1, 12)),
        st.tuples(st.just("time"), st.sampled_from([0.1, 1.0, 5.0])),
        st.tuples(st.just("run"), st.just(1)),
    ),
    max_size=60,
)


@given(action_lists, st.floats(1, 10))
@example([("ask", 15), ("run", 1), ("time", 5.0), ("time", 5.0), ("cancel", 5), ("ask", 5), ("run", 1)], 1.0)
@example([("ask", 15), ("run", 1), ("time", 5.0), ("time", 5.0), ("run", 1)], 1.0)
@settings(deadline=None)
def test_no_second_has_more_calls_than_the_rate_and_a_burst_whoever_cancels(
    actions: list[tuple[str, float]], rate: float
) -> None:
    sent = asyncio.run(_sent(actions, rate))

    for i, at in enumerate(sent):
        assert sum(at <= other < at + 1 for other in sent[i:]) <= rate + BURST + 1e-6


async def _sent(actions: list[tuple[str, float]], rate: float) -> list[float]:
    """Return when calls were made, on a simulated clock, while tasks start and are cancelled."""
    now, sent, tasks = 1000.0, list[float](), list[asyncio.Task[None]]()
    limiter = RateLimiter(rate, lambda: now)

    async def call() -> None:
        await limiter.acquire(Lane.ANSWER)
        sent.append(now)

    for action, size in actions:
        match action:
            case "ask":
                tasks += [asyncio.create_task(call()) for _ in range(int(size))]
            case "cancel":
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
