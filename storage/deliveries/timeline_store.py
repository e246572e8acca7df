"""Store the timeline of each broadcast: samples of its progress.

A timeline is written only when a sample is added, which is at most once in each time slot.
"""

from storage.database import ReadAccess, Transaction
from storage.deliveries import timeline
from storage.deliveries.broadcast_state import BroadcastState
from storage.deliveries.timeline import Timeline
from storage.sealing.documents import Documents


class TimelineStore:
    """Read and write timelines as encrypted documents, by the number of the broadcast."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def get(self, reads: ReadAccess, number: int) -> Timeline | None:
        """Return the timeline of a broadcast; None if no sample was stored yet, or if it cannot be decrypted."""
        plain = await self._documents.get(reads, _name(number))
        return None if plain is None else timeline.decode(plain)

    async def put(self, transaction: Transaction, number: int, changed: Timeline) -> None:
        """Replace the timeline of a broadcast."""
        await self._documents.put(transaction, _name(number), timeline.encode(changed))


class TimelineRecorder:
    """Record the timeline of one broadcast while a job sends the broadcast.

    If the process crashes during a time slot, the next process adds the sample of that slot, from the totals in the
    database.
    """

    def __init__(self, timelines: TimelineStore, number: int) -> None:
        self._timelines = timelines
        self._number = number
        self._timeline: Timeline | None = None

    async def record(self, transaction: Transaction, before: BroadcastState, now: float) -> None:
        """Record the progress at the Unix time `now`. `before` is the broadcast's state before this transaction.

        If a time slot has ended since the last call, add its sample and write the timeline. Otherwise write nothing.
        """
        known = self._timeline or await self._timelines.get(transaction, self._number)
        known = known or Timeline(before.begun or now)
        self._timeline = known.recorded(now, before.totals)
        if self._timeline is not known:
            await self._timelines.put(transaction, self._number, self._timeline)


def _name(number: int) -> bytes:
    return b"course/%d" % number
