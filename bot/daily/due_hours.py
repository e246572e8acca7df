"""When the daily clause is due: hours of days in people's zones as instants, each day once. Pure.

An hour that a change of clocks leaves out strikes when the change is made, one that comes twice at its first time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from storage.subscriptions.subscriber import ZONES

LATEST = 3600.0  # seconds after its hour in which a clause is still sent
_DAY = 86400.0
_FURTHEST = timedelta(hours=14)  # a zone from UTC

Hour = tuple[str, int]  # zone and hour, as a person chose them


@dataclass(frozen=True, slots=True)
class Struck:
    """An hour that has struck; `day` is the ordinal of the date there."""

    day: int
    at: float


@dataclass(frozen=True, slots=True)
class Due:
    """Of the time since the last look: what is to be sent, and how often hours were missed by too much."""

    send: Mapping[Hour, Struck]
    missed: Mapping[Hour, int]


def instant(day: date, hour: int, zone: str) -> float:
    return datetime.combine(day, time(hour), _zone(zone)).timestamp()


def due(since: float, until: float, floor: float, zones: Iterable[str] = ZONES) -> Due:
    """Of all hours after `since`, up to `until`; what struck up to `floor` is not sent, whatever the time."""
    send, missed = dict[Hour, Struck](), Counter[Hour]()
    whole = max(0, int((until - LATEST - since) // _DAY))  # days of which every hour was missed
    for zone in zones:
        if whole:
            missed.update({(zone, hour): whole for hour in range(24)})
        for hour, struck in _strikes(zone, since + whole * _DAY, until):
            if struck.at > floor and not is_late(struck.at, until):
                send[zone, hour] = struck
            else:
                missed[zone, hour] += 1
    return Due(send, missed)


def is_late(struck_at: float, now: float) -> bool:
    return now - struck_at > LATEST


def over_at(day: int) -> float:
    """When this date is over everywhere, the hour included in which its last clause may be sent."""
    ends = datetime.combine(date.fromordinal(day + 1), time(), UTC) + _FURTHEST
    return ends.timestamp() + LATEST


def _strikes(zone: str, since: float, until: float) -> Iterator[tuple[int, Struck]]:
    first, last = (datetime.fromtimestamp(at, _zone(zone)).toordinal() for at in (since, until))
    for day in range(first - 1, last + 2):
        for hour in range(24):
            at = instant(date.fromordinal(day), hour, zone)
            if since < at <= until:
                yield hour, Struck(day, at)


@lru_cache(64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
