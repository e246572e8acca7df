"""Write dates in the calendar of a language: Gregorian, or Solar Hijri, the calendar of Afghanistan and Iran.

The languages of Afghanistan name the months of Solar Hijri by the signs of the zodiac (حمل … حوت in Dari,
وری … کب in Pashto). The names are in the locales.
"""

from dataclasses import dataclass
from datetime import date, datetime

GREGORIAN, SOLAR_HIJRI = "gregorian", "solar-hijri"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class MomentFormat:
    """How a language writes dates, with and without a time of day.

    - `pattern`: writes a date with a time. It has the placeholders {day}, {month}, {year} and {time}, and can have
      {gregorian}, the Gregorian date in digits.
    - `calendar`: GREGORIAN or SOLAR_HIJRI.
    - `months`: the names of the twelve months of `calendar`. If empty, months are written as numbers.
    - `day_pattern`: writes a date without a time. It has {day} and {month}, and can have {year}.
    """

    pattern: str = "{gregorian} {time}"
    calendar: str = GREGORIAN
    months: tuple[str, ...] = ()
    day_pattern: str = "{day} {month}"

    def write(self, moment: datetime, separator: str = "-") -> str:
        """Return the date and time of `moment`, written by `pattern` with ASCII digits.

        `separator` stands between year, month and day of a Gregorian date in digits.
        """
        gregorian = moment.strftime(f"%Y{separator}%m{separator}%d")
        return self.pattern.format(**self._parts(moment), time=f"{moment:%H:%M}", gregorian=gregorian)

    def write_day(self, moment: datetime) -> str:
        """Return the date of `moment`, written by `day_pattern` with ASCII digits, such as "30 November".

        Without month names, return a Gregorian date such as `2026-11-30`.
        """
        return self.day_pattern.format(**self._parts(moment)) if self.months else f"{moment:%Y-%m-%d}"

    def write_day_and_year(self, moment: datetime) -> str:
        """Return the date of `moment` with its year, in ASCII digits, such as "30 November 2026".

        Without month names, return a Gregorian date such as `2026-11-30`.
        """
        return f"{self.write_day(moment)} {self._parts(moment)['year']}" if self.months else self.write_day(moment)

    def _parts(self, moment: datetime) -> dict[str, str | int]:
        year, month, day = _date_in(self.calendar, moment)
        return {"day": day, "month": self.months[month - 1] if self.months else f"{month:02}", "year": year}


def _date_in(calendar: str, moment: datetime) -> tuple[int, int, int]:
    """Return year, month and day of `moment` in `calendar`."""
    if calendar != SOLAR_HIJRI:
        return moment.year, moment.month, moment.day
    import jdatetime

    converted = jdatetime.date.fromgregorian(date=moment.date())
    return converted.year, converted.month, converted.day


def gregorian_date(calendar: str, year: int, month: int, day: int) -> date:
    """Return the Gregorian date of a date in `calendar`. Raises ValueError if there is no such date."""
    if calendar != SOLAR_HIJRI:
        return date(year, month, day)
    import jdatetime

    converted: date = jdatetime.date(year, month, day).togregorian()
    return converted
