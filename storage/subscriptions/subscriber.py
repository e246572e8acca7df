"""Define a subscriber, and encode one as a record of 31 bytes.

The fields of the record, with their sizes in bytes: chat id 8, version 1, language 2, topics 8 (one bit for each
topic), flags 1, daily clause 3 (hour, time zone, next clause), rest of the language 8. A language code has its first
two letters in its own field and the rest at the end, filled with zeros: versions before 0.3 wrote only zeros there.
"""

import re
import struct
from dataclasses import dataclass, field
from functools import lru_cache

_LAYOUT = struct.Struct(">q B 2s Q B B B B 8s")
SIZE = _LAYOUT.size  # 31: a million rows of random keys take 96 MB, 105 with 40
_VERSION = 1
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
class Subscriber:
    """A subscriber with the choices that the person made.

    `chat` is the chat id. `language` is a code such as fa, ckb or pt-br. `topics` are numbers of topics from 0 to 63,
    or None for all topics.

    With `quiet`, messages arrive without a sound. With `discreet`, messages are neutral notices without the content.
    With `text_only`, photos and other media are left out. `daily` is None for people who get no daily clause.
    `missed` is True after Telegram answered "chat not found" once. After a second such answer the record is deleted.
    `unreached` is True when this bot took over the list from another bot, and had no contact with the person since.
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


def record_name(chat: int) -> bytes:
    """Return the name of a subscriber's row. The pseudonym of the row is made from this name."""
    return chat.to_bytes(8, "big", signed=True)


def read_name(plain: bytes) -> bytes:
    """Return the name of the row in which the record `plain` is stored."""
    return plain[:8]


def encode(person: Subscriber) -> bytes:
    """Return the record of a subscriber. Raises ValueError for a value that a record cannot hold."""
    if not _LANGUAGE.fullmatch(person.language):
        raise ValueError(f"The language {person.language!r} is no code: two small letters such as fa, or pt-br.")
    hour, zone, clause = (0, 0, 0) if person.daily is None else _daily_numbers(person.daily)
    topics = _topic_bits(person.topics or frozenset())
    start, rest = person.language[:2].encode(), person.language[2:].encode()
    return _LAYOUT.pack(person.chat, _VERSION, start, topics, _flags(person), hour, zone, clause, rest)


def decode(plain: bytes) -> Subscriber:
    """Return the subscriber in a record. Raises ValueError for a record that this code did not write."""
    if len(plain) != SIZE:
        raise ValueError("A subscriber's record has 31 bytes.")
    chat, version, start, topics, flags, hour, zone, clause, rest = _LAYOUT.unpack(plain)
    if version != _VERSION or zone >= len(ZONES):
        raise ValueError("The record is in a newer format than this code knows.")
    return Subscriber(
        chat=chat,
        language=_language(start + rest),
        topics=None if flags & _ALL_TOPICS else _topic_set(topics),
        quiet=flags & _QUIET != 0,
        discreet=flags & _DISCREET != 0,
        text_only=flags & _TEXT_ONLY != 0,
        daily=Daily(hour, ZONES[zone], clause) if flags & _DAILY else None,
        missed=flags & _MISSED != 0,
        unreached=flags & _UNREACHED != 0,
    )


def _daily_numbers(daily: Daily) -> tuple[int, int, int]:
    if not 0 <= daily.hour <= 23 or daily.zone not in _ZONE_NUMBERS or not 1 <= daily.clause <= LAST_CLAUSE:
        raise ValueError(f"{daily} has an hour, a zone or a clause that does not exist.")
    return daily.hour, _ZONE_NUMBERS[daily.zone], daily.clause


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


@lru_cache(64)
def _language(field: bytes) -> str:
    return field.rstrip(b"\0").decode("ascii")
