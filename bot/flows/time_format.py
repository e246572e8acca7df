"""Hours and time zones as people read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from content.screens.reader import Reader
from storage.subscriptions.subscriber import ZONES


def shown_time(reader: Reader, hour: int) -> str:
    """Eight o'clock as 08:00, in the language's digits."""
    return reader.book.language.number(f"{hour:02}:00")


def zone_name(reader: Reader, zone: str) -> str:
    """`Asia/Kabul` as the phrasebook calls it."""
    return reader.say("zone." + zone.lower().replace("/", "-").replace("_", "-"))


def written(at: float, zone: str, sign: str = "-") -> str:
    """The moment as it is typed, in plain digits, with `sign` in the date: in Dari a hyphen would turn it around."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime(f"%Y{sign}%m{sign}%d %H:%M")


def span(reader: Reader, seconds: float) -> str:
    """How long, rounded up: under a minute, minutes, hours."""
    minutes = -(-int(seconds) // 60)
    if minutes <= 1:
        return reader.say("broadcast.minute")
    if minutes < 120:
        return reader.say("broadcast.minutes", number=minutes)
    return reader.say("broadcast.hours", number=-(-minutes // 60))


def shown_moment(reader: Reader, at: float, zone: int) -> str:
    language = reader.book.language
    return language.number(written(at, ZONES[zone], "/" if language.rtl else "-"))


def zone_of(reader: Reader, zone: int) -> str:
    """The name of the zone with this place in ZONES."""
    return zone_name(reader, ZONES[zone])
