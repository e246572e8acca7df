"""Answer the commands and buttons of admins. For anybody else, these commands and buttons do not exist.

This module checks whether an admin has the permission for each act. The objects that it calls rely on these checks.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from bot.audit.denials import Denial, Denials
from bot.broadcast.authoring import framing
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.confirmations import Confirmations, ReleaseRefusal
from bot.broadcast.authoring.editor import BroadcastEdit, EditKind, Editor
from bot.broadcast.overview.announcement_list import AnnouncementList
from bot.broadcast.progress import progress_actions
from bot.broadcast.progress.monitor import ProgressMonitor
from bot.broadcast.progress.notices import clock_notice
from bot.broadcast.progress.notices.clock_notice import ClockNotice
from bot.broadcast.progress.progress_actions import ProgressAction
from bot.channel.channel_dialog import ChannelDialog
from bot.dispatch.admin_data import AdminData
from bot.dispatch.admin_menu import AdminMenu
from bot.dispatch.protection_commands import ProtectionCommands, after_code
from bot.dispatch.stats_command import StatsCommand
from bot.feedback.feedback import Feedback
from bot.flows import router
from bot.flows.commands import MENU_PREFIX, Responder, command_of, responder_of
from bot.flows.subscription import subscribing
from bot.model.events import ButtonPress, Event, OtherMessage, SignedPress, TextMessage, UserId, is_edit
from bot.model.replies import Replies, Toast
from bot.model.roles import Permission, permissions_of
from bot.second_factor.code_gate import Confirmed
from bot.team import permissions
from bot.team.joining import Joining
from bot.team.permissions import action_permission
from bot.team.team_command import TeamCommand
from content.model import Lang
from content.screens.reader import Reader
from storage.errors import StorageTrouble

log = logging.getLogger(__name__)
_EDITS = {
    ProgressAction.EDIT: EditKind.TEXT,
    ProgressAction.REPLACE_DRAFT: EditKind.TEXT,
    ProgressAction.TIME: EditKind.TIME,
    ProgressAction.TIME_REPLACING_DRAFT: EditKind.TIME,
    ProgressAction.NOW: EditKind.NOW,
    ProgressAction.NOW_REPLACING_DRAFT: EditKind.NOW,
}
_DENIALS = {ReleaseRefusal.OWN: Denial.OWN, ReleaseRefusal.LATER: Denial.TOO_EARLY}
_GOING_ON = (ProgressAction.RESUME, ProgressAction.SEND, ProgressAction.ONLY_UNSENT)


class AdminCommands:
    """Pass each message and button press of an admin in private to the part that answers it.

    Such parts are the editor of announcements, the monitor of their progress, the statistics and the team.
    """

    def __init__(
        self,
        *,
        admins: Admins,
        statistics: StatsCommand,
        editor: Editor,
        monitor: ProgressMonitor,
        admin_data: AdminData,
        clock_notice: ClockNotice,
        announcement_list: AnnouncementList,
        admin_menu: AdminMenu,
        team_command: TeamCommand,
        channel: ChannelDialog,
        joining: Joining,
        feedback: Feedback,
        protection: ProtectionCommands,
        send: Callable[[Event, Replies], Awaitable[None]],
        confirmations: Confirmations,
        denials: Denials,
        now: Callable[[], float],
    ) -> None:
        """Create the object from the parts that answer admins, and from what these parts need.

        Some button presses need a code of the second factor. After the admin has typed the code in a new message,
        `send` sends the replies to the press. `now` returns Unix time.
        """
        self._admins = admins
        self._team = admins.team
        self._statistics = statistics
        self._editor = editor
        self._monitor = monitor
        self._admin_data = admin_data
        self._clock_notice = clock_notice
        self._announcement_list = announcement_list
        self._admin_menu = admin_menu
        self._team_command = team_command
        self._channel = channel
        self._joining = joining
        self._feedback = feedback
        self._protection = protection
        self._send = send
        self._confirmations = confirmations
        self._denials = denials
        self._now = now

    def permissions(self, user: int) -> frozenset[Permission]:
        """Return the permissions of `user`; none for a person who is not an admin."""
        return permissions_of(self._team.role_of(user))

    def is_composing(self, user: int) -> bool:
        """Return whether `user` is an admin with a draft."""
        return self._team.may(user, Permission.WRITE) and self._admin_data.has_draft(user)

    def is_recorded(self, user: int) -> bool:
        """Return whether a pseudonym is stored that stands for `user` in the audit log."""
        return self._admin_data.is_recorded(user)

    def is_invited(self, user: int) -> bool:
        """Return whether `user` joined the team by an invitation. Such a membership ends with /forget."""
        member = self._team.member(user)
        return member is not None and not member.is_configured

    def data_lines(self, user: UserId, reader: Reader) -> tuple[str, ...]:
        """Return a line of text for each kind of data stored about `user` as an admin; () if `user` is no admin."""
        return tuple(self._admin_data.lines(user, reader)) if self._team.member(user) else ()

    async def replies(self, event: Event, reader: Reader, update: Mapping[str, Any]) -> Replies | None:
        """Return the replies to an admin's event in a private chat.

        Return None if the event does not concern admins, such as a question about the declaration. It is then
        answered as for any other person. `update` is the JSON from Telegram that `event` was parsed from. It is
        read only if an admin sent it.
        """
        if _ends_waits(event):
            self._stop_waiting(event)
        if isinstance(event, SignedPress) and action_permission(event.action):
            self._log_refusal(event)
        if not _is_private(event) or subscribing.is_leaving(event):
            return None
        try:
            return await self._replies_in_private(event, reader, update)
        except StorageTrouble as error:
            log.warning("An admin's request could not be stored (%s): the admin is asked to repeat it",
                        type(error).__name__)  # fmt: skip
            return router.not_saved(event, reader)

    async def _replies_in_private(self, event: Event, reader: Reader, update: Mapping[str, Any]) -> Replies | None:
        user = event.sender.id
        joining = await self._joining.replies(event, reader)
        if joining is not None or self._team.role_of(user) is None:
            return joining
        await self.remember_language(user, reader.lang)
        if (command := command_of(event)) and command.permission and not self._team.may(user, command.permission):
            return None  # for this admin the command does not exist
        typed = await self._protection.typed_code(event, reader)
        if isinstance(typed, Confirmed):
            await self._send(typed.press, after_code(await self._press(typed.press, reader)))
            return ()
        if typed is not None:
            return typed
        if isinstance(event, SignedPress) and action_permission(event.action):
            challenge = None if event.is_expired else await self._protection.challenge(event, reader)
            return await self._press(event, reader) if challenge is None else challenge
        return await self._permitted_replies(event, reader, update)

    async def _press(self, event: SignedPress, reader: Reader) -> Replies:
        """Carry out what an admin's button does, if the admin has the permission; return the replies.

        The caller has checked the code of the second factor, if the act needs one.
        """
        permission = action_permission(event.action)
        if permission is None or not self._team.may(event.sender.id, permission):
            log.info("An admin's button was refused: the role of the admin does not allow it")
            self._denials.add(Denial.ROLE, event.sender.id)
            return (Toast(reader.say("team.not_your_role")),)
        return await self._permitted_replies(event, reader, {}) or ()

    async def _permitted_replies(self, event: Event, reader: Reader, update: Mapping[str, Any]) -> Replies | None:
        user = event.sender.id
        replies = await self._admin_replies(event, reader, update)
        if replies is None:
            return None
        permitted = permissions.permitted_replies(replies, partial(self._team.may, user))
        return framing.framed(permitted, reader)

    def _stop_waiting(self, event: Event) -> None:
        """Make all dialogs stop waiting for a message of the person who caused `event`.

        If `event` itself opens a dialog, this dialog begins to wait later. The editor of a draft keeps waiting,
        because the screen of the draft says what it waits for.
        """
        for dialog in (self._joining, self._protection, self._channel, self._team_command):
            dialog.stop_waiting(event.sender.id)
        self._feedback.stop_waiting(event)

    async def remember_language(self, user: UserId, language: Lang) -> None:
        """Store the language in which an admin is answered from now on; do nothing if `user` is no admin."""
        if self._team.role_of(user):
            await self._admins.remember_language(user, language)
            self._admin_menu.refresh()

    async def _admin_replies(self, event: Event, reader: Reader, update: Mapping[str, Any]) -> Replies | None:
        responder = None if is_edit(event) else responder_of(event)
        if responder is Responder.STATISTICS:
            return await self._statistics.replies(reader)
        if responder is Responder.ANNOUNCEMENTS:
            return await self._announcement_list.replies(event.sender.id, reader)
        message = update.get("message") or update.get("edited_message") or {}
        if (channel_replies := await self._channel.replies(event, reader, message)) is not None:
            return channel_replies
        for dialog in (self._protection, self._team_command, self._feedback):
            if (dialog_replies := await dialog.replies(event, reader)) is not None:
                return dialog_replies
        if isinstance(event, SignedPress) and event.action.startswith(progress_actions.PREFIX):
            return await self._press_progress(event, reader)
        if isinstance(event, SignedPress) and event.action.startswith(framing.LIST_PREFIX):
            return await self._announcement_list.press(event, reader)
        if isinstance(event, SignedPress) and event.action.startswith(MENU_PREFIX):
            return await self._admin_menu.press(event, reader)
        return await self._editor.replies(event, reader, message)

    async def _press_progress(self, event: SignedPress, reader: Reader) -> Replies:
        if event.action.startswith(clock_notice.ACTION):
            return await self._clock_notice.confirm(event, reader)
        action, number = self._monitor.parse_action(event.action)
        if action in _EDITS and number and not event.is_expired:
            is_first_press = action in progress_actions.REPLACING_DRAFT
            question = self._monitor.edit_question(number, action, reader) if is_first_press else None
            edit = BroadcastEdit(number, _EDITS[action], self._monitor.zone_of(number))
            return await self._editor.begin_edit(event.sender.id, edit, reader, question)
        refusal = await self._unconfirmed(action, number, event)
        return (Toast(reader.say(refusal)),) if refusal else await self._monitor.press(event, reader)

    async def _unconfirmed(self, action: ProgressAction | None, number: int, event: SignedPress) -> str | None:
        """Return the key of the phrase that says why the press `event` is refused; None if it is allowed.

        `event` is a press of a button of broadcast `number`, and `action` is what the button does. A press can be
        refused if the admin who confirmed the broadcast has lost the right to confirm. Then nobody can send the
        broadcast until another admin confirms it. If `action` is CONFIRM, store the confirmation; refuse the press if
        the admin may not confirm.
        """
        if event.is_expired or not number or not self._confirmations.is_void(number):
            return None
        if action is ProgressAction.CONFIRM:
            refusal = await self._confirmations.confirm(number, event.sender.id, self._now())
            if refusal:
                self._denials.add(_DENIALS[refusal], event.sender.id)
            return refusal
        return "team.confirm_first" if action in _GOING_ON else None

    def _log_refusal(self, event: SignedPress) -> None:
        """Log and count a press of an admin's button if the person is not an admin or the button has expired.

        The press might be part of an attack, or an admin might later ask why nothing happened.
        """
        if self._team.role_of(event.sender.id) is None:
            log.info("An admin's button was refused: the person who pressed it is not an admin")
            self._denials.add(Denial.NO_ADMIN, event.sender.id)
        elif event.is_expired:
            log.info("An admin's button was refused: it has expired")
            self._denials.add(Denial.EXPIRED, event.sender.id)


def _ends_waits(event: Event) -> bool:
    """Return whether `event`, a command or a button press in private, ends the waiting of dialogs for a message."""
    match event:
        case TextMessage(is_private=True, is_edited=False):
            return event.command is not None
        case ButtonPress(is_private=is_private):
            return is_private
        case _:
            return isinstance(event, SignedPress)


def _is_private(event: Event) -> bool:
    return isinstance(event, SignedPress) or (isinstance(event, (TextMessage, OtherMessage)) and event.is_private)
