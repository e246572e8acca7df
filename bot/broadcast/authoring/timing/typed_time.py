"""Parse a typed date and time: `18:00`, `Friday 6pm`, `in 2 hours`, `29.11.2026 18:00`, `۱۸:۰۰`. Pure.

Words come from the locales; digits can be of any script. Without a date, the next such time is meant.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.broadcast.authoring.timing.time_words import MOMENT_WORDS, plain, with_tokens
from bot.broadcast.authoring.timing.typed_date import Days, all_readings
from bot.broadcast.authoring.timing.typed_duration import parse_duration
from bot.broadcast.authoring.timing.typed_hour import time_of_day
from content.model import Language

_MAX_AHEAD = 366 * 86400.0  # seconds
_MAX_LENGTH = 100  # characters


class TimeError(StrEnum):
    """The reason why a typed time cannot be used. Each value has a phrase with the key `broadcast.moment_{value}`."""

    FORMAT = "form"
    PAST = "past"
    TOO_FAR = "far"
    SKIPPED = "gap"  # the clocks change and skip this hour


def parse_time(text: str, zone: str, now: float, languages: Sequence[Language] = ()) -> float | TimeError:
    """Parse a time that a person typed in the time zone `zone`. Return its Unix time, or why it cannot be used.

    Words of `languages` are understood. If two languages share a word, the first one counts. If the clocks are set
    back, so that an hour occurs twice, the first one is meant.
    """
    if len(text) > _MAX_LENGTH:
        return TimeError.FORMAT
    if (seconds := parse_duration(text, languages)) is not None:
        return _in_time(math.ceil((now + seconds) / 60) * 60.0, now)  # a full minute
    local_now = datetime.fromtimestamp(now, ZoneInfo(zone))
    today = local_now.date()
    with_space = re.sub(r"(?<=\d)t(?=\d)", " ", plain(text))  # 2026-11-29T18:00
    for days, rest in all_readings(with_tokens(with_space, languages, MOMENT_WORDS), today):
        if (hour := time_of_day(rest, today)) is not None:
            return _first_to_come(days, hour, zone, now)
    return TimeError.FORMAT


def local_moment(day: date, hour: time, zone: str) -> float | None:
    """Return the Unix time of a local date and time; None if a change of the clocks skips it."""
    local = datetime.combine(day, hour, ZoneInfo(zone))
    if local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        return None
    return local.timestamp()


def _first_to_come(days: Days, hour: time, zone: str, now: float) -> float | TimeError:
    """Return the Unix time of `hour` on the first of `days` on which it is after `now`, or why there is none."""
    try:
        moments = [local_moment(day, hour, zone) for day in days]
    except (ValueError, OverflowError):
        return TimeError.FORMAT
    for at in moments:
        if at is not None and at > now:
            return _in_time(at, now)
    return TimeError.SKIPPED if moments[-1] is None else TimeError.PAST


def _in_time(at: float, now: float) -> float | TimeError:
    if at <= now:
        return TimeError.PAST
    return TimeError.TOO_FAR if at > now + _MAX_AHEAD else at
