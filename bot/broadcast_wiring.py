"""The wiring of broadcasts: the engine, the desk on which they are written, and who watches over them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.draft_store import Drafts
from bot.broadcast.authoring.editor import Editor
from bot.broadcast.authoring.preview import Balance
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.erasure import forget
from bot.broadcast.delivery.pricing import FREE_A_SECOND
from bot.broadcast.delivery.requests import ApiClient
from bot.broadcast.delivery.restore_check import is_in_doubt
from bot.broadcast.delivery.service import Broadcasts
from bot.broadcast.progress.admin_notices import Notices
from bot.broadcast.progress.alarms import Alarms
from bot.broadcast.progress.clock_notice import ClockNotice
from bot.broadcast.progress.daily_paused_notice import DailyPauseNotice
from bot.broadcast.progress.final_report import FinalReport
from bot.broadcast.progress.monitor import ProgressMonitor
from bot.chart.renderer import ChartRenderer
from bot.daily.messages import DailyMessages
from bot.daily.sweep import Daily
from bot.dispatch.admin_data import AdminData
from bot.dispatch.latest_command import Latest
from bot.runtime.clock_guard import ClockGuard
from bot.settings import Settings
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.sender import ReplySender
from content.model import Campaign
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Broadcasting:
    admins: Admins
    desk: Editor
    watch: ProgressMonitor
    own: AdminData
    latest: Latest
    clock_notice: ClockNotice
    _notices: Notices
    _alarms: Alarms
    _resting: DailyPauseNotice
    _engine: asyncio.Task[None]
    _daily: asyncio.Task[None]
    forget: Callable[[int], Coroutine[Any, Any, None]]  # somebody, in all ledgers and as an admin

    def beside(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs beside the intake; an error that ends the engine comes out of it."""
        loops = self.desk.run(), self.watch.run(), self._resting.run(), self._notices.run(), self._alarms.run()
        return _outcome(self._engine), _outcome(self._daily), *loops


@asynccontextmanager
async def broadcasting(
    settings: Settings,
    campaign: Campaign,
    store: Store,
    limiter: RateLimiter,
    delivery: ReplySender,
    draughtsman: ChartRenderer,
    balance: Balance,
    stopping: asyncio.Event,
    now: Callable[[], float] = time.time,
    guard: ClockGuard | None = None,
) -> AsyncIterator[Broadcasting]:
    """With the engine at work; at the end it gets the time that Telegram needs to answer."""
    heard: list[Callable[[BroadcastEvent], None]] = []

    def tell(news: BroadcastEvent) -> None:
        for hear in heard:
            hear(news)

    async def forgotten(chat: int) -> None:
        await forget(chat, service, store.daily_ledger, caller, limiter)
        await own.forget(chat)

    wire = Transport(proxy=settings.proxy)
    caller = ApiClient(wire, f"{settings.api_url}/bot{settings.token}", time.monotonic)
    guard = guard or ClockGuard(now, last_beat=await store.broadcasts.last_heartbeat())
    caller.hear_date = guard.record_exact_date
    tools = EngineContext(store, limiter, caller, settings.send_rate, tell, now, free=FREE_A_SECOND, guard=guard)
    engine = Engine(tools)
    service = Broadcasts(store, engine.poke, now)
    await store.broadcasts.load()
    drafts = Drafts(store)
    admins = Admins(settings.admins, campaign, store, drafts, delivery)
    endings = FinalReport(store, admins, draughtsman, now)
    watch = ProgressMonitor(store, admins, service, endings, settings.send_rate, now)
    desk = Editor(store, campaign, drafts, admins, service, watch, settings.send_rate, balance, now)
    notices = Notices(admins, str(campaign.original))
    clock_notice, alarms = ClockNotice(guard, notices), Alarms(notices, store.database)
    resting = DailyPauseNotice(admins, str(campaign.original), now)
    daily = Daily(tools, DailyMessages(campaign, Signer(settings.token), now), resting.heard)
    own = AdminData(admins, desk, watch)
    await admins.open()
    await watch.open()
    await drafts.open(settings.admins, await is_in_doubt(store, now()))
    heard += [watch.heard, alarms.heard]
    await wire.initialize()
    await daily.begin()  # before the engine's first heartbeat: it looks how long the bot was silent
    running = asyncio.create_task(engine.run(stopping)), asyncio.create_task(daily.run(stopping))
    try:
        yield Broadcasting(
            admins, desk, watch, own, Latest(service), clock_notice, notices, alarms, resting, *running, forgotten
        )
    finally:
        stopping.set()
        await asyncio.wait(running)
        await wire.shutdown()


async def _outcome(running: asyncio.Task[None]) -> None:
    await asyncio.shield(running)
