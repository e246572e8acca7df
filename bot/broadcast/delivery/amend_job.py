"""Recall, edit, and the deletion of discreet pushes: message by message through the ledger, which may be repeated.

Nothing needs to be claimed: a page that a crash cut off is done again, and Telegram says that it is done.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from bot.broadcast.delivery.requests import RequestTemplate, RequestTemplates, deletion
from bot.broadcast.delivery.results.outcome import EditOutcome, NotSent, StopAll, Unknown
from bot.broadcast.delivery.retry import TROUBLE, Backoff
from bot.model.announcement import Announcement
from bot.telegram_api.rate_limiting.token_bucket import Lane
from storage.deliveries.broadcast_state import Job, Status, Work
from storage.deliveries.ledger import Entry, Ledger, Outcome
from storage.errors import StorageTrouble

_TRIES = 5  # of what stays unclear

log = logging.getLogger(__name__)


class AmendJob:
    """One job of RECALL, EDIT or CLEAN, from where it stands. `fatal` as in SendJob."""

    def __init__(self, tools: EngineContext, number: int, work: Work, said: Announcement, key: bytes) -> None:
        self._tools = tools
        self._number = number
        self._work = work
        self._ledger = Ledger(number, key)
        self._forms = RequestTemplates(said, number)
        self._stopping = asyncio.Event()
        self.fatal: int | None = None

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                if not await self._page():
                    return
            except StorageTrouble as trouble:
                log.warning("Broadcast %d waits for the database (%s)", self._number, type(trouble).__name__)
                await asyncio.sleep(TROUBLE)

    def look(self) -> None:
        """A page is short: the next look at the job is soon."""

    def stop(self) -> None:
        self._stopping.set()

    async def _page(self) -> bool:
        """Amends some; whether there are more and the job may go on."""
        store, size = self._tools.store, self._tools.window()
        job = store.broadcasts.known[self._number].jobs[self._work]
        if job.status is not Status.READY:
            return False
        entries = await self._ledger.page_after(store.database, job.place.pseudonym, Outcome.SENT, size)
        ended = await self._unless_stopped(entries)
        if ended is None or self.fatal:
            return False
        return await self._commit(entries, ended, is_last=len(entries) < size)

    async def _unless_stopped(self, entries: list[Entry]) -> list[EditOutcome | None] | None:
        work = asyncio.create_task(self._all(entries))
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if work.done():
            return work.result()
        work.cancel()
        await asyncio.wait((work,))
        return None

    async def _all(self, entries: list[Entry]) -> list[EditOutcome | None]:
        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(self._amended(one)) for one in entries]
        return [call.result() for call in calls]

    async def _commit(self, entries: list[Entry], ended: list[EditOutcome | None], is_last: bool) -> bool:
        async with self._tools.store.broadcasts.changing(self._number) as inside:
            job = inside.standing.jobs[self._work]
            if self._work is not Work.EDIT:
                gone = [one.without_recipient() for one, word in zip(entries, ended, strict=True) if word]
                await self._ledger.settle(inside.change, gone)
            job = _counted(job, entries, ended)
            if is_last and job.status is Status.READY:
                job = replace(job, status=Status.OVER)
            inside.standing = inside.standing.with_job(job)
            if job.status is Status.OVER and self._work is Work.CLEAN:
                inside.standing = replace(inside.standing, clean_at=None)
        if job.status is Status.OVER and self._work is Work.CLEAN and (count := undeleted(job.counts)):
            self._tools.tell(BroadcastEvent(self._number, Work.CLEAN, EventKind.UNDELETED, count=count))
        return job.status is Status.READY

    async def _amended(self, entry: Entry) -> EditOutcome | None:
        """How it ended; None for a message that is not concerned."""
        form = self._form(entry)
        if form is None:
            return None
        unclear, again = 0, Backoff(self._tools.limiter)
        while unclear < _TRIES and not self.fatal:
            await self._tools.limiter.acquire(Lane.BROADCAST, entry.chat, method=form.method, spaced=False)
            match await self._tools.caller.change(form, entry.chat):
                case EditOutcome() as word:
                    return word
                case StopAll(status):
                    self.fatal = status
                case NotSent() as fate:
                    await again.after(fate, form.method, entry.chat)
                    unclear += again.is_flooded  # one chat's flood wait does not hold all others for ever
                case Unknown():
                    unclear += 1
                    await again.after_a_while()
        return EditOutcome.UNCLEAR

    def _form(self, entry: Entry) -> RequestTemplate | None:
        if not entry.message or (self._work is Work.CLEAN and not entry.discreet):
            return None
        return self._forms.edit(entry) if self._work is Work.EDIT else deletion(entry.message)


def undeleted(words: Mapping[str, int]) -> int:
    """Return how many messages stay where they are, by how their deletions ended."""
    return sum(words.get(word.value, 0) for word in (EditOutcome.LATE, EditOutcome.REFUSED, EditOutcome.UNCLEAR))


def _counted(job: Job, entries: list[Entry], ended: list[EditOutcome | None]) -> Job:
    counts = Counter(job.counts)
    counts.update(word.value for word in ended if word)
    place = replace(job.place, pseudonym=entries[-1].pseudonym) if entries else job.place
    return replace(job, place=place, counts=dict(counts))
