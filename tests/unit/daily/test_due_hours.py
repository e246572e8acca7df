"""When the daily clause is due: every hour of every day once, whatever the clocks are put to."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.daily import due_hours
from bot.daily.due_hours import due, instant
from storage.subscriptions.subscriber import ZONES
from tests.support.daily_sender import kabul

A_YEAR = st.integers(1_760_000_000, 1_800_000_000)


def strikes(zone: str, since: float, until: float, step: float) -> list[tuple[int, int]]:
    """(day, hour) of all that is to be sent when it is looked every `step` seconds."""
    found = []
    while since < until:
        told = due(since, since + step, 0.0, [zone])
        assert not told.missed
        found += [(struck.day, hour) for (_, hour), struck in told.send.items()]
        since += step
    return found


def test_kabul_is_four_and_a_half_hours_ahead() -> None:
    told = due(kabul(3, 7, 45), kabul(3, 8), 0.0)

    assert told.send["Asia/Kabul", 8].at == kabul(3, 8)
    assert ("Asia/Kabul", 7) not in told.send
    assert ("UTC", 3) not in told.send


@given(st.sampled_from(ZONES), A_YEAR, st.sampled_from([900.0, 1700.0, 3600.0]))
def test_in_three_days_every_hour_strikes_at_most_once_a_day_and_none_is_lost(
    zone: str, since: int, step: float
) -> None:
    found = strikes(zone, since, since + 3 * 86400, step)

    assert len(found) == len(set(found))
    assert {hour for _, hour in found} == set(range(24))
    assert 71 <= len(found) <= 73


def test_an_hour_that_is_left_out_strikes_with_the_change_and_one_that_comes_twice_at_its_first() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)

    assert instant(spring, 2, "Europe/Berlin") == datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp()
    assert instant(autumn, 2, "Europe/Berlin") == datetime(2026, 10, 25, 0, tzinfo=UTC).timestamp()
    for day in (spring, autumn):
        begin = datetime.combine(day - timedelta(days=1), datetime.min.time(), UTC).timestamp()
        found = strikes("Europe/Berlin", begin, begin + 3 * 86400, 900.0)
        assert sorted(hour for at, hour in found if at == day.toordinal()) == list(range(24))


def test_up_to_an_hour_late_it_is_sent_and_not_a_second_more() -> None:
    eight = kabul(3, 8)

    assert ("Asia/Kabul", 8) in due(eight - 1, eight + 3600, 0.0).send
    late = due(eight - 1, eight + 3601, 0.0)
    assert ("Asia/Kabul", 8) not in late.send
    assert late.missed["Asia/Kabul", 8] == 1


def test_what_struck_before_the_floor_is_missed() -> None:
    told = due(kabul(3, 7, 50), kabul(3, 8, 10), kabul(3, 8, 5))

    assert ("Asia/Kabul", 8) not in told.send
    assert told.missed["Asia/Kabul", 8] == 1


@given(st.sampled_from(["Asia/Kabul", "UTC"]), A_YEAR, st.integers(2, 400))
def test_after_days_of_silence_every_hour_is_counted_for_every_day(zone: str, since: int, days: int) -> None:
    told = due(since, since + days * 86400, 0.0, [zone])

    for hour in range(24):
        assert told.missed.get((zone, hour), 0) + ((zone, hour) in told.send) == days


def test_a_day_is_over_when_its_last_clause_can_no_longer_be_sent_anywhere() -> None:
    day = date(2026, 3, 3)
    last = max(instant(day, 23, zone) for zone in ZONES)

    assert due_hours.over_at(day.toordinal()) > last + due_hours.LATEST
