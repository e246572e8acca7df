"""Store subscribers: add, change, delete and look up single ones, and read all without blocking the event loop."""

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
from storage.subscriptions.daily_count import ListChange, count_change
from storage.subscriptions.daily_count_store import DailyCountStore
from storage.subscriptions.subscriber import Subscriber

# Measured over a million rows: the event loop is blocked for 3-5 ms at most; for 14 with 1000 rows and 4 ms.
PAGE = 500  # rows fetched at once
_SLICE = 0.001  # seconds of decrypting rows before other tasks get a turn
_ROWS_PER_CLOCK_CHECK = 32


class SaveResult(Enum):
    """The effect of `SubscriberStore.save`.

    SAME means that nothing changed: the same subscriber was stored already.
    """

    JOINED = "joined"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class SubscriberCounts:
    """The current numbers of subscribers: in total, by language, and by topic.

    People who chose all topics are counted in `everything`, and not in `topics`.
    """

    total: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    topics: Counter[int] = field(default_factory=Counter)
    everything: int = 0


class SubscriberStore:
    """Read and write subscribers, and count each change in the statistics of its day.

    If `save` or `leave` is called a second time with the same values, it changes nothing, and says so by its return
    value. The parameter `day` of a method is the day on which the change is counted.
    """

    def __init__(self, database: Database, vault: Vault, daily_counts: DailyCountStore, lock: RotationLock) -> None:
        self._database = database
        self._daily_counts = daily_counts
        self._rotation_lock = lock
        self.table = SealedTable(vault, "subscribers", subscriber.read_name)

    async def get(self, chat: int) -> Subscriber | None:
        """Return the subscriber with this chat id; None when there is none."""
        return await self._find(self._database, chat)

    async def save(self, wanted: Subscriber, day: date) -> SaveResult:
        """Add a subscriber, or replace the choices of an existing one. The change is on disk on return.

        Raises ValueError for a value that cannot be stored.
        """
        async with self._database.transaction() as transaction:
            return await self.save_in_transaction(transaction, wanted, day)

    async def save_in_transaction(self, transaction: Transaction, wanted: Subscriber, day: date) -> SaveResult:
        """Add or replace a subscriber as `save` does, in a transaction that is already open."""
        plain = subscriber.encode(wanted)
        before = await self._find(transaction, wanted.chat)
        if before == wanted:
            return SaveResult.SAME
        await self._put(transaction, before, wanted, plain=plain, day=day)
        return SaveResult.JOINED if before is None else SaveResult.CHANGED

    async def change(self, chat: int, how: Callable[[Subscriber], Subscriber], day: date) -> Subscriber | None:
        """Replace the stored subscriber by what `how` returns for it, and return the new subscriber.

        Return None when there is no subscriber with this chat id.
        """
        async with self._database.transaction() as transaction:
            return await self.change_in_transaction(transaction, chat, how, day)

    async def change_in_transaction(
        self, transaction: Transaction, chat: int, how: Callable[[Subscriber], Subscriber], day: date
    ) -> Subscriber | None:
        """Change a subscriber as `change` does, but in a transaction that is already open."""
        before = await self._find(transaction, chat)
        if before is None:
            return None
        after = how(before)
        if after != before:
            await self._put(transaction, before, after, plain=subscriber.encode(after), day=day)
        return after

    async def mark_unreached(self) -> None:
        """Set `unreached` for all subscribers: the bot that now uses the list has not had contact with them yet.

        A second call changes nothing.
        """
        position = RowPosition()
        while rows := await self.table.page_after(self._database, position, PAGE):
            position = rows[-1].position
            async with self._database.transaction() as transaction:
                for person in filter(None, map(self._open, rows)):
                    plain = subscriber.encode(replace(person, unreached=True))
                    await self.table.put(transaction, subscriber.record_name(person.chat), plain)

    async def leave(self, chat: int, day: date, kind: ListChange = ListChange.LEFT) -> bool:
        """Delete a subscriber; return False when there was none. `kind` is the reason, LEFT or BLOCKED."""
        async with self._database.transaction() as transaction:
            was_subscribed = await self.remove_in_transaction(transaction, chat, day, kind)
        if was_subscribed:
            self._database.mark_erased()
        return was_subscribed

    async def remove_in_transaction(self, transaction: Transaction, chat: int, day: date, kind: ListChange) -> bool:
        """Delete a subscriber as `leave` does, in a transaction that is already open.

        Call `database.mark_erased()` after the commit.
        """
        before = await self._find(transaction, chat)
        was_subscribed = await self.table.remove(transaction, subscriber.record_name(chat))
        await self._daily_counts.add(transaction, day, count_change(before, None, kind))
        return was_subscribed

    async def count(self) -> int:
        """Return the number of subscribers, including rows that cannot be decrypted."""
        return await self.table.count(self._database)

    async def everyone(self, page: int = PAGE) -> AsyncGenerator[list[Subscriber], None]:
        """Yield all subscribers in pages. Key rotation is blocked until the end.

        A subscriber who changes meanwhile might be yielded as before the change. Rows that cannot be decrypted are
        skipped. Close the iterator (`aclosing`) when leaving it early.
        """
        async with self._rotation_lock.block_rotation():
            position = RowPosition()
            while rows := await self.table.page_after(self._database, position, page):
                position = rows[-1].position
                yield await self._open_all(rows)

    async def read_page(
        self, reads: ReadAccess, position: RowPosition, size: int
    ) -> tuple[int, Iterator[tuple[RowPosition, Subscriber | None]]]:
        """Read at most `size` rows after `position`. Return how many were read, and an iterator over them.

        For each row, the iterator yields the position after the row, and the decrypted subscriber. The subscriber is
        None if the row cannot be decrypted.
        """
        rows = await self.table.page_after(reads, position, size)
        return len(rows), ((row.position, self._open(row)) for row in rows)

    def _open(self, row: SealedRow) -> Subscriber | None:
        plain = self.table.open_row(row)
        return None if plain is None else subscriber.decode(plain)

    async def count_choices(self) -> SubscriberCounts:
        """Count all subscribers by language and topics."""
        total, everything, languages, topics = 0, 0, Counter[str](), Counter[int]()
        async for page in self.everyone():
            total += len(page)
            everything += sum(person.topics is None for person in page)
            languages.update(person.language for person in page)
            topics.update(topic for person in page for topic in person.topics or ())
        return SubscriberCounts(total=total, languages=languages, topics=topics, everything=everything)

    async def _open_all(self, rows: list[SealedRow]) -> list[Subscriber]:
        people = []
        until = time.perf_counter() + _SLICE
        for number, row in enumerate(rows):
            if number % _ROWS_PER_CLOCK_CHECK == 0 and time.perf_counter() > until:
                await asyncio.sleep(0)
                until = time.perf_counter() + _SLICE
            plain = self.table.open_row(row)
            if plain is not None:
                people.append(subscriber.decode(plain))
        return people

    async def _find(self, reads: ReadAccess, chat: int) -> Subscriber | None:
        plain = await self.table.find(reads, subscriber.record_name(chat))
        return None if plain is None else subscriber.decode(plain)

    async def _put(
        self, transaction: Transaction, before: Subscriber | None, after: Subscriber, *, plain: bytes, day: date
    ) -> None:
        await self.table.put(transaction, subscriber.record_name(after.chat), plain)
        await self._daily_counts.add(transaction, day, count_change(before, after))
