"""Store the content and the state of broadcasts, and the heartbeat of the process that sends them."""

import secrets
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from storage.database import Database, Transaction
from storage.deliveries import broadcast_state, channel_post, ledger
from storage.deliveries.broadcast_state import BroadcastState, Job, Status
from storage.deliveries.channel_post import Posts
from storage.deliveries.ledger import Ledger, LedgerId, Outcome
from storage.sealing.documents import Documents
from storage.sealing.metadata import Metadata

_HEARTBEAT = b"heartbeat"
_TIME = struct.Struct(">d")
_ROWS_AT_ONCE = 500  # ledger rows deleted in one transaction


@dataclass(slots=True)
class BroadcastChange:
    """A broadcast that is being changed in a transaction. `BroadcastStore.changing` yields it.

    `change` is the database transaction, and `standing` the state of the broadcast. To change the state, assign a new
    one to `standing`: it is stored at the end of the `async with` block of `changing`.
    """

    change: Transaction
    standing: BroadcastState


class BroadcastStore:
    """Read and write broadcasts. Call `load` first.

    `known` maps the number of each broadcast to its stored state. It is always up to date, because only one process
    writes broadcasts, and only through this class.
    """

    def __init__(self, database: Database, documents: Documents, metadata: Metadata) -> None:
        self._database = database
        self._documents = documents
        self._metadata = metadata
        self.known: dict[int, BroadcastState] = {}

    async def load(self) -> None:
        """Read the states of all broadcasts into `known`."""
        contents = await self._documents.all(self._database, b"standing/")
        states = map(broadcast_state.decode, contents.values())
        self.known = {state.number: state for state in states}

    async def create(self, content: bytes, job: Job, now: float) -> BroadcastState:
        """Store a new broadcast with its first job on disk, and return its state.

        `content` is the encoded announcement. `now` is in Unix seconds.
        """
        async with self.creating(content, job, now) as created:
            pass
        return created.standing

    @asynccontextmanager
    async def creating(
        self, content: bytes, job: Job, now: float, posts: Posts = ()
    ) -> AsyncIterator[BroadcastChange]:
        """Store a new broadcast with its first job in a transaction that stays open for the `async with` block.

        `content` is the encoded announcement, and `now` is in Unix seconds. `posts` are its posts in the channel.
        """
        async with self._database.transaction() as transaction:
            number, tag = max(self.known, default=0) + 1, secrets.token_hex(4)
            state = BroadcastState(number=number, created=now, key=ledger.fresh_key(), tag=tag, posts=posts)
            state = state.with_job(job)
            await self._documents.put(transaction, _content_name(number), content)
            await self._put(transaction, state)
            yield BroadcastChange(transaction, state)
        self.known[number] = state

    async def content(self, number: int) -> bytes | None:
        """Return the encoded announcement of a broadcast; None if there is none or it cannot be decrypted."""
        return await self._documents.get(self._database, _content_name(number))

    async def replace_content(self, transaction: Transaction, number: int, content: bytes) -> None:
        """Replace the encoded announcement of a broadcast."""
        await self._documents.put(transaction, _content_name(number), content)

    @asynccontextmanager
    async def changing(self, number: int) -> AsyncIterator[BroadcastChange]:
        """Open a transaction for changing one broadcast.

        At the end of the `async with` block, store the state that the block assigned to `standing`. Raises KeyError
        when no broadcast has this number.
        """
        async with self._database.transaction() as transaction:
            before = self.known[number]
            change = BroadcastChange(transaction, before)
            yield change
            if change.standing != before:
                await self._put(transaction, change.standing)
        self.known[number] = change.standing

    async def recover(self) -> int:
        """Set the outcome UNKNOWN for all messages that an earlier process was sending when it ended.

        Return their number. Call this before anything is sent. Posts in the channel are set to UNKNOWN as well, but
        not counted.
        """
        recovered = 0
        for number, state in list(self.known.items()):
            posts = channel_post.unknown(state.posts)
            if state.key is None or not (state.totals[Outcome.CLAIMED] or posts != state.posts):
                continue
            async with self.changing(number) as change:
                recovered += await self.mark_claimed_unknown(change)
                change.standing = replace(change.standing, posts=posts)
        return recovered

    async def mark_claimed_unknown(self, change: BroadcastChange) -> int:
        """Change the outcome of all CLAIMED messages of one broadcast to UNKNOWN, because their results were lost.

        Return the number of these messages.
        """
        return await self.replace_outcome(change, Outcome.CLAIMED, Outcome.UNKNOWN)

    async def replace_outcome(self, change: BroadcastChange, before: Outcome, after: Outcome) -> int:
        """Change the outcome of all recipients of one broadcast from `before` to `after`; return their number."""
        state = change.standing
        if state.key is None or not state.totals[before]:
            return 0
        rows = Ledger(LedgerId.for_broadcast(state.number), state.key)
        count = await rows.replace_outcome(change.change, before, after)
        change.standing = state.add_to_totals(Counter({before: -count, after: count}))
        return count

    async def destroy(self, number: int) -> None:
        """Delete the ledger of a broadcast (the rows of all its recipients) and the ledger's key. The totals stay.

        A second call changes nothing.
        """
        deleted = _ROWS_AT_ONCE
        while deleted == _ROWS_AT_ONCE:
            async with self._database.transaction() as transaction:
                deleted = await ledger.delete_rows(transaction, LedgerId.for_broadcast(number), _ROWS_AT_ONCE)
        async with self.changing(number) as change:
            jobs = {work: replace(job, status=Status.OVER) for work, job in change.standing.jobs.items()}
            change.standing = replace(change.standing, jobs=jobs, key=None, destroy_at=None, clean_at=None)
            change.standing = replace(change.standing, posts=channel_post.without_messages(change.standing.posts))
        self._database.mark_erased()

    async def write_heartbeat(self, now: float) -> None:
        """Record that the process that sends broadcasts is alive at `now`, in Unix seconds."""
        async with self._database.transaction() as transaction:
            await self._metadata.put(transaction, _HEARTBEAT, _TIME.pack(now))

    async def last_heartbeat(self) -> float | None:
        """Return the Unix time of the last heartbeat; None when there was none."""
        value = await self._metadata.get(self._database, _HEARTBEAT)
        return None if value is None else float(_TIME.unpack_from(value)[0])

    async def _put(self, transaction: Transaction, state: BroadcastState) -> None:
        await self._documents.put(transaction, b"standing/%d" % state.number, broadcast_state.encode(state))


def _content_name(number: int) -> bytes:
    return b"said/%d" % number
