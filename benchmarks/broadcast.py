"""Measure a broadcast: the real engine on a real database, with the playground in another process as the server.

    python -m benchmarks.broadcast --subscribers N --rate R [--waiting PERCENT] [--api-url URL --token TOKEN
        --first-id I] [--json]

`--rate` is in messages a second, and `--rate 0` sends as fast as possible. `--api-url` sets another Bot API server,
on which chats with the N ids from I up must exist. PERCENT of the subscribers have chosen a digest that is not due:
the bot writes down that they wait, and does not send to them. A simulated reader calls the Bot API from time to time,
before and during the broadcast. The benchmark measures how long the reader waits for each answer.
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

from bot.audit.trail import BOT, AuditTrail
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.requests import ApiClient
from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.delivery.service import BroadcastService
from bot.model.announcement import Announcement, Piece
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.rate_limiting.token_bucket import Lane
from storage.store import Store, opened
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Digest, Subscriber

UNLIMITED_RATE = 1_000_000.0
_FREE_RATE = 30.0  # messages per second; Telegram wants to be paid for more
_IDLE_SECONDS = 5.0  # in which the reader asks while nothing is sent
_MAX_QUESTIONS = 20  # per second; at a slow rate, one tenth of the calls
_ANNOUNCEMENT = Announcement(
    "fa", {"fa": Piece("فردا ساعت دوازده گرد هم می‌آییم."), "en": Piece("We meet tomorrow at noon.")}
)


def measure(
    subscribers: int, rate: float, api: str | None, token: str, first: int, *, waiting: int = 0
) -> dict[str, float]:
    """Send one broadcast, and return its figures by label.

    `subscribers` is the number of subscribers, whose chat ids start at `first`. `rate` is in messages a second, and 0
    means unlimited. `api` is the URL of a Bot API server; None starts the playground. `waiting` percent of the
    subscribers wait for a digest.
    """
    return asyncio.run(_measure(subscribers, rate, api, token, first, waiting))


async def _measure(
    subscribers: int, rate: float, api: str | None, token: str, first: int, waiting: int
) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        async with (
            server(api, token, subscribers, first, rate) as api_url,
            opened(root / "data" / "bot.db", root / "keys" / "seal.key", datetime.now(UTC).date(), 1) as store,
        ):
            await add_subscribers(store, subscribers, first, waiting=waiting)
            return await _send(store, api_url, rate or UNLIMITED_RATE, subscribers)


@asynccontextmanager
async def server(api: str | None, token: str, people: int, first: int, rate: float) -> AsyncIterator[str]:
    """Yield the address `URL/bot<token>` of the Bot API server at the URL `api`.

    If `api` is None, start the playground with `people` bulk users (users for load tests) whose ids start at `first`.
    `rate` is its flood limit in messages a second, but at most Telegram's 30. A rate of 0 means no flood limits.
    """
    if api is not None:
        yield f"{api}/bot{token}"
        return
    limits = ["--rate", str(min(rate, _FREE_RATE))] if rate else ["--no-flood-limits"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", "--json", "--port", "0", *limits,
        "--bulk-users", str(people), "--first-bulk-user-id", str(first), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout
        started = json.loads(await process.stdout.readline())
        yield f"{started['url']}/bot{started['token']}"
    finally:
        process.terminate()
        await process.wait()


async def add_subscribers(
    store: Store, people: int, first: int, languages: Sequence[str] = ("fa", "en"), *, waiting: int = 0
) -> None:
    """Store `people` subscribers, whose chat ids start at `first`. Their languages alternate between `languages`.

    `waiting` percent of them have a digest that is due in twelve hours.
    """
    vault, label = store.vault, store.subscribers.table.label
    not_due = Digest((datetime.now(UTC).hour + 12) % 24, None, "UTC")
    for begin in range(0, people, 10_000):
        rows = []
        for chat in range(first + begin, first + min(begin + 10_000, people)):
            digest = not_due if chat % 100 < waiting else None
            plain = subscriber.encode(Subscriber(chat, languages[chat % len(languages)], digest=digest))
            pseudonym = vault.pseudonym(vault.current_epoch, label, subscriber.record_name(chat))
            rows.append((vault.current_epoch, pseudonym, vault.seal(vault.current_epoch, label, pseudonym, plain)))
        async with store.database.transaction() as transaction:
            await transaction.run_many("INSERT INTO subscribers (epoch, pseudonym, sealed) VALUES ($1, $2, $3)", rows)


class _CountingLimiter(RateLimiter):
    """A rate limiter that counts in `pauses` how often the server asked for a pause (status 429)."""

    pauses = 0

    def pause(self, retry_after: Any) -> None:
        self.pauses += 1
        super().pause(retry_after)


async def _send(store: Store, api_url: str, rate: float, people: int) -> dict[str, float]:
    transport, events, stopping, limiter = (
        Transport(),
        list[BroadcastEvent](),
        asyncio.Event(),
        _CountingLimiter(rate),
    )
    await transport.initialize()
    engine = Engine(EngineContext(store, limiter, ApiClient(transport, api_url, time.monotonic), rate, events.append))
    service = BroadcastService(store, AuditTrail(store, time.time), engine.wake, time.time)
    running = asyncio.create_task(engine.run(stopping))
    try:
        idle = await _waiting_times(_IDLE_SECONDS, 1 / min(_MAX_QUESTIONS, rate / 10), transport, limiter, api_url)
        questions = _waiting_times(None, 1 / min(_MAX_QUESTIONS, rate / 10), transport, limiter, api_url)
        reader = asyncio.create_task(questions)
        before, begun, memory = cpu_seconds(), time.monotonic(), list[float]()
        number = await service.create(replace(_ANNOUNCEMENT, paid=rate > _FREE_RATE), by=BOT)
        progress = await _end_of(service, number, people, memory, begun)
        seconds, cpu = time.monotonic() - begun, cpu_seconds() - before
        reader.cancel()
        busy = await reader
    finally:
        stopping.set()
        await running
        await transport.shutdown()
    return _figures(progress, seconds, cpu, idle, busy, limiter.pauses, memory)


async def _end_of(service: BroadcastService, number: int, people: int, memory: list[float], begun: float) -> Progress:
    """Wait until broadcast `number` is sent to all of `people` except those who wait, and return its progress.

    Append this process's memory in megabytes to `memory`, after one minute and at the end. `begun` is the start of
    the broadcast in monotonic time.
    """
    while (progress := service.progress(number)).claimed < people or progress.in_flight:
        if not memory and time.monotonic() > begun + 60:
            memory.append(_memory())
        await asyncio.sleep(0.05)
    memory.append(_memory())
    return progress


async def _waiting_times(
    seconds: float | None, pause: float, transport: Transport, limiter: RateLimiter, api_url: str
) -> list[float]:
    """Call the Bot API again and again as for a reader's request, with a `pause` in seconds between calls.

    Stop after `seconds`; if it is None, when the task is cancelled. Return the milliseconds that each call took,
    including the wait in the rate limiter.
    """
    waits, until = list[float](), None if seconds is None else time.monotonic() + seconds
    body = b'{"chat_id":1003,"action":"typing"}'
    try:
        while until is None or time.monotonic() < until:
            start = time.perf_counter()
            await limiter.acquire(Lane.ANSWER)
            await transport.post_json(f"{api_url}/sendChatAction", body)
            waits.append((time.perf_counter() - start) * 1000)
            await asyncio.sleep(pause)
    except asyncio.CancelledError:
        pass
    return waits


def _figures(
    progress: Progress,
    seconds: float,
    cpu: float,
    idle: list[float],
    busy: list[float],
    floods: int,
    memory: list[float],
) -> dict[str, float]:
    return {
        "sent": progress.sent,
        "unknown": progress.unknown,
        "refused, left or skipped": progress.refused + progress.left + progress.skipped,
        "waiting": progress.waiting,
        "seconds": seconds,
        "messages/s": progress.sent / seconds,
        "calls/s, including the reader's": (progress.sent + len(busy)) / seconds,
        "CPU ms per message": cpu * 1000 / max(1, progress.claimed),
        "responses with status 429": floods,
        "reader's p50 ms, idle": statistics.median(idle),
        "reader's p99 ms, idle": _p99(idle),
        "reader's p50 ms, while sending": statistics.median(busy or [0.0]),
        "reader's p99 ms, while sending": _p99(busy),
        "MB of memory after a minute": memory[0],
        "MB of memory at the end": memory[-1],
        "MB of memory, maximum": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)] if waits else 0.0


def cpu_seconds() -> float:
    """Return the CPU seconds that all threads of this process have used, including those of the database."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _memory() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.broadcast", description="Measure a broadcast.")
    parser.add_argument("--subscribers", type=int, default=10_000, metavar="N")
    parser.add_argument("--rate", type=float, default=0.0, metavar="R", help="messages per second; 0 is unlimited")
    parser.add_argument("--waiting", type=int, default=0, metavar="PERCENT", help="of the subscribers have a digest")
    parser.add_argument(
        "--api-url", default=None, metavar="URL", help="a Bot API server (default: start the playground)"
    )
    parser.add_argument("--token", default="7000001:the-box-has-no-secrets-this-is-public")
    parser.add_argument("--first-id", type=int, default=10_000_000, metavar="I")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(
        options.subscribers, options.rate, options.api_url, options.token, options.first_id, waiting=options.waiting
    )
    if options.json:
        json.dump(figures, sys.stdout, indent=2)
        return
    for label, value in figures.items():
        print(f"  {label:40} {value:12.3f}")


if __name__ == "__main__":
    main()
