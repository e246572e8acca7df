"""Count how many people join, leave, block the bot or change their choices each day, and encode these counts.

The counts of a day are stored in one record of fixed size, or in several if one is too small. All languages share
these records. If each language had its own record, an observer of the database could see which record changes when a
person joins, and so learn the person's language.
"""

import struct
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from storage.subscriptions.subscriber import MOST_TOPICS, Subscriber

EVERYTHING = MOST_TOPICS  # as a topic: people who chose all topics
PEOPLE = MOST_TOPICS + 1  # as a topic: all people, whatever they chose


class ListChange(IntEnum):
    """A kind of change that one person makes to the list of subscribers.

    The numbers are stored in the database. New kinds get new numbers, and existing numbers never change.
    """

    JOINED = 0
    LEFT = 1
    BLOCKED = 2
    GAINED = 3  # a language or topic gained a subscriber, who changed their choices
    LOST = 4  # a language or topic lost a subscriber, who changed their choices


class CountKey(NamedTuple):
    """The change, language and topic under which people are counted.

    The topic EVERYTHING counts people who chose all topics. The topic PEOPLE counts all people, each once.
    """

    kind: ListChange
    language: str
    topic: int


DailyCount = Counter[CountKey]

_HEADER = struct.Struct(">B I B B H")  # version, day, part, parts, entries
_ENTRY = struct.Struct(">2s B B I")  # language, kind, topic, count
_VERSION = 1
SIZE = 1024  # bytes of a record
_MAX_ENTRIES = (SIZE - _HEADER.size) // _ENTRY.size  # 126 in a record


def count_change(
    before: Subscriber | None, after: Subscriber | None, gone: ListChange = ListChange.LEFT
) -> DailyCount:
    """Return the counts for the change of one person from `before` to `after`.

    `before` or `after` is None when the person is not subscribed. `gone` is LEFT or BLOCKED: the kind of change that
    is counted when the person leaves.
    """
    if before is None:
        return Counter(CountKey(ListChange.JOINED, *pair) for pair in _pairs(after))
    if after is None:
        return Counter(CountKey(gone, *pair) for pair in _pairs(before))
    old, new = _pairs(before), _pairs(after)
    gained = [CountKey(ListChange.GAINED, *pair) for pair in new - old]
    lost = [CountKey(ListChange.LOST, *pair) for pair in old - new]
    return Counter(gained + lost)


def _pairs(person: Subscriber | None) -> set[tuple[str, int]]:
    """Return the pairs of language and topic under which a person is counted; no pairs if `person` is None."""
    if person is None:
        return set()
    topics = {EVERYTHING} if person.topics is None else person.topics
    return {(person.language, topic) for topic in (*topics, PEOPLE)}


def record_name(day: date, part: int) -> bytes:
    """Return the name under which one of the records of a day is stored. `part` is its number, from 0."""
    return day.toordinal().to_bytes(4, "big") + bytes([part])


def read_name(plain: bytes) -> bytes:
    """Return the name under which the record `plain` is stored."""
    return plain[1:6]


def encode(day: date, count: DailyCount) -> list[bytes]:
    """Return one or more records with the counts of a day.

    The records are numbered from 0. Each contains its own number, and how many records the day has.
    """
    entries = [
        _ENTRY.pack(key.language.encode(), key.kind, key.topic, number)
        for key, number in sorted(count.items())
        if number
    ]
    parts = [entries[at : at + _MAX_ENTRIES] for at in range(0, len(entries), _MAX_ENTRIES)] or [[]]
    return [
        (_HEADER.pack(_VERSION, day.toordinal(), number, len(parts), len(part)) + b"".join(part)).ljust(SIZE, b"\0")
        for number, part in enumerate(parts)
    ]


@dataclass(frozen=True, slots=True)
class CountRecord:
    """A decoded record, with all or some of the counts of a day. `parts` says how many records the day has."""

    day: date
    parts: int
    count: DailyCount


def decode(plain: bytes) -> CountRecord:
    """Return the decoded record. Raises ValueError for bytes that this code did not write."""
    if len(plain) != SIZE or plain[0] != _VERSION:
        raise ValueError("The record of counts is in a newer format than this code knows.")
    _, ordinal, _, parts, entries = _HEADER.unpack_from(plain)
    if entries > _MAX_ENTRIES:
        raise ValueError("The record of counts claims more entries than fit in it.")
    body = plain[_HEADER.size : _HEADER.size + entries * _ENTRY.size]
    count = Counter(
        {
            CountKey(ListChange(kind), language.decode("ascii"), topic): number
            for language, kind, topic, number in _ENTRY.iter_unpack(body)
        }
    )
    return CountRecord(day=date.fromordinal(ordinal), parts=parts, count=count)


@dataclass(frozen=True, slots=True)
class DayTotals:
    """The numbers of people who joined, left or blocked the bot on a day.

    `total` is the number of subscribers at the end of the day. The numbers are exact. Callers that show them must
    hide small numbers, which could reveal single persons.
    """

    day: date
    joined: int
    left: int
    blocked: int
    total: int


def series(days: Mapping[date, DailyCount]) -> list[DayTotals]:
    """Return the totals of each day from the first day in `days` to the last. Days without changes are included."""
    if not days:
        return []
    total, totals = 0, list[DayTotals]()
    for ordinal in range(min(days).toordinal(), max(days).toordinal() + 1):
        day = date.fromordinal(ordinal)
        people = _count_people(days.get(day, Counter()))
        joined, left, blocked = people[ListChange.JOINED], people[ListChange.LEFT], people[ListChange.BLOCKED]
        total += joined + people[ListChange.GAINED] - left - blocked - people[ListChange.LOST]
        totals.append(DayTotals(day=day, joined=joined, left=left, blocked=blocked, total=total))
    return totals


def _count_people(count: DailyCount) -> Counter[ListChange]:
    people: Counter[ListChange] = Counter()
    for key, number in count.items():
        if key.topic == PEOPLE:
            people[key.kind] += number
    return people


def sum_by_day(records: Iterable[CountRecord]) -> dict[date, DailyCount]:
    """Return the counts of each day: the sum of the counts in all records of the day."""
    days: dict[date, DailyCount] = {}
    for record in records:
        days.setdefault(record.day, Counter()).update(record.count)
    return days
