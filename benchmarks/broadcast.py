"""What a broadcast costs: the real engine on a real database, against the box (a process apart) or another server.

    python -m benchmarks.broadcast --subscribers N --rate R [--api-url URL --token TOKEN --first-id I] [--json]

The server must know the people from `--first-id` up. `--rate 0` is as fast as it goes. While it sends, somebody asks
once in a while: how long their answer waits is measured with the broadcast and, before it, without.
"""

import argparse
import asyncio
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.broadcast.delivery.context import BroadcastEvent, EngineContext
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.requests import ApiClient
from bot.broadcast.delivery.service import Broadcasts, Progress
from bot.model.announcement import Announcement, Piece
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import Limiter
from bot.telegram_api.rate_limiting.token_bucket import Lane
from storage.store import Store, opened
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Subscriber

UNPACED = 1_000_000.0
_FREE = 30.0  # messages a second; above that it is paid for
_IDLE = 5.0  # seconds in which the reader asks without a broadcast
_ASKS = 20  # questions a second at most; one in ten calls at a slower rate
_SAID = Announcement("fa", {"fa": Piece("فردا ساعت دوازده گرد هم می‌آییم."), "en": Piece("We meet tomorrow at noon.")})


def measure(subscribers: int, rate: float, api: str | None, token: str, first: int) -> dict[str, float]:
    """`rate` 0 is as fast as it goes; without `api` the box is started."""
    return asyncio.run(_measured(subscribers, rate, api, token, first))


async def _measured(subscribers: int, rate: float, api: str | None, token: str, first: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        async with (
            server(api, token, subscribers, first, rate) as address,
            opened(place / "data" / "bot.db", place / "keys" / "seal.key", datetime.now(UTC).date(), 1) as store,
        ):
            await enlist(store, subscribers, first)
            return await _sent(store, address, rate or UNPACED, first)


@asynccontextmanager
async def server(api: str | None, token: str, people: int, first: int, rate: float) -> AsyncIterator[str]:
    """`URL/bot<token>`."""
    if api is not None:
        yield f"{api}/bot{token}"
        return
    paced = ["--rate", str(min(rate, _FREE))] if rate else ["--unpaced"]
    box = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", "--json", "--port", "0", *paced,
        "--quiet-people", str(people), "--first-id", str(first), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert box.stdout
        told = json.loads(await box.stdout.readline())
        yield f"{told['url']}/bot{told['token']}"
    finally:
        box.terminate()
        await box.wait()


async def enlist(store: Store, people: int, first: int, languages: Sequence[str] = ("fa", "en")) -> None:
    vault, label = store.vault, store.subscribers.table.label
    for begin in range(0, people, 10_000):
        many = []
        for chat in range(first + begin, first + min(begin + 10_000, people)):
            plain = subscriber.encode(Subscriber(chat, languages[chat % len(languages)]))
            pseudonym = vault.pseudonym(vault.current_epoch, label, subscriber.record_name(chat))
            many.append((vault.current_epoch, pseudonym, vault.seal(vault.current_epoch, label, pseudonym, plain)))
        async with store.database.transaction() as change:
            await change.run_many("INSERT INTO subscribers (epoch, pseudonym, sealed) VALUES ($1, $2, $3)", many)


class _Counting(Limiter):
    pauses = 0

    def pause(self, retry_after: Any) -> None:
        self.pauses += 1
        super().pause(retry_after)


async def _sent(store: Store, address: str, rate: float, first: int) -> dict[str, float]:
    wire, news, stopping, limiter = Transport(), list[BroadcastEvent](), asyncio.Event(), _Counting(rate)
    await wire.initialize()
    engine = Engine(EngineContext(store, limiter, ApiClient(wire, address, time.monotonic), rate, news.append))
    service = Broadcasts(store, engine.poke, time.time)
    running = asyncio.create_task(engine.run(stopping))
    try:
        idle = await _asked_for(_IDLE, 1 / min(_ASKS, rate / 10), wire, limiter, address)
        reader = asyncio.create_task(_asked_for(None, 1 / min(_ASKS, rate / 10), wire, limiter, address))
        before, begun, memory = cpu_seconds(), time.monotonic(), list[float]()
        number = await service.create(replace(_SAID, paid=rate > _FREE))
        told = await _end_of(service, number, memory, begun)
        seconds, cpu = time.monotonic() - begun, cpu_seconds() - before
        reader.cancel()
        busy = await reader
    finally:
        stopping.set()
        await running
        await wire.shutdown()
    return _figures(told, seconds, cpu, idle, busy, limiter.pauses, memory)


async def _end_of(service: Broadcasts, number: int, memory: list[float], begun: float) -> Progress:
    """Megabytes in `memory`: after the first minute (or at the end), and at the end."""
    while (told := service.progress(number)).ended is None:
        if not memory and time.monotonic() > begun + 60:
            memory.append(_memory())
        await asyncio.sleep(0.05)
    memory.append(_memory())
    return told


async def _asked_for(
    seconds: float | None, pause: float, wire: Transport, limiter: Limiter, address: str
) -> list[float]:
    """Milliseconds a reader waits for the turn and the call of an answer, until cancelled or for so long."""
    waits, until = list[float](), None if seconds is None else time.monotonic() + seconds
    body = b'{"chat_id":1003,"action":"typing"}'
    try:
        while until is None or time.monotonic() < until:
            begun = time.perf_counter()
            await limiter.turn(Lane.ANSWER)
            await wire.post_json(f"{address}/sendChatAction", body)
            waits.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(pause)
    except asyncio.CancelledError:
        pass
    return waits


def _figures(
    told: Progress, seconds: float, cpu: float, idle: list[float], busy: list[float], floods: int, memory: list[float]
) -> dict[str, float]:
    return {
        "sent": told.sent,
        "unknown": told.unknown,
        "refused, left or skipped": told.refused + told.left + told.skipped,
        "seconds": seconds,
        "messages/s": told.sent / seconds,
        "calls/s, the reader's among them": (told.sent + len(busy)) / seconds,
        "CPU ms a message": cpu * 1000 / max(1, told.claimed),
        "429s": floods,
        "reader's p50 ms, idle": statistics.median(idle),
        "reader's p99 ms, idle": _p99(idle),
        "reader's p50 ms, during it": statistics.median(busy or [0.0]),
        "reader's p99 ms, during it": _p99(busy),
        "MB of memory after a minute": memory[0],
        "MB of memory at the end": memory[-1],
        "MB of memory, most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)] if waits else 0.0


def cpu_seconds() -> float:
    """Of all threads, the database's among them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _memory() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.broadcast", description="What a broadcast costs.")
    parser.add_argument("--subscribers", type=int, default=10_000, metavar="N")
    parser.add_argument("--rate", type=float, default=0.0, metavar="R", help="messages a second; 0: unpaced")
    parser.add_argument("--api-url", default=None, metavar="URL", help="a Bot API server; else the box is started")
    parser.add_argument("--token", default="7000001:the-box-has-no-secrets-this-is-public")
    parser.add_argument("--first-id", type=int, default=10_000_000, metavar="I")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.subscribers, given.rate, given.api_url, given.token, given.first_id)
    if given.json:
        json.dump(figures, sys.stdout, indent=2)
        return
    for what, value in figures.items():
        print(f"  {what:40} {value:12.3f}")


if __name__ == "__main__":
    main()
