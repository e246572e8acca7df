"""Store who froze the bot and when, and decide from when an owner may end the freeze or destroy the list."""

from dataclasses import dataclass

import msgspec

from bot.model import stored_json
from storage.store import Store

WAITING = 600.0  # seconds in which the others can act before the person who froze the bot goes further alone
_DOCUMENT = b"panic/freeze"


@dataclass(frozen=True, slots=True)
class FreezeRecord:
    """A freeze: the admin who began it, 0 for the operator of the server, and since when it lasts, in Unix time."""

    admin: int
    since: int

    def acts_from(self, owner: int) -> float:
        """Return the Unix time from which `owner` may end the freeze or destroy the list.

        The person who froze the bot waits, so that one stolen account alone cannot do both at once. For another
        owner it is at once. If nobody in the chat froze it, every owner waits.
        """
        return self.since if self.admin not in (0, owner) else self.since + WAITING


class FreezeRecords:
    """Read and write the record of the freeze, which is sealed. The freeze itself is in `freeze.Freeze`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, since: float) -> FreezeRecord:
        """Return the record of the freeze that began at `since`. Without a stored one, the operator froze the bot."""
        content = await self._store.documents.get(self._store.database, _DOCUMENT)
        record = stored_json.convert(stored_json.parse(content), FreezeRecord) if content else None
        return record if record and record.since == int(since) else FreezeRecord(0, int(since))

    async def save(self, record: FreezeRecord) -> None:
        """Store the record in place of an earlier one."""
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, _DOCUMENT, msgspec.json.encode(record))

    async def erase(self) -> None:
        """Erase the record, because the freeze is over."""
        async with self._store.database.transaction() as change:
            await self._store.documents.remove(change, _DOCUMENT)
        self._store.database.mark_erased()
