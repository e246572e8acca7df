"""The ways to deliver one text to many people that are compared: ours, and what other libraries offer or document.

Nobody is paced: the pauses that others document cost time and no CPU, so they are left out. The others' packages are
imported where they are used, since only the benchmark's own environment has them.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram import Bot
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from benchmarks.broadcast import UNPACED, enlist
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.requests import ApiClient, RequestTemplates
from bot.broadcast.delivery.service import BroadcastService
from bot.model.announcement import Announcement, Piece
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from storage.store import Store, opened
from storage.subscriptions.subscriber import Subscriber

IN_FLIGHT = 64
WARMING = 128
TEXT = "We meet tomorrow at noon."
SAID = Announcement("en", {"en": Piece(TEXT)})
Send = Callable[[range], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """To `people` people from `first` up; the first of them have been sent to once before: that warms up."""

    api: str
    token: str
    first: int
    people: int

    @property
    def warming(self) -> range:
        return range(self.first, self.first + WARMING)

    @property
    def chats(self) -> range:
        return range(self.first, self.first + self.people)


# Each opens what it needs, warms up and gives what delivers to all.
Way = Callable[[Delivery], AbstractAsyncContextManager[Send]]


class _SoMany(EngineContext):
    """A slow call widens the engine's window; here it is as wide as the others'."""

    def window(self, paid: bool = False) -> int:
        return IN_FLIGHT


@asynccontextmanager
async def ours(to: Delivery) -> AsyncIterator[Send]:
    with tempfile.TemporaryDirectory() as folder:
        place, today = Path(folder), datetime.now(UTC).date()
        async with (
            opened(place / "data" / "bot.db", place / "keys" / "seal.key", today, 1) as store,
            _running(store, f"{to.api}/bot{to.token}") as service,
        ):
            await enlist(store, len(to.warming), to.first, ["en"])
            await _broadcast(service)
            await enlist(store, len(to.chats) - len(to.warming), to.warming.stop, ["en"])
            yield lambda _: _broadcast(service)  # to everyone who is enlisted


async def _broadcast(service: BroadcastService) -> None:
    number = await service.create(SAID)
    while service.progress(number).ended is None:
        await asyncio.sleep(0.02)


@asynccontextmanager
async def _running(store: Store, address: str) -> AsyncIterator[BroadcastService]:
    wire, stopping = Transport(IN_FLIGHT), asyncio.Event()
    await wire.initialize()
    caller = ApiClient(wire, address, time.monotonic)
    engine = Engine(_SoMany(store, RateLimiter(UNPACED), caller, UNPACED, list[BroadcastEvent]().append))
    running = asyncio.create_task(engine.run(stopping))
    try:
        yield BroadcastService(store, engine.wake, time.time)
    finally:
        stopping.set()
        await running
        await wire.shutdown()


@asynccontextmanager
async def our_sends(to: Delivery) -> AsyncIterator[Send]:
    """What the engine calls and no engine: neither ledger nor database nor turns."""
    wire, form = Transport(IN_FLIGHT), RequestTemplates(SAID, 1).for_subscriber(Subscriber(to.first, "en"))
    assert form
    caller = ApiClient(wire, f"{to.api}/bot{to.token}", time.monotonic)
    await wire.initialize()
    try:
        yield await _warm(to, _at_once(lambda chat: caller.send(form, chat)))
    finally:
        await wire.shutdown()


@asynccontextmanager
async def ptb_loop(to: Delivery) -> AsyncIterator[Send]:
    limiter = AIORateLimiter(overall_max_rate=UNPACED, overall_time_period=1)
    bot: ExtBot[Any] = ExtBot(to.token, base_url=f"{to.api}/bot", rate_limiter=limiter)
    async with bot:

        async def send(chats: range) -> None:
            for chat in chats:
                await bot.send_message(chat, TEXT)

        yield await _warm(to, send)


@asynccontextmanager
async def ptb_at_once(to: Delivery) -> AsyncIterator[Send]:
    request = HTTPXRequest(connection_pool_size=IN_FLIGHT)
    async with Bot(to.token, base_url=f"{to.api}/bot", request=request) as bot:
        yield await _warm(to, _at_once(lambda chat: bot.send_message(chat, TEXT)))


@asynccontextmanager
async def aiogram_loop(to: Delivery) -> AsyncIterator[Send]:
    """After examples/broadcast_example.py of aiogram, in the words of its third version."""
    from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError, TelegramRetryAfter

    async with _aiogram(to) as bot:

        async def reached(chat: int) -> bool:
            try:
                await bot.send_message(chat, TEXT)
            except TelegramForbiddenError:
                return False
            except TelegramRetryAfter as flood:
                await asyncio.sleep(flood.retry_after)
                return await reached(chat)
            except TelegramAPIError:
                return False
            return True

        async def send(chats: range) -> None:
            for chat in chats:
                await reached(chat)
                await asyncio.sleep(0)

        yield await _warm(to, send)


@asynccontextmanager
async def aiogram_at_once(to: Delivery) -> AsyncIterator[Send]:
    async with _aiogram(to) as bot:
        yield await _warm(to, _at_once(lambda chat: bot.send_message(chat, TEXT)))


@asynccontextmanager
async def broadcaster(to: Delivery) -> AsyncIterator[Send]:
    """aiogram-broadcaster as it is without a storage: who got it is in memory."""
    async with _aiogram(to) as bot:
        yield await _warm(to, _mailing(bot, None))


@asynccontextmanager
async def broadcaster_keeping(to: Delivery) -> AsyncIterator[Send]:
    """aiogram-broadcaster with its storage in a file, the one that needs no server: a restart loses nobody."""
    from aiogram_broadcaster.storages.file import FileStorage

    with tempfile.TemporaryDirectory() as folder:
        storage = FileStorage(Path(folder) / "mailers.json")
        await storage.startup()
        async with _aiogram(to) as bot:
            yield await _warm(to, _mailing(bot, storage))


@asynccontextmanager
async def _aiogram(to: Delivery) -> AsyncIterator[Any]:
    from aiogram import Bot as Aiogram
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(to.api), limit=IN_FLIGHT)
    async with Aiogram(to.token, session=session) as bot:
        yield bot


async def _warm(to: Delivery, send: Send) -> Send:
    """Connections open, code warm."""
    await send(to.warming)
    return send


def _mailing(bot: Any, storage: Any) -> Send:
    from aiogram_broadcaster import Broadcaster
    from aiogram_broadcaster.contents import TextContent

    async def send(chats: range) -> None:
        mailer = await Broadcaster(bot, storage=storage).create_mailer(chats, TextContent(text=TEXT))
        await mailer.start()

    return send


def _at_once(one: Callable[[int], Awaitable[object]]) -> Send:
    async def worker(left: Iterable[int]) -> None:
        for chat in left:
            await one(chat)

    async def send(chats: range) -> None:
        left = iter(chats)
        await asyncio.gather(*(worker(left) for _ in range(IN_FLIGHT)))

    return send


WAYS: dict[str, Way] = {
    "our engine, ledger on, 64 in flight": ours,
    "our sends alone, 64 in flight": our_sends,
    "python-telegram-bot, AIORateLimiter, loop": ptb_loop,
    "python-telegram-bot, 64 in flight": ptb_at_once,
    "aiogram, documented loop": aiogram_loop,
    "aiogram, 64 in flight": aiogram_at_once,
    "aiogram-broadcaster, in memory": broadcaster,
    "aiogram-broadcaster, its file storage": broadcaster_keeping,
}
