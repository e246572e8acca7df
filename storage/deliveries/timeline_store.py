"""The courses of broadcasts in the database: each is written when a sample is over, not at each commit."""

from storage.database import ReadAccess, Transaction
from storage.deliveries import timeline
from storage.deliveries.broadcast_state import BroadcastState
from storage.deliveries.timeline import Timeline
from storage.sealing.documents import Documents


class TimelineStore:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def of(self, reads: ReadAccess, number: int) -> Timeline | None:
        """None where none was noted: it was over in a moment, or never began."""
        plain = await self._documents.get(reads, _name(number))
        return None if plain is None else timeline.decoded(plain)

    async def put(self, change: Transaction, number: int, one: Timeline) -> None:
        await self._documents.put(change, _name(number), timeline.encoded(one))


class TimelineRecorder:
    """Notes the course of one broadcast while one job sends it.

    What a crash leaves is whole: the sample that was open is filled by the totals that the next process finds.
    """

    def __init__(self, courses: TimelineStore, number: int) -> None:
        self._courses = courses
        self._number = number
        self._course: Timeline | None = None

    async def note(self, change: Transaction, before: BroadcastState, now: float) -> None:
        """In the transaction that changes the standing, `before` it does."""
        known = self._course or await self._courses.of(change, self._number) or Timeline(before.begun or now)
        self._course = known.noted(now, before.totals)
        if self._course is not known:
            await self._courses.put(change, self._number, self._course)


def _name(number: int) -> bytes:
    return b"course/%d" % number
