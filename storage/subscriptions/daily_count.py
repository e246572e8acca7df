"""A day's tally: how many came, went, blocked the bot or changed, by language and topic; as numbers and as records.

A day is one record of a fixed size, or a few, never one a language: which record a join writes says nothing of it.
"""

import struct
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from storage.subscriptions.subscriber import MOST_TOPICS, Subscriber

EVERYTHING = MOST_TOPICS  # in the place of a topic: who wants all of them
PEOPLE = MOST_TOPICS + 1  # in the place of a topic: everybody, whatever they want


class ListChange(IntEnum):
    JOINED = 0
    LEFT = 1
    BLOCKED = 2
    GAINED = 3  # by a change of language or topics
    LOST = 4


class CountKey(NamedTuple):
    """`topic` may be EVERYTHING or PEOPLE."""

    kind: ListChange
    language: str
    topic: int


DailyCount = Counter[CountKey]

_HEAD = struct.Struct(">B I B B H")  # version, day, part, parts, entries
_ENTRY = struct.Struct(">2s B B I")  # language, kind, topic, count
_VERSION = 1
SIZE = 1024
_ENTRIES = (SIZE - _HEAD.size) // _ENTRY.size  # 126 in a record


def tally_of(before: Subscriber | None, after: Subscriber | None, gone: ListChange = ListChange.LEFT) -> DailyCount:
    """What a change from one state to another counts; None is not subscribed, `gone` how somebody went."""
    if before is None or after is None:
        kind, one = (ListChange.JOINED, after) if before is None else (gone, before)
        return Counter(CountKey(kind, *slot) for slot in _slots(one))
    were, are = _slots(before), _slots(after)
    return Counter(
        [CountKey(ListChange.GAINED, *slot) for slot in are - were]
        + [CountKey(ListChange.LOST, *slot) for slot in were - are]
    )


def _slots(one: Subscriber | None) -> set[tuple[str, int]]:
    if one is None:
        return set()
    topics = {EVERYTHING} if one.topics is None else one.topics
    return {(one.language, topic) for topic in (*topics, PEOPLE)}


def record_name(day: date, part: int) -> bytes:
    return day.toordinal().to_bytes(4, "big") + bytes([part])


def read_name(plain: bytes) -> bytes:
    return plain[1:6]


def encode(day: date, tally: DailyCount) -> list[bytes]:
    """The records of a day: at least one; which part each is, it says itself."""
    entries = [
        _ENTRY.pack(cell.language.encode(), cell.kind, cell.topic, count)
        for cell, count in sorted(tally.items())
        if count
    ]
    parts = [entries[at : at + _ENTRIES] for at in range(0, len(entries), _ENTRIES)] or [[]]
    return [
        (_HEAD.pack(_VERSION, day.toordinal(), number, len(parts), len(part)) + b"".join(part)).ljust(SIZE, b"\0")
        for number, part in enumerate(parts)
    ]


@dataclass(frozen=True, slots=True)
class CountRecord:
    day: date
    parts: int
    tally: DailyCount


def decode(plain: bytes) -> CountRecord:
    """Raises ValueError for what this code did not write."""
    if len(plain) != SIZE or plain[0] != _VERSION:
        raise ValueError("The tally is of a newer kind than this code knows.")
    _, ordinal, _, parts, entries = _HEAD.unpack_from(plain)
    if entries > _ENTRIES:
        raise ValueError("The tally says that it holds more than fits in it.")
    body = plain[_HEAD.size : _HEAD.size + entries * _ENTRY.size]
    found = Counter(
        {
            CountKey(ListChange(kind), language.decode("ascii"), topic): count
            for language, kind, topic, count in _ENTRY.iter_unpack(body)
        }
    )
    return CountRecord(date.fromordinal(ordinal), parts, found)


@dataclass(frozen=True, slots=True)
class DayTotals:
    """One point of the chart; `total` is after the day. The `<10` rule is for whoever shows it."""

    day: date
    joined: int
    left: int
    blocked: int
    total: int


def series(days: Mapping[date, DailyCount], language: str | None = None, topic: int | None = None) -> list[DayTotals]:
    """Day after day from the first, days without news too; all languages, and everybody, where none is named."""
    if not days:
        return []
    total, found = 0, []
    for ordinal in range(min(days).toordinal(), max(days).toordinal() + 1):
        day = date.fromordinal(ordinal)
        by_kind = _by_kind(days.get(day, Counter()), language, topic)
        total += by_kind[ListChange.JOINED] + by_kind[ListChange.GAINED]
        total -= by_kind[ListChange.LEFT] + by_kind[ListChange.BLOCKED] + by_kind[ListChange.LOST]
        found.append(
            DayTotals(day, by_kind[ListChange.JOINED], by_kind[ListChange.LEFT], by_kind[ListChange.BLOCKED], total)
        )
    return found


def _by_kind(tally: DailyCount, language: str | None, topic: int | None) -> Counter[ListChange]:
    wanted = {PEOPLE} if topic is None else {topic, EVERYTHING}
    found: Counter[ListChange] = Counter()
    for cell, count in tally.items():
        if cell.topic in wanted and language in (None, cell.language):
            found[cell.kind] += count
    return found


def summed(parts: Iterable[CountRecord]) -> dict[date, DailyCount]:
    days: dict[date, DailyCount] = {}
    for part in parts:
        days.setdefault(part.day, Counter()).update(part.tally)
    return days
