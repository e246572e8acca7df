"""Define a subscriber, and encode a subscriber as a record of 31 bytes.

The fields of the record, with their sizes in bytes: chat id 8, version 1, language 2, topics 8 (one bit for each
topic), flags 1, hours 1, time zone 1, next daily clause 1, rest of the language 7, more of the hours 1. The first two
letters of a language code are in the field `language`, and the others in `rest of the language`, filled with zeros.
Versions before 0.3 wrote only zeros there.

The lower five bits of `hours` are the hour of the daily clause. The upper three bits and the field `more of the
hours` are the quiet hours: 24 times the begin, plus the end; zero means none. All records have the same length, so
the database does not show who has quiet hours. The daily clause and the quiet hours share the time zone.
"""

import re
import struct
from dataclasses import dataclass, field
from functools import lru_cache

_LAYOUT = struct.Struct(">q B 2s Q B B B B 7s B")
SIZE = _LAYOUT.size  # 31: a million rows of random keys take 96 MB, 105 with 40
_VERSION, _VERSION_WITH_QUIET_HOURS = 1, 2  # code that does not know quiet hours refuses the second
_DAILY_BITS, _DAILY_MASK = 5, 31
_LANGUAGE = re.compile("[a-z]{2,3}(?:-[a-z0-9]{2,5})?")  # at most nine letters
MOST_TOPICS = 64
LAST_CLAUSE = 255

