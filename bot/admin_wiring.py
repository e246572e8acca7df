"""Create the objects with which admins write announcements and follow their delivery, and the team of admins.

The module `broadcast_wiring` connects them with the objects that send.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.audit.trail import AuditTrail
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.approval import Approval
from bot.broadcast.authoring.cards.card_choice import CardChoice
from bot.broadcast.authoring.channel.channel_choice import ChannelChoice
from bot.broadcast.authoring.confirmations import Confirmations
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.authoring.editor import Editor
from bot.broadcast.authoring.handover import Handover
from bot.broadcast.authoring.preview import Preview
from bot.broadcast.delivery.context import PublishEvent
from bot.broadcast.delivery.service import BroadcastService
from bot.broadcast.progress.final_report import FinalReport
from bot.broadcast.progress.monitor import ProgressMonitor
from bot.broadcast.progress.notices.act_notices import ActNotices
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from bot.broadcast.progress.notices.alarms import Alarms
from bot.broadcast.progress.notices.clock_notice import ClockNotice
from bot.broadcast.progress.notices.daily_paused_notice import DailyPauseNotice
from bot.broadcast.progress.notices.downtime_notice import DowntimeNotice
from bot.cards.card_renderer import CardRenderer
from bot.channel.channel_access import ChannelAccess
from bot.dependencies import Dependencies
from bot.dispatch.admin_menu import AdminMenu
from bot.feedback.conversation_store import ConversationStore
from bot.feedback.feedback import Feedback
from bot.feedback.limits import Limits
from bot.feedback.team_dialog import TeamDialog
from bot.feedback.writer_dialog import WriterDialog
from bot.protection_wiring import Protection, build_protection
from bot.second_factor.team_colleagues import TeamColleagues
from bot.settings import Settings
from bot.team.approval_rights import ApprovalRights
from bot.team.membership import Team
from bot.team.team_news import TeamNews
from bot.telegram_api.sending.panels import Panels
from bot.telegram_api.sending.quiet_sender import send_quietly
from storage.store import Store

_TRIES = 60  # of a notice about an answer, one a minute


class _WithLoop(Protocol):
    """An object with a loop that runs in the background until it is cancelled."""

    async def run(self) -> None: ...


@dataclass(frozen=True, slots=True)
class AdminParts:
    """The objects with which admins write announcements, follow their delivery and receive notices."""

    drafts: DraftStore
    admins: Admins
    menu: AdminMenu
    monitor: ProgressMonitor
    editor: Editor
    approval: Approval
    confirmations: Confirmations
    notices: AdminNotices
    alarms: Alarms
    news: TeamNews
    pause_notice: DailyPauseNotice
    clock_notice: ClockNotice
    panels: Panels
    downtime_notice: DowntimeNotice
    protection: Protection
    feedback: Feedback

    async def open(self, admins: list[int], is_in_doubt: bool) -> None:
        """Load the stored drafts, languages, menus and progress screens of the `admins`.

        `is_in_doubt` is True if the database might be an old copy, so that another process might have sent a stored
        draft already. Then drafts that wait for an approval or for a delay are not sent: their authors must ask
        again.
        """
        await self.admins.open()
        await self.menu.open()
        await self.monitor.open()
        await self.drafts.open(admins, is_in_doubt)
        await self.protection.open()
        await self.confirmations.open()
        self.panels.restore(self.drafts.panels())
        self.panels.on_change = self.drafts.remember_panel

    def with_loops(self) -> tuple[_WithLoop, ...]:
        """Return the parts whose loop has to run as long as the bot runs."""
        return self.editor, self.monitor, self.pause_notice, self.notices, self.alarms, self.menu


async def open_team(settings: Settings, store: Store, now: Callable[[], float]) -> tuple[Team, AuditTrail]:
    """Load the team of admins and the audit log from the database; return both.

    Call this before the broadcast engine runs: the team has to know whether the database was restored from a backup,
    and the engine deletes the mark that says so.
    """
    key = hmac.digest(settings.token.encode(), b"team 1", "sha256")
    trail = AuditTrail(store, now, lambda user: team.role_of(user))
    team = Team(settings.admins, store, trail, key=key, now=now)
    await team.open(is_restored=await store.database.is_restored())
    await trail.open(team.known_ids)
    return team, trail


def create_admin_parts(
    parts: Dependencies,
    service: BroadcastService,
    *,
    channel: ChannelAccess,
    publish: PublishEvent,
    last_contact: float | None,
) -> AdminParts:
    """Create the objects with which admins write announcements and follow their delivery.

    `publish` passes an event of a broadcast on to its listeners. `last_contact` is the Unix time at which Telegram
    last answered; None if it is unknown.
    """
    store, campaign, trail, rate = parts.store, parts.campaign, parts.trail, parts.settings.send_rate
    language = str(campaign.original)
    drafts = DraftStore(store, trail)
    admins = Admins(parts.team, campaign, store, drafts, parts.sender)
    report = FinalReport(store, admins, parts.renderer, parts.now)
    monitor = ProgressMonitor(
        store, admins, service=service, final_report=report, rate=rate, now=parts.now, is_frozen=parts.freeze.is_on
    )
    confirmations = Confirmations(store, service, parts.team, publish)
    preview = Preview(store, campaign, rate, parts.balance, parts.announcement_signer)
    handover = Handover(
        drafts, preview, admins=admins, service=service, progress=monitor, confirmations=confirmations, trail=trail
    )
    rights = ApprovalRights(parts.team, parts.denials, parts.now, parts.freeze.is_on)
    approval = Approval(drafts, preview, admins=admins, handover=handover, rights=rights, now=parts.now)
    notices = AdminNotices(admins, language)
    for listener in (approval.on_rights_lost, confirmations.on_rights_lost, notices.on_rights_lost):
        parts.team.on_rights_lost(listener)
    ActNotices(notices, admins, trail)
    feedback = _feedback(parts, admins, notices, trail)
    return AdminParts(
        drafts=drafts,
        admins=admins,
        menu=AdminMenu(parts.bot, store, admins, language, optional_commands=feedback.commands),
        monitor=monitor,
        editor=Editor(
            drafts,
            service,
            preview=preview,
            approval=approval,
            channel_choice=ChannelChoice(channel),
            card_choice=CardChoice(CardRenderer(parts.renderer.process), parts.sender.photo_sender.upload),
            now=parts.now,
        ),
        approval=approval,
        confirmations=confirmations,
        notices=notices,
        alarms=Alarms(notices, store.database),
        news=TeamNews(parts.team, notices.post),
        pause_notice=DailyPauseNotice(admins, language, parts.now),
        clock_notice=ClockNotice(parts.clock_guard, notices, trail),
        panels=parts.sender.panels,
        downtime_notice=DowntimeNotice(store.contact, notices, parts.now, last_contact),
        protection=build_protection(parts, admins, notices),
        feedback=feedback,
    )


def _feedback(parts: Dependencies, admins: Admins, notices: AdminNotices, trail: AuditTrail) -> Feedback:
    conversations, limits = ConversationStore(parts.store, trail, parts.now), Limits()
    team = TeamDialog(
        conversations,
        limits,
        admins,
        send_quietly=partial(send_quietly, parts.bot),
        post=partial(notices.post, tries=_TRIES),
        name_of=TeamColleagues(parts.team).name_of,
        default_language=str(parts.campaign.original),
        is_closed=parts.freeze.is_on,
        now=parts.now,
    )
    writer = WriterDialog(
        conversations,
        limits,
        team,
        is_closed=lambda: parts.freeze.is_on() or not team.recipients,
        send=parts.sender.send_replies,
        now=parts.now,
    )
    feedback = Feedback(parts.settings.takes_feedback, admins, conversations, writer, team)
    parts.team.on_rights_lost(feedback.on_rights_lost)
    return feedback
