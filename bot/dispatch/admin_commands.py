"""What only admins can ask for. For everybody else these commands do not exist."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.broadcast.authoring import editor, editor_screens
from bot.broadcast.authoring.admins import Admins, phrase_screen
from bot.broadcast.authoring.editor import Editor
from bot.broadcast.progress import clock_notice, progress_actions
from bot.broadcast.progress.clock_notice import ClockNotice
from bot.broadcast.progress.monitor import ProgressMonitor
from bot.dispatch import stats_command
from bot.dispatch.admin_data import AdminData
from bot.dispatch.stats_command import StatsCommand
from bot.flows import router, subscribing, subscription_screens
from bot.model.events import Event, OtherMessage, SignedPress, TextMessage
from bot.model.replies import Replies, SendText
from content.screens.reader import Reader
from storage.errors import StorageTrouble
from storage.subscriptions.subscriber import Subscriber

COMMANDS = (editor.COMMAND, stats_command.COMMAND)

log = logging.getLogger(__name__)


class AdminCommands:
    def __init__(
        self,
        admins: Admins,
        statistics: StatsCommand,
        writing: Editor,
        watch: ProgressMonitor,
        own: AdminData,
        clock: ClockNotice,
    ) -> None:
        self._admins = admins
        self._statistics = statistics
        self._desk = writing
        self._watch = watch
        self._own = own
        self._clock = clock

    def composes(self, somebody: int) -> bool:
        """Return whether this is an admin with an announcement in hand."""
        return somebody in self._admins.ids and self._own.has_draft(somebody)

    async def replies(
        self, event: Event, reader: Reader, update: Mapping[str, Any], one: Subscriber | None
    ) -> Replies | None:
        """The answer to an admin in private; None for anything and anybody else, whose `update` is not looked at.

        `one` is what is stored about them as a subscriber.
        """
        if isinstance(event, SignedPress) and event.action.startswith(
            (progress_actions.PREFIX, editor_screens.PREFIX)
        ):
            self._log_refusal(event)
        if not _is_private(event) or event.sender.id not in self._admins.ids:
            return None
        await self._admins.remember_language(event.sender.id, reader.lang)
        command = event.command if isinstance(event, TextMessage) and not event.is_edited else None
        if command is not None and command.name == stats_command.COMMAND:
            return await self._statistics.told(reader)
        if command is not None and command.name == "mydata":
            return self._data(event, reader, one)
        if subscribing.leaves(event):
            if not self._own.has_draft(event.sender.id):
                return None
            return (*subscribing.left(event, reader, one), SendText(phrase_screen(reader, "mydata.draft_erased")))
        try:
            if isinstance(event, SignedPress) and event.action.startswith(progress_actions.PREFIX):
                return await self._watched(event, reader)
            replies = await self._desk.replies(
                event, reader, update.get("message") or update.get("edited_message") or {}
            )
        except StorageTrouble as trouble:
            log.warning("What an admin did could not be stored (%s)", type(trouble).__name__)
            return router.not_saved(event, reader)
        if replies is None and subscribing.mentions_leaving(event):
            return self._data(event, reader, one)
        return replies

    def _data(self, event: Event, reader: Reader, one: Subscriber | None) -> Replies:
        kept = tuple(self._own.told(event.sender.id, reader))
        return (SendText(subscription_screens.my_data(reader, one, event.sender.id, kept)),)

    def _log_refusal(self, event: SignedPress) -> None:
        """Log why an admin's button does nothing: somebody may try what they may not, or wonder later."""
        if event.sender.id not in self._admins.ids:
            log.info("An admin's button was refused: whoever pressed it is no admin")
        elif event.is_expired:
            log.info("An admin's button was refused: it has expired")

    async def _watched(self, event: SignedPress, reader: Reader) -> Replies:
        if event.action.startswith(clock_notice.ACTION):
            return self._clock.confirm(event, reader)
        what, number = self._watch.parse_action(event.action)
        if what == "edit" and not event.is_expired:
            return await self._desk.begin_edit(event.sender.id, number, reader)
        return await self._watch.press(event, reader)


def _is_private(event: Event) -> bool:
    return isinstance(event, SignedPress) or (isinstance(event, (TextMessage, OtherMessage)) and event.is_private)
