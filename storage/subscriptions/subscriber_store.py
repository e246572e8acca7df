"""Who subscribed: joining, changing, leaving, looking up, and reading all of them without holding the event loop."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

from storage.database import Database, ReadAccess, Transaction
from storage.sealing.rotation_lock import RotationLock
from storage.sealing.sealed_table import RowPosition, SealedRow, SealedTable
from storage.sealing.vault import Vault
from storage.subscriptions import subscriber
from storage.subscriptions.daily_count import ListChange, tally_of
from storage.subscriptions.daily_count_store import DailyCountStore
from storage.subscriptions.subscriber import Subscriber

# Measured over a million rows: 3-5 ms is the longest that the event loop is held; 14 with 1000 rows and 4 ms.
PAGE = 500  # rows fetched at once
_SLICE = 0.001  # seconds of opening rows, after which everybody else has a turn
_LOOK = 32  # rows between looks at the clock


class SaveResult(Enum):
    """What a `save` did; a replay is SAME."""

    JOINED = "joined"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class SubscriberCounts:
    """Who is subscribed now. `topics` are those chosen by number; who wants everything is in `everything` alone."""

    total: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    topics: Counter[int] = field(default_factory=Counter)
    everything: int = 0


class SubscriberStore:
    """Every operation may be repeated: it has one effect, and tells whether it had one. `day` is for the tallies."""

    def __init__(self, database: Database, vault: Vault, tallies: DailyCountStore, hold: RotationLock) -> None:
        self._database = database
        self._tallies = tallies
        self._rotation_lock = hold
        self.table = SealedTable(vault, "subscribers", subscriber.read_name)

    async def get(self, chat: int) -> Subscriber | None:
        return await self._find(self._database, chat)

    async def save(self, wanted: Subscriber, day: date) -> SaveResult:
        """Joins, or changes what was chosen; on disk when it returns. Raises ValueError for what cannot be stored."""
        plain = subscriber.encode(wanted)
        async with self._database.transaction() as change:
            before = await self._find(change, wanted.chat)
            if before == wanted:
                return SaveResult.SAME
            await self._put(change, before, wanted, plain, day)
        return SaveResult.JOINED if before is None else SaveResult.CHANGED

    async def change(self, chat: int, how: Callable[[Subscriber], Subscriber], day: date) -> Subscriber | None:
        """What the subscriber is after `how`; None, and nothing done, for who is not subscribed."""
        async with self._database.transaction() as change:
            return await self.change_in_transaction(change, chat, how, day)

    async def change_in_transaction(
        self, change: Transaction, chat: int, how: Callable[[Subscriber], Subscriber], day: date
    ) -> Subscriber | None:
        """`change` as a part of a larger transaction."""
        before = await self._find(change, chat)
        if before is None:
            return None
        after = how(before)
        if after != before:
            await self._put(change, before, after, subscriber.encode(after), day)
        return after

    async def mark_unreached(self) -> None:
        """Mark everybody as never reached, for a bot that takes over the list. It can be repeated."""
        place = RowPosition()
        while rows := await self.table.after(self._database, place, PAGE):
            place = RowPosition(rows[-1].epoch, rows[-1].pseudonym)
            async with self._database.transaction() as change:
                for one in filter(None, map(self._one, rows)):
                    plain = subscriber.encode(replace(one, unreached=True))
                    await self.table.put(change, subscriber.record_name(one.chat), plain)

    async def leave(self, chat: int, day: date, kind: ListChange = ListChange.LEFT) -> bool:
        """Erases; whether there was something to erase. `kind` is LEFT or BLOCKED."""
        async with self._database.transaction() as change:
            gone = await self.remove_in_transaction(change, chat, day, kind)
        if gone:
            self._database.mark_erased()
        return gone

    async def remove_in_transaction(self, change: Transaction, chat: int, day: date, kind: ListChange) -> bool:
        """`leave` as a part of a larger transaction; whoever ends it calls `database.mark_erased()`."""
        before = await self._find(change, chat)
        gone = await self.table.remove(change, subscriber.record_name(chat))
        await self._tallies.add(change, day, tally_of(before, None, kind))
        return gone

    async def count(self) -> int:
        return await self.table.count(self._database)

    async def everyone(self, page: int = PAGE) -> AsyncGenerator[list[Subscriber], None]:
        """All, a page at a time in key order, with rotation waiting; who changes meanwhile may come as before.

        A row that does not open is left out and counted. Close the iterator (`aclosing`) when leaving it early.
        """
        async with self._rotation_lock.block_rotation():
            place = RowPosition()
            while rows := await self.table.after(self._database, place, page):
                place = RowPosition(rows[-1].epoch, rows[-1].pseudonym)
                yield await self._opened(rows)

    async def read_page(
        self, reads: ReadAccess, place: RowPosition, size: int
    ) -> tuple[int, Iterator[tuple[RowPosition, Subscriber | None]]]:
        """How many rows come next, `size` at most; each, opened when asked for, with the place behind it.

        None for one that does not open.
        """
        rows = await self.table.after(reads, place, size)
        return len(rows), ((RowPosition(row.epoch, row.pseudonym), self._one(row)) for row in rows)

    def _one(self, row: SealedRow) -> Subscriber | None:
        plain = self.table.opened(row)
        return None if plain is None else subscriber.decode(plain)

    async def count_choices(self) -> SubscriberCounts:
        total, everything, languages, topics = 0, 0, Counter[str](), Counter[int]()
        async for some in self.everyone():
            total += len(some)
            everything += sum(one.topics is None for one in some)
            languages.update(one.language for one in some)
            topics.update(topic for one in some for topic in one.topics or ())
        return SubscriberCounts(total, languages, topics, everything)

    async def _opened(self, rows: list[SealedRow]) -> list[Subscriber]:
        found = []
        until = time.perf_counter() + _SLICE
        for number, row in enumerate(rows):
            if number % _LOOK == 0 and time.perf_counter() > until:
                await asyncio.sleep(0)
                until = time.perf_counter() + _SLICE
            plain = self.table.opened(row)
            if plain is not None:
                found.append(subscriber.decode(plain))
        return found

    async def _find(self, reads: ReadAccess, chat: int) -> Subscriber | None:
        plain = await self.table.find(reads, subscriber.record_name(chat))
        return None if plain is None else subscriber.decode(plain)

    async def _put(
        self, change: Transaction, before: Subscriber | None, after: Subscriber, plain: bytes, day: date
    ) -> None:
        await self.table.put(change, subscriber.record_name(after.chat), plain)
        await self._tallies.add(change, day, tally_of(before, after))
