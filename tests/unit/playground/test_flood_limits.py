"""Telegram's flood limits as the box keeps them, on invented time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.world.flood_limits import BURST, CHAT_BURST, GROUP_MESSAGES, PAID_BURST, PAID_RATE, Floods, Stars

GROUP = -1


def passed(floods: Floods, times: list[float], chats: list[int | None]) -> list[float]:
    return [now for now, chat in zip(times, chats, strict=True) if floods.spend(now, chat) == 0]


def test_a_burst_passes_and_the_next_message_waits_a_second() -> None:
    floods = Floods(rate=30)
    waits = [floods.spend(0.0, chat) for chat in range(BURST + 1)]

    assert waits == [0] * BURST + [1]


def test_who_is_refused_stays_refused_until_the_named_seconds_are_over() -> None:
    floods = Floods(rate=30)
    for chat in range(BURST + 1):
        floods.spend(0.0, chat)

    assert floods.spend(0.9, 99) == 1
    assert floods.spend(1.0, 99) == 0


def test_a_chat_gets_a_burst_and_then_one_a_second() -> None:
    floods = Floods(rate=1000)
    burst = [floods.spend(0.0, 7) for _ in range(CHAT_BURST + 1)]
    later = [floods.spend(now, 7) for now in (1.0, 1.5, 2.5, 3.5)]

    assert burst == [0] * CHAT_BURST + [1]
    assert later == [0, 1, 0, 0]


def test_one_full_chat_does_not_hold_another() -> None:
    floods = Floods(rate=1000)
    for _ in range(CHAT_BURST + 1):
        floods.spend(0.0, 7)

    assert floods.spend(0.0, 8) == 0


def test_a_group_takes_twenty_a_minute() -> None:
    floods = Floods(rate=1000)
    waits = [floods.spend(float(second), GROUP) for second in range(GROUP_MESSAGES + 1)]

    assert waits == [0] * GROUP_MESSAGES + [40]
    assert floods.spend(60.0, GROUP) == 0


def test_edits_count_for_the_bot_and_for_no_chat() -> None:
    floods = Floods(rate=30)
    for _ in range(BURST):
        assert floods.spend(0.0, None) == 0

    assert floods.spend(0.0, 5) == 1


def test_who_pays_may_send_a_thousand_a_second_and_pays_for_what_is_above_the_free_rate() -> None:
    stars = Stars(10_000)
    floods = Floods(rate=30, stars=stars)
    refused = [tick for tick in range(2000) if floods.spend(tick / PAID_RATE, chat=tick, paid=True)]
    free = 2000 - (10_000 - stars.tenths)
    burst = [floods.spend(10.0, chat=-tick, paid=True) for tick in range(1, PAID_BURST + 2)]

    assert refused == []
    assert BURST + 58 <= free <= BURST + 60
    assert burst == [0] * PAID_BURST + [1]


def test_without_stars_the_free_rate_holds_and_a_refused_free_message_holds_no_paid_one() -> None:
    poor, rich = Floods(rate=30, stars=Stars(1)), Floods(rate=30)
    passed_poor = sum(poor.spend(0.0, chat, paid=True) == 0 for chat in range(30))
    for chat in range(BURST + 1):
        rich.spend(0.0, chat)

    assert passed_poor == BURST + 1
    assert (rich.spend(0.0, 98), rich.spend(0.0, 99, paid=True)) == (1, 0)


def test_a_million_chats_are_not_remembered_for_ever() -> None:
    floods = Floods(rate=1_000_000)
    for chat in range(120_000):
        floods.spend(chat / 50_000, chat)

    assert len(floods._chats) <= 100_001


@settings(max_examples=50)
@given(
    gaps=st.lists(st.floats(0, 0.2), min_size=1, max_size=200),
    rate=st.floats(1, 100),
    data=st.data(),
)
def test_no_second_holds_more_than_rate_and_burst(gaps: list[float], rate: float, data: st.DataObject) -> None:
    times = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    chats: list[int | None] = data.draw(st.lists(st.integers(1, 50), min_size=len(times), max_size=len(times)))
    sent = passed(Floods(rate), times, chats)

    for first in sent:
        assert sum(first <= now < first + 1 for now in sent) <= rate + BURST + 1


@settings(max_examples=50)
@given(gaps=st.lists(st.floats(0, 1), min_size=1, max_size=100))
def test_waiting_as_long_as_told_always_helps(gaps: list[float]) -> None:
    floods, now = Floods(rate=5), 0.0
    for gap in gaps:
        now += gap
        if wait := floods.spend(now, 1):
            now += wait
            assert floods.spend(now, 1) == 0
