"""Every hour of every day is due once, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.daily import due_hours
from bot.daily.due_hours import due
from bot.model.zone_times import instant
from storage.subscriptions.subscriber import ZONES
from tests.support.daily_sender import kabul

A_YEAR = st.integers(1_760_000_000, 1_800_000_000)


def strikes(zone: str, since: float, until: float, step: float) -> list[tuple[int, int]]:
    """Return the (day, hour) of everything that is sent by looks every `step` seconds."""
    strikes_found = []
    while since < until:
        due_now = due(since, since + step, 0.0, [zone])
        assert not due_now.missed
        strikes_found += [(strike.day, hour) for (_, hour), strike in due_now.send.items()]
        since += step
    return strikes_found


def test_an_hour_in_kabul_strikes_four_and_a_half_hours_before_utc() -> None:
    due_now = due(kabul(3, 7, 45), kabul(3, 8), 0.0)

    assert due_now.send["Asia/Kabul", 8].at == kabul(3, 8)
    assert ("Asia/Kabul", 7) not in due_now.send
    assert ("UTC", 3) not in due_now.send


@given(st.sampled_from(ZONES), A_YEAR, st.sampled_from([900.0, 1700.0, 3600.0]))
def test_every_hour_strikes_once_a_day(zone: str, since: int, step: float) -> None:
    strikes_found = strikes(zone, since, since + 3 * 86400, step)

    assert len(strikes_found) == len(set(strikes_found))
    assert {hour for _, hour in strikes_found} == set(range(24))
    assert 71 <= len(strikes_found) <= 73


def test_changes_of_the_clocks_skip_and_repeat_no_hour() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)

    assert instant(spring, 2, "Europe/Berlin") == datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp()
    assert instant(autumn, 2, "Europe/Berlin") == datetime(2026, 10, 25, 0, tzinfo=UTC).timestamp()
    for day in (spring, autumn):
        begin = datetime.combine(day - timedelta(days=1), datetime.min.time(), UTC).timestamp()
        strikes_found = strikes("Europe/Berlin", begin, begin + 3 * 86400, 900.0)
        assert sorted(hour for at, hour in strikes_found if at == day.toordinal()) == list(range(24))


def test_an_hour_is_due_up_to_an_hour_late() -> None:
    eight = kabul(3, 8)

    assert ("Asia/Kabul", 8) in due(eight - 1, eight + 3600, 0.0).send
    late = due(eight - 1, eight + 3601, 0.0)
    assert ("Asia/Kabul", 8) not in late.send
    assert late.missed["Asia/Kabul", 8] == 1


def test_an_hour_before_the_floor_is_missed() -> None:
    due_now = due(kabul(3, 7, 50), kabul(3, 8, 10), kabul(3, 8, 5))

    assert ("Asia/Kabul", 8) not in due_now.send
    assert due_now.missed["Asia/Kabul", 8] == 1


@given(st.sampled_from(["Asia/Kabul", "UTC"]), A_YEAR, st.integers(2, 400))
def test_every_missed_hour_is_counted_after_days_of_silence(zone: str, since: int, days: int) -> None:
    due_now = due(since, since + days * 86400, 0.0, [zone])

    for hour in range(24):
        assert due_now.missed.get((zone, hour), 0) + ((zone, hour) in due_now.send) == days


def test_a_day_is_over_when_its_last_clause_can_no_longer_be_sent_anywhere() -> None:
    day = date(2026, 3, 3)
    last = max(instant(day, 23, zone) for zone in ZONES)

    assert due_hours.over_at(day.toordinal()) > last + due_hours.LATEST
