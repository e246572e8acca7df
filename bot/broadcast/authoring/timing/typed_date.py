"""Find the days that a typed time might mean, from a date, a day of the week, or neither. Pure.

A year from 1300 to 1499 belongs to the Solar Hijri calendar, which is used in Afghanistan and Iran.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from content.calendars import GREGORIAN, SOLAR_HIJRI, gregorian_date

_SOLAR_YEARS = range(1300, 1500)
_RELATIVE_DAYS = {"<today>": 0, "<tomorrow>": 1, "<day_after_tomorrow>": 2}
_WEEKDAY = re.compile(r"<d([0-6])>")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})")
_NO_YEAR = re.compile(r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})\.?(?=\s|$)")
_DAY_AND_NAME = re.compile(
    r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?\s*<(?P<month>s?\d{1,2})>\.?(?:\s*(?P<year>\d{4}))?(?![\d:])"
)
_NAME_AND_DAY = re.compile(
    r"<(?P<month>s?\d{1,2})>\.?\s*(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\s+(?P<year>\d{4}))?(?=\s)"
)
_DATES = (_YEAR_FIRST, _DAY_FIRST, _DAY_AND_NAME, _NAME_AND_DAY, _NO_YEAR)

Days = tuple[date, ...]  # possible days, earliest first; the first on which the hour is in the future is meant


@dataclass(frozen=True, slots=True)
class _TypedDate:
    """A date as a person typed it. Without a year, `year` is None, and the next such date is meant."""

    day: int
    month: int
    year: int | None
    calendar: str

    def on_or_after(self, today: date) -> date:
        """Return the date in the Gregorian calendar; without a year, the first one that is not before `today`.

        Raises ValueError if there is no such date.
        """
        if self.year is not None:
            return gregorian_date(self.calendar, self.year, self.month, self.day)
        years = (today.year, today.year + 1) if self.calendar == GREGORIAN else (today.year - 622, today.year - 621)
        dates = [gregorian_date(self.calendar, year, self.month, self.day) for year in years]
        return next((candidate for candidate in dates if candidate >= today), dates[-1])


def all_readings(text: str, today: date) -> Iterator[tuple[Days, str]]:
    """Yield each possible meaning of the day in `text`: the days that can be meant, and the rest of the text.

    Words in `text` have been replaced by tokens: see `time_words`. A date has two meanings if it is possible in two
    calendars. If `text` also has a day of the week, a date must be on that day. A day of the week alone means the
    next such day. If today is such a day, it means today or the same day next week. If `text` has neither a date nor
    a day of the week, today or tomorrow is meant.
    """
    weekday = _WEEKDAY.search(text)
    if weekday is not None:
        text = f"{text[: weekday.start()]} {text[weekday.end() :]}"
    coming = tuple(today + timedelta(days=days) for days in range(2 if weekday is None else 8))
    for days, rest in (*_dates_in(text, today), (coming, text)):
        if fitting := tuple(day for day in days if weekday is None or day.weekday() == int(weekday[1])):
            yield fitting, rest


def _dates_in(text: str, today: date) -> Iterator[tuple[Days, str]]:
    for day, rest in _readings(text, today):
        yield (day,), rest
        yield from (((day,), left) for again, left in _readings(rest, today) if again == day)


def _readings(text: str, today: date) -> Iterator[tuple[date, str]]:
    """Yield each date that `text` can mean, with the rest of the text.

    The date `today` is needed for words such as "tomorrow", and for dates without a year.
    """
    for token, days in _RELATIVE_DAYS.items():
        if token in text:
            yield today + timedelta(days=days), text.replace(token, " ", 1)
            return
    for pattern in _DATES:
        for match in pattern.finditer(text):
            before, after = text[: match.start()], text[match.end() :]
            if before[-1:].isdecimal() or after[:1].isdecimal():
                continue
            try:
                yield _date_in(match).on_or_after(today), f"{before} {after}"
            except (ValueError, OverflowError):
                continue


def _date_in(match: re.Match[str]) -> _TypedDate:
    month, year = match["month"], match.groupdict().get("year")
    is_solar = month.startswith("s") or (year is not None and int(year) in _SOLAR_YEARS)
    return _TypedDate(
        day=int(match["day"]),
        month=int(month.removeprefix("s")),
        year=int(year) if year else None,
        calendar=SOLAR_HIJRI if is_solar else GREGORIAN,
    )
