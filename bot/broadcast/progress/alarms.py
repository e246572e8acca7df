"""Tell admins what concerns them and shows in no progress: notices that stay in chats, and a disk that is full."""

import asyncio
import logging

from bot.broadcast.authoring.admins import phrase_screen
from bot.broadcast.delivery.context import BroadcastEvent, EventKind
from bot.broadcast.progress.admin_notices import Notices, Words
from bot.model.small_numbers import PRIVACY_THRESHOLD
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.database import Database

LOOK_EVERY = 5.0  # seconds; what fails at two looks in a row is no passing trouble
_STORAGE = "storage"

log = logging.getLogger(__name__)


class Alarms:
    """Keep `run` running."""

    def __init__(self, notices: Notices, database: Database, look_every: float = LOOK_EVERY) -> None:
        self._notices = notices
        self._database = database
        self._look_every = look_every

    def heard(self, news: BroadcastEvent) -> None:
        """From the engine, and with number 0 from the daily clause; `count` is how many were not deleted."""
        if news.kind is not EventKind.UNDELETED:
            return
        number, count = news.number, news.count
        which = f"of announcement {number}" if number else "of the daily clause"
        amount = str(count) if count >= PRIVACY_THRESHOLD else f"<{PRIVACY_THRESHOLD}"
        log.warning("Discreet notices %s could not be deleted in time and stay in the chats: %s", which, amount)
        self._notices.put(f"undeleted {number}", _undeleted(number, count))

    async def run(self) -> None:
        """Until it is cancelled."""
        failed = 0
        while True:
            failed = failed + 1 if self._database.last_error is not None else 0
            if failed == 2:
                log.warning("Nothing can be stored: the admins are told")
                self._notices.put(_STORAGE, lambda reader: phrase_screen(reader, "progress.storage_fails"))
            elif not failed:
                self._notices.drop(_STORAGE)
            await asyncio.sleep(self._look_every)


def _undeleted(number: int, count: int) -> Words:
    key = "progress.undeleted" if number else "progress.daily_undeleted"

    def words(reader: Reader) -> Screen:
        few = reader.say("stats.few", number=PRIVACY_THRESHOLD)
        amount = few if count < PRIVACY_THRESHOLD else reader.book.language.number(count)
        return phrase_screen(reader, key, **({"number": number} if number else {}), amount=amount)

    return words
