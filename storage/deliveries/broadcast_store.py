"""Broadcasts in the database: what is said, where each stands, and the heartbeat of whoever sends them."""

import secrets
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from storage.database import Database, Transaction
from storage.deliveries import broadcast_state, ledger
from storage.deliveries.broadcast_state import BroadcastState, Job, Status
from storage.deliveries.ledger import Ledger, Outcome
from storage.sealing.documents import Documents
from storage.sealing.metadata import Metadata

_HEARTBEAT = b"heartbeat"
_TIME = struct.Struct(">d")
_SLICE = 500  # ledger rows destroyed in a transaction


@dataclass(slots=True)
class BroadcastChange:
    """One broadcast inside a transaction; what `standing` is at the end of the block is kept."""

    change: Transaction
    standing: BroadcastState


class BroadcastStore:
    """`known` is what is on disk: one process writes, and it writes here. `opened` loads it."""

    def __init__(self, database: Database, documents: Documents, facts: Metadata) -> None:
        self._database = database
        self._documents = documents
        self._facts = facts
        self.known: dict[int, BroadcastState] = {}

    async def load(self) -> None:
        found = await self._documents.all(self._database, b"standing/")
        self.known = {one.number: one for one in map(broadcast_state.decode, found.values())}

    async def create(self, said: bytes, job: Job, now: float) -> BroadcastState:
        """A new broadcast of `said`, with its first job; on disk when it returns."""
        async with self._database.transaction() as change:
            number, tag = max(self.known, default=0) + 1, secrets.token_hex(4)
            made = BroadcastState(number, now, ledger.fresh_key(), tag=tag).with_job(job)
            await self._documents.put(change, _said(made.number), said)
            await self._put(change, made)
        self.known[made.number] = made
        return made

    async def content(self, number: int) -> bytes | None:
        return await self._documents.get(self._database, _said(number))

    async def replace_content(self, change: Transaction, number: int, said: bytes) -> None:
        """Replaces what is said."""
        await self._documents.put(change, _said(number), said)

    @asynccontextmanager
    async def changing(self, number: int) -> AsyncIterator[BroadcastChange]:
        """A transaction about one broadcast. Raises KeyError for one that there is not."""
        async with self._database.transaction() as change:
            before = self.known[number]
            inside = BroadcastChange(change, before)
            yield inside
            if inside.standing != before:
                await self._put(change, inside.standing)
        self.known[number] = inside.standing

    async def recover(self) -> int:
        """What was in flight when the last process ended is unknown now; how many. Before anything is sent."""
        found = 0
        for number, one in list(self.known.items()):
            if one.key is None or not one.totals[Outcome.CLAIMED]:
                continue
            async with self.changing(number) as inside:
                found += await self.mark_claimed_unknown(inside)
        return found

    async def mark_claimed_unknown(self, inside: BroadcastChange) -> int:
        """Nobody knows any more what became of those in flight: they are unknown; return how many."""
        standing = inside.standing
        if standing.key is None or not standing.totals[Outcome.CLAIMED]:
            return 0
        ledger = Ledger(standing.number, standing.key)
        open_ = await ledger.replace_outcome(inside.change, Outcome.CLAIMED, Outcome.UNKNOWN)
        inside.standing = standing.add_to_totals(Counter({Outcome.CLAIMED: -open_, Outcome.UNKNOWN: open_}))
        return open_

    async def destroy(self, number: int) -> None:
        """The ledger of a broadcast and its key; the totals stay. Cut off in between, it can be repeated."""
        gone = _SLICE
        while gone == _SLICE:
            async with self._database.transaction() as change:
                gone = await ledger.destroy_some(change, number, _SLICE)
        async with self.changing(number) as inside:
            jobs = {work: replace(job, status=Status.OVER) for work, job in inside.standing.jobs.items()}
            inside.standing = replace(inside.standing, jobs=jobs, key=None, destroy_at=None, clean_at=None)
        self._database.mark_erased()

    async def write_heartbeat(self, now: float) -> None:
        async with self._database.transaction() as change:
            await self._facts.put(change, _HEARTBEAT, _TIME.pack(now))

    async def last_heartbeat(self) -> float | None:
        """When the sender of this database last said that it lives; None: never."""
        fact = await self._facts.get(self._database, _HEARTBEAT)
        return None if fact is None else float(_TIME.unpack_from(fact)[0])

    async def _put(self, change: Transaction, one: BroadcastState) -> None:
        await self._documents.put(change, b"standing/%d" % one.number, broadcast_state.encode(one))


def _said(number: int) -> bytes:
    return b"said/%d" % number
