"""Parse the time of day in a typed time: `18:00`, `6 <pm>`, `18h30`, `1800`, `<noon>`. Pure.

Words of all languages were replaced by tokens before: see `time_words`.
"""

import re
from collections.abc import Sequence
from datetime import date, time

_TOKEN = re.compile(r"<(at|am|pm|night|noon)>")
_AFTER_HOUR = re.compile(r"(\d{1,2}) ?<at> ?(\d{2})(?!\d)")  # "18 heures 30"
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})"
    r"(?: ?[:.٫] ?(?P<minute>\d{2})(?::\d{2})?"
    r"|(?P<h> ?h) ?(?P<past>\d{2})?"
    r"| <and> (?P<more>\d{1,2}) <minutes>"
    r"|(?P<half> <half_past>))?"
)
_DATE_WITHOUT_YEAR = re.compile(r"([12]?\d|3[01])\.(0?[1-9]|1[0-2])")  # "10.12" may be a day in December
_COMPACT = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})")
_NIGHT = range(6, 12)  # hours "at night" that certainly mean the evening


def time_of_day(text: str, today: date) -> time | None:
    """Return the time of day in `text`; None if `text` is not a time, or contains anything else.

    An hour without minutes needs a word such as "pm" or "o'clock": a bare number is not read as a time. Four digits
    such as 1830 are read as a time, but not if they can be last year, this year or next year.
    """
    text = _AFTER_HOUR.sub(r"\1:\2", text)
    words = _TOKEN.findall(text)
    parts = [word for word in words if word != "at"]
    clock = re.sub(r"\s+", " ", _TOKEN.sub(" ", text)).strip(" -–")
    if len(parts) > 1:
        return None
    part = parts[0] if parts else ""
    if not clock:
        return time(12) if part == "noon" else None
    if compact := _COMPACT.fullmatch(clock):
        return None if _may_be_year(int(clock), today) else _on_clock(compact["hour"], compact["minute"], part)
    match = _CLOCK.fullmatch(clock)
    if match is None or not (words or any(match.group("minute", "h", "more", "half"))):
        return None
    if not words and _DATE_WITHOUT_YEAR.fullmatch(clock):
        return None
    minute = "30" if match["half"] else match["minute"] or match["past"] or match["more"] or "0"
    return _on_clock(match["hour"], minute, part)


def _may_be_year(number: int, today: date) -> bool:
    years: Sequence[int] = (today.year, today.year - 621)  # Gregorian, and Solar Hijri
    return any(abs(number - year) <= 1 for year in years)


def _on_clock(hours: str, minutes: str, part: str) -> time | None:
    hour, minute = _hour_in(int(hours), part), int(minutes)
    return time(hour, minute) if hour is not None and minute < 60 else None


def _hour_in(hour: int, part: str) -> int | None:
    """Return the hour from 0 to 23 for an hour with a part of the day, such as "pm"; None if they do not fit.

    `part` is "" if no part of the day was written.
    """
    match part:
        case "":
            return hour if hour < 24 else None
        case "am":
            return hour % 12 if 1 <= hour <= 12 else None
        case "pm":
            return hour % 12 + 12 if 1 <= hour <= 12 else None
        case "night":
            return hour + 12 if hour in _NIGHT else hour if 18 <= hour < 24 else None
        case _:  # noon
            return {12: 12, 1: 13, 2: 14}.get(hour)
