"""Store when the bot was last in contact with Telegram, and the last downtime.

The downtime is stored until all admins have been notified of it. A timer records the contacts. Therefore their times
reveal nothing about anybody's messages.
"""

import struct

from storage.database import Database
from storage.sealing.metadata import Metadata

_CONTACT, _DOWNTIME = b"contact", b"downtime"
_TIME, _TIMES = struct.Struct(">d"), struct.Struct(">dd")


class ContactRecord:
    """Write and read the time of the last contact with Telegram, in Unix seconds."""

    def __init__(self, database: Database, metadata: Metadata) -> None:
        self._database = database
        self._metadata = metadata

    async def write(self, now: float, downtime: tuple[float, float] | None = None) -> None:
        """Store that Telegram answered at the Unix time `now`.

        `downtime` is the start and the end, in Unix seconds, of a downtime of which admins must be notified. If it is
        None, the stored downtime is not changed.
        """
        async with self._database.transaction() as transaction:
            await self._metadata.put(transaction, _CONTACT, _TIME.pack(now))
            if downtime:
                await self._metadata.put(transaction, _DOWNTIME, _TIMES.pack(*downtime))

    async def last(self) -> float | None:
        """Return the Unix time of the last contact, or None if no contact was recorded."""
        value = await self._metadata.get(self._database, _CONTACT)
        return None if value is None else float(_TIME.unpack_from(value)[0])

    async def downtime(self) -> tuple[float, float] | None:
        """Return the start and the end, in Unix seconds, of a downtime that not all admins know of yet; else None."""
        value = await self._metadata.get(self._database, _DOWNTIME)
        return None if value is None else _TIMES.unpack_from(value)

    async def clear_downtime(self) -> None:
        """Erase the stored downtime. Call this when all admins have been notified of it."""
        async with self._database.transaction() as transaction:
            await self._metadata.remove(transaction, _DOWNTIME)
        self._database.mark_erased()
