"""Store the team, encrypted, in the same transaction as the entry in the audit log."""

from bot.audit.trail import AuditEntry, AuditTrail
from bot.team import members
from bot.team.members import TeamRecord
from storage.audit.record import AuditAct
from storage.store import Store

DOCUMENT = b"team/members"
_LEAVING = (AuditAct.REMOVED, AuditAct.LEFT)  # after these, the pseudonym of the person is erased


class TeamStorage:
    """Read and write the stored record of the team. `trail` is the audit log, which records each change."""

    def __init__(self, store: Store, trail: AuditTrail) -> None:
        self._store = store
        self._trail = trail

    async def load(self) -> bytes | None:
        """Return the stored record as JSON; None if nothing is stored."""
        return await self._store.documents.get(self._store.database, DOCUMENT)

    async def save(self, record: TeamRecord, entry: AuditEntry | None) -> None:
        """Store `record`, and `entry` in the audit log. `entry` is None if the bot itself makes the change."""
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, DOCUMENT, members.encode(record))
            if entry:
                await self._trail.record(change, entry)
            if entry and entry.act in _LEAVING:
                await self._trail.forget(change, entry.member)
        self._store.database.mark_erased()
