"""Which broadcasts admins watch, in which messages, and of which end they were told; on disk."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from storage.store import Store

_NAME = b"watch/broadcasts"


@dataclass(slots=True)
class MonitoredBroadcast:
    """One broadcast: how many it is to reach, and by admins' numbers their message, and when that ended of which
    they were told (a broadcast that is sent again ends again)."""

    number: int
    expected: int
    is_everyone: bool
    zone: int
    lang: str  # of whoever wrote it
    messages: dict[str, int] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)
    paid: bool = False  # faster than for free

    def names(self, admin: int) -> bool:
        return str(admin) in self.messages or str(admin) in self.told

    def forget(self, admin: int) -> None:
        """`keep` the list afterwards."""
        self.messages.pop(str(admin), None)
        self.told.pop(str(admin), None)


class Watchlist:
    """`open` loads it; `keep` after every change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, MonitoredBroadcast] = {}

    async def open(self) -> None:
        plain = await self._store.documents.get(self._store.database, _NAME)
        found = [MonitoredBroadcast(**one) for one in json.loads(plain)] if plain else []
        self._known = {one.number: one for one in found}

    def __iter__(self) -> Iterator[MonitoredBroadcast]:
        return iter(list(self._known.values()))

    def __contains__(self, number: int) -> bool:
        return number in self._known

    def __getitem__(self, number: int) -> MonitoredBroadcast:
        return self._known[number]

    def get(self, number: int) -> MonitoredBroadcast | None:
        return self._known.get(number)

    async def put(self, one: MonitoredBroadcast) -> None:
        self._known[one.number] = one
        await self.keep()

    async def drop(self, number: int) -> None:
        del self._known[number]
        await self.keep()

    async def keep(self) -> None:
        async with self._store.database.transaction() as change:
            told: list[dict[str, Any]] = [asdict(one) for one in self._known.values()]
            await self._store.documents.put(change, _NAME, json.dumps(told).encode())
