"""The courses of broadcasts in the database: each is written when a sample is over, not at each commit."""

from storage.database import ReadAccess, Transaction
from storage.deliveries import timeline
from storage.deliveries.broadcast_state import BroadcastState
from storage.deliveries.timeline import Timeline
from storage.sealing.documents import Documents


class TimelineStore:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def get(self, reads: ReadAccess, number: int) -> Timeline | None:
        """None where none was noted: it was over in a moment, or never began."""
        plain = await self._documents.get(reads, _name(number))
        return None if plain is None else timeline.decode(plain)

    async def put(self, change: Transaction, number: int, one: Timeline) -> None:
        await self._documents.put(change, _name(number), timeline.encode(one))


class TimelineRecorder:
    """Notes the course of one broadcast while one job sends it.

    What a crash leaves is whole: the sample that was open is filled by the totals that the next process finds.
    """

    def __init__(self, timelines: TimelineStore, number: int) -> None:
        self._timelines = timelines
        self._number = number
        self._timeline: Timeline | None = None

    async def record(self, change: Transaction, before: BroadcastState, now: float) -> None:
        """In the transaction that changes the standing, `before` it does."""
        known = self._timeline or await self._timelines.get(change, self._number) or Timeline(before.begun or now)
        self._timeline = known.noted(now, before.totals)
        if self._timeline is not known:
            await self._timelines.put(change, self._number, self._timeline)


def _name(number: int) -> bytes:
    return b"course/%d" % number
