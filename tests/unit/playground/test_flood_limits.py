"""Telegram's flood limits as the playground applies them, with times chosen by the test."""

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.world.flood_limits import (
    BURST,
    CHAT_BURST,
    GROUP_MESSAGES,
    PAID_BURST,
    PAID_RATE,
    FloodLimits,
    StarBalance,
)

GROUP = -1


def accepted(limits: FloodLimits, times: list[float], chats: list[int | None]) -> list[float]:
    """Send a message at each time to the chat of the same index; return the times of those that are allowed."""
    return [now for now, chat in zip(times, chats, strict=True) if limits.spend(now, chat) == 0]


def test_a_burst_is_accepted_and_the_next_message_waits_a_second() -> None:
    limits = FloodLimits(rate=30)
    waits = [limits.spend(0.0, chat) for chat in range(BURST + 1)]

    assert waits == [0] * BURST + [1]


def test_a_refused_bot_stays_refused_until_the_named_seconds_have_passed() -> None:
    limits = FloodLimits(rate=30)
    for chat in range(BURST + 1):
        limits.spend(0.0, chat)

    assert limits.spend(0.9, 99) == 1
    assert limits.spend(1.0, 99) == 0


def test_a_chat_gets_a_burst_and_then_one_message_a_second() -> None:
    limits = FloodLimits(rate=1000)
    burst = [limits.spend(0.0, 7) for _ in range(CHAT_BURST + 1)]
    later = [limits.spend(now, 7) for now in (1.0, 1.5, 2.5, 3.5)]

    assert burst == [0] * CHAT_BURST + [1]
    assert later == [0, 1, 0, 0]


def test_a_refusal_for_one_chat_does_not_affect_another() -> None:
    limits = FloodLimits(rate=1000)
    for _ in range(CHAT_BURST + 1):
        limits.spend(0.0, 7)

    assert limits.spend(0.0, 8) == 0


def test_a_group_gets_twenty_messages_a_minute() -> None:
    limits = FloodLimits(rate=1000)
    waits = [limits.spend(float(second), GROUP) for second in range(GROUP_MESSAGES + 1)]

    assert waits == [0] * GROUP_MESSAGES + [40]
    assert limits.spend(60.0, GROUP) == 0


def test_edits_count_for_the_bot_and_not_for_a_chat() -> None:
    limits = FloodLimits(rate=30)
    for _ in range(BURST):
        assert limits.spend(0.0, None) == 0

    assert limits.spend(0.0, 5) == 1


def test_paid_messages_reach_a_thousand_a_second_and_cost_stars_above_the_free_rate() -> None:
    stars = StarBalance(10_000)
    limits = FloodLimits(rate=30, stars=stars)
    refused = [tick for tick in range(2000) if limits.spend(tick / PAID_RATE, chat=tick, is_paid=True)]
    free = 2000 - (10_000 - stars.tenths)
    burst = [limits.spend(10.0, chat=-tick, is_paid=True) for tick in range(1, PAID_BURST + 2)]

    assert refused == []
    assert BURST + 58 <= free <= BURST + 60
    assert burst == [0] * PAID_BURST + [1]


def test_without_stars_the_free_rate_applies_and_a_refused_free_message_delays_no_paid_one() -> None:
    without_stars, with_stars = FloodLimits(rate=30, stars=StarBalance(1)), FloodLimits(rate=30)
    count = sum(without_stars.spend(0.0, chat, is_paid=True) == 0 for chat in range(30))
    for chat in range(BURST + 1):
        with_stars.spend(0.0, chat)

    assert count == BURST + 1
    assert (with_stars.spend(0.0, 98), with_stars.spend(0.0, 99, is_paid=True)) == (1, 0)


def test_the_number_of_remembered_chats_is_limited() -> None:
    limits = FloodLimits(rate=1_000_000)
    for chat in range(120_000):
        limits.spend(chat / 50_000, chat)

    assert len(limits._chats) <= 100_001


@settings(max_examples=50)
@given(
    gaps=st.lists(st.floats(0, 0.2), min_size=1, max_size=200),
    rate=st.floats(1, 100),
    data=st.data(),
)
def test_no_second_has_more_messages_than_rate_and_burst(gaps: list[float], rate: float, data: st.DataObject) -> None:
    times = [sum(gaps[: index + 1]) for index in range(len(gaps))]
    chats: list[int | None] = data.draw(st.lists(st.integers(1, 50), min_size=len(times), max_size=len(times)))
    sent = accepted(FloodLimits(rate), times, chats)

    for first in sent:
        assert sum(first <= now < first + 1 for now in sent) <= rate + BURST + 1


@settings(max_examples=50)
@given(gaps=st.lists(st.floats(0, 1), min_size=1, max_size=100))
def test_a_message_is_accepted_after_the_named_wait(gaps: list[float]) -> None:
    limits, now = FloodLimits(rate=5), 0.0
    for gap in gaps:
        now += gap
        if wait := limits.spend(now, 1):
            now += wait
            assert limits.spend(now, 1) == 0
