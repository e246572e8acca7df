"""A digest is due once a day or once a week, in every zone, and whatever the clocks do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import arrival
from bot.model.digest import GRACE, WINDOW, due_at
from bot.model.quiet_hours import STEP
from storage.deliveries.waiting_rows import LONGEST_WAIT
from storage.subscriptions.subscriber import ZONES, Digest, QuietHours, Subscriber

HOUR, DAY = 3600.0, 86400.0
HARD_ZONES = ("America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham")
CHANGES = [  # around changes of the clocks, forward and back
    datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 3, 8, 3, tzinfo=UTC), datetime(2026, 11, 1, 3, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, tzinfo=UTC),
]  # fmt: skip
DIGESTS = st.builds(Digest, st.integers(0, 23), st.none() | st.integers(0, 6), st.sampled_from((*ZONES, *HARD_ZONES)))
MOMENTS = st.floats(datetime(2024, 1, 1, tzinfo=UTC).timestamp(), datetime(2032, 1, 1, tzinfo=UTC).timestamp()) | (
    st.builds(
        lambda change, hours: (change + timedelta(hours=hours)).timestamp(),
        st.sampled_from(CHANGES),
        st.floats(-8 * 24, 30),
    )
)


def first_showing(day: date, digest: Digest) -> float:
    """Return the first quarter of an hour at which the clocks of the zone show the hour of a day, or a later time."""
    wanted, zone = datetime.combine(day, time(digest.hour)), ZoneInfo(digest.zone)
    at = datetime.combine(day - timedelta(days=1), time(), UTC).timestamp()
    while datetime.fromtimestamp(at, zone).replace(tzinfo=None) < wanted:
        at += STEP
    return at


def hours_from(digest: Digest, since: float) -> Iterator[tuple[date, float]]:
    """Yield the days and times of the hour of a digest from `since` on, as the clocks show them."""
    day = datetime.fromtimestamp(since, UTC).date() - timedelta(days=2)
    while True:
        at = first_showing(day, digest)
        if at >= since:
            yield day, at
        day += timedelta(days=1)


def is_its_day(digest: Digest, day: date) -> bool:
    return digest.weekday is None or day.weekday() == digest.weekday


@given(DIGESTS, MOMENTS)
def test_an_announcement_is_due_at_the_first_hour_of_the_digest_after_it_began(digest: Digest, begun: float) -> None:
    expected = next(at for day, at in hours_from(digest, begun - GRACE) if is_its_day(digest, day))
    due = due_at(digest, begun, begun)

    assert due == (expected if expected > begun else None)
    assert expected - begun <= (DAY if digest.weekday is None else 7 * DAY) + HOUR < LONGEST_WAIT
    if due is not None:
        assert due_at(digest, begun, due) is None
        assert due_at(digest, begun, due - 1) == due


@given(DIGESTS, MOMENTS, st.floats(0, 10 * DAY))
def test_it_may_arrive_for_three_hours_and_else_at_the_same_hour_of_the_next_day(
    digest: Digest, begun: float, later: float
) -> None:
    now = begun + later
    first = next(at for day, at in hours_from(digest, begun - GRACE) if is_its_day(digest, day))
    past = [at for _, at in takewhile(lambda hour: hour[1] <= now, hours_from(digest, first))]
    due = due_at(digest, begun, now)

    assert (due is None) == any(at <= now < at + WINDOW for at in past)
    if due is not None and past:
        assert now < due <= past[-1] + DAY + HOUR
        assert due_at(digest, begun, due) is None


@given(DIGESTS, MOMENTS, st.lists(st.floats(0, 2 * DAY), max_size=6), st.booleans())
def test_a_bot_that_is_up_sends_every_announcement_once_in_its_turn(
    digest: Digest, begun: float, pauses: list[float], is_late: bool
) -> None:
    """Announcements follow each other; the bot looks when one is due, or is late by two hours."""
    sent, at = [], begun
    for pause in pauses:
        at += pause
        now = at if (due := due_at(digest, at, at)) is None else due
        assert due_at(digest, at, now + 2 * HOUR * is_late - GRACE * is_late) is None
        sent.append(now)

    assert sent == sorted(sent), "a newer announcement came before an older one"


def after_each_wait(subscriber: Subscriber, begun: float, now: float) -> Iterator[float]:
    while (until := arrival.waits_until(subscriber, begun, now)) is not None:
        now = until
        yield now


@given(DIGESTS, MOMENTS, st.floats(0, 30 * DAY))
def test_one_wait_is_enough_whenever_the_bot_comes_back(digest: Digest, begun: float, down: float) -> None:
    waits = list(after_each_wait(Subscriber(1, "fa", digest=digest), begun, begun + down))

    assert len(waits) <= 1


@given(DIGESTS, MOMENTS, st.floats(0, 2 * DAY), st.floats(0, 8 * HOUR))
def test_a_span_of_time_is_free_to_arrive_in_throughout_partly_or_not_at_all(
    digest: Digest, begun: float, later: float, length: float
) -> None:
    person, since, until = Subscriber(1, "fa", digest=digest), begun + later, begun + later + length
    samples = [arrival.waits_until(person, begun, since + number * STEP) for number in range(int(length // STEP) + 1)]

    if end := arrival.waits_throughout(person, begun, since, until):
        assert end > until
        assert None not in samples
    if not arrival.waits_within(person, begun, since, until):
        assert set(samples) == {None}


@pytest.mark.parametrize(
    ("digest", "begun", "due"),
    [
        (Digest(18, None, "Asia/Kabul"), "2026-03-02T12:00+04:30", "2026-03-02T18:00+04:30"),
        (Digest(18, None, "Asia/Kabul"), "2026-03-02T18:20+04:30", "2026-03-03T18:00+04:30"),
        (Digest(18, 4, "Asia/Kabul"), "2026-03-02T12:00+04:30", "2026-03-06T18:00+04:30"),  # a Friday
        (Digest(2, None, "Europe/Berlin"), "2026-03-28T20:00+01:00", "2026-03-29T03:00+02:00"),  # no 2 o'clock
        (Digest(2, 6, "Europe/Berlin"), "2026-10-24T20:00+02:00", "2026-10-25T02:00+02:00"),  # two of them
        (Digest(2, None, "Australia/Lord_Howe"), "2026-10-03T20:00+10:30", "2026-10-04T02:30+11:00"),
    ],
)
def test_hours_that_the_clocks_skip_or_repeat_are_due_once(digest: Digest, begun: str, due: str) -> None:
    at = datetime.fromisoformat(begun).timestamp()

    assert due_at(digest, at, at) == datetime.fromisoformat(due).timestamp()


def test_an_announcement_that_begins_within_a_quarter_of_an_hour_is_in_time_for_the_digest() -> None:
    friday = Digest(18, 4, "Asia/Kabul")
    hour = datetime.fromisoformat("2026-03-06T18:00+04:30").timestamp()

    assert due_at(friday, hour + 899, hour + 899) is None
    assert due_at(friday, hour + 901, hour + 901) == hour + 7 * DAY


def test_a_start_in_the_future_is_the_error_of_a_clock() -> None:
    person, now = Subscriber(1, "fa", digest=Digest(18, 4, "UTC")), datetime(2026, 3, 2, tzinfo=UTC).timestamp()

    assert arrival.waits_until(person, now + 400 * DAY, now) == arrival.waits_until(person, now, now)


def test_people_with_neither_quiet_hours_nor_a_digest_never_wait() -> None:
    assert arrival.waits_until(Subscriber(1, "fa"), 0.0, 0.0) is None
    asleep = Subscriber(1, "fa", quiet_hours=QuietHours(0, 6, "UTC"))
    assert arrival.waits_until(asleep, 0.0, 0.0) == 6 * HOUR
