"""What a long list costs: the disk, opening and filtering everybody, one look-up, a join, a rotation."""

import asyncio
import random
import statistics
import tempfile
import time
from contextlib import aclosing
from datetime import date
from pathlib import Path

from storage.store import Store, opened
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Subscriber

_DAY = date(2026, 3, 1)
_FIRST = 5_000_000_000
_LOOKS = 5000
_JOINS = 500


def measure(subscribers: int) -> dict[str, float]:
    """Of a list of so many people, who came in random order as people do."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(Path(folder), subscribers))


async def _measured(folder: Path, subscribers: int) -> dict[str, float]:
    database = folder / "data" / "bot.db"
    async with opened(database, folder / "keys" / "seal.key", _DAY, bot=1) as store:
        await _fill(store, subscribers)
        await store.database.truncate_journal()
        figures = {"MB on disk": database.stat().st_size / 1e6}
        figures |= await _all_opened(store)
        figures |= await _looked_up(store, subscribers)
        figures |= await _joined(store, subscribers)
        figures |= await _rotated(store)
        figures["MB on disk after rotation"] = database.stat().st_size / 1e6
    return figures


async def _fill(store: Store, subscribers: int) -> None:
    vault, label = store.vault, store.subscribers.table.label
    for begin in range(0, subscribers, 10_000):
        many = []
        for number in range(begin, min(begin + 10_000, subscribers)):
            one = _person(number)
            pseudonym = vault.pseudonym(vault.current_epoch, label, subscriber.record_name(one.chat))
            sealed = vault.seal(vault.current_epoch, label, pseudonym, subscriber.encode(one))
            many.append((vault.current_epoch, pseudonym, sealed))
        async with store.database.transaction() as change:
            await change.run_many("INSERT INTO subscribers (epoch, pseudonym, sealed) VALUES ($1, $2, $3)", many)


def _person(number: int) -> Subscriber:
    topics = None if number % 3 else frozenset({number % 9, number % 7})
    return Subscriber(_FIRST + number, ("fa", "fa", "ps", "en")[number % 4], topics, discreet=number % 5 == 0)


async def _all_opened(store: Store) -> dict[str, float]:
    """An audience: Dari, and topic 3 or everything."""
    watch = asyncio.create_task(_longest_hold())
    wall, cpu, chosen = time.perf_counter(), time.process_time(), 0
    async with aclosing(store.subscribers.everyone()) as pages:
        async for some in pages:
            chosen += sum(one.language == "fa" and (one.topics is None or 3 in one.topics) for one in some)
    figures = {
        "CPU seconds to open and filter all": time.process_time() - cpu,
        "seconds to open and filter all": time.perf_counter() - wall,
    }
    watch.cancel()
    figures["ms the event loop was held, longest"] = (await watch) * 1000
    return figures


async def _longest_hold() -> float:
    """Seconds, until cancelled: how late a turn came that was asked for every millisecond."""
    longest = 0.0
    try:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before - 0.001)
    except asyncio.CancelledError:
        return longest


async def _looked_up(store: Store, subscribers: int) -> dict[str, float]:
    chance, micros = random.Random(1), []
    for _ in range(_LOOKS):
        before = time.perf_counter()
        found = await store.subscribers.get(_FIRST + chance.randrange(subscribers))
        micros.append((time.perf_counter() - before) * 1e6)
        assert found is not None
    return {
        "microseconds a look-up, median": statistics.median(micros),
        "microseconds a look-up, p99": statistics.quantiles(micros, n=100)[98],
    }


async def _joined(store: Store, subscribers: int) -> dict[str, float]:
    millis = []
    for number in range(subscribers, subscribers + _JOINS):
        before = time.perf_counter()
        await store.subscribers.save(_person(number), _DAY)
        millis.append((time.perf_counter() - before) * 1000)
    return {"ms a join, on disk, median": statistics.median(millis)}


async def _rotated(store: Store) -> dict[str, float]:
    await store.rotation.begin(_DAY)
    watch = asyncio.create_task(_longest_hold())
    wall, cpu = time.perf_counter(), time.process_time()
    await store.rotation.go_on()
    figures = {
        "seconds to rotate all": time.perf_counter() - wall,
        "CPU seconds to rotate all": time.process_time() - cpu,
    }
    watch.cancel()
    figures["ms the event loop was held by rotation, longest"] = (await watch) * 1000
    await store.database.truncate_journal()
    return figures
