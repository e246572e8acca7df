"""Compute when a subscriber's quiet hours apply: the hours of the day in which no announcement is sent to them. Pure.

Quiet hours follow the clocks of the subscriber's time zone. If these clocks are changed during the night, the quiet
hours end earlier or later in UTC. In UTC, quiet hours always begin and end at a multiple of STEP (15 minutes),
because the UTC offset of each zone in use is a multiple of STEP.
"""

from datetime import datetime
from functools import lru_cache

from bot.model.zone_times import zone_info
from storage.subscriptions.subscriber import QuietHours

STEP = 900  # seconds
MOST_HOURS = 16  # that a person can choose, so that a third of each day is left for announcements
_MOST_STEPS = 26 * 3600 // STEP


def ends_at(hours: QuietHours | None, now: float) -> float | None:
    """Return the Unix time at which the current quiet hours end; None if there are none at `now`."""
    return None if hours is None else _ends_at(hours, now // STEP)


@lru_cache(16384)  # a million people have few different hours and zones
def _ends_at(hours: QuietHours, step: float) -> float | None:
    end = step
    while _is_quiet(hours, end):
        end += 1
        if end > step + _MOST_STEPS:  # impossible: no zone changes its clocks by so much
            break
    return None if end == step else end * STEP


def _is_quiet(hours: QuietHours, step: float) -> bool:
    hour = datetime.fromtimestamp(step * STEP, zone_info(hours.zone)).hour
    if hours.begin < hours.end:
        return hours.begin <= hour < hours.end
    return hours.begin != hours.end and (hour >= hours.begin or hour < hours.end)
