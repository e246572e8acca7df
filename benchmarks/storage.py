"""Measure the database with many subscribers: size, memory, start, reading all, a look-up, a join, a key rotation.

To run only this, with another number of subscribers: `python -m benchmarks.storage 3000000`.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from contextlib import aclosing
from datetime import date
from pathlib import Path

import psutil

from storage.store import Store, opened
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Subscriber

_DAY = date(2026, 3, 1)
_FIRST_CHAT = 5_000_000_000
_LOOK_UPS = 5000
_JOINS = 500


def measure(subscribers: int) -> dict[str, float]:
    """Create a database with this number of subscribers, and return the measured figures by label."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(Path(folder), subscribers))


async def _measured(folder: Path, subscribers: int) -> dict[str, float]:
    database, keys = folder / "data" / "bot.db", folder / "keys" / "seal.key"
    async with opened(database, keys, _DAY, bot=1) as store:
        await _fill(store, subscribers)
    figures = {"MB on disk": database.stat().st_size / 1e6} | await _opening(database, keys)
    async with opened(database, keys, _DAY, bot=1) as store:
        figures |= await _filtering(store)
        figures |= await _looking_up(store, subscribers)
        figures |= await _joining(store, subscribers)
        figures |= await _rotating(store)
        figures["MB on disk after rotation"] = database.stat().st_size / 1e6
    return figures


async def _opening(database: Path, keys: Path) -> dict[str, float]:
    before = time.perf_counter()
    async with opened(database, keys, _DAY, bot=1):
        return {"ms to open": (time.perf_counter() - before) * 1000}


def _resident() -> float:
    """Return the memory of this process, in MB."""
    return float(psutil.Process().memory_info().rss / 1e6)


async def _fill(store: Store, subscribers: int) -> None:
    vault, label = store.vault, store.subscribers.table.label
    for begin in range(0, subscribers, 10_000):
        rows = []
        for number in range(begin, min(begin + 10_000, subscribers)):
            person = _subscriber(number)
            pseudonym = vault.pseudonym(vault.current_epoch, label, subscriber.record_name(person.chat))
            sealed = vault.seal(vault.current_epoch, label, pseudonym, subscriber.encode(person))
            rows.append((vault.current_epoch, pseudonym, sealed))
        async with store.database.transaction() as transaction:
            await transaction.run_many("INSERT INTO subscribers (epoch, pseudonym, sealed) VALUES ($1, $2, $3)", rows)


def _subscriber(number: int) -> Subscriber:
    topics = None if number % 3 else frozenset({number % 9, number % 7})
    return Subscriber(_FIRST_CHAT + number, ("fa", "fa", "ps", "en")[number % 4], topics, discreet=number % 5 == 0)


async def _filtering(store: Store) -> dict[str, float]:
    """Measure how long it takes to find an audience: subscribers who read Dari and chose topic 3 or all topics."""
    blocking = asyncio.create_task(_longest_block())
    wall, cpu, selected = time.perf_counter(), time.process_time(), 0
    async with aclosing(store.subscribers.everyone()) as pages:
        async for page in pages:
            selected += sum(
                person.language == "fa" and (person.topics is None or 3 in person.topics) for person in page
            )
    figures = {
        "CPU seconds to decrypt and filter all": time.process_time() - cpu,
        "seconds to decrypt and filter all": time.perf_counter() - wall,
    }
    figures["MB of memory after that"] = _resident()
    blocking.cancel()
    figures["longest block of the event loop, ms"] = (await blocking) * 1000
    return figures


async def _longest_block() -> float:
    """Watch the event loop until this task is cancelled. Return the longest time in seconds for which it was blocked.

    That is the time by which a sleep of one millisecond ended too late.
    """
    longest = 0.0
    try:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before - 0.001)
    except asyncio.CancelledError:
        return longest


async def _looking_up(store: Store, subscribers: int) -> dict[str, float]:
    random_numbers, microseconds = random.Random(1), []
    for _ in range(_LOOK_UPS):
        before = time.perf_counter()
        person = await store.subscribers.get(_FIRST_CHAT + random_numbers.randrange(subscribers))
        microseconds.append((time.perf_counter() - before) * 1e6)
        assert person is not None
    return {
        "microseconds per look-up, median": statistics.median(microseconds),
        "microseconds per look-up, p99": statistics.quantiles(microseconds, n=100)[98],
    }


async def _joining(store: Store, subscribers: int) -> dict[str, float]:
    milliseconds = []
    for number in range(subscribers, subscribers + _JOINS):
        before = time.perf_counter()
        await store.subscribers.save(_subscriber(number), _DAY)
        milliseconds.append((time.perf_counter() - before) * 1000)
    return {"ms per join, on disk, median": statistics.median(milliseconds)}


async def _rotating(store: Store) -> dict[str, float]:
    await store.rotation.begin(_DAY)
    blocking = asyncio.create_task(_longest_block())
    wall, cpu = time.perf_counter(), time.process_time()
    await store.rotation.go_on()
    figures = {
        "seconds to rotate all": time.perf_counter() - wall,
        "CPU seconds to rotate all": time.process_time() - cpu,
    }
    figures["MB of memory after rotation"] = _resident()
    blocking.cancel()
    figures["longest block of the event loop by rotation, ms"] = (await blocking) * 1000
    await store.database.truncate_journal()
    return figures


if __name__ == "__main__":
    for name, figure in measure(int(sys.argv[1])).items():
        print(f"{name:48} {figure:12.3f}")
