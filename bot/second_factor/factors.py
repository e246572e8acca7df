"""Keep the record of the second factor, in memory and sealed on disk."""

import asyncio
from collections.abc import Callable

from bot.second_factor import factor_record
from bot.second_factor.factor_record import FactorRecord, Verdict
from storage.store import Store

DOCUMENT = b"team/factors"


class Factors:
    """The second factors of all admins. Call `open` before anything else. `now` returns Unix time."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._lock = asyncio.Lock()
        self.record = FactorRecord()

    async def open(self) -> None:
        """Load the record. Raises ValueError if it is not readable: a bot that forgot its locks must not start."""
        content = await self._store.documents.get(self._store.database, DOCUMENT)
        self.record = factor_record.decode(content) if content else FactorRecord()

    async def change(self, change: Callable[[FactorRecord], FactorRecord]) -> None:
        """Replace the record by `change` of it. When this returns, that is on disk. Raises StorageTrouble."""
        async with self._lock:
            await self._save(change(self.record))

    async def try_code(self, admin: int, code: str) -> Verdict:
        """Check a code that an admin typed. Before this returns, it is on disk that the code was used or wrong."""
        async with self._lock:
            after, verdict = self.record.after_code(admin, code, self._now())
            await self._save(after)
            return verdict

    async def forget(self, admin: int) -> None:
        """Erase the second factor of a person. Where one is required, an owner must allow them another one."""
        if self.record.of(admin) in self.record.people:
            await self.change(lambda record: record.without(admin))

    async def _save(self, record: FactorRecord) -> None:
        if record == self.record:
            return
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, DOCUMENT, factor_record.encode(record))
        self._store.database.mark_erased()
        self.record = record
