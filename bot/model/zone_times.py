"""Compute when the hours of a day begin in a time zone. Pure.

In each zone, every hour begins once on each date. If clocks are set forward and skip an hour, it begins at the moment
of the change. If clocks are set back and an hour comes twice, the first time counts.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def instant(day: date, hour: int, zone: str) -> float:
    """Return the Unix time at which `hour` begins on a date in a time zone."""
    return datetime.combine(day, time(hour), zone_info(zone)).timestamp()


def begins(hour: int, zone: str, around: float) -> Iterator[tuple[date, float]]:
    """Yield dates without end, each with the Unix time at which `hour` begins on it in a time zone.

    The first date is two days before the date of `around`, a Unix time.
    """
    day = datetime.fromtimestamp(around, zone_info(zone)).date() - timedelta(days=2)
    while True:
        yield day, instant(day, hour, zone)
        day += timedelta(days=1)


@lru_cache(64)
def zone_info(name: str) -> ZoneInfo:
    """Return the time zone with an IANA name such as Asia/Kabul."""
    return ZoneInfo(name)
