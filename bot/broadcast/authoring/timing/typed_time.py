"""Read a date and time as people write them: `18:00`, `tomorrow 6pm`, `29.11.2026 18:00`, `۱۸:۰۰`, ISO. Pure.

Words come from the locales, digits may be of any script. A time without a date is the next such time. A year from
1300 to 1499 is of the Solar Hijri calendar, which is written in Afghanistan and Iran.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from content.calendars import GREGORIAN, SOLAR_HIJRI, gregorian_date
from content.model import Language

_MAX_AHEAD = 366 * 86400.0  # seconds
_MAX_LENGTH = 100  # characters
_SOLAR_YEARS = range(1300, 1500)
_MONTH_PREFIX = 3  # letters with which people shorten the name of a month
_SAME_LETTERS = str.maketrans({"ي": "ی", "ك": "ک", "\u200c": " ", "\u00a0": " ", "\u200e": "", "\u200f": ""})
# Words are replaced by these tokens before the text is read. Months become <1> to <12>, or <s1> to <s12>.
_TOKENS = {"today": "<today>", "tomorrow": "<tomorrow>", "am": "<am>", "pm": "<pm>", "at": "<at>"}
_TIME = re.compile(
    r"(?P<at><at>)?\s*(?P<hour>\d{1,2})(?:\s?[:.٫]\s?(?P<minute>\d{2})(?::\d{2})?|\s?(?P<h>h)\s?(?P<past>\d{2})?)?"
    r"\s*(?P<words>\D*)"
)
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


class TimeError(StrEnum):
    """Why a typed time cannot be used. The phrase for each value has the key `broadcast.moment_{value}`."""

    FORMAT = "form"
    PAST = "past"
    TOO_FAR = "far"
    SKIPPED = "gap"  # the clocks change and skip this hour


@dataclass(frozen=True, slots=True)
class _TypedDate:
    """A date as it was typed. `year` is None if none was typed; then the next such date is meant."""

    day: int
    month: int
    year: int | None
    calendar: str

    def on_or_after(self, today: date) -> date:
        """Return the date in the Gregorian calendar. Raises ValueError if there is no such date."""
        if self.year is not None:
            return gregorian_date(self.calendar, self.year, self.month, self.day)
        years = (today.year, today.year + 1) if self.calendar == GREGORIAN else (today.year - 622, today.year - 621)
        dates = [gregorian_date(self.calendar, year, self.month, self.day) for year in years]
        return next((candidate for candidate in dates if candidate >= today), dates[-1])


def parse_time(text: str, zone: str, now: float, languages: Iterable[Language] = ()) -> float | TimeError:
    """Read a local time in `zone`. Return it as Unix time, or why it cannot be used.

    `languages` are those whose words are understood; where two languages share a word, the first one counts. If the
    clocks are set back and the hour comes twice, the first one is meant.
    """
    if len(text) > _MAX_LENGTH:
        return TimeError.FORMAT
    local_now = datetime.fromtimestamp(now, ZoneInfo(zone))
    for day, rest in _all_readings(_with_tokens(text, languages), local_now.date()):
        if (hour := _time_of_day(rest)) is not None:
            return _checked(day, hour, local_now)
    return TimeError.FORMAT


def local_moment(day: date, hour: time, zone: str) -> float | None:
    """Return a local date and time as Unix time; None if the clocks skip it."""
    local = datetime.combine(day, hour, ZoneInfo(zone))
    if local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        return None
    return local.timestamp()


def _checked(day: date | None, hour: time, local_now: datetime) -> float | TimeError:
    assert isinstance(local_now.tzinfo, ZoneInfo)
    zone, now = local_now.tzinfo.key, local_now.timestamp()
    try:
        at = local_moment(day or local_now.date(), hour, zone)
        if day is None and (at is None or at <= now):
            at = local_moment(local_now.date() + timedelta(days=1), hour, zone)
    except (ValueError, OverflowError):
        return TimeError.FORMAT
    if at is None:
        return TimeError.SKIPPED
    if at <= now:
        return TimeError.PAST
    return TimeError.TOO_FAR if at > now + _MAX_AHEAD else at


def _all_readings(text: str, today: date) -> Iterator[tuple[date | None, str]]:
    """Yield each way to read a date. The same date may be there twice, as the bot writes it in two calendars."""
    for day, rest in _readings(text, today):
        yield day, rest
        yield from ((day, left) for again, left in _readings(rest, today) if day is not None and again == day)


def _readings(text: str, today: date) -> Iterator[tuple[date | None, str]]:
    """Yield each way to read a date in `text`, with what is left of the text. The last way has no date."""
    for token, days in (("<today>", 0), ("<tomorrow>", 1)):
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
    yield None, text


def _date_in(match: re.Match[str]) -> _TypedDate:
    month, year = match["month"], match.groupdict().get("year")
    is_solar = month.startswith("s") or (year is not None and int(year) in _SOLAR_YEARS)
    return _TypedDate(
        day=int(match["day"]),
        month=int(month.removeprefix("s")),
        year=int(year) if year else None,
        calendar=SOLAR_HIJRI if is_solar else GREGORIAN,
    )


def _time_of_day(text: str) -> time | None:
    """Return the time in `text`, which must contain nothing else; None if there is none.

    An hour without minutes needs a word such as "pm" or "o'clock", so that a bare number is not read as a time.
    """
    match = _TIME.fullmatch(text.strip(" -"))
    if match is None:
        return None
    words = match["words"].split()
    half = [word for word in words if word != "<at>"]
    is_marked = bool(match["minute"] or match["at"] or match["h"] or words)
    if len(half) > 1 or not {*half} <= {"<am>", "<pm>"} or not is_marked:
        return None
    return _on_clock(int(match["hour"]), int(match["minute"] or match["past"] or 0), half[0] if half else "")


def _on_clock(hour: int, minute: int, half: str) -> time | None:
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "<pm>" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _with_tokens(text: str, languages: Iterable[Language]) -> str:
    """Return `text` in small letters and ASCII digits, with tokens in place of the words of `languages`."""
    plain = _plain(text)
    plain = re.sub(r"(?<=\d)t(?=\d)", " ", plain)  # 2026-11-29T18:00
    tokens = _word_tokens(languages)
    if tokens:
        longest_first = sorted(tokens, key=len, reverse=True)
        word = rf"(?<![^\W\d_])({'|'.join(map(re.escape, longest_first))})(?![^\W\d_])\.?"
        plain = re.sub(word, lambda match: f" {tokens[match[1]]} ", plain)
    return re.sub(r"\s+", " ", plain).strip()


def _plain(text: str) -> str:
    digits = "".join(str(unicodedata.digit(sign, sign)) for sign in text.translate(_SAME_LETTERS))
    return re.sub(r"[،,\s]+", " ", digits.casefold()).strip()


def _word_tokens(languages: Iterable[Language]) -> dict[str, str]:
    """Return the token of each word that is understood."""
    tokens: dict[str, str] = {}
    for language in languages:
        for meaning, words in language.time_words.items():
            for word in words:
                tokens.setdefault(_plain(word), _TOKENS[meaning])
        for name, token in _months(language):
            tokens.setdefault(name, token)
    return tokens


def _months(language: Language) -> Iterator[tuple[str, str]]:
    """Yield the names of months with their tokens. Latin names may be shortened to their first three letters."""
    mark = "s" if language.moment_format.calendar == SOLAR_HIJRI else ""
    for number, name in enumerate(map(_plain, language.moment_format.months), 1):
        yield name, f"<{mark}{number}>"
        if name.isascii() and len(name) > _MONTH_PREFIX:
            yield name[:_MONTH_PREFIX], f"<{mark}{number}>"
