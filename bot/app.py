"""Create the objects of the bot, connect them with each other, and run the bot.

This is the only module that connects all of them.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Bot

from bot import __version__, closed_bot
from bot.admin_wiring import open_team
from bot.audit.denials import Denials
from bot.audit.trail import AuditTrail
from bot.broadcast.delivery.pricing import FREE_PER_SECOND
from bot.broadcast.progress.notices.downtime_notice import AskDate
from bot.broadcast_wiring import BroadcastComponents, broadcast_components
from bot.cards.card_pictures import CardPictures
from bot.cards.card_renderer import CardRenderer
from bot.chart.renderer import ChartRenderer
from bot.connection import connected
from bot.dependencies import Dependencies
from bot.dispatch import bot_profile
from bot.dispatch.dispatcher import Dispatcher
from bot.dispatch.guide_pictures import GuidePictures
from bot.dispatch.offline.offline_files import OfflineFiles
from bot.dispatch.responders import Responders
from bot.dispatch.subscriptions import Subscriptions, maintain
from bot.feedback.writer_screens import COMMAND as FEEDBACK
from bot.monitoring import health_server
from bot.monitoring.alerts.alert_watch import AlertWatch
from bot.monitoring.health_report import HealthReport
from bot.monitoring.health_server import HealthSources
from bot.monitoring.metrics.bot_metrics import BotMetrics
from bot.monitoring.reply_monitor import Monitors, monitor_work
from bot.monitoring.running_bot import RunningBot
from bot.panic.freeze import Freeze
from bot.runtime.clock_guard import ClockGuard, steady_clock
from bot.runtime.dates import today
from bot.runtime.main_loop import run_together, stop_on_signals
from bot.settings import Settings
from bot.signing.signer import open_signer
from bot.team.membership import Team
from bot.telegram_api.http.reachability import Reachability
from bot.telegram_api.http.server_clock import fetch_server_date
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.files.photo_sender import send_photo
from bot.telegram_api.sending.sender import ReplySender
from bot.telegram_api.sending.star_balance import fetch_star_balance
from bot.telegram_api.updates.polling import Fetch, Poller, Update, UpdateWork
from bot.telegram_api.updates.update_parser import BotIdentity
from content.search.matcher import Matcher
from storage.errors import KeysShredded
from storage.store import Store, opened

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Foundation:
    """The objects that most other objects need, such as the settings, the connection to Telegram and the database."""

    settings: Settings
    matcher: Matcher
    stopping: asyncio.Event
    now: Callable[[], float]
    monitors: Monitors
    limiter: RateLimiter
    bot: Bot
    fetch: Fetch
    store: Store
    clock_guard: ClockGuard
    signer: Signer
    network: Reachability
    sender: ReplySender
    renderer: ChartRenderer
    freeze: Freeze
    team: Team
    trail: AuditTrail


async def run(
    settings: Settings,
    matcher: Matcher,
    stopping: asyncio.Event | None = None,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = steady_clock,
) -> None:
    """Run the bot until SIGTERM, SIGINT or `stopping`. Raises OperatorError when it cannot start or continue.

    `now` returns Unix time. `clock` returns a time that no change of the system's clock affects. Once the keys of the
    database were destroyed on purpose, run `closed_bot` instead, which only answers that the bot is out of service.
    """
    stopping = stopping or asyncio.Event()
    stop_on_signals(stopping)
    try:
        async with _ending_with(stopping) as ending:
            await _run_open(settings, matcher, ending, now, clock)
    except KeysShredded:
        await closed_bot.run(settings, matcher.campaign, stopping)


async def _run_open(
    settings: Settings,
    matcher: Matcher,
    stopping: asyncio.Event,
    now: Callable[[], float],
    clock: Callable[[], float],
) -> None:
    """Run the bot until `stopping` is set. Raises KeysShredded if its keys were destroyed on purpose."""
    matcher = matcher.with_commands(frozenset({FEEDBACK}) if settings.takes_feedback else frozenset())
    monitors, alerts = Monitors(), AlertWatch(settings.alerts, settings.database, settings.keys, now)
    async with (
        alerts.running(),  # first: a bot that does not reach Telegram is a failure, too
        _foundation(settings, matcher, stopping, now, clock, monitors) as parts,
        _broadcasts(parts) as broadcasts,
    ):
        polling = _polling(parts, _dispatcher(parts, broadcasts))
        running = _running_bot(parts, broadcasts, polling)
        alerts.watch(running)
        vitals = HealthReport(running, stopping)
        metrics = BotMetrics(running, alerts, vitals.check_readiness)
        sources = HealthSources(vitals.state, vitals.check_readiness, metrics.text)
        async with health_server.serve_health(settings.listen, sources) as address:
            log.info("Running version %s; health at http://%s:%s/healthz", __version__, address.host, address.port)
            if not parts.team.ids:
                log.info("Nobody is an admin, so nobody can send announcements: set ADMIN_IDS (in .env, for example)")
            await run_together(polling.run(stopping), *_background(parts, broadcasts, polling, vitals))
    log.info("Stopped")


@asynccontextmanager
async def _ending_with(stopping: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set when `stopping` is set, or when the block ends."""
    ending = asyncio.Event()

    async def follow() -> None:
        await stopping.wait()
        ending.set()

    following = asyncio.create_task(follow())
    try:
        yield ending
    finally:
        ending.set()
        following.cancel()


