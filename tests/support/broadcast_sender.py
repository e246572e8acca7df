"""Run the real broadcast engine on a real database against the playground, in this process or in one to be killed.

python -m tests.support.broadcast_sender DATABASE KEYS API_URL RATE AHEAD [traced|carelessly]
"""

import asyncio
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import playground
from bot.audit.trail import AuditTrail
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.requests import ApiClient, RequestTemplate
from bot.broadcast.delivery.results.outcome import SendResult
from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.delivery.service import BroadcastService
from bot.channel.channel_access import ChannelAccess
from bot.channel.channel_rights import ChannelRights
from bot.channel.channel_store import ChannelStore
from bot.model.announcement import Announcement, Notice, Piece
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from storage import sqlite
from storage.deliveries.broadcast_state import Status, Work
from storage.store import Store, opened
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Subscriber
from tests.support.storage_process import BOT, ROOT, Place

ADMIN = 1009
FIRST_CHAT = 10_000_000  # the playground's first quiet person
ANNOUNCEMENT = Announcement("en", {"en": Piece("Tomorrow at noon"), "fa": Piece("فردا ظهر")})
DISCREET_ANNOUNCEMENT = Announcement(
    "en", {"en": Piece("Tomorrow at noon")}, notices={"en": Notice("A reminder", "Show")}
)


def today() -> object:
    """Return the current date in UTC."""
    return datetime.now(UTC).date()


async def add_subscribers(store: Store, people: int, first: int = 0, step: int = 1, **choices: object) -> None:
    """Subscribe the first `people` of the playground's quiet people, in English and Persian by turns.

    With `first` and `step`, subscribe only some of them, such as every second one.
    """
    async with store.database.transaction() as change:
        for number in range(first, people, step):
            person = Subscriber(FIRST_CHAT + number, ("en", "fa")[number % 2], **choices)  # type: ignore[arg-type]
            await store.subscribers.table.put(change, subscriber.record_name(person.chat), subscriber.encode(person))


@asynccontextmanager
async def running_playground(people: int, **options: Any) -> AsyncIterator[Any]:
    """Run a playground without rate limits that has `people` quiet people."""
    async with playground.running(bulk_users=people, has_flood_limits=False, **options) as running:
        yield running


def api_url(telegram: Any) -> str:
    """Return the URL under which the playground answers its bot's calls."""
    return f"{telegram.url}/bot{telegram.token}"


class ServiceOfOneAdmin(BroadcastService):
    """The service for tests of delivery, in which one admin does everything."""

    async def create(self, announcement: Announcement, at: float | None = None, *, by: int = ADMIN) -> int:
        return await super().create(announcement, at, by=by)

    async def pause(self, number: int, *, by: int = ADMIN) -> bool:
        return await super().pause(number, by=by)

    async def resume(self, number: int, *, by: int = ADMIN) -> bool:
        return await super().resume(number, by=by)

    async def stop(self, number: int, *, by: int = ADMIN) -> bool:
        return await super().stop(number, by=by)

    async def recall(self, number: int, *, by: int = ADMIN) -> bool:
        return await super().recall(number, by=by)

    async def edit(self, number: int, announcement: Announcement, *, by: int = ADMIN) -> bool:
        return await super().edit(number, announcement, by=by)

    async def reschedule(
        self, number: int, at: float | None, announcement: Announcement | None = None, *, by: int = ADMIN
    ) -> bool:
        return await super().reschedule(number, at, announcement, by=by)

    async def resend_unknown(self, number: int, *, by: int = ADMIN) -> bool:
        return await super().resend_unknown(number, by=by)

    async def retry_refused(self, number: int, *, by: int = ADMIN) -> bool:
        return await super().retry_refused(number, by=by)


