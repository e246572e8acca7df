"""Store when the bot was last in contact with Telegram, and a time without contact that admins have not read of.

The times are those of a timer, not of anybody's message.
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
        """Record that Telegram has just answered, and the time without contact of which admins must know."""
        async with self._database.transaction() as transaction:
            await self._metadata.put(transaction, _CONTACT, _TIME.pack(now))
            if downtime:
                await self._metadata.put(transaction, _DOWNTIME, _TIMES.pack(*downtime))

    async def last(self) -> float | None:
        """Return the time of the last contact; None when no contact was recorded."""
        value = await self._metadata.get(self._database, _CONTACT)
        return None if value is None else float(_TIME.unpack_from(value)[0])

    async def downtime(self) -> tuple[float, float] | None:
        """Return the beginning and the end of a time without contact that not all admins have read of."""
        value = await self._metadata.get(self._database, _DOWNTIME)
        return None if value is None else _TIMES.unpack_from(value)

    async def clear_downtime(self) -> None:
        """Record that the admins have read of it."""
        async with self._database.transaction() as transaction:
            await self._metadata.remove(transaction, _DOWNTIME)
        self._database.mark_erased()
