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

from bot.admin_wiring import AdminParts, create_admin_parts
from bot.audit.operator_acts import OperatorActs
from bot.broadcast.delivery.context import EngineContext, EventBus
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.erasure import LedgerErasure
from bot.broadcast.delivery.pricing import FREE_PER_SECOND
from bot.broadcast.delivery.requests import ApiClient
from bot.broadcast.delivery.restore_check import is_in_doubt
from bot.broadcast.delivery.service import BroadcastService
from bot.broadcast.overview.announcement_list import AnnouncementList
from bot.broadcast.progress.notices.downtime_notice import DowntimeNotice
from bot.channel.channel_access import ChannelAccess
from bot.channel.channel_dialog import ChannelDialog
from bot.channel.channel_rights import ChannelRights
from bot.channel.channel_store import ChannelStore
from bot.daily.messages import DailyMessages
from bot.daily.sweep import DailySweep
from bot.dependencies import Dependencies
from bot.dispatch.admin_commands import AdminCommands
from bot.dispatch.admin_data import AdminData
from bot.dispatch.latest_command import LatestCommand
from bot.dispatch.protection_commands import ProtectionCommands
from bot.dispatch.stats_command import StatsCommand
from bot.dispatch.verifying.verification import Verification
from bot.feedback.feedback import Feedback
from bot.team.joining import Joining
from bot.team.team_command import TeamCommand
from bot.telegram_api.http.transport import Transport


