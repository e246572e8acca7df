"""Choose the labels on the axes of a chart: round numbers, and round hours in a time zone. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from content.model import Language

_STEPS = 4  # of a scale, at most
_SECONDS = (1, 2, 5, 10, 15, 30)
_MINUTES = tuple(60 * minutes for minutes in (1, 2, 5, 10, 15, 30))
_HOURS = tuple(3600 * hours for hours in (1, 2, 3, 6, 12))
_DAY = 86400
_DAYS = tuple(_DAY * days for days in (1, 2, 4, 7, 14, 28, 56, 112, 224))
_TIME_STEPS = (*_SECONDS, *_MINUTES, *_HOURS, *_DAYS)


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis with its label. On an axis of days, `at` is the ordinal of the date."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A time on the time axis with its label. `at` is in seconds after the beginning of the axis.

    `label` is a time of day or a date. The first time of day of each date has the date in a second line.
    """

    at: float
    label: str


def round_scale(largest: int) -> range:
    """Return the numbers to label on an axis that begins at 0, in at most four equal, round steps.

    The last number is `largest`, or the next one above it that fits the steps.
    """
    largest = max(largest, 1)
    magnitude = 1
    while True:
        for step in (magnitude, 2 * magnitude, 5 * magnitude):
            if step * _STEPS >= largest:
                return range(0, largest + step, step)
        magnitude *= 10


def number_tick(number: int, language: Language) -> Tick:
    """Return a tick for `number`, whose label has the language's digits and separated thousands."""
    return Tick(number, language.amount(number))


def hour_ticks(begun: float, seconds: float, zone: str, language: Language) -> tuple[TimeTick, ...]:
    """Return the ticks of a time axis that begins at `begun` (Unix seconds) and is `seconds` long.

    They are at round times of day in the time zone `zone`, or at midnights if the axis is long. If `seconds` is two
    or more, there is at least one.
    """
    tzinfo = ZoneInfo(zone)
    step = next((step for step in _TIME_STEPS if seconds <= step * _most_labels(step)), _TIME_STEPS[-1])
    offset = datetime.fromtimestamp(begun, tzinfo).utcoffset()
    assert offset is not None
    first = -(-(begun + offset.total_seconds()) // step) * step - offset.total_seconds()
    ticks, last_date = list[TimeTick](), None
    for index in range(int((begun + seconds - first) // step) + 1):
        moment = datetime.fromtimestamp(first + index * step, tzinfo)
        ticks.append(TimeTick(first + index * step - begun, _label(moment, step, last_date, language)))
        last_date = moment.date()
    return tuple(ticks)


def _most_labels(step: int) -> float:
    """Return the number of labels that fit on a time axis with a label every `step` seconds.

    Fewer labels fit when they are dates, because dates are longer than times of day.
    """
    return 3.5 if step >= _DAY else 4.5


def written_date(day: date, language: Language) -> str:
    """Return a date as numbers in the digits of the language, such as "2026-12-01".

    Names of months would be ambiguous, because people who read Dari and Pashto use several calendars. In
    right-to-left languages the separators are slashes, because hyphens would reverse the order of year, month and
    day.
    """
    return language.number(day.strftime("%Y/%m/%d" if language.rtl else "%Y-%m-%d"))


def _label(moment: datetime, step: int, last_date: date | None, language: Language) -> str:
    day = written_date(moment.date(), language)
    if step >= _DAY:
        return day
    hour = language.number(moment.strftime("%H:%M:%S" if step < 60 else "%H:%M"))
    return hour if moment.date() == last_date else f"{hour}\n{day}"
