"""Notify admins of failures that no progress screen shows: messages that were not deleted, and a failing database."""

import asyncio
import logging

from bot.broadcast.authoring.admins import phrase_screen
from bot.broadcast.delivery.context import BroadcastEvent, EventKind
from bot.broadcast.progress.notices.admin_notices import AdminNotices, NoticeText
from bot.model.small_numbers import PRIVACY_THRESHOLD
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.database import Database

CHECK_EVERY = 5.0  # seconds; an error at two checks in a row counts as lasting
_STORAGE = "storage"

log = logging.getLogger(__name__)


class Alarms:
    """Post notices to admins about undeleted messages and a failing database. Keep `run` running."""

    def __init__(self, notices: AdminNotices, database: Database, check_every: float = CHECK_EVERY) -> None:
        self._notices = notices
        self._database = database
        self._check_every = check_every

    def on_event(self, event: BroadcastEvent) -> None:
        """Post a notice if discreet notices to subscribers could not be deleted in time. Ignore other events.

        Discreet notices are neutral messages that some subscribers get in place of the announcement.
        """
        if event.kind is not EventKind.UNDELETED:
            return
        source = f"announcement {event.number}" if event.number else "the daily clause"
        amount = str(event.count) if event.count >= PRIVACY_THRESHOLD else f"<{PRIVACY_THRESHOLD}"
        log.warning("Discreet notices of %s could not be deleted in time and stay in the chats: %s", source, amount)
        self._notices.post(f"undeleted {event.number}", _undeleted(event.number, event.count))

    async def run(self) -> None:
        """Check until cancelled whether the database can be written.

        Post a notice when it fails. Withdraw the notice when it works again.
        """
        failures = 0
        while True:
            failures = failures + 1 if self._database.last_error is not None else 0
            if failures == 2:
                log.warning("The database cannot be written: notifying the admins")
                self._notices.post(_STORAGE, lambda reader: phrase_screen(reader, "progress.storage_fails"))
            elif not failures:
                self._notices.withdraw(_STORAGE)
            await asyncio.sleep(self._check_every)


def _undeleted(number: int, count: int) -> NoticeText:
    def text(reader: Reader) -> Screen:
        few = reader.say("stats.few", number=PRIVACY_THRESHOLD)
        amount = few if count < PRIVACY_THRESHOLD else reader.book.language.number(count)
        if number:
            return phrase_screen(reader, "progress.undeleted", number=number, amount=amount)
        return phrase_screen(reader, "progress.daily_undeleted", amount=amount)

    return text
