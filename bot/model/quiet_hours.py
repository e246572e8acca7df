"""Compute when a subscriber's quiet hours apply: the hours of the day in which no announcement is sent to them. Pure.

Quiet hours follow the clocks of the subscriber's time zone. If these clocks are changed during the night, the quiet
hours end earlier or later in UTC. In UTC, quiet hours always begin and end at a multiple of STEP (15 minutes),
because the UTC offset of each zone in use is a multiple of STEP.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from storage.subscriptions.subscriber import QuietHours, Subscriber

STEP = 900  # seconds
MOST_HOURS = 16  # that a person can choose, so that a third of each day is left for announcements
_MOST_STEPS = 26 * 3600 // STEP

WaitsUntil = Callable[[Subscriber], float | None]


def ends_at(hours: QuietHours | None, now: float) -> float | None:
    """Return the Unix time at which the current quiet hours end; None if there are none at `now`."""
    return None if hours is None else _ends_at(hours, now // STEP)


def waits_until(now: Callable[[], float], *, is_urgent: bool) -> WaitsUntil:
    """Return a function from a subscriber to the end of their current quiet hours, as Unix time; None outside them.

    For an urgent announcement, the function always returns None.
    """
    return lambda subscriber: None if is_urgent else ends_at(subscriber.quiet_hours, now())


def lasts(hours: QuietHours | None, since: float, until: float) -> bool:
    """Return whether quiet hours apply all the time from `since` to `until` (Unix times)."""
    end = ends_at(hours, since)
    return end is not None and end > until


def is_interrupted_by(hours: QuietHours | None, since: float, until: float) -> bool:
    """Return whether quiet hours apply at any time from `since` to `until` (Unix times)."""
    steps = range(int(since // STEP), int(until // STEP) + 1)
    return hours is not None and any(_ends_at(hours, step) is not None for step in steps)


@lru_cache(16384)  # a million people have few different hours and zones
def _ends_at(hours: QuietHours, step: float) -> float | None:
    end = step
    while _is_quiet(hours, end):
        end += 1
        if end > step + _MOST_STEPS:  # impossible: no zone changes its clocks by so much
            break
    return None if end == step else end * STEP


def _is_quiet(hours: QuietHours, step: float) -> bool:
    hour = datetime.fromtimestamp(step * STEP, _zone_info(hours.zone)).hour
    if hours.begin < hours.end:
        return hours.begin <= hour < hours.end
    return hours.begin != hours.end and (hour >= hours.begin or hour < hours.end)


@lru_cache(64)
def _zone_info(name: str) -> ZoneInfo:
    return ZoneInfo(name)
