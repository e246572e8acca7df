"""Keep the data of second factors, in memory and encrypted on disk.

Each change is committed in one transaction with its entry in the audit log.
"""

import asyncio
from collections.abc import Callable

from bot.audit.trail import AuditEntry, AuditTrail
from bot.second_factor import factor_record
from bot.second_factor.factor_record import FactorRecord, Verdict
from storage.audit.record import AuditAct
from storage.store import Store

DOCUMENT = b"team/factors"
_ACTS = {
    Verdict.RECOVERY: AuditAct.FACTOR_RECOVERY_USED,
    Verdict.WRONG: AuditAct.FACTOR_WRONG_CODE,  # at most six an hour: then the person is locked
    Verdict.NOW_LOCKED: AuditAct.FACTOR_LOCKED,
}


class Factors:
    """The second factors of all admins. Call `open` before anything else. `now` returns Unix time.

    `trail` is the audit log. Methods that change something take an `entry` for it; None means that the change is not
    recorded there.
    """

    def __init__(self, store: Store, trail: AuditTrail, now: Callable[[], float]) -> None:
        self._store = store
        self._trail = trail
        self._now = now
        self._lock = asyncio.Lock()
        self.record = FactorRecord()

    async def open(self) -> None:
        """Load the stored data.

        Raises ValueError if they cannot be read. Empty data are not used instead, because then the bot would not know
        which second factors are locked.
        """
        content = await self._store.documents.get(self._store.database, DOCUMENT)
        self.record = factor_record.decode(content) if content else FactorRecord()

    async def change(self, change: Callable[[FactorRecord], FactorRecord], entry: AuditEntry | None) -> None:
        """Replace the record by `change(record)`, and store it before returning. Raises StorageTrouble."""
        async with self._lock:
            await self._save(change(self.record), entry)

    async def try_code(self, admin: int, code: str) -> Verdict:
        """Check a code that an admin typed. Store that it was used, or was wrong, before returning."""
        async with self._lock:
            after, verdict = self.record.after_code(admin, code, self._now())
            act = _ACTS.get(verdict)
            await self._save(after, AuditEntry(act, admin, member=admin) if act else None)
            return verdict

    async def forget(self, admin: int, *, is_member: bool) -> None:
        """Erase the second factor of a person who asks to delete their data.

        `is_member` says whether the person is still in the team. Only then is the erasure recorded in the audit log,
        because people outside the team have no pseudonym there.
        """
        if self.record.of(admin) in self.record.people:
            entry = AuditEntry(AuditAct.FACTOR_ERASED, admin, member=admin) if is_member else None
            await self.change(lambda record: record.without(admin), entry)

    async def _save(self, record: FactorRecord, entry: AuditEntry | None) -> None:
        if record == self.record:
            return
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, DOCUMENT, factor_record.encode(record))
            if entry:
                await self._trail.record(change, entry)
        self._store.database.mark_erased()
        self.record = record
