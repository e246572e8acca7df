"""A broadcast for tests: the real engine on a real database against the box, here or as a process that can be killed.

python -m tests.support.broadcast_sender DATABASE KEYS API RATE [traced|carelessly]
"""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import playground
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.requests import ApiClient, RequestTemplate
from bot.broadcast.delivery.results.outcome import SendResult
from bot.broadcast.delivery.service import Broadcasts, Progress
from bot.model.announcement import Announcement, Notice, Piece
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import Limiter
from storage import sqlite
from storage.deliveries.broadcast_state import Status
from storage.store import Store, opened
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Subscriber
from tests.support.storage_process import BOT, ROOT, Place

FIRST = 10_000_000  # the box's first quiet person
SAID = Announcement("en", {"en": Piece("Tomorrow at noon"), "fa": Piece("فردا ظهر")})
NOTICED = Announcement("en", {"en": Piece("Tomorrow at noon")}, notices={"en": Notice("A reminder", "Show")})


def today() -> object:
    return datetime.now(UTC).date()


async def enlist(store: Store, people: int, **choices: object) -> None:
    """So many of the box's quiet people subscribe."""
    async with store.database.transaction() as change:
        for number in range(people):
            one = Subscriber(FIRST + number, ("en", "fa")[number % 2], **choices)  # type: ignore[arg-type]
            await store.subscribers.table.put(change, subscriber.record_name(one.chat), subscriber.encode(one))


@asynccontextmanager
async def box(people: int, **options: Any) -> AsyncIterator[Any]:
    async with playground.running(quiet_people=people, unpaced=True, **options) as running:
        yield running


def api(box: Any) -> str:
    return f"{box.url}/bot{box.token}"


@dataclass
class Sender:
    """An engine at work in this process."""

    store: Store
    engine: Engine
    service: Broadcasts
    wire: Transport
    stopping: asyncio.Event
    news: list[BroadcastEvent] = field(default_factory=list)

    async def until(self, holds: Callable[[], bool], seconds: float = 30.0) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.01)

    async def finished(self, number: int, seconds: float = 30.0) -> Progress:
        """When nothing more is done for this broadcast."""
        await self.until(lambda: is_idle(self.service.progress(number)), seconds)
        return self.service.progress(number)


def is_idle(one: Progress) -> bool:
    return one.ended is not None and all(job.status is not Status.READY for job in one.jobs.values())


@asynccontextmanager
async def at_work(
    place: Place,
    api: str,
    rate: float = 10_000.0,
    people: int = 0,
    now: Callable[[], float] = time.time,
    **choices: object,
) -> AsyncIterator[Sender]:
    async with opened(place.database, place.keys, datetime.now(UTC).date(), BOT) as store:
        if people:
            await enlist(store, people, **choices)
        async with sending(store, api, rate, now) as sender:
            yield sender


@asynccontextmanager
async def sending(
    store: Store,
    api: str,
    rate: float,
    now: Callable[[], float] = time.time,
    stopping: asyncio.Event | None = None,
    caller: type[ApiClient] = ApiClient,
) -> AsyncIterator[Sender]:
    wire, news, stopping = Transport(), list[BroadcastEvent](), stopping or asyncio.Event()
    await wire.initialize()
    tools = EngineContext(store, Limiter(rate), caller(wire, api, time.monotonic), rate, news.append, now)
    engine = Engine(tools)
    running = asyncio.create_task(engine.run(stopping))
    await asyncio.sleep(0)
    try:
        yield Sender(store, engine, Broadcasts(store, engine.poke, now), wire, stopping, news)
    finally:
        stopping.set()
        try:
            await running
        finally:
            await wire.shutdown()


async def start_sender(place: Place, api: str, rate: float) -> asyncio.subprocess.Process:
    """The same as a process; it says "open" when it begins."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.broadcast_sender", str(place.database), str(place.keys), api, str(rate),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert child.stdout
    await child.stdout.readline()
    return child


class Saying(ApiClient):
    """Says whom it calls, before it does."""

    async def send(self, form: RequestTemplate, chat: int) -> SendResult:
        print("calling", chat, flush=True)  # noqa: T201
        return await super().send(form, chat)


async def _main(place: Place, api: str, rate: float, until_it_ends: bool) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with opened(place.database, place.keys, datetime.now(UTC).date(), BOT) as store:
        print("open", flush=True)  # noqa: T201 -- the parent process reads it
        async with sending(
            store, api, rate, stopping=stopping, caller=Saying if until_it_ends else ApiClient
        ) as sender:
            if until_it_ends:
                await sender.finished(1)
            else:
                await stopping.wait()


if __name__ == "__main__":
    database, keys, where, rate, *more = sys.argv[1:]
    if more == ["carelessly"]:
        sqlite._PRAGMAS["synchronous"] = ("OFF", 0)
    asyncio.run(_main(Place(Path(database), Path(keys)), where, float(rate), bool(more)))