@dataclass(frozen=True, slots=True)
class BroadcastComponents:
    """The objects of broadcasts that the dispatcher and monitoring need, and the loops that run in the background."""

    admin_commands: AdminCommands
    latest_command: LatestCommand
    feedback: Feedback
    verification: Verification
    _admin_data: AdminData
    downtime_notice: DowntimeNotice
    client: ApiClient
    daily: DailySweep
    _team_command: TeamCommand
    _erasure: LedgerErasure
    _background: tuple[Callable[[], Coroutine[Any, Any, None]], ...]

    def background(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """Return the coroutines to run at the same time as polling.

        If the broadcast engine fails, the coroutine that runs it raises the error.
        """
        return tuple(loop() for loop in self._background)

    async def forget(self, chat: int) -> None:
        """Erase a person from the records of all broadcasts, and erase their feedback and their data as an admin.

        `chat` is the id of the person.
        """
        await self._erasure.erase(chat)
        await self._team_command.forget(chat)
        await self._admin_data.forget(chat)
        await self.feedback.forget(chat)


@dataclass(frozen=True, slots=True)
class _SendingParts:
    """The objects that send broadcasts."""

    events: EventBus
    context: EngineContext
    engine: Engine
    service: BroadcastService
    channel: ChannelAccess


@asynccontextmanager
async def broadcast_components(parts: Dependencies, stopping: asyncio.Event) -> AsyncIterator[BroadcastComponents]:
    """Run the broadcast engine and the daily clauses during the block.

    When the block ends, start no more calls to Telegram, and wait for the responses to the calls in progress.
    """
    store, transport = parts.store, Transport(proxy=parts.settings.proxy)
    await store.broadcasts.load()
    sending = _sending_parts(parts, transport)
    await sending.channel.store.open()
    last_contact = await store.contact.last() or await store.broadcasts.last_heartbeat()
    admin_parts = create_admin_parts(
        parts,
        sending.service,
        channel=sending.channel,
        publish=sending.events.publish,
        last_contact=last_contact,
    )
    daily = _daily(parts, sending, admin_parts)
    await admin_parts.feedback.open(is_restored=await store.database.is_restored())
    await admin_parts.open(parts.team.known_ids, await is_in_doubt(store, parts.now()))
    parts.team.log_suspensions()
    if parts.team.is_of_backup and (end := await store.broadcasts.last_heartbeat()):
        admin_parts.news.notify_restore(end)
    sending.events.subscribe(admin_parts.monitor.on_event)
    sending.events.subscribe(admin_parts.alarms.on_event)
    await transport.initialize()
    await daily.begin()  # before the engine overwrites the last heartbeat, which shows how long the bot was silent
    running = asyncio.create_task(sending.engine.run(stopping)), asyncio.create_task(daily.run(stopping))
    try:
        yield _components(parts, sending, admin_parts, running=running, daily=daily)
    finally:
        stopping.set()
        await asyncio.wait(running)
        await transport.shutdown()


def _sending_parts(parts: Dependencies, transport: Transport) -> _SendingParts:
    events, phrasebooks, client = EventBus(), parts.campaign.phrasebooks, _client(parts, transport)
    channel = ChannelAccess(ChannelStore(parts.store, parts.trail), ChannelRights(client.fetch, parts.bot.id))
    context = EngineContext(
        store=parts.store,
        limiter=parts.limiter,
        client=client,
        rate=parts.settings.send_rate,
        publish=events.publish,
        now=parts.now,
        free_rate=FREE_PER_SECOND,
        clock_guard=parts.clock_guard,
        is_frozen=parts.freeze.is_on,
        settings_labels={str(lang): book.say("button.settings") for lang, book in phrasebooks.items()},
        channel=channel,
        copy_labels={str(lang): book.say("button.signed_copy") for lang, book in phrasebooks.items()}
        if parts.announcement_signer.key
        else {},
    )
    engine = Engine(context)
    parts.freeze.on_change = engine.wake
    service = BroadcastService(parts.store, parts.trail, engine.wake, parts.now)
    return _SendingParts(events, context, engine, service, channel)


def _client(parts: Dependencies, transport: Transport) -> ApiClient:
    client = ApiClient(transport, f"{parts.settings.api_url}/bot{parts.settings.token}", time.monotonic)
    client.on_message_date = parts.clock_guard.record_exact_date
    return client


def _announcement_list(parts: Dependencies, sending: _SendingParts, admin_parts: AdminParts) -> AnnouncementList:
    return AnnouncementList(
        admin_parts.drafts,
        sending.service,
        monitor=admin_parts.monitor,
        editor=admin_parts.editor,
        approval=admin_parts.approval,
        trail=parts.trail,
        now=parts.now,
    )


def _daily(parts: Dependencies, sending: _SendingParts, admin_parts: AdminParts) -> DailySweep:
    messages = DailyMessages(parts.campaign, parts.signer, parts.now)
    return DailySweep(sending.context, messages, admin_parts.pause_notice.on_pause)


def _components(
    parts: Dependencies,
    sending: _SendingParts,
    admin_parts: AdminParts,
    *,
    running: tuple[asyncio.Task[None], ...],
    daily: DailySweep,
) -> BroadcastComponents:
    protection = admin_parts.protection
    loops = (*(part.run for part in admin_parts.with_loops()), *protection.background(), admin_parts.feedback.run)
    admin_data = AdminData(
        admin_parts.admins,
        admin_parts.menu,
        editor=admin_parts.editor,
        monitor=admin_parts.monitor,
        confirmations=admin_parts.confirmations,
        trail=parts.trail,
        factors=protection.factors,
    )
    parts.team.on_rights_lost(admin_data.on_rights_lost)
    operator_acts = OperatorActs(parts.settings.database, parts.trail)
    team_command = TeamCommand(parts.team, admin_parts.news, parts.username, parts.now)
    return BroadcastComponents(
        admin_commands=_admin_commands(parts, sending, admin_parts, admin_data=admin_data, team_command=team_command),
        latest_command=LatestCommand(sending.service, signs=parts.announcement_signer.key is not None),
        feedback=admin_parts.feedback,
        verification=Verification(sending.service, parts.announcement_signer),
        _admin_data=admin_data,
        downtime_notice=admin_parts.downtime_notice,
        client=sending.context.client,
        daily=daily,
        _team_command=team_command,
        _erasure=LedgerErasure(sending.context, sending.service),
        _background=(*(partial(_result, task) for task in running), *loops, operator_acts.run, parts.denials.run),
    )


def _admin_commands(
    parts: Dependencies,
    sending: _SendingParts,
    admin_parts: AdminParts,
    *,
    admin_data: AdminData,
    team_command: TeamCommand,
) -> AdminCommands:
    protection = admin_parts.protection
    return AdminCommands(
        admins=admin_parts.admins,
        statistics=StatsCommand(parts.store, parts.campaign, parts.renderer),
        editor=admin_parts.editor,
        monitor=admin_parts.monitor,
        admin_data=admin_data,
        clock_notice=admin_parts.clock_notice,
        announcement_list=_announcement_list(parts, sending, admin_parts),
        admin_menu=admin_parts.menu,
        confirmations=admin_parts.confirmations,
        denials=parts.denials,
        team_command=team_command,
        channel=ChannelDialog(sending.channel, parts.team),
        joining=Joining(parts.team, admin_parts.news, parts.denials, parts.username, parts.now),
        feedback=admin_parts.feedback,
        protection=ProtectionCommands(protection.panic, protection.gate, protection.dialog),
        send=parts.sender.send_replies,
        now=parts.now,
    )


async def _result(task: Awaitable[None]) -> None:
    await asyncio.shield(task)
