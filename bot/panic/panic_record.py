"""Store who froze the bot and when, and compute from when an owner may end the freeze or destroy the list.

The freeze itself is a file next to the key file, so that it works without the database. After a crash or a command on
the server, `FreezeRecords.catch_up` copies the state of that file to the database.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from bot.audit.trail import OPERATOR, UNKNOWN_ADMIN, AuditEntry, AuditTrail
from bot.model import stored_json
from bot.panic.freeze import Freeze
from storage.audit.record import AuditAct
from storage.database import ReadAccess
from storage.store import Store

WAITING = 600.0  # seconds for which the person who froze the bot has to wait, so that others can act first
_DOCUMENT = b"panic/freeze"


@dataclass(frozen=True, slots=True)
class FreezeRecord:
    """A stored freeze: its beginning as Unix time, and the admin who began it (0 if unknown or the operator)."""

    admin: int
    since: int

    def acts_from(self, owner: int) -> float:
        """Return the Unix time from which `owner` may end the freeze or destroy the list.

        The owner who froze the bot has to wait, so that one stolen account cannot freeze the bot and then destroy the
        list at once. Another owner need not wait. If it is not known which admin froze the bot, every owner has to
        wait.
        """
        return self.since if self.admin not in (0, owner) else self.since + WAITING


class FreezeRecords:
    """Read and write, encrypted in the database, who froze the bot and when.

    This class does not freeze the bot; `Freeze` does. Each change is committed in one transaction with its entry in
    the audit log.
    """

    def __init__(self, store: Store, freeze: Freeze, trail: AuditTrail) -> None:
        self._store = store
        self._freeze = freeze
        self._trail = trail
        self._is_acting = False
        self._is_settled = False  # whether the freeze file and the database are known to agree
        self._author = 0  # an admin whose act is not recorded yet

    @contextlib.contextmanager
    def acting(self) -> Iterator[None]:
        """Return a context in which `catch_up` writes nothing, because the caller records the act of an admin."""
        self._is_acting = True
        try:
            yield
        finally:
            self._is_acting = self._is_settled = False  # the freeze file may not agree with the record

    async def of(self, since: float) -> FreezeRecord:
        """Return the record of the freeze that began at `since`.

        If none is stored, assume that the operator froze the bot.
        """
        record = await self._stored(self._store.database)
        return record if record and record.since == int(since) else FreezeRecord(0, int(since))

    async def begin(self, admin: int, since: float) -> None:
        """Store that `admin` froze the bot at `since`, and record this in the audit log.

        Overwrite the record of an older freeze.
        """
        self._author, self._is_settled = admin, False
        await self._begin(FreezeRecord(admin, int(since)), admin)

    async def end(self, owner: int) -> None:
        """Erase the stored record, and record in the audit log that `owner` ends the freeze.

        Call this just before the freeze ends.
        """
        self._author, self._is_settled = owner, False
        await self._end(owner)

    async def shred(self, owner: int) -> None:
        """Record in the audit log that `owner` destroys the keys.

        Call this just before they are destroyed, while the log can still be written.
        """
        await self._trail.record_alone(AuditEntry(AuditAct.SHREDDED, owner))

    async def catch_up(self, *, is_changed: bool) -> None:
        """Record a freeze, or the end of one, that is not in the database yet. Raises StorageTrouble or ValueError.

        `is_changed` says whether the file of the freeze has changed since the last call. If it has not, and the
        database is known to agree with the file, do nothing.
        """
        if self._is_settled and not is_changed:
            return
        record = await self._stored(self._store.database)
        since = self._freeze.since  # read after the last await, because an admin may act meanwhile
        if self._is_acting:
            return
        if since is not None and (record is None or record.since != int(since)):
            await self._begin(FreezeRecord(self._author, int(since)), self._author or self._unnamed())
        elif since is None and record is not None:
            await self._end(self._author or OPERATOR)
        self._is_settled = True

    def _unnamed(self) -> int:
        return UNKNOWN_ADMIN if self._freeze.is_by_admin() else OPERATOR

    async def _begin(self, record: FreezeRecord, by: int) -> None:
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, _DOCUMENT, msgspec.json.encode(record))
            await self._trail.record(change, AuditEntry(AuditAct.FROZEN, by))
        self._author, self._is_settled = 0, True

    async def _end(self, by: int) -> None:
        async with self._store.database.transaction() as change:
            await self._store.documents.remove(change, _DOCUMENT)
            await self._trail.record(change, AuditEntry(AuditAct.UNFROZEN, by))
        self._store.database.mark_erased()
        self._author, self._is_settled = 0, True

    async def _stored(self, reads: ReadAccess) -> FreezeRecord | None:
        content = await self._store.documents.get(reads, _DOCUMENT)
        return stored_json.convert(stored_json.parse(content), FreezeRecord) if content else None
