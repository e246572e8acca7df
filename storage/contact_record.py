"""Store when the bot was last in contact with Telegram. The time is that of a timer, not of anybody's message."""

import struct

from storage.database import Database
from storage.sealing.metadata import Metadata

_CONTACT = b"contact"
_TIME = struct.Struct(">d")


class ContactRecord:
    """Write and read the time of the last contact with Telegram, in Unix seconds."""

    def __init__(self, database: Database, metadata: Metadata) -> None:
        self._database = database
        self._metadata = metadata

    async def write(self, now: float) -> None:
        """Record that Telegram has just answered."""
        async with self._database.transaction() as transaction:
            await self._metadata.put(transaction, _CONTACT, _TIME.pack(now))

    async def last(self) -> float | None:
        """Return the time of the last contact; None when no contact was recorded."""
        value = await self._metadata.get(self._database, _CONTACT)
        return None if value is None else float(_TIME.unpack_from(value)[0])