@asynccontextmanager
async def _foundation(
    settings: Settings,
    matcher: Matcher,
    stopping: asyncio.Event,
    now: Callable[[], float],
    clock: Callable[[], float],
    monitors: Monitors,
) -> AsyncIterator[_Foundation]:
    limiter = RateLimiter(settings.send_rate, free=FREE_PER_SECOND)
    signer = Signer(settings.token)
    network = Reachability()
    async with (
        connected(settings, limiter, monitors, stopping) as (bot, fetch),  # first: a wrong token creates no database
        opened(settings.database, settings.keys, today(), bot.id) as store,
    ):
        team, trail = await open_team(settings, store, now)
        yield _Foundation(
            settings=settings,
            matcher=matcher,
            stopping=stopping,
            now=now,
            monitors=monitors,
            limiter=limiter,
            bot=bot,
            fetch=fetch,
            store=store,
            clock_guard=ClockGuard(now, clock, await store.broadcasts.last_heartbeat()),
            signer=signer,
            network=network,
            sender=ReplySender(bot, signer, now, network),
            renderer=ChartRenderer(),
            freeze=Freeze(settings.keys),
            team=team,
            trail=trail,
        )


def _broadcasts(parts: _Foundation) -> AbstractAsyncContextManager[BroadcastComponents]:
    dependencies = Dependencies(
        settings=parts.settings,
        campaign=parts.matcher.campaign,
        store=parts.store,
        limiter=parts.limiter,
        sender=parts.sender,
        renderer=parts.renderer,
        balance=partial(fetch_star_balance, parts.bot),
        signer=parts.signer,
        announcement_signer=open_signer(parts.matcher.campaign, parts.settings.keys),
        clock_guard=parts.clock_guard,
        freeze=parts.freeze,
        team=parts.team,
        trail=parts.trail,
        denials=Denials(parts.trail, lambda user: parts.team.member(user) is not None),
        bot=parts.bot,
        username=parts.bot.username,
        send_photo=partial(send_photo, parts.bot),
        now=parts.now,
    )
    return broadcast_components(dependencies, parts.stopping)


def _dispatcher(parts: _Foundation, broadcasts: BroadcastComponents) -> Dispatcher:
    campaign = parts.matcher.campaign
    return Dispatcher(
        matcher=parts.matcher,
        me=BotIdentity(parts.bot.id, parts.bot.username),
        sender=parts.sender,
        subscriptions=Subscriptions(parts.store, campaign, forget_deliveries=broadcasts.forget),
        signer=parts.signer,
        admin_commands=broadcasts.admin_commands,
        responders=_responders(parts, broadcasts),
        feedback=broadcasts.feedback,
        limiter=parts.limiter,
        now=parts.now,
        is_frozen=parts.freeze.is_on,
    )


def _card_pictures(parts: _Foundation) -> CardPictures:
    renderer = CardRenderer(parts.renderer.process)
    return CardPictures(renderer, parts.bot.username, is_admin=lambda user: user in parts.team.ids)


def _responders(parts: _Foundation, broadcasts: BroadcastComponents) -> Responders:
    media = (GuidePictures(parts.renderer), _card_pictures(parts), OfflineFiles(parts.renderer.process))
    return Responders(
        broadcasts.latest_command, media=media, feedback=broadcasts.feedback, verification=broadcasts.verification
    )


def _polling(parts: _Foundation, dispatcher: Dispatcher) -> Poller:
    def admit(update: Update) -> UpdateWork | None:
        match update:
            case {"message": {"date": date}}:
                parts.clock_guard.record_received_date(date)
        return dispatcher.admit(update)

    monitored = monitor_work(admit, parts.monitors.failures, metrics=parts.monitors.updates)
    return Poller(parts.fetch, monitored, parts.network)


def _running_bot(parts: _Foundation, broadcasts: BroadcastComponents, polling: Poller) -> RunningBot:
    return RunningBot(
        monitors=parts.monitors,
        limiter=parts.limiter,
        poller=polling,
        store=parts.store,
        clock_guard=parts.clock_guard,
        client=broadcasts.client,
        is_daily_paused=lambda: broadcasts.daily.is_paused,
    )


def _background(
    parts: _Foundation, broadcasts: BroadcastComponents, polling: Poller, vitals: HealthReport
) -> tuple[Coroutine[Any, Any, None], ...]:
    """Return the coroutines that run at the same time as polling."""
    ask_date = partial(fetch_server_date, parts.settings.api_url, parts.settings.proxy)
    return (
        maintain(parts.store, parts.clock_guard, parts.now),
        parts.clock_guard.run(ask_date),
        _record_contact(broadcasts, polling, ask_date),
        vitals.watch(),
        _keep_profile_current(parts, broadcasts, polling),
        *broadcasts.background(),
    )


async def _record_contact(broadcasts: BroadcastComponents, polling: Poller, ask_date: AskDate) -> None:
    await polling.answered.wait()
    clock = asyncio.get_running_loop().time
    await broadcasts.downtime_notice.run(lambda: clock() - (polling.answered_at or 0.0), ask_date)


async def _keep_profile_current(parts: _Foundation, broadcasts: BroadcastComponents, polling: Poller) -> None:
    await polling.answered.wait()
    await bot_profile.keep_current(parts.bot, parts.matcher.campaign, broadcasts.feedback.commands)
