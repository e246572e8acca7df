"""Define the ways to send one text to many people that `benchmarks.peers` compares: ours and other libraries'.

No way limits its rate. Other libraries recommend pauses between messages, but a pause takes no CPU time. The other
libraries are imported inside functions, because only the environment of this benchmark has them.
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

from benchmarks.broadcast import UNLIMITED_RATE, add_subscribers
from bot.audit.trail import BOT, AuditTrail
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.requests import ApiClient, RequestTemplates
from bot.broadcast.delivery.service import BroadcastService
from bot.model.announcement import Announcement, Piece
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from storage.store import Store, opened
from storage.subscriptions.subscriber import Subscriber

IN_FLIGHT = 64  # requests at once
WARM_UP = 128  # people who get a first message that is not counted
TEXT = "We meet tomorrow at noon."
ANNOUNCEMENT = Announcement("en", {"en": Piece(TEXT)})
Send = Callable[[range], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class DeliveryTarget:
    """The recipients of a delivery, and the Bot API server.

    `api` is the URL of the server. There are `people` recipients, whose chat ids start at `first`. Before the
    delivery, the first WARM_UP recipients get another message, which warms up the code and the connections.
    """

    api: str
    token: str
    first: int
    people: int

    @property
    def warm_up_chats(self) -> range:
        """Return the chat ids that get a message during the warm-up."""
        return range(self.first, self.first + WARM_UP)

    @property
    def chats(self) -> range:
        """Return the chat ids of all recipients."""
        return range(self.first, self.first + self.people)


# Opens its connections, warms up and yields the function that delivers to everybody.
Way = Callable[[DeliveryTarget], AbstractAsyncContextManager[Send]]


class _FixedWindow(EngineContext):
    """The engine's context with a fixed number of requests in flight, as the other ways to send have.

    The engine normally adapts this number to the speed of the calls.
    """

    def window_size(self, paid: bool = False) -> int:
        return IN_FLIGHT


@asynccontextmanager
async def ours(target: DeliveryTarget) -> AsyncIterator[Send]:
    """Send with our whole broadcast engine, including the database and the ledger of deliveries."""
    with tempfile.TemporaryDirectory() as folder:
        root, today = Path(folder), datetime.now(UTC).date()
        async with (
            opened(root / "data" / "bot.db", root / "keys" / "seal.key", today, 1) as store,
            _running(store, f"{target.api}/bot{target.token}") as service,
        ):
            await add_subscribers(store, len(target.warm_up_chats), target.first, ["en"])
            await _broadcast(service)
            await add_subscribers(
                store, len(target.chats) - len(target.warm_up_chats), target.warm_up_chats.stop, ["en"]
            )
            yield lambda _: _broadcast(service)  # to all subscribers


async def _broadcast(service: BroadcastService) -> None:
    number = await service.create(ANNOUNCEMENT, by=BOT)
    while service.progress(number).ended is None:
        await asyncio.sleep(0.02)


@asynccontextmanager
async def _running(store: Store, api_url: str) -> AsyncIterator[BroadcastService]:
    transport, stopping = Transport(IN_FLIGHT), asyncio.Event()
    await transport.initialize()
    client = ApiClient(transport, api_url, time.monotonic)
    engine = Engine(
        _FixedWindow(store, RateLimiter(UNLIMITED_RATE), client, UNLIMITED_RATE, list[BroadcastEvent]().append)
    )
    running = asyncio.create_task(engine.run(stopping))
    try:
        yield BroadcastService(store, AuditTrail(store, time.time), engine.wake, time.time)
    finally:
        stopping.set()
        await running
        await transport.shutdown()


@asynccontextmanager
async def our_sends(target: DeliveryTarget) -> AsyncIterator[Send]:
    """Send with our API client and transport only, without the engine, database, ledger and rate limiter."""
    transport, template = (
        Transport(IN_FLIGHT),
        RequestTemplates(ANNOUNCEMENT, 1).for_subscriber(Subscriber(target.first, "en")),
    )
    assert template
    client = ApiClient(transport, f"{target.api}/bot{target.token}", time.monotonic)
    await transport.initialize()
    try:
        yield await _warm(target, _at_once(lambda chat: client.send(template, chat)))
    finally:
        await transport.shutdown()


@asynccontextmanager
async def ptb_loop(target: DeliveryTarget) -> AsyncIterator[Send]:
    """Send with python-telegram-bot and its rate limiter, one message after the other."""
    limiter = AIORateLimiter(overall_max_rate=UNLIMITED_RATE, overall_time_period=1)
    bot: ExtBot[Any] = ExtBot(target.token, base_url=f"{target.api}/bot", rate_limiter=limiter)
    async with bot:

        async def send(chats: range) -> None:
            for chat in chats:
                await bot.send_message(chat, TEXT)

        yield await _warm(target, send)


@asynccontextmanager
async def ptb_at_once(target: DeliveryTarget) -> AsyncIterator[Send]:
    """Send with python-telegram-bot, without its rate limiter, and with IN_FLIGHT requests at once."""
    request = HTTPXRequest(connection_pool_size=IN_FLIGHT)
    async with Bot(target.token, base_url=f"{target.api}/bot", request=request) as bot:
        yield await _warm(target, _at_once(lambda chat: bot.send_message(chat, TEXT)))


@asynccontextmanager
async def aiogram_loop(target: DeliveryTarget) -> AsyncIterator[Send]:
    """Send with aiogram in a loop, as its examples/broadcast_example.py does, but adapted to aiogram 3."""
    from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError, TelegramRetryAfter

    async with _aiogram(target) as bot:

        async def send_to(chat: int) -> bool:
            try:
                await bot.send_message(chat, TEXT)
            except TelegramForbiddenError:
                return False
            except TelegramRetryAfter as error:
                await asyncio.sleep(error.retry_after)
                return await send_to(chat)
            except TelegramAPIError:
                return False
            return True

        async def send(chats: range) -> None:
            for chat in chats:
                await send_to(chat)
                await asyncio.sleep(0)

        yield await _warm(target, send)


@asynccontextmanager
async def aiogram_at_once(target: DeliveryTarget) -> AsyncIterator[Send]:
    """Send with aiogram, with IN_FLIGHT requests at once."""
    async with _aiogram(target) as bot:
        yield await _warm(target, _at_once(lambda chat: bot.send_message(chat, TEXT)))


@asynccontextmanager
async def broadcaster(target: DeliveryTarget) -> AsyncIterator[Send]:
    """Send with aiogram-broadcaster, with the list of recipients only in memory."""
    async with _aiogram(target) as bot:
        yield await _warm(target, _mailing(bot, None))


@asynccontextmanager
async def broadcaster_with_file(target: DeliveryTarget) -> AsyncIterator[Send]:
    """Send with aiogram-broadcaster, with the list of recipients in a file.

    This is its only storage that survives a restart and needs no server.
    """
    from aiogram_broadcaster.storages.file import FileStorage

    with tempfile.TemporaryDirectory() as folder:
        storage = FileStorage(Path(folder) / "mailers.json")
        await storage.startup()
        async with _aiogram(target) as bot:
            yield await _warm(target, _mailing(bot, storage))


@asynccontextmanager
async def _aiogram(target: DeliveryTarget) -> AsyncIterator[Any]:
    from aiogram import Bot as Aiogram
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(target.api), limit=IN_FLIGHT)
    async with Aiogram(target.token, session=session) as bot:
        yield bot


async def _warm(target: DeliveryTarget, send: Send) -> Send:
    """Send a message to the warm-up chats of `target`, which opens the connections; return `send`."""
    await send(target.warm_up_chats)
    return send


def _mailing(bot: Any, storage: Any) -> Send:
    from aiogram_broadcaster import Broadcaster
    from aiogram_broadcaster.contents import TextContent

    async def send(chats: range) -> None:
        mailer = await Broadcaster(bot, storage=storage).create_mailer(chats, TextContent(text=TEXT))
        await mailer.start()

    return send


def _at_once(send_to: Callable[[int], Awaitable[object]]) -> Send:
    """Return a function that calls `send_to` for each chat, with IN_FLIGHT calls at the same time."""

    async def worker(remaining: Iterable[int]) -> None:
        for chat in remaining:
            await send_to(chat)

    async def send(chats: range) -> None:
        remaining = iter(chats)
        await asyncio.gather(*(worker(remaining) for _ in range(IN_FLIGHT)))

    return send


WAYS: dict[str, Way] = {
    "our engine, ledger on, 64 in flight": ours,
    "our sends alone, 64 in flight": our_sends,
    "python-telegram-bot, AIORateLimiter, loop": ptb_loop,
    "python-telegram-bot, 64 in flight": ptb_at_once,
    "aiogram, documented loop": aiogram_loop,
    "aiogram, 64 in flight": aiogram_at_once,
    "aiogram-broadcaster, in memory": broadcaster,
    "aiogram-broadcaster, its file storage": broadcaster_with_file,
}
