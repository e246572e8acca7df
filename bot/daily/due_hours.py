"""Compute at which Unix times the daily clause is due. Pure.

Subscribers choose a time zone and an hour of the day. In each zone, every hour is due once on each date, at the time
that `bot/model/zone_times.py` computes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.model.zone_times import instant, zone_info
from storage.subscriptions.subscriber import ZONES

LATEST = 3600.0  # seconds after its hour in which a clause is still sent
_DAY = 86400.0  # seconds
_LARGEST_OFFSET = timedelta(hours=14)  # between a zone and UTC

Hour = tuple[str, int]  # time zone and hour of the day, as a subscriber chose them


@dataclass(frozen=True, slots=True)
class DueTime:
    """The moment at which the daily clause is due for subscribers who chose a certain hour in a certain time zone.

    `at` is its Unix time. `day` is the ordinal of the date in that zone (`date.toordinal`).
    """

    day: int
    at: float


@dataclass(frozen=True, slots=True)
class Due:
    """The hours that have become due since the last pass through the subscriber list.

    `send` holds the hours whose subscribers get their clause now. `missed` maps an hour to the number of clauses that
    each of its subscribers did not get, because they were due too long ago.
    """

    send: Mapping[Hour, DueTime]
    missed: Mapping[Hour, int]


def due(since: float, until: float, floor: float, zones: Iterable[str] = ZONES) -> Due:
    """Return the hours that became due after `since` and not later than `until`: those to send, and those missed.

    All times are Unix times. An hour is missed, so that its clause is not sent, if it was due too long before `until`
    (see `is_late`), or at `floor` or earlier. `floor` is the time up to which another process may have sent the
    clauses, for example before a restore from a backup. All other hours are to be sent.
    """
    send, missed = dict[Hour, DueTime](), Counter[Hour]()
    whole_days = max(0, int((until - LATEST - since) // _DAY))  # days of which every hour was missed
    for zone in zones:
        if whole_days:
            missed.update({(zone, hour): whole_days for hour in range(24)})
        for hour, due_time in _due_times(zone, since + whole_days * _DAY, until):
            if due_time.at > floor and not is_late(due_time.at, until):
                send[zone, hour] = due_time
            else:
                missed[zone, hour] += 1
    return Due(send, missed)


def is_late(due_at: float, now: float) -> bool:
    """Return whether an hour was due so long before `now` that its clause is no longer sent."""
    return now - due_at > LATEST


def over_at(day: int) -> float:
    """Return the Unix time from which the clause of a date is no longer sent in any zone.

    `day` is the ordinal of the date (`date.toordinal`).
    """
    end = datetime.combine(date.fromordinal(day + 1), time(), UTC) + _LARGEST_OFFSET
    return end.timestamp() + LATEST


def _due_times(zone: str, since: float, until: float) -> Iterator[tuple[int, DueTime]]:
    first, last = (datetime.fromtimestamp(at, zone_info(zone)).toordinal() for at in (since, until))
    for day in range(first - 1, last + 2):
        for hour in range(24):
            at = instant(date.fromordinal(day), hour, zone)
            if since < at <= until:
                yield hour, DueTime(day, at)
