"""A memory for tests: where it lies, people in it, and what a second process does with it until it is killed.

python -m tests.support.storage_process join|join-carelessly|rotate DATABASE KEYS FIRST LAST
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from storage import sqlite
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
    """Where a test's database and key file lie."""

    database: Path
    keys: Path

    @asynccontextmanager
    async def opened(self, day: date = DAY, bot: int = BOT) -> AsyncIterator[Store]:
        async with opened(self.database, self.keys, day, bot) as store:
            yield store


def place_in(folder: Path) -> Place:
    return Place(folder / "data" / "bot.db", folder / "keys" / "seal.key")


def person(number: int) -> Subscriber:
    """Somebody, different from the next one in every choice."""
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
    """Many at once, without tallies: a save each would sync the disk each time."""
    for at in range(0, len(numbers), 1000):
        async with store.database.transaction() as change:
            for one in map(person, numbers[at : at + 1000]):
                await store.subscribers.table.put(change, subscriber.record_name(one.chat), subscriber.encode(one))


async def everybody(store: Store) -> list[Subscriber]:
    async with aclosing(store.subscribers.everyone()) as pages:
        return [one async for page in pages for one in page]


async def count_outcomes(reads: ReadAccess, ledger: LedgerId) -> Totals:
    """Count the rows of a ledger by their outcome."""
    statement = "SELECT outcome, COUNT(*) FROM ledger WHERE broadcast = $1 GROUP BY outcome"
    rows = await reads.rows(statement, ledger.column)
    return Counter({Outcome(outcome): int(count) for outcome, count in rows})


def _say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 -- the parent process reads it


async def _join(store: Store, numbers: range) -> None:
    """Everybody joins, changes a choice, and every third leaves; what has returned is said at once."""
    for number in numbers:
        one = person(number)
        await store.subscribers.save(Subscriber(one.chat, one.language), DAY)
        await store.subscribers.save(one, DAY)
        _say("joined", number)
        if number % 3 == 0:
            await store.subscribers.leave(one.chat, DAY)
            _say("left", number)


async def _rotate(store: Store, numbers: range) -> None:
    """Rotates again and again while people come and go."""
    moving = asyncio.create_task(_rotate_forever(store))
    await _join(store, numbers)
    await moving


async def _rotate_forever(store: Store) -> None:
    while True:
        await store.rotation.go_on()
        _say("rotated", store.vault.current_epoch)
        for number in [one.number for one in store.rotation.ages(DAY)][:-1]:
            await store.rotation.destroy(number)
        await store.rotation.begin(DAY)


async def _main(what: str, place: Place, numbers: range) -> None:
    if what == "join-carelessly":
        sqlite._PRAGMAS["synchronous"] = ("OFF", 0)
    async with place.opened() as store:
        _say("open")
        await (_rotate if what == "rotate" else _join)(store, numbers)
    _say("done")


if __name__ == "__main__":
    what, database, keys, first, last = sys.argv[1:]
    asyncio.run(_main(what, Place(Path(database), Path(keys)), range(int(first), int(last))))
