"""Quiet hours in every zone: over midnight, and on the days on which clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import arrival, quiet_hours
from storage.subscriptions.subscriber import ZONES, QuietHours, Subscriber

# With half hours, three quarters, changes by half an hour, and a zone that once left out a day.
HARD_ZONES = (
    "Asia/Kabul", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Pacific/Chatham",
)  # fmt: skip
CHANGES = [  # around changes of the clocks, forward and back
    datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 3, 8, 3, tzinfo=UTC), datetime(2026, 11, 1, 3, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
]  # fmt: skip
HOURS = st.builds(
    lambda begin, length, zone: QuietHours(begin, (begin + length) % 24, zone),
    st.integers(0, 23),
    st.integers(0, quiet_hours.MOST_HOURS),
    st.sampled_from((*HARD_ZONES, *ZONES)),
)
MOMENTS = st.floats(datetime(2024, 1, 1, tzinfo=UTC).timestamp(), datetime(2032, 1, 1, tzinfo=UTC).timestamp()) | (
    st.builds(
        lambda change, hours: (change + timedelta(hours=hours)).timestamp(),
        st.sampled_from(CHANGES),
        st.floats(-30, 30),
    )
)
MINUTE = 60.0


def shows_a_quiet_hour(hours: QuietHours, at: float) -> bool:
    """Return whether the clocks in the zone show a time from the begin to the end: counted hour by hour."""
    shown, quiet = datetime.fromtimestamp(at, ZoneInfo(hours.zone)).hour, []
    hour = hours.begin
    while hour != hours.end:
        quiet.append(hour)
        hour = (hour + 1) % 24
    return shown in quiet


@given(HOURS, MOMENTS)
def test_quiet_hours_last_while_the_clocks_of_the_zone_show_them_and_no_minute_longer(
    hours: QuietHours, now: float
) -> None:
    end = quiet_hours.ends_at(hours, now)

    assert (end is not None) == shows_a_quiet_hour(hours, now)
    if end is not None:
        assert now < end <= now + (quiet_hours.MOST_HOURS + 1) * 3600
        assert not shows_a_quiet_hour(hours, end)
        assert all(shows_a_quiet_hour(hours, now + number * MINUTE) for number in range(int((end - now) // MINUTE)))
        assert shows_a_quiet_hour(hours, end - 1)


@given(st.integers(0, 23), st.sampled_from(HARD_ZONES), MOMENTS)
def test_hours_that_begin_when_they_end_are_none(hour: int, zone: str, now: float) -> None:
    assert quiet_hours.ends_at(QuietHours(hour, hour, zone), now) is None


@given(HOURS, MOMENTS, st.floats(0, 4 * 3600))
def test_a_time_span_is_quiet_throughout_partly_or_not_at_all(hours: QuietHours, since: float, length: float) -> None:
    until = since + length
    samples = [shows_a_quiet_hour(hours, since + number * MINUTE) for number in range(int(length // MINUTE) + 1)]

    if arrival.waits_throughout(Subscriber(1, "en", quiet_hours=hours), since, since, until):
        assert all(samples)
    if not arrival.waits_within(Subscriber(1, "en", quiet_hours=hours), since, since, until):
        assert not any(samples)


@pytest.mark.parametrize(
    ("zone", "date", "begin", "end", "lasts"),
    [
        ("Asia/Kabul", "2026-06-01", 22, 6, 8.0),
        ("Europe/Berlin", "2026-03-28", 22, 6, 7.0),
        ("Europe/Berlin", "2026-10-24", 22, 6, 9.0),
        ("Europe/Berlin", "2026-10-25", 2, 3, 2.0),
        ("America/St_Johns", "2026-03-07", 22, 8, 9.0),
        ("America/St_Johns", "2026-10-31", 22, 8, 11.0),
        ("Australia/Lord_Howe", "2026-04-04", 22, 6, 8.5),
        ("Australia/Lord_Howe", "2026-10-03", 22, 6, 7.5),
        ("Pacific/Apia", "2011-12-29", 22, 6, 8.0),
    ],
)
def test_a_night_is_as_long_as_its_clocks_make_it(zone: str, date: str, begin: int, end: int, lasts: float) -> None:
    evening = datetime.fromisoformat(f"{date}T{begin:02}:00").replace(tzinfo=ZoneInfo(zone)).timestamp()

    assert quiet_hours.ends_at(QuietHours(begin, end, zone), evening) == evening + lasts * 3600


def test_people_without_quiet_hours_never_wait() -> None:
    assert quiet_hours.ends_at(None, 0.0) is None
    assert not arrival.waits_within(Subscriber(1, "en"), 0.0, 0.0, 1e6)
