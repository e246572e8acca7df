"""Format hours, moments, durations and time zones as text, in the digits of the reader's language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from content.calendars import WEEKDAYS
from content.model import Language
from content.screens.reader import Reader
from storage.subscriptions.subscriber import ZONES


def format_hour(reader: Reader, hour: int) -> str:
    """Return the hour as a time of day, such as 08:00."""
    return reader.book.language.number(f"{hour:02}:00")


def zone_name(reader: Reader, zone: str) -> str:
    """Return the name of an IANA time zone such as `Asia/Kabul` in the reader's language."""
    return reader.say("zone." + zone.lower().replace("/", "-").replace("_", "-"))


def zone_name_at(reader: Reader, zone: int) -> str:
    """Return the name of the time zone with the index `zone` in ZONES, in the reader's language."""
    return zone_name(reader, ZONES[zone])


def format_time_now(reader: Reader, now: float, zone: int) -> str:
    """Return the sentence that says which time and day it is at `now` (a Unix time) in a time zone.

    `zone` is the index of the zone in ZONES. The day is in the calendar of the reader's language.
    """
    language = reader.book.language
    moment = datetime.fromtimestamp(now, ZoneInfo(ZONES[zone]))
    time, day = f"{moment:%H:%M}", language.moment_format.write_day(moment)
    return reader.say(
        "panel.now", time=language.number(time), zone=zone_name_at(reader, zone), date=language.number(day)
    )


def format_day(reader: Reader, day: date) -> str:
    """Return a date with its year, in the calendar of the reader's language."""
    language = reader.book.language
    return language.number(language.moment_format.write_day_and_year(datetime(day.year, day.month, day.day)))


def suggested_zone(reader: Reader) -> int:
    """Return the index in ZONES of the most likely time zone of people who read the reader's language."""
    zone = reader.book.language.zone
    return ZONES.index(zone if zone in ZONES else "UTC")


def format_moment(reader: Reader, at: float, zone: int) -> str:
    """Return the date and time of `at` (a Unix time) in the calendar of the reader's language.

    `zone` is the index of a time zone in ZONES.
    """
    language = reader.book.language
    moment = datetime.fromtimestamp(at, ZoneInfo(ZONES[zone]))
    return language.number(language.moment_format.write(moment, _date_separator(language)))


def weekday_name(language: Language, weekday: int) -> str:
    """Return the name of a day of the week, from 0 (Monday) to 6; "" if the language has no names for the days."""
    return next(iter(language.time_words.get(WEEKDAYS[weekday], ())), "")


def format_moment_with_weekday(reader: Reader, at: float, zone: int) -> str:
    """Return the same as `format_moment`, with the day of the week first if the language has names for the days."""
    weekday = datetime.fromtimestamp(at, ZoneInfo(ZONES[zone])).weekday()
    name, moment = weekday_name(reader.book.language, weekday), format_moment(reader, at, zone)
    return f"{name}{reader.say('word.comma')} {moment}" if name else moment


def _date_separator(language: Language) -> str:
    return "/" if language.rtl else "-"  # hyphens would turn the date around in a right-to-left text


def format_duration(reader: Reader, seconds: float) -> str:
    """Return a duration in words, rounded up to whole minutes; from two hours on, rounded up to whole hours."""
    minutes = -(-int(seconds) // 60)
    if minutes <= 1:
        return reader.say("broadcast.minute")
    if minutes < 120:
        return reader.say("broadcast.minutes", number=minutes)
    return reader.say("broadcast.hours", number=-(-minutes // 60))
