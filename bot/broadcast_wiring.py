"""Create and run the objects that write, send and report broadcasts.

The module `app` connects these objects with the rest of the bot.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.approval import Approval
from bot.broadcast.authoring.approval_rights import ApprovalRights
from bot.broadcast.authoring.confirmations import Confirmations
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.authoring.editor import Editor
from bot.broadcast.authoring.handover import Handover
from bot.broadcast.authoring.preview import Preview
from bot.broadcast.delivery.context import EngineContext, EventBus
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.erasure import LedgerErasure
from bot.broadcast.delivery.pricing import FREE_PER_SECOND
from bot.broadcast.delivery.requests import ApiClient
from bot.broadcast.delivery.restore_check import is_in_doubt
from bot.broadcast.delivery.service import BroadcastService
from bot.broadcast.overview.announcement_list import AnnouncementList
from bot.broadcast.progress.final_report import FinalReport
from bot.broadcast.progress.monitor import ProgressMonitor
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from bot.broadcast.progress.notices.alarms import Alarms
from bot.broadcast.progress.notices.clock_notice import ClockNotice
from bot.broadcast.progress.notices.daily_paused_notice import DailyPauseNotice
from bot.broadcast.progress.progress_actions import ActionRunner
from bot.daily.messages import DailyMessages
from bot.daily.sweep import DailySweep
from bot.dependencies import Dependencies
from bot.dispatch.admin_commands import AdminCommands
from bot.dispatch.admin_data import AdminData
from bot.dispatch.latest_command import LatestCommand
from bot.dispatch.protection_commands import ProtectionCommands
from bot.dispatch.stats_command import StatsCommand
from bot.protection_wiring import Protection, build_protection
from bot.team.acts import Acts
from bot.team.joining import Joining
from bot.team.team_command import TeamCommand
from bot.team.team_news import TeamNews
from bot.telegram_api.http.transport import Transport


@dataclass(frozen=True, slots=True)
class BroadcastComponents:
    """The objects of broadcasts that the dispatcher needs, and the loops that run in the background."""

    admin_commands: AdminCommands
    acts: Acts
    latest_command: LatestCommand
    _admin_data: AdminData
    _team_command: TeamCommand
    _erasure: LedgerErasure
    _background: tuple[Callable[[], Coroutine[Any, Any, None]], ...]

    def background(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """Return the loops to run alongside polling.

        When the broadcast engine fails, one of the loops raises its error.
        """
        return tuple(loop() for loop in self._background)

    async def forget(self, chat: int) -> None:
        """Erase a person from the records of all broadcasts, and the data stored about the person as an admin."""
        await self._erasure.erase(chat)
        await self._team_command.forget(chat)
        await self._admin_data.forget(chat)


@dataclass(frozen=True, slots=True)
class _SendingParts:
    """The objects that send broadcasts."""

    events: EventBus
    context: EngineContext
    engine: Engine
    service: BroadcastService


@dataclass(frozen=True, slots=True)
class _AdminParts:
    """The objects with which admins write announcements, follow their delivery and receive notices."""

    drafts: DraftStore
    admins: Admins
    monitor: ProgressMonitor
    editor: Editor
    approval: Approval
    confirmations: Confirmations
    notices: AdminNotices
    alarms: Alarms
    acts: Acts
    news: TeamNews
    pause_notice: DailyPauseNotice
    clock_notice: ClockNotice
    protection: Protection

    async def open(self, admins: list[int], is_in_doubt: bool) -> None:
        """Load the stored drafts, languages and progress screens of the `admins`.

        `is_in_doubt` means that the database may be an old copy. Then no draft that waits to be sent is sent.
        """
        await self.admins.open()
        await self.monitor.open()
        await self.drafts.open(admins, is_in_doubt)
        await self.protection.open()
        await self.confirmations.open()


@asynccontextmanager
async def broadcast_components(parts: Dependencies, stopping: asyncio.Event) -> AsyncIterator[BroadcastComponents]:
    """Run the broadcast engine and the daily clauses during the block.

    When the block ends, begin no further call to Telegram, and wait until the calls in progress have been answered.
    """
    store, transport = parts.store, Transport(proxy=parts.settings.proxy)
    await store.broadcasts.load()
    sending = _sending_parts(parts, transport)
    admin_parts = _admin_parts(parts, sending)
    daily = _daily(parts, sending, admin_parts)
    await admin_parts.open(parts.team.known_ids, await is_in_doubt(store, parts.now()))
    parts.team.log_suspensions()
    if parts.team.is_of_backup and (end := await store.broadcasts.last_heartbeat()):
        admin_parts.news.notify_restore(end)
    sending.events.subscribe(admin_parts.monitor.on_event)
    sending.events.subscribe(admin_parts.alarms.on_event)
    await transport.initialize()
    await daily.begin()  # before the engine's first heartbeat, which hides for how long the bot was silent
    running = asyncio.create_task(sending.engine.run(stopping)), asyncio.create_task(daily.run(stopping))
    try:
        yield _components(parts, sending, admin_parts, running)
    finally:
        stopping.set()
        await asyncio.wait(running)
        await transport.shutdown()


def _sending_parts(parts: Dependencies, transport: Transport) -> _SendingParts:
    events, phrasebooks = EventBus(), parts.campaign.phrasebooks
    context = EngineContext(
        store=parts.store,
        limiter=parts.limiter,
        client=_client(parts, transport),
        rate=parts.settings.send_rate,
        publish=events.publish,
        now=parts.now,
        free_rate=FREE_PER_SECOND,
        clock_guard=parts.clock_guard,
        is_frozen=parts.freeze.is_on,
        settings_labels={str(lang): book.say("button.settings") for lang, book in phrasebooks.items()},
    )
    engine = Engine(context)
    parts.freeze.on_change = engine.wake
    return _SendingParts(events, context, engine, BroadcastService(parts.store, engine.wake, parts.now))


def _client(parts: Dependencies, transport: Transport) -> ApiClient:
    client = ApiClient(transport, f"{parts.settings.api_url}/bot{parts.settings.token}", time.monotonic)
    client.on_message_date = parts.clock_guard.record_exact_date
    return client


def _admin_parts(parts: Dependencies, sending: _SendingParts) -> _AdminParts:
    service = sending.service
    store, campaign, rate = parts.store, parts.campaign, parts.settings.send_rate
    language = str(campaign.original)
    drafts, acts = DraftStore(store), Acts()
    admins = Admins(parts.team, campaign, store, drafts, parts.sender)
    report = FinalReport(store, admins, parts.renderer, parts.now)
    actions = ActionRunner(service, parts.team, acts)
    monitor = ProgressMonitor(
        store, admins, service=service, final_report=report, actions=actions, rate=rate, now=parts.now
    )
    confirmations = Confirmations(store, service, parts.team, sending.events.publish)
    preview = Preview(store, campaign, rate, parts.balance)
    rights = ApprovalRights(parts.team, parts.now, parts.freeze.is_on)
    handover = Handover(
        drafts, preview, admins=admins, service=service, progress=monitor, confirmations=confirmations, acts=acts
    )
    approval = Approval(drafts, preview, admins=admins, handover=handover, acts=acts, rights=rights, now=parts.now)
    notices = AdminNotices(admins, language)
    for listener in (approval.on_rights_lost, confirmations.on_rights_lost, notices.on_rights_lost):
        parts.team.on_rights_lost(listener)
    return _AdminParts(
        drafts=drafts,
        admins=admins,
        monitor=monitor,
        editor=Editor(drafts, service, preview=preview, approval=approval, now=parts.now),
        approval=approval,
        confirmations=confirmations,
        notices=notices,
        alarms=Alarms(notices, store.database),
        acts=acts,
        news=TeamNews(parts.team, notices.post),
        pause_notice=DailyPauseNotice(admins, language, parts.now),
        clock_notice=ClockNotice(parts.clock_guard, notices),
        protection=build_protection(parts, admins, notices, acts),
    )


def _announcement_list(parts: Dependencies, sending: _SendingParts, admin_parts: _AdminParts) -> AnnouncementList:
    return AnnouncementList(
        admin_parts.drafts,
        sending.service,
        monitor=admin_parts.monitor,
        editor=admin_parts.editor,
        approval=admin_parts.approval,
        now=parts.now,
    )


def _daily(parts: Dependencies, sending: _SendingParts, admin_parts: _AdminParts) -> DailySweep:
    messages = DailyMessages(parts.campaign, parts.signer, parts.now)
    return DailySweep(sending.context, messages, admin_parts.pause_notice.on_pause)


def _components(
    parts: Dependencies,
    sending: _SendingParts,
    admin_parts: _AdminParts,
    running: tuple[asyncio.Task[None], ...],
) -> BroadcastComponents:
    monitor = admin_parts.monitor
    protection = admin_parts.protection
    admin_data = AdminData(
        admin_parts.admins,
        admin_parts.editor,
        monitor=monitor,
        confirmations=admin_parts.confirmations,
        factors=protection.factors,
    )
    parts.team.on_rights_lost(admin_data.on_rights_lost)
    team_command = TeamCommand(parts.team, admin_parts.news, admin_parts.acts, parts.username, parts.now)
    loops = (
        admin_parts.editor.run,
        monitor.run,
        admin_parts.pause_notice.run,
        admin_parts.notices.run,
        admin_parts.alarms.run,
        *protection.background(),
    )
    return BroadcastComponents(
        admin_commands=AdminCommands(
            admins=admin_parts.admins,
            statistics=StatsCommand(parts.store, parts.campaign, parts.renderer),
            editor=admin_parts.editor,
            monitor=monitor,
            admin_data=admin_data,
            clock_notice=admin_parts.clock_notice,
            announcement_list=_announcement_list(parts, sending, admin_parts),
            confirmations=admin_parts.confirmations,
            team_command=team_command,
            joining=Joining(parts.team, admin_parts.news, admin_parts.acts, parts.username, parts.now),
            protection=ProtectionCommands(protection.panic, protection.gate, protection.dialog),
            send=parts.sender.send_replies,
            now=parts.now,
        ),
        acts=admin_parts.acts,
        latest_command=LatestCommand(sending.service),
        _admin_data=admin_data,
        _team_command=team_command,
        _erasure=LedgerErasure(sending.context, sending.service),
        _background=(*(partial(_result, task) for task in running), *loops),
    )


async def _result(task: Awaitable[None]) -> None:
    await asyncio.shield(task)