# Stored by their index in this tuple: append, never reorder, never remove.
ZONES = (
    "Asia/Kabul", "UTC", "Asia/Tehran", "Asia/Karachi", "Asia/Dushanbe", "Asia/Tashkent", "Asia/Dubai",
    "Asia/Kolkata", "Europe/Istanbul", "Europe/Moscow", "Europe/Athens", "Europe/Berlin", "Europe/London",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "Australia/Perth", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip

_ALL_TOPICS, _QUIET, _DISCREET, _TEXT_ONLY, _DAILY, _MISSED, _UNREACHED = (1 << bit for bit in range(7))
_ZONE_NUMBERS = {zone: number for number, zone in enumerate(ZONES)}


@dataclass(frozen=True, slots=True)
class Daily:
    """A subscriber's choice to get one clause a day, at `hour` (0-23) in the time zone `zone` (one of ZONES).

    `clause` is the number of the clause to send next. Clauses are numbered from 1.
    """

    hour: int
    zone: str
    clause: int = 1


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours in which a subscriber gets no announcement, from `begin` to `end` (0-23) in the time zone `zone`.

    If `end` is before `begin`, the quiet hours span midnight. `begin` and `end` always differ.
    """

    begin: int
    end: int
    zone: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscriber with the choices that the person made.

    - `chat`: the chat id.
    - `language`: a code such as fa, ckb or pt-br.
    - `topics`: numbers of topics from 0 to 63, or None for all topics.
    - `quiet`: messages arrive without a sound.
    - `discreet`: messages are neutral notices without the content.
    - `text_only`: photos and other media are left out.
    - `daily`: None for people who get no daily clause.
    - `quiet_hours`: None for people without quiet hours. If `daily` is set as well, both have the same time zone.
    - `missed`: Telegram answered "chat not found" once. After a second such answer the record is deleted.
    - `unreached`: this bot took over the list from another bot, and has not had contact with the person since.
    """

    chat: int = field(repr=False)
    language: str
    topics: frozenset[int] | None = None
    quiet: bool = False
    discreet: bool = False
    text_only: bool = False
    daily: Daily | None = None
    missed: bool = False
    unreached: bool = False
    quiet_hours: QuietHours | None = None

    @property
    def zone(self) -> str | None:
        """Return the time zone that the person chose for the daily clause or the quiet hours; None for neither."""
        return self.daily.zone if self.daily else self.quiet_hours.zone if self.quiet_hours else None


def record_name(chat: int) -> bytes:
    """Return the name of a subscriber's row, from which the row's pseudonym is made."""
    return chat.to_bytes(8, "big", signed=True)


def read_name(plain: bytes) -> bytes:
    """Return the name of the row to which the record `plain` belongs."""
    return plain[:8]


def encode(person: Subscriber) -> bytes:
    """Return the record of a subscriber. Raises ValueError for a value that a record cannot hold."""
    if not _LANGUAGE.fullmatch(person.language):
        raise ValueError(f"The language {person.language!r} is no code: two small letters such as fa, or pt-br.")
    hour, clause = (0, 0) if person.daily is None else _daily_numbers(person.daily)
    quiet = 0 if person.quiet_hours is None else _quiet_number(person.quiet_hours)
    version = _VERSION_WITH_QUIET_HOURS if quiet else _VERSION
    more_hours, hours = divmod(hour | quiet << _DAILY_BITS, 256)
    topics, zone = _topic_bits(person.topics or frozenset()), _zone_number(person)
    start, rest = person.language[:2].encode(), person.language[2:].encode()
    flags = _flags(person)
    return _LAYOUT.pack(person.chat, version, start, topics, flags, hours, zone, clause, rest, more_hours)


def decode(plain: bytes) -> Subscriber:
    """Return the subscriber in a record. Raises ValueError for a record that this code did not write."""
    if len(plain) != SIZE:
        raise ValueError("A subscriber's record has 31 bytes.")
    chat, version, start, topics, flags, hours, zone, clause, rest, more_hours = _LAYOUT.unpack(plain)
    if version not in (_VERSION, _VERSION_WITH_QUIET_HOURS) or zone >= len(ZONES):
        raise ValueError("The record is in a newer format than this code knows.")
    return Subscriber(
        chat=chat,
        language=_language(start + rest),
        topics=None if flags & _ALL_TOPICS else _topic_set(topics),
        quiet=flags & _QUIET != 0,
        discreet=flags & _DISCREET != 0,
        text_only=flags & _TEXT_ONLY != 0,
        daily=Daily(hours & _DAILY_MASK, ZONES[zone], clause) if flags & _DAILY else None,
        missed=flags & _MISSED != 0,
        unreached=flags & _UNREACHED != 0,
        quiet_hours=None if version == _VERSION else _quiet_hours(hours >> _DAILY_BITS | more_hours << 3, zone),
    )


def _daily_numbers(daily: Daily) -> tuple[int, int]:
    if not 0 <= daily.hour <= 23 or not 1 <= daily.clause <= LAST_CLAUSE:
        raise ValueError(f"{daily} has an hour or a clause that does not exist.")
    return daily.hour, daily.clause


def _quiet_number(quiet: QuietHours) -> int:
    if not 0 <= quiet.begin <= 23 or not 0 <= quiet.end <= 23 or quiet.begin == quiet.end:
        raise ValueError(f"{quiet} has an hour that does not exist, or lasts for no time.")
    return quiet.begin * 24 + quiet.end


def _zone_number(person: Subscriber) -> int:
    zones = {hours.zone for hours in (person.daily, person.quiet_hours) if hours} or {ZONES[0]}
    if len(zones) > 1 or not zones <= _ZONE_NUMBERS.keys():
        raise ValueError(f"A record has one time zone of ZONES, not {sorted(zones)}.")
    return _ZONE_NUMBERS[zones.pop()]


def _flags(person: Subscriber) -> int:
    return (
        _ALL_TOPICS * (person.topics is None)
        | _QUIET * person.quiet
        | _DISCREET * person.discreet
        | _TEXT_ONLY * person.text_only
        | _DAILY * (person.daily is not None)
        | _MISSED * person.missed
        | _UNREACHED * person.unreached
    )


def _topic_bits(topics: frozenset[int]) -> int:
    if not all(0 <= topic < MOST_TOPICS for topic in topics):
        raise ValueError(f"A topic is a number from 0 to {MOST_TOPICS - 1}, not one of {sorted(topics)}.")
    return sum(1 << topic for topic in topics)


@lru_cache(4096)  # a million people choose from a few sets
def _topic_set(bits: int) -> frozenset[int]:
    return frozenset(topic for topic in range(MOST_TOPICS) if bits >> topic & 1)


@lru_cache(4096)
def _quiet_hours(number: int, zone: int) -> QuietHours | None:
    return QuietHours(*divmod(number, 24), ZONES[zone]) if 0 < number < 24 * 24 else None


@lru_cache(64)
def _language(field: bytes) -> str:
    return field.rstrip(b"\0").decode("ascii")
