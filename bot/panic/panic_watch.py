"""Look every second whether the bot was frozen or its keys were destroyed, and notify all admins.

Once the keys are destroyed, end the bot.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.broadcast.authoring.admins import Admins
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from bot.model.replies import SendText
from bot.panic import panic_screens
from bot.panic.freeze import Freeze
from bot.panic.panic_flow import PanicEvent, Report
from bot.panic.panic_record import FreezeRecords
from bot.runtime.loop_guard import LoopGuard
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.sealing import emergency_notes

WATCH_EVERY = 1.0  # seconds
_FAREWELL = 5.0  # seconds to notify the admins that the keys are destroyed, before the bot ends
_NOTICE = "panic"

log = logging.getLogger(__name__)


class PanicWatch:
    """Notify all admins of each event of /panic. `run` must run as long as the bot does.

    `name_of` returns the role and the name of an admin.
    """

    def __init__(
        self,
        keys: Path,
        freeze: Freeze,
        records: FreezeRecords,
        *,
        admins: Admins,
        notices: AdminNotices,
        name_of: Callable[[Reader, int], str],
        default_language: str,
    ) -> None:
        self._keys = keys
        self._freeze = freeze
        self._records = records
        self._admins = admins
        self._notices = notices
        self._name_of = name_of
        self._default_language = default_language
        self._shredded_by = 0

    def report(self, report: Report) -> None:
        """Notify all admins of a freeze or of its end.

        If the report says that the keys were destroyed, only remember who did it: `run` notifies the admins later.
        """
        if report.event is PanicEvent.SHREDDED:
            self._shredded_by = report.admin
        else:
            self._notices.post(_NOTICE, lambda reader: self._text(reader, report))

    async def run(self) -> None:
        """Look for changes every second until cancelled.

        Raises KeysShredded once the keys were destroyed on purpose.
        """
        guard = LoopGuard("The watch over emergencies")
        while True:
            is_shredded = False
            with guard.guard():
                is_shredded = emergency_notes.is_shredded(self._keys)
                await self._look()
            if is_shredded:
                await self._leave()
            await asyncio.sleep(WATCH_EVERY)

    async def _look(self) -> None:
        is_changed = self._freeze.refresh()  # only by the operator: the bot's own changes are in memory already
        if is_changed:
            event = PanicEvent.FROZEN if self._freeze.is_on() else PanicEvent.LIFTED
            log.warning("The operator has %s the bot", "frozen" if self._freeze.is_on() else "unfrozen")
            self.report(Report(event, 0))
        await self._records.catch_up(is_changed=is_changed)

    async def _leave(self) -> None:
        """Notify the admins that the keys were destroyed, and raise KeysShredded.

        Destroy the keys again first, in case another task was just writing them.
        """
        self._freeze.refresh()
        emergency_notes.shred(self._keys)
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                await asyncio.gather(*(self._notify(admin) for admin in self._admins.ids), return_exceptions=True)
        emergency_notes.refuse_shredded(self._keys)

    async def _notify(self, admin: int) -> None:
        reader = await self._admins.reader(admin, self._default_language)
        screen = self._text(reader, Report(PanicEvent.SHREDDED, self._shredded_by))
        await self._admins.notify(admin, (SendText(screen),))

    def _text(self, reader: Reader, report: Report) -> Screen:
        name = self._name_of(reader, report.admin) if report.admin else reader.say("panic.operator")
        return panic_screens.sentence(reader, f"notice_{report.event.value}", who=name)
