"""The wiring: every room meets every other one here, and nowhere else."""

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from telegram import Bot

from bot import __version__
from bot.broadcast.delivery.pricing import FREE_PER_SECOND
from bot.broadcast_wiring import BroadcastDependencies, broadcast_components
from bot.chart.renderer import ChartRenderer
from bot.dispatch import bot_profile
from bot.dispatch.admin_commands import Administration
from bot.dispatch.dispatcher import Handler
from bot.dispatch.stats_command import Statistics
from bot.dispatch.subscriptions import Subscriptions, tend, today
from bot.errors import Misconfigured, Unreachable
from bot.monitoring import health_server
from bot.monitoring.health_report import HealthReport
from bot.monitoring.readiness import Readiness, ReplyFailures
from bot.monitoring.reply_monitor import MonitoredRequest, monitor_work
from bot.runtime.clock_guard import ClockGuard, steady_clock
from bot.settings import Settings
from bot.telegram_api.http.api_address import parse_address
from bot.telegram_api.http.reachability import Reachability
from bot.telegram_api.http.server_clock import fetch_server_date
from bot.telegram_api.http.transport import NotTelegram, Transport
from bot.telegram_api.rate_limiting.rate_limited_request import RateLimitedRequest
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.sender import ReplySender
from bot.telegram_api.sending.star_balance import fetch_star_balance
from bot.telegram_api.updates import update_parser
from bot.telegram_api.updates.polling import LONG_POLL, Fetch, Poller, Update, UpdateWork, finished_unless_stopped
from bot.telegram_api.updates.token_check import check_token
from bot.telegram_api.updates.update_parser import BotIdentity
from content.model import Campaign
from content.search.matcher import Matcher
from storage.store import opened

log = logging.getLogger(__name__)
_BATCH = 20.0  # seconds for an answer to getUpdates that has begun


async def run(
    settings: Settings,
    matcher: Matcher,
    stopping: asyncio.Event | None = None,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = steady_clock,
) -> None:
    """The bot, until SIGTERM, SIGINT or `stopping`. Raises Refused when it cannot start or go on."""
    stopping = stopping or asyncio.Event()
    # A terminal that is closed says SIGHUP; nohup makes it ignored, and so it stays.
    closed = (signal.SIGHUP,) if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL else ()
    for sign in (signal.SIGTERM, signal.SIGINT, *closed):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    readiness = Readiness()
    failures = ReplyFailures(readiness)
    limiter, campaign = RateLimiter(settings.send_rate, free=FREE_PER_SECOND), matcher.campaign
    async with (
        # First: a token that nobody knows makes no database.
        _connected(settings, limiter, failures, stopping) as (bot, fetch),
        opened(settings.database, settings.keys, today(), bot.id) as store,
    ):
        guard = ClockGuard(now, clock, await store.broadcasts.last_heartbeat())
        signer = Signer(settings.token)
        network = Reachability()
        delivery = ReplySender(bot, signer, now, network)
        draughtsman, purse = ChartRenderer(), partial(fetch_star_balance, bot)
        parts = BroadcastDependencies(
            settings=settings,
            campaign=campaign,
            store=store,
            limiter=limiter,
            sender=delivery,
            renderer=draughtsman,
            balance=purse,
            signer=signer,
            clock_guard=guard,
            now=now,
        )
        async with broadcast_components(parts, stopping) as broadcasts:
            statistics = Statistics(store, campaign, draughtsman)
            administration = Administration(
                broadcasts.admins,
                statistics,
                broadcasts.editor,
                broadcasts.monitor,
                broadcasts.admin_data,
                broadcasts.clock_notice,
            )
            remembering, me = (
                Subscriptions(store, campaign, forgotten=broadcasts.forget),
                BotIdentity(bot.id, bot.username),
            )
            handler = Handler(
                matcher, me, delivery, remembering, signer, administration, broadcasts.latest_command, limiter, now
            )
            intake = Poller(fetch, monitor_work(partial(_admitted, handler, guard), failures), network)
            vitals = HealthReport(readiness, intake, store, limiter)
            async with health_server.serve_health(settings.listen, vitals.state) as where:
                log.info("Running version %s; health at http://%s:%s/healthz", __version__, where.host, where.port)
                beside = (
                    tend(store, guard, now),
                    guard.run(partial(fetch_server_date, settings.api_url, settings.proxy)),
                    vitals.watch(),
                    _after_first_answer(intake, bot, campaign),
                    *broadcasts.background(),
                )
                await _until_one_ends(intake.run(stopping), *beside)
    log.info("Stopped")


def _admitted(handler: Handler, guard: ClockGuard, update: Update) -> UpdateWork | None:
    """What is to be done about an update, whose date tells something about the clock."""
    match update:
        case {"message": {"date": date}}:
            guard.record_received_date(date)
    return handler.admit(update)


async def _until_one_ends(main: Coroutine[Any, Any, None], *beside: Coroutine[Any, Any, None]) -> None:
    """Runs `main` to its end; an error of one beside it ends it early, and is raised."""
    running = asyncio.ensure_future(main)
    others = [asyncio.ensure_future(one) for one in beside]
    try:
        waiting: set[asyncio.Future[None]] = {running, *others}
        while not running.done():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        running.result()
    finally:
        for one in (running, *others):
            one.cancel()
        await asyncio.gather(running, *others, return_exceptions=True)


async def _after_first_answer(intake: Poller, bot: Bot, campaign: Campaign) -> None:
    await intake.answered.wait()
    await bot_profile.keep_current(bot, campaign)


@asynccontextmanager
async def _connected(
    settings: Settings, limiter: RateLimiter, failures: ReplyFailures, stopping: asyncio.Event
) -> AsyncIterator[tuple[Bot, Fetch]]:
    """The bot, known to Telegram, and how its updates are fetched (over connections of their own)."""
    server = _server("BOT_API_URL", settings.api_url)
    if settings.proxy:
        _server("The proxy", settings.proxy)
    # A batch of updates may have 4 MB.
    polling = Transport(
        connections=2,
        read_timeout=LONG_POLL + 10,
        proxy=settings.proxy,
        response_timeout=_BATCH,
        total_timeout=LONG_POLL + _BATCH,
    )
    bot = Bot(
        settings.token,
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=RateLimitedRequest(MonitoredRequest(Transport(proxy=settings.proxy), failures), limiter),
        get_updates_request=polling,
    )
    address = f"{settings.api_url}/bot{settings.token}/getUpdates"

    async def fetch(offset: int, wait: float) -> list[Any]:
        asked = {"offset": offset, "timeout": int(wait), "allowed_updates": update_parser.ALLOWED_UPDATES}
        updates = await polling.call(address, asked)
        if not isinstance(updates, list):
            raise NotTelegram(200)
        return updates

    try:
        introduced = asyncio.ensure_future(check_token(bot, server))
        if not await finished_unless_stopped(stopping, introduced):
            raise Unreachable(f"Stopped before {server} had answered.")
        introduced.result()
        yield bot, fetch
    finally:
        await bot.shutdown()


def _server(name: str, url: str) -> str:
    """Return the address of a server without credentials. Raises Misconfigured."""
    try:
        return parse_address(url).origin
    except ValueError as wrong:
        raise Misconfigured([f"{name} is {wrong}: write it as https://host or http://host:port."]) from None
