"""Define a subscriber, and encode a subscriber as a record of 31 bytes.

The fields of the record, with their sizes in bytes: chat id 8, version 1, language 2, topics 8 (one bit for each
topic), flags 1, hours 1, time zone 1, next daily clause 1, rest of the language 7, more of the hours 1. The first two
letters of a language code are in the field `language`, and the others in `rest of the language`, filled with zeros.
Versions before 0.3 wrote only zeros there.

The lower five bits of `hours` are the hour of the daily clause. The upper three bits and the field `more of the
hours` are a number that says when announcements may arrive. It is 0 for at once, 24 * first hour + end for quiet
hours, and 576 + 24 * day + hour for a digest. In a digest, day 0 means every day, and 1 to 7 are Monday to Sunday.
All records have the same length, so the database does not show who chose what. All hours share the time zone.
"""

import re
import struct
from dataclasses import dataclass, field
from functools import lru_cache

_LAYOUT = struct.Struct(">q B 2s Q B B B B 7s B")
SIZE = _LAYOUT.size  # 31: a million rows of random keys take 96 MB, 105 with 40
# Code that does not know quiet hours refuses the second, and code that does not know digests the third.
_VERSION, _VERSION_WITH_QUIET_HOURS, _VERSION_WITH_DIGEST = 1, 2, 3
_DAILY_BITS, _DAILY_MASK = 5, 31
_FIRST_DIGEST = 24 * 24  # the numbers below are quiet hours
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
class Digest:
    """A subscriber's choice to get all announcements together, at `hour` (0-23) in the time zone `zone`.

    `weekday` is a day from 0 (Monday) to 6 (Sunday) for a digest once a week, and None for one every day.
    """

    hour: int
    weekday: int | None
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
    - `quiet_hours`, `digest`: when announcements may arrive. At most one is set; both are None for people who get
      announcements at once. `daily` has the same time zone.
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
    digest: Digest | None = None

    @property
    def zone(self) -> str | None:
        """Return the time zone that the person chose for the daily clause or for announcements; None for neither."""
        hours = self.daily or self.quiet_hours or self.digest
        return hours.zone if hours else None


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
    version, arrival = _arrival_number(person)
    more_hours, hours = divmod(hour | arrival << _DAILY_BITS, 256)
    topics, zone = _topic_bits(person.topics or frozenset()), _zone_number(person)
    start, rest = person.language[:2].encode(), person.language[2:].encode()
    flags = _flags(person)
    return _LAYOUT.pack(person.chat, version, start, topics, flags, hours, zone, clause, rest, more_hours)


def decode(plain: bytes) -> Subscriber:
    """Return the subscriber in a record. Raises ValueError for a record that this code did not write."""
    if len(plain) != SIZE:
        raise ValueError("A subscriber's record has 31 bytes.")
    chat, version, start, topics, flags, hours, zone, clause, rest, more_hours = _LAYOUT.unpack(plain)
    if not _VERSION <= version <= _VERSION_WITH_DIGEST or zone >= len(ZONES):
        raise ValueError("The record is in a newer format than this code knows.")
    arrival = 0 if version == _VERSION else hours >> _DAILY_BITS | more_hours << 3
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
        quiet_hours=_quiet_hours(arrival, zone) if version == _VERSION_WITH_QUIET_HOURS else None,
        digest=_digest(arrival, zone) if version == _VERSION_WITH_DIGEST else None,
    )


def _daily_numbers(daily: Daily) -> tuple[int, int]:
    if not 0 <= daily.hour <= 23 or not 1 <= daily.clause <= LAST_CLAUSE:
        raise ValueError(f"{daily} has an hour or a clause that does not exist.")
    return daily.hour, daily.clause


def _arrival_number(person: Subscriber) -> tuple[int, int]:
    """Return the version of the record, and the number that says when announcements may arrive."""
    match person.quiet_hours, person.digest:
        case None, None:
            return _VERSION, 0
        case QuietHours() as quiet, None:
            return _VERSION_WITH_QUIET_HOURS, _quiet_number(quiet)
        case None, Digest() as digest:
            return _VERSION_WITH_DIGEST, _digest_number(digest)
        case _:
            raise ValueError("A subscriber has quiet hours or a digest, not both.")


def _quiet_number(quiet: QuietHours) -> int:
    if not 0 <= quiet.begin <= 23 or not 0 <= quiet.end <= 23 or quiet.begin == quiet.end:
        raise ValueError(f"{quiet} has an hour that does not exist, or lasts for no time.")
    return quiet.begin * 24 + quiet.end


def _digest_number(digest: Digest) -> int:
    day = 0 if digest.weekday is None else digest.weekday + 1
    if not 0 <= digest.hour <= 23 or not 0 <= day <= 7 or digest.weekday == -1:
        raise ValueError(f"{digest} has an hour or a day that does not exist.")
    return _FIRST_DIGEST + day * 24 + digest.hour


def _zone_number(person: Subscriber) -> int:
    zones = {hours.zone for hours in (person.daily, person.quiet_hours, person.digest) if hours} or {ZONES[0]}
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


@lru_cache(4096)
def _digest(number: int, zone: int) -> Digest | None:
    day, hour = divmod(number - _FIRST_DIGEST, 24)
    return Digest(hour, day - 1 if day else None, ZONES[zone]) if 0 <= day <= 7 else None


@lru_cache(64)
def _language(field: bytes) -> str:
    return field.rstrip(b"\0").decode("ascii")
