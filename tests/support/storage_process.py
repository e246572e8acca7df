"""Storage for tests: its files, the people in it, and a second process that works with it until it is killed.

python -m tests.support.storage_process join|join-carelessly|rotate|record DATABASE KEYS FIRST LAST
"""

import asyncio
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from storage import sqlite
from storage.audit.audit_log import Actor
from storage.audit.record import AuditAct
from storage.database import ReadAccess
from storage.deliveries.ledger import LedgerId, Outcome, Totals
from storage.store import Store, opened
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Daily, Subscriber

ROOT = Path(__file__).parents[2]  # where the second process runs
DAY = date(2026, 3, 1)
TOKEN = "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678"
BOT = 123456789
FIRST = 5_000_000_000  # a chat id as Telegram gives them today


@dataclass(frozen=True, slots=True)
class Place:
    """The paths of a test's database and key file."""

    database: Path
    keys: Path

    @asynccontextmanager
    async def opened(self, day: date = DAY, bot: int = BOT) -> AsyncIterator[Store]:
        """Open the store for writing, and make it the first time."""
        async with opened(self.database, self.keys, day, bot) as store:
            yield store


def place_in(folder: Path) -> Place:
    """Return paths for a database and a key file in two folders below `folder`."""
    return Place(folder / "data" / "bot.db", folder / "keys" / "seal.key")


def put_back_to_third_migration(place: Place) -> None:
    """Make a database as one that was made before the team and the audit log."""
    with closing(sqlite3.connect(place.database, isolation_level=None)) as older:
        older.execute("DROP TABLE audit")
        older.execute("DELETE FROM migrations WHERE number > 3")


def person(number: int) -> Subscriber:
    """Return a subscriber who differs from the next one in every choice."""
    return Subscriber(
        chat=FIRST + number * 7919,
        language=("fa", "ps", "en")[number % 3],
        topics=None if number % 4 == 0 else frozenset({number % 10, number % 7}),
        quiet=number % 2 == 0,
        discreet=number % 5 == 0,
        text_only=number % 3 == 0,
        daily=Daily(number % 24, "Asia/Kabul", number % 11 + 1) if number % 6 == 0 else None,
    )


async def fill(store: Store, numbers: range) -> None:
    """Store many people at once, without counting them: single saves would each wait for the disk."""
    for at in range(0, len(numbers), 1000):
        async with store.database.transaction() as transaction:
            for somebody in map(person, numbers[at : at + 1000]):
                name = subscriber.record_name(somebody.chat)
                await store.subscribers.table.put(transaction, name, subscriber.encode(somebody))


async def everybody(store: Store) -> list[Subscriber]:
    """Return all subscribers whose rows open."""
    async with aclosing(store.subscribers.everyone()) as pages:
        return [somebody async for page in pages for somebody in page]


async def count_outcomes(reads: ReadAccess, ledger: LedgerId) -> Totals:
    """Count the rows of a ledger by their outcome."""
    statement = "SELECT outcome, COUNT(*) FROM ledger WHERE broadcast = $1 GROUP BY outcome"
    rows = await reads.rows(statement, ledger.column)
    return Counter({Outcome(outcome): int(count) for outcome, count in rows})


def _report(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 -- the parent process reads it


async def _join(store: Store, numbers: range) -> None:
    """Let everybody join and change a choice, and every third leave. Report each call as soon as it has returned."""
    for number in numbers:
        somebody = person(number)
        await store.subscribers.save(Subscriber(somebody.chat, somebody.language), DAY)
        await store.subscribers.save(somebody, DAY)
        _report("joined", number)
        if number % 3 == 0:
            await store.subscribers.leave(somebody.chat, DAY)
            _report("left", number)


async def _rotate(store: Store, numbers: range) -> None:
    """Rotate again and again while people join and leave."""
    moving = asyncio.create_task(_rotate_forever(store))
    await _join(store, numbers)
    await moving


async def _rotate_forever(store: Store) -> None:
    while True:
        await store.rotation.go_on()
        _report("rotated", store.vault.current_epoch)
        for number in [epoch.number for epoch in store.rotation.ages(DAY)][:-1]:
            await store.rotation.destroy(number)
        await store.rotation.begin(DAY)


async def _record(store: Store, numbers: range) -> None:
    """Record acts in the audit log. Report the number of each record as soon as it is stored."""
    for _ in numbers:
        async with store.database.transaction() as transaction:
            await store.audit.append(transaction, Actor("owner", "a1b2c3d4"), act=AuditAct.SENT, at=1.0)
        _report("recorded", store.audit.head.number)


async def _main(mode: str, place: Place, numbers: range) -> None:
    if mode == "join-carelessly":
        sqlite._PRAGMAS["synchronous"] = ("OFF", 0)
    async with place.opened() as store:
        _report("open")
        await {"rotate": _rotate, "record": _record}.get(mode, _join)(store, numbers)
    _report("done")


if __name__ == "__main__":
    mode, database, keys, first, last = sys.argv[1:]
    asyncio.run(_main(mode, Place(Path(database), Path(keys)), range(int(first), int(last))))
