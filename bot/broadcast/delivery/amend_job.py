"""Run one job that edits or deletes the sent messages of a broadcast.

The job reads the ledger page by page; the ledger has a row for each recipient. The job claims no rows. So after a
crash it repeats the last page, and Telegram answers that some messages are already edited or deleted.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from bot.broadcast.delivery.requests import CLEAN_AFTER, RequestTemplate, RequestTemplates, deletion
from bot.broadcast.delivery.results.outcome import EditOutcome, StopAll, Withdrawn
from bot.broadcast.delivery.retry import DATABASE_RETRY, PendingCall, attempt, edit_outcome
from bot.model.announcement import Announcement
from storage.deliveries.broadcast_state import SENDING, BroadcastState, Job, Status, Work
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome
from storage.errors import StorageTrouble

YOUNG = "young"  # counts discreet messages that the next cleaning deletes. Stored: never change it
_TRIES = 5  # calls for one message that may have an unclear result
_CLEAN_AGAIN = 12 * 3600.0  # seconds until discreet messages are deleted that some got later than others

log = logging.getLogger(__name__)

PageResult = Sequence[tuple[Entry, EditOutcome | None]]  # None for a message that the job does not change


class AmendJob:
    """A job that edits or deletes messages of one broadcast.

    A job of the kind EDIT edits all messages, and RECALL deletes all. CLEAN deletes only discreet notices: neutral
    messages that some subscribers get in place of the announcement. `fatal_status` is None, or the HTTP status (401,
    404 or 409) because of which the whole bot must stop.
    """

    def __init__(
        self, context: EngineContext, number: int, work: Work, *, announcement: Announcement, key: bytes
    ) -> None:
        """`key` decrypts the broadcast's ledger of recipients."""
        self._context = context
        self._number = number
        self._work = work
        self._ledger = Ledger(LedgerId.for_broadcast(number), key)
        self._templates = RequestTemplates(announcement, number, context.settings_labels, context.copy_labels)
        self._stopping = asyncio.Event()
        self.fatal_status: int | None = None

    async def run(self) -> None:
        """Edit or delete messages until all pages of the ledger are done, the job is paused, or `stop` is called."""
        while not self._stopping.is_set():
            try:
                if not await self._amend_page():
                    return
            except StorageTrouble as error:
                log.warning("Broadcast %d waits: the database failed (%s)", self._number, type(error).__name__)
                await asyncio.sleep(DATABASE_RETRY)

    def wake(self) -> None:
        """Do nothing when the stored status of the job has changed: the job reads it after each page anyway."""

    def stop(self) -> None:
        """Cancel the current page and end `run`. The page is repeated when the job runs again."""
        self._stopping.set()

    async def _amend_page(self) -> bool:
        """Edit or delete the next page of messages. Return False if it was the last page or the job must end."""
        store, size = self._context.store, self._context.window_size()
        job = store.broadcasts.known[self._number].jobs[self._work]
        if job.status is not Status.READY:
            return False
        entries = await self._ledger.page_after(store.database, job.position.pseudonym, Outcome.SENT, size)
        page = await self._amend_unless_stopped(entries)
        if page is None or self.fatal_status:
            return False
        return await self._commit(page, is_last=len(entries) < size)

    async def _amend_unless_stopped(self, entries: list[Entry]) -> PageResult | None:
        work = asyncio.create_task(self._amend_all(entries))
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if work.done():
            return work.result()
        work.cancel()
        await asyncio.wait((work,))
        return None

    async def _amend_all(self, entries: list[Entry]) -> PageResult:
        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(self._amend(entry)) for entry in entries]
        return [(entry, call.result()) for entry, call in zip(entries, calls, strict=True)]

    async def _commit(self, page: PageResult, is_last: bool) -> bool:
        async with self._context.store.broadcasts.changing(self._number) as inside:
            if self._work is not Work.EDIT:
                await self._ledger.settle(
                    inside.change, [entry.without_recipient() for entry, outcome in page if outcome]
                )
            job = _counted(inside.standing.jobs[self._work], page)
            if is_last and job.status is Status.READY:
                job = replace(job, status=Status.OVER)
            inside.standing = _with_job(inside.standing, job, self._context.now())
        self._report_undeleted(job)
        return job.status is Status.READY

    def _report_undeleted(self, job: Job) -> None:
        if _is_cleaned(job) and (count := count_undeleted(job.counts)):
            self._context.publish(BroadcastEvent(self._number, Work.CLEAN, EventKind.UNDELETED, count=count))

    async def _amend(self, entry: Entry) -> EditOutcome | None:
        """Edit or delete the message of a ledger row. Return None if this job does not change the message."""
        request = self._request(entry)
        if request is None:
            return None
        result = await attempt(
            self._context,
            PendingCall(request, entry.chat),
            self._context.client.amend,
            still_wanted=self._still_wanted,
            tries=_TRIES,
        )
        if isinstance(result, StopAll):
            self.fatal_status = result.status
        return edit_outcome(result)

    async def _still_wanted(self) -> Withdrawn | None:
        return Withdrawn(Outcome.SENT) if self.fatal_status else None

    def _request(self, entry: Entry) -> RequestTemplate | None:
        if not entry.message or (self._work is Work.CLEAN and (not entry.discreet or self._is_young(entry))):
            return None
        return self._templates.edit(entry) if self._work is Work.EDIT else deletion(entry.message)

    def _is_young(self, entry: Entry) -> bool:
        """Return whether a discreet notice arrived too recently to be deleted. A later CLEAN job deletes it."""
        return entry.due + CLEAN_AFTER - _CLEAN_AGAIN > self._context.now()


def count_undeleted(counts: Mapping[str, int]) -> int:
    """Return how many messages could not be deleted. `counts` has the number of messages by EditOutcome."""
    return sum(counts.get(outcome, 0) for outcome in (EditOutcome.LATE, EditOutcome.REFUSED, EditOutcome.UNCLEAR))


def _counted(job: Job, page: PageResult) -> Job:
    counts = Counter(job.counts)
    counts.update(outcome.value for _, outcome in page if outcome)
    if job.work is Work.EDIT:
        counts.update(_why_unchanged(entry) for entry, outcome in page if outcome is None)
    if job.work is Work.CLEAN and (young := sum(outcome is None and entry.is_push for entry, outcome in page)):
        counts[YOUNG] += young
    position = replace(job.position, pseudonym=page[-1][0].pseudonym) if page else job.position
    return replace(job, position=position, counts=dict(counts))


def _why_unchanged(entry: Entry) -> str:
    """Return why an edit does not change a message, as a word. The words are stored, so never change one."""
    if entry.discreet:
        return "discreet"  # the notice stays, and opens the new text
    return "blank" if entry.message else "unnumbered"  # no text to change, or its id is unknown


def _with_job(state: BroadcastState, job: Job, now: float) -> BroadcastState:
    """Return the state with `job` stored in it.

    If `job` is a CLEAN job (it deletes discreet notices) and is over, also set `clean_at`, the time at which another
    CLEAN job must begin. Another one is needed if some notices were too young to be deleted, or are still to be sent.
    Otherwise `clean_at` becomes None.
    """
    state = state.with_job(job)
    if not _is_cleaned(job):
        return state
    is_sending = any(other.work in SENDING and other.status is not Status.OVER for other in state.jobs.values())
    return replace(state, clean_at=now + _CLEAN_AGAIN if is_sending or job.counts.get(YOUNG) else None)


def _is_cleaned(job: Job) -> bool:
    return job.status is Status.OVER and job.work is Work.CLEAN
