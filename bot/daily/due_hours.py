"""Compute at which Unix times the daily clause is due. Pure.

Subscribers choose a time zone and an hour of the day. In each zone, every hour is due once on each date. The code
calls this moment the strike of the hour; see `bot/model/zone_times.py`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.model.zone_times import instant, zone_info
from storage.subscriptions.subscriber import ZONES

LATEST = 3600.0  # seconds after its hour in which a clause is still sent
_DAY = 86400.0  # seconds
_LARGEST_OFFSET = timedelta(hours=14)  # of a zone from UTC

Hour = tuple[str, int]  # zone and hour, as a person chose them


@dataclass(frozen=True, slots=True)
class Strike:
    """One strike of an hour that subscribers have chosen.

    `at` is the Unix time of the strike. `day` is the ordinal of the date in the subscribers' zone.
    """

    day: int
    at: float


@dataclass(frozen=True, slots=True)
class Due:
    """The hours that have struck since the last sweep through the subscriber list.

    `send` contains the hours whose clause is to be sent now. `missed` says for each hour how many of its strikes are
    too long ago for that.
    """

    send: Mapping[Hour, Strike]
    missed: Mapping[Hour, int]


def due(since: float, until: float, floor: float, zones: Iterable[str] = ZONES) -> Due:
    """Return the hours that struck after `since` and up to `until`, in Unix time.

    Hours that struck up to `floor` count as missed, even if that was recently.
    """
    send, missed = dict[Hour, Strike](), Counter[Hour]()
    whole_days = max(0, int((until - LATEST - since) // _DAY))  # of which every hour was missed
    for zone in zones:
        if whole_days:
            missed.update({(zone, hour): whole_days for hour in range(24)})
        for hour, strike in _strikes(zone, since + whole_days * _DAY, until):
            if strike.at > floor and not is_late(strike.at, until):
                send[zone, hour] = strike
            else:
                missed[zone, hour] += 1
    return Due(send, missed)


def is_late(struck_at: float, now: float) -> bool:
    """Return whether an hour struck so long before `now` that its clause is no longer sent."""
    return now - struck_at > LATEST


def over_at(day: int) -> float:
    """Return the Unix time from which the clause of a date is no longer sent in any zone.

    `day` is the ordinal of the date.
    """
    end = datetime.combine(date.fromordinal(day + 1), time(), UTC) + _LARGEST_OFFSET
    return end.timestamp() + LATEST


def _strikes(zone: str, since: float, until: float) -> Iterator[tuple[int, Strike]]:
    first, last = (datetime.fromtimestamp(at, zone_info(zone)).toordinal() for at in (since, until))
    for day in range(first - 1, last + 2):
        for hour in range(24):
            at = instant(date.fromordinal(day), hour, zone)
            if since < at <= until:
                yield hour, Strike(day, at)
