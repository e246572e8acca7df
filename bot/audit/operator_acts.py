"""Record in the audit log what the operator did with commands that did not open the database.

Such a command leaves a note, a small file next to the database. The running bot reads these notes.
"""

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
    """Write the operator's notes to the audit log every `every` seconds. Keep `run` running.

    A note is a file that a command of the operator has left next to the database.
    """

    def __init__(self, database: Path, trail: AuditTrail, every: float = _EVERY) -> None:
        self._database = database
        self._trail = trail
        self._every = every

    async def run(self) -> None:
        """Write new notes of the operator to the audit log until cancelled."""
        guard = LoopGuard("The record of the operator's commands")
        while True:
            with guard.guard():
                await self.record_noted()
            await asyncio.sleep(self._every)

    async def record_noted(self) -> None:
        """Write each note of the operator to the audit log, then delete its file. Raises OSError or StorageTrouble.

        If the process is killed before the file is deleted, the next process records the same note a second time.
        """
        for note in list(operator_notes.read(self._database)):
            await self._record(note)

    async def _record(self, note: OperatorNote) -> None:
        await self._trail.record_alone(AuditEntry(note.act, OPERATOR), at=note.at)
        note.file.unlink(missing_ok=True)
        log.warning("A command on the server was recorded in the audit log: %s", note.act.value)
