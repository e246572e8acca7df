"""Answer the commands and buttons of admins. For anybody else, the bot acts as if these did not exist."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.broadcast.authoring import editor_screens
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.editor import Editor
from bot.broadcast.overview.announcement_list import AnnouncementList
from bot.broadcast.progress import progress_actions
from bot.broadcast.progress.monitor import ProgressMonitor
from bot.broadcast.progress.notices import clock_notice
from bot.broadcast.progress.notices.clock_notice import ClockNotice
from bot.broadcast.progress.progress_actions import ProgressAction
from bot.dispatch.admin_data import AdminData
from bot.dispatch.stats_command import StatsCommand
from bot.flows import router
from bot.flows.commands import Responder, responder_of
from bot.flows.subscription import subscribing
from bot.model.events import Event, OtherMessage, SignedPress, TextMessage, UserId, is_edit
from bot.model.replies import Replies
from content.screens.reader import Reader
from storage.errors import StorageTrouble

log = logging.getLogger(__name__)


class AdminCommands:
    """Route an admin's private events to the editor, the progress monitor or the statistics."""

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
    ) -> None:
        self._admins = admins
        self._statistics = statistics
        self._editor = editor
        self._monitor = monitor
        self._admin_data = admin_data
        self._clock_notice = clock_notice
        self._announcement_list = announcement_list

    def is_admin(self, user: int) -> bool:
        """Return whether `user` is an admin."""
        return user in self._admins.ids

    def is_composing(self, user: int) -> bool:
        """Return whether `user` is an admin with a draft."""
        return user in self._admins.ids and self._admin_data.has_draft(user)

    def data_lines(self, user: UserId, reader: Reader) -> tuple[str, ...]:
        """Return a line of text for each kind of data stored about `user` as an admin; () if `user` is no admin."""
        return tuple(self._admin_data.lines(user, reader)) if user in self._admins.ids else ()

    async def replies(self, event: Event, reader: Reader, update: Mapping[str, Any]) -> Replies | None:
        """Return the replies to an admin in a private chat; None when the ordinary flows answer `event`.

        `update` is the JSON from Telegram that `event` was parsed from. It is read only when an admin sent it.
        """
        if isinstance(event, SignedPress) and event.action.startswith(
            (progress_actions.PREFIX, progress_actions.LIST_PREFIX, editor_screens.PREFIX)
        ):
            self._log_refusal(event)
        if not _is_private(event) or event.sender.id not in self._admins.ids:
            return None
        await self._admins.remember_language(event.sender.id, reader.lang)
        if responder_of(event) is Responder.STATISTICS and not is_edit(event):
            return await self._statistics.replies(reader)
        if subscribing.is_leaving(event):
            return None
        try:
            return await self._change(event, reader, update)
        except StorageTrouble as error:
            log.warning("An admin's request could not be stored (%s): the admin is asked to repeat it",
                        type(error).__name__)  # fmt: skip
            return router.not_saved(event, reader)

    async def _change(self, event: Event, reader: Reader, update: Mapping[str, Any]) -> Replies | None:
        if isinstance(event, SignedPress) and event.action.startswith(progress_actions.PREFIX):
            return await self._press_progress(event, reader)
        if isinstance(event, SignedPress) and event.action.startswith(progress_actions.LIST_PREFIX):
            return await self._announcement_list.press(event, reader)
        if responder_of(event) is Responder.ANNOUNCEMENTS and not is_edit(event):
            return await self._announcement_list.replies(event.sender.id, reader)
        message = update.get("message") or update.get("edited_message") or {}
        return await self._editor.replies(event, reader, message)

    async def _press_progress(self, event: SignedPress, reader: Reader) -> Replies:
        if event.action.startswith(clock_notice.ACTION):
            return await self._clock_notice.confirm(event, reader)
        action, number = self._monitor.parse_action(event.action)
        if action in (ProgressAction.EDIT, ProgressAction.REPLACE_DRAFT) and number and not event.is_expired:
            question = self._monitor.edit_question(number, reader) if action is ProgressAction.EDIT else None
            return await self._editor.begin_edit(event.sender.id, number, reader, question)
        return await self._monitor.press(event, reader)

    def _log_refusal(self, event: SignedPress) -> None:
        """Log why an admin's button has no effect.

        The press may be part of an attack, or an admin may later ask why nothing happened.
        """
        if event.sender.id not in self._admins.ids:
            log.info("An admin's button was refused: the person who pressed it is not an admin")
        elif event.is_expired:
            log.info("An admin's button was refused: it has expired")


def _is_private(event: Event) -> bool:
    return isinstance(event, SignedPress) or (isinstance(event, (TextMessage, OtherMessage)) and event.is_private)
