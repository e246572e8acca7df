"""Record in the audit log the acts of the operator whose commands did not open the database."""

import asyncio
import logging
from pathlib import Path

from bot.audit.trail import OPERATOR, AuditEntry, AuditTrail
from bot.runtime.loop_guard import LoopGuard
from storage.audit import operator_notes
from storage.audit.operator_notes import OperatorNote

_EVERY = 60.0  # seconds

log = logging.getLogger(__name__)


class OperatorActs:
    """Record the notes next to the database. Keep `run` running."""

    def __init__(self, database: Path, trail: AuditTrail, every: float = _EVERY) -> None:
        self._database = database
        self._trail = trail
        self._every = every

    async def run(self) -> None:
        """Record the notes until cancelled."""
        guard = LoopGuard("The record of the operator's commands")
        while True:
            with guard.guard():
                await self.record_noted()
            await asyncio.sleep(self._every)

    async def record_noted(self) -> None:
        """Record each note and delete it. Raises OSError or StorageTrouble.

        If the process is killed before a note is deleted, the next process records the same note a second time.
        """
        for note in list(operator_notes.read(self._database)):
            await self._record(note)

    async def _record(self, note: OperatorNote) -> None:
        await self._trail.record_alone(AuditEntry(note.act, OPERATOR), at=note.at)
        note.file.unlink(missing_ok=True)
        log.warning("A command on the server was recorded in the audit log: %s", note.act.value)
