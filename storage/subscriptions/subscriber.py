"""A subscriber, and the 32 bytes that hold everything known about one.

chat 8, version 1, language 2, topics 8 (a bit each), choices 1, daily clause 3 (hour, zone, next), zeros to 32.
"""

import re
import struct
from dataclasses import dataclass, field
from functools import lru_cache

_LAYOUT = struct.Struct(">q B 2s Q B B B B 8x")
SIZE = _LAYOUT.size  # 32: a million rows of random keys take 96 MB, 105 with 40
_VERSION = 1
_LANGUAGE = re.compile("[a-z]{2}")
MOST_TOPICS = 64
LAST_CLAUSE = 255

# Stored by their place here: append, never reorder, never remove.
ZONES = (
    "Asia/Kabul", "UTC", "Asia/Tehran", "Asia/Karachi", "Asia/Dushanbe", "Asia/Tashkent", "Asia/Dubai",
    "Asia/Kolkata", "Europe/Istanbul", "Europe/Moscow", "Europe/Athens", "Europe/Berlin", "Europe/London",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "Australia/Perth", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip

_EVERYTHING, _QUIET, _DISCREET, _TEXT_ONLY, _DAILY, _MISSED, _UNREACHED = (1 << bit for bit in range(7))
_ZONE_NUMBERS = {zone: number for number, zone in enumerate(ZONES)}


@dataclass(frozen=True, slots=True)
class Daily:
    """A clause a day: at `hour` (0-23) of `zone` (one of ZONES); `clause` comes next, from 1."""

    hour: int
    zone: str
    clause: int = 1


@dataclass(frozen=True, slots=True)
class Subscriber:
    """`language` has two letters; `topics` are numbers from 0 to 63, None for everything.

    `missed`: Telegram has said "chat not found" once; the second time it is believed. `unreached`: they subscribed
    with another bot, whose list this one took over, and were neither reached by this bot nor heard from since.
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
    """What a subscriber's pseudonym is made from."""
    return chat.to_bytes(8, "big", signed=True)


def read_name(plain: bytes) -> bytes:
    return plain[:8]


def encode(one: Subscriber) -> bytes:
    """Raises ValueError for what the record cannot hold."""
    if not _LANGUAGE.fullmatch(one.language):
        raise ValueError(f"The language {one.language!r} is not two small letters.")
    if one.daily is not None:
        _check(one.daily)
    hour, zone, clause = (one.daily.hour, _ZONE_NUMBERS[one.daily.zone], one.daily.clause) if one.daily else (0, 0, 0)
    return _LAYOUT.pack(
        one.chat, _VERSION, one.language.encode(), _bits(one.topics or frozenset()), _choices(one), hour, zone, clause
    )


def decode(plain: bytes) -> Subscriber:
    """Raises ValueError for what this code did not write."""
    if len(plain) != SIZE:
        raise ValueError("A subscriber's record has 32 bytes.")
    chat, version, language, bits, choices, hour, zone, clause = _LAYOUT.unpack(plain)
    if version != _VERSION or zone >= len(ZONES):
        raise ValueError("The record is of a newer kind than this code knows.")
    return Subscriber(
        chat,
        _text(language),
        None if choices & _EVERYTHING else _set(bits),
        bool(choices & _QUIET),
        bool(choices & _DISCREET),
        bool(choices & _TEXT_ONLY),
        Daily(hour, ZONES[zone], clause) if choices & _DAILY else None,
        bool(choices & _MISSED),
        bool(choices & _UNREACHED),
    )


def _check(daily: Daily) -> None:
    if not 0 <= daily.hour <= 23 or daily.zone not in _ZONE_NUMBERS or not 1 <= daily.clause <= LAST_CLAUSE:
        raise ValueError(f"{daily} has an hour, a zone or a clause that there is not.")


def _choices(one: Subscriber) -> int:
    return (
        _EVERYTHING * (one.topics is None)
        | _QUIET * one.quiet
        | _DISCREET * one.discreet
        | _TEXT_ONLY * one.text_only
        | _DAILY * (one.daily is not None)
        | _MISSED * one.missed
        | _UNREACHED * one.unreached
    )


def _bits(topics: frozenset[int]) -> int:
    if not all(0 <= topic < MOST_TOPICS for topic in topics):
        raise ValueError(f"A topic is a number from 0 to {MOST_TOPICS - 1}, not one of {sorted(topics)}.")
    return sum(1 << topic for topic in topics)


@lru_cache(4096)  # a million people choose from a few sets
def _set(bits: int) -> frozenset[int]:
    return frozenset(topic for topic in range(MOST_TOPICS) if bits >> topic & 1)


@lru_cache(64)
def _text(language: bytes) -> str:
    return language.decode("ascii")