@dataclass
class Sender:
    """A running engine, what it works on, and the events it has published."""

    store: Store
    engine: Engine
    service: "ServiceOfOneAdmin"
    transport: Transport
    stopping: asyncio.Event
    channel: ChannelAccess
    events: list[BroadcastEvent] = field(default_factory=list)

    async def make_due(self, number: int) -> None:
        """Make a scheduled broadcast due now."""
        async with self.store.broadcasts.changing(number) as inside:
            job = inside.standing.jobs[Work.SEND]
            inside.standing = inside.standing.with_job(replace(job, at=0.0))
        self.engine.wake(number)

    async def wait_until(self, is_true: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait until the condition holds. Raises TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds):
            while not is_true():
                await asyncio.sleep(0.01)

    async def wait_until_ended(self, number: int, seconds: float = 30.0) -> Progress:
        """Return the progress of a broadcast once no job of it is left to do."""
        await self.wait_until(lambda: is_idle(self.service.progress(number)), seconds)
        return self.service.progress(number)


def is_idle(progress: Progress) -> bool:
    """Return whether the broadcast has ended and none of its jobs can run."""
    return progress.ended is not None and all(job.status is not Status.READY for job in progress.jobs.values())


@asynccontextmanager
async def sender_at(
    place: Place,
    api_url: str,
    rate: float = 10_000.0,
    people: int = 0,
    now: Callable[[], float] = time.time,
    **choices: object,
) -> AsyncIterator[Sender]:
    """Run an engine on the database at `place`, after subscribing `people` to it."""
    async with opened(place.database, place.keys, datetime.now(UTC).date(), BOT) as store:
        if people:
            await add_subscribers(store, people, 0, 1, **choices)
        async with sender_on(store, api_url, rate, now) as sender:
            yield sender


@asynccontextmanager
async def sender_on(
    store: Store,
    api_url: str,
    rate: float,
    now: Callable[[], float] = time.time,
    stopping: asyncio.Event | None = None,
    client: type[ApiClient] = ApiClient,
) -> AsyncIterator[Sender]:
    """Run an engine on an open store."""
    transport, events, stopping = Transport(), list[BroadcastEvent](), stopping or asyncio.Event()
    await transport.initialize()
    calls = client(transport, api_url, time.monotonic)
    bot = re.search(r"/bot(\d+):", api_url)
    channel = ChannelAccess(
        ChannelStore(store, AuditTrail(store, now)), ChannelRights(calls.fetch, int(bot[1]) if bot else BOT)
    )
    await channel.store.open()
    context = EngineContext(store, RateLimiter(rate), calls, rate, events.append, now, channel=channel)
    engine = Engine(context)
    running = asyncio.create_task(engine.run(stopping))
    await asyncio.sleep(0)
    try:
        service = ServiceOfOneAdmin(store, AuditTrail(store, now), engine.wake, now)
        yield Sender(store, engine, service, transport, stopping, channel, events)
    finally:
        stopping.set()
        try:
            await running
        finally:
            await transport.shutdown()


async def start_sender(place: Place, api_url: str, rate: float, ahead: float = 0.0) -> asyncio.subprocess.Process:
    """Start an engine as a process of its own, whose clock is `ahead` seconds; return once its database is open."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.broadcast_sender",
        str(place.database), str(place.keys), api_url, str(rate), str(ahead),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert child.stdout
    await child.stdout.readline()
    return child


class PrintingClient(ApiClient):
    """Print the chat of every call before it is made."""

    async def send(self, request: RequestTemplate, chat: int) -> SendResult:
        print("calling", chat, flush=True)  # noqa: T201
        return await super().send(request, chat)


async def _main(place: Place, api_url: str, rate: float, *, ahead: float, until_it_ends: bool) -> None:
    def now() -> float:
        return time.time() + ahead

    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    client = PrintingClient if until_it_ends else ApiClient
    async with opened(place.database, place.keys, datetime.now(UTC).date(), BOT) as store:
        print("open", flush=True)  # noqa: T201 -- the parent process reads it
        async with sender_on(store, api_url, rate, now, stopping=stopping, client=client) as sender:
            if until_it_ends:
                await sender.wait_until_ended(1)
            else:
                await stopping.wait()


if __name__ == "__main__":
    database, keys, url, messages_per_second, seconds_ahead, *mode = sys.argv[1:]
    if mode == ["carelessly"]:
        sqlite._PRAGMAS["synchronous"] = ("OFF", 0)
    files, rate, ahead = Place(Path(database), Path(keys)), float(messages_per_second), float(seconds_ahead)
    asyncio.run(_main(files, url, rate, ahead=ahead, until_it_ends=bool(mode)))
