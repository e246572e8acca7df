"""The marks on the axes of a chart: round numbers, and round hours of somebody's clock. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from content.model import Language

_STEPS = 4  # of a scale, at most
_MANY = 10_000
_SECONDS = (1, 2, 5, 10, 15, 30)
_MINUTES = tuple(60 * minutes for minutes in (1, 2, 5, 10, 15, 30))
_HOURS = tuple(3600 * hours for hours in (1, 2, 3, 6, 12))
_DAY = 86400
_DAYS = tuple(_DAY * days for days in (1, 2, 4, 7, 14, 28, 56, 112, 224))


@dataclass(frozen=True, slots=True)
class Tick:
    at: int
    label: str


def scale(largest: int) -> range:
    """Round numbers from 0 to the largest or just beyond it."""
    largest = max(largest, 1)
    magnitude = 1
    while True:
        for step in (magnitude, 2 * magnitude, 5 * magnitude):
            if step * _STEPS >= largest:
                return range(0, largest + step, step)
        magnitude *= 10


def mark(number: int, language: Language) -> Tick:
    """In thousands, where there are many: a million is a row of dots in the digits of Dari."""
    grouped = f"{number:,}" if number >= _MANY else str(number)
    return Tick(number, language.number(grouped.replace(",", "\u066c") if language.rtl else grouped))


@dataclass(frozen=True, slots=True)
class Hour:
    """`at` is seconds since the beginning; the label has a second line, with the date, where that is another one."""

    at: float
    label: str


def clock(begun: float, seconds: float, zone: str, language: Language) -> tuple[Hour, ...]:
    """Hours of `zone` in the `seconds` after `begun` (Unix seconds): one at least, where these are two or more."""
    where = ZoneInfo(zone)
    step = next((step for step in _STEPS_OF_TIME if seconds <= step * _room(step)), _STEPS_OF_TIME[-1])
    ahead = datetime.fromtimestamp(begun, where).utcoffset()
    assert ahead is not None
    first = -(-(begun + ahead.total_seconds()) // step) * step - ahead.total_seconds()
    found, shown = list[Hour](), None
    for number in range(int((begun + seconds - first) // step) + 1):
        moment = datetime.fromtimestamp(first + number * step, where)
        label = _label(moment, step, shown, language)
        shown = moment.date()
        found.append(Hour(first + number * step - begun, label))
    return tuple(found)


def _room(step: int) -> float:
    """For how many a line has room: a date is longer than an hour."""
    return 3.5 if step >= _DAY else 4.5


def written_date(day: date, language: Language) -> str:
    """In figures: Dari and Pashto have several calendars' names for the months. A hyphen would turn it around."""
    return language.number(day.strftime("%Y/%m/%d" if language.rtl else "%Y-%m-%d"))


def _label(moment: datetime, step: int, shown: date | None, language: Language) -> str:
    day = written_date(moment.date(), language)
    if step >= _DAY:
        return day
    hour = language.number(moment.strftime("%H:%M:%S" if step < 60 else "%H:%M"))
    return hour if moment.date() == shown else f"{hour}\n{day}"


_STEPS_OF_TIME = (*_SECONDS, *_MINUTES, *_HOURS, *_DAYS)
