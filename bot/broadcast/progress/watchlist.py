"""Store which broadcasts are monitored: their progress is shown to the admins.

For each of them, also store which message shows each admin the progress, and which admins got the final report.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.model import stored_json
from storage.store import Store

_DOCUMENT = b"watch/broadcasts"


@dataclass(slots=True)
class MonitoredBroadcast:
    """A broadcast whose progress is shown to the admins. The keys of `messages` and `reported` are ids of admins.

    `messages` has, for each admin, the id of the message that shows the progress. `reported` has, for each admin who
    got a report, the Unix time at which the broadcast ended according to that report. After a resend, the broadcast
    ends later, so the admin gets a new report.
    """

    number: int
    expected: int  # recipients
    is_everyone: bool
    zone: int  # index in ZONES
    language: str  # of the admin who wrote it
    messages: dict[int, int] = field(default_factory=dict)  # the message that shows the progress
    reported: dict[int, float] = field(default_factory=dict)  # Unix time of the end that was last reported
    is_paid: bool = False  # sent faster than is free
    by_language: dict[str, int] = field(default_factory=dict)  # recipients when it began

    def concerns(self, admin: int) -> bool:
        """Return whether a message or a report to this admin is recorded."""
        return admin in self.messages or admin in self.reported

    def forget(self, admin: int) -> None:
        """Forget the message and the report to this admin. The caller must save the watchlist afterwards."""
        self.messages.pop(admin, None)
        self.reported.pop(admin, None)


class Watchlist:
    """The broadcasts whose progress is shown to the admins, in memory and in the database.

    Call `open` before anything else, and `save` after changing a broadcast.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._broadcasts: dict[int, MonitoredBroadcast] = {}

    async def open(self) -> None:
        """Load the monitored broadcasts from the database."""
        content = await self._store.documents.get(self._store.database, _DOCUMENT)
        broadcasts = decode(content) if content else []
        self._broadcasts = {broadcast.number: broadcast for broadcast in broadcasts}

    def __iter__(self) -> Iterator[MonitoredBroadcast]:
        return iter(list(self._broadcasts.values()))

    def __contains__(self, number: int) -> bool:
        return number in self._broadcasts

    def __getitem__(self, number: int) -> MonitoredBroadcast:
        return self._broadcasts[number]

    def get(self, number: int) -> MonitoredBroadcast | None:
        """Return the monitored broadcast with this number; None if it is not monitored."""
        return self._broadcasts.get(number)

    async def add(self, broadcast: MonitoredBroadcast) -> None:
        """Start to monitor a broadcast, and save the watchlist."""
        self._broadcasts[broadcast.number] = broadcast
        await self.save()

    async def set_zone(self, number: int, zone: int) -> None:
        """Set the time zone for the screens of a monitored broadcast, an index in ZONES, and save the watchlist."""
        self._broadcasts[number].zone = zone
        await self.save()

    async def remove(self, number: int) -> None:
        """Stop monitoring a broadcast, and save the watchlist."""
        del self._broadcasts[number]
        await self.save()

    async def save(self) -> None:
        """Write all monitored broadcasts to the database. They are on disk when this returns."""
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, _DOCUMENT, encode(self._broadcasts.values()))


_RENAMED = {"lang": "language", "told": "reported", "paid": "is_paid"}  # names in earlier versions


def encode(broadcasts: Any) -> bytes:
    """Encode monitored broadcasts as the JSON that is stored."""
    return msgspec.json.encode(list(broadcasts))


def decode(content: bytes) -> list[MonitoredBroadcast]:
    """Decode monitored broadcasts from stored JSON, also of earlier versions.

    Raises ValueError if a field has a wrong value; its text names the field.
    """
    documents = stored_json.convert(stored_json.parse(content), list[dict[str, Any]])
    renamed = [{_RENAMED.get(name, name): value for name, value in document.items()} for document in documents]
    return stored_json.convert(renamed, list[MonitoredBroadcast])
