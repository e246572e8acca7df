"""Claim, send, settle: one job that sends, from where it stands to its end, its pause or the end of the process.

Whoever is to be sent to is committed as claimed before the call. Results are settled in the transaction that claims
the next, so there is one commit a window, and after a crash at most a window is unknown.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import replace

from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from bot.broadcast.delivery.pricing import FREE_A_SECOND
from bot.broadcast.delivery.recipients import Batch, Recipient, RecipientSource
from bot.broadcast.delivery.refusal_account import RefusalAccount
from bot.broadcast.delivery.requests import CLEAN_AFTER, RequestTemplates
from bot.broadcast.delivery.results import list_updates
from bot.broadcast.delivery.results.circuit_breaker import Breaker
from bot.broadcast.delivery.results.outcome import NotSent, SendResult, Sent, StopAll, TooDear
from bot.broadcast.delivery.retry import STALE, TROUBLE, Backoff, within
from bot.model.announcement import Announcement
from bot.telegram_api.rate_limiting.token_bucket import Lane
from storage.deliveries.broadcast_state import BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.broadcast_store import BroadcastChange
from storage.deliveries.ledger import Entry, Ledger, Outcome
from storage.deliveries.timeline_store import TimelineRecorder
from storage.errors import StorageTrouble

GRACE = 14.0  # seconds that Telegram gets to answer when the process is to end
_SOON = 0.5  # seconds until a result is settled, however few there are

log = logging.getLogger(__name__)


class SendJob:
    """`fatal` is the status of an answer after which nothing may go on: 401, 404, 409."""

    def __init__(self, tools: EngineContext, number: int, work: Work, said: Announcement, key: bytes) -> None:
        self._tools = tools
        self._number = number
        self._work = work
        self._ledger = Ledger(number, key)
        self._paid = said.paid and tools.rate > FREE_A_SECOND
        self._forms = RequestTemplates(replace(said, paid=self._paid), number)
        self._source = RecipientSource(work, tools.store.subscribers, self._ledger, said, self._forms)
        self._breaker = Breaker()
        self._refusals = RefusalAccount(tools.store.broadcasts.known[number])
        self._course = TimelineRecorder(tools.store.timelines, number)
        self._flight: dict[bytes, tuple[Recipient, asyncio.Task[None]]] = {}
        self._results: list[Entry] = []
        self._wake = asyncio.Event()
        self._pause_reason: tuple[JobReason, str] | None = None  # with its detail
        self._draining = False
        self._deadline: float | None = None
        self._hold_until = 0.0
        self._over = False
        self.fatal: int | None = None

    async def run(self) -> None:
        async with self._tools.store.rotation_lock.block_rotation():
            while await self._turn_over():
                await self._apply_findings()
                await self._some_results()
            await self._apply_findings(at_end=self._over)

    def _window(self) -> int:
        return self._tools.window(self._paid)

    def look(self) -> None:
        """Somebody changed the job: see at once."""
        self._wake.set()

    def stop(self) -> None:
        """The process is to end: claims nobody, settles what Telegram answers in time."""
        self._deadline = self._tools.clock() + GRACE
        self._drain()

    async def abandon(self) -> None:
        """After an error that nobody foresaw: call nobody any more, and store what is known of those in flight."""
        self._drain()
        tasks = [task for _, task in self._flight.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for entry in self._results:
            await self._settle_alone(entry)

    async def _settle_alone(self, entry: Entry) -> None:
        """Store one result, if it can be stored: what remains claimed is unknown."""
        try:
            async with self._tools.store.broadcasts.changing(self._number) as inside:
                await self._write(inside, [entry], Batch(inside.standing.jobs[self._work].place))
        except StorageTrouble:
            return
        except Exception:
            log.exception("A result of broadcast %d cannot be stored and is unknown", self._number)

    def _drain(self) -> None:
        """Nobody is claimed any more; who waits for a turn is withdrawn."""
        self._draining = True
        for recipient, task in self._flight.values():
            if not recipient.calling:
                task.cancel()
        self._wake.set()

    # The transaction

    async def _turn_over(self) -> bool:
        """Settles and claims; whether there is more to do."""
        while True:
            try:
                taken = await self._commit()
                break
            except StorageTrouble as trouble:
                log.warning("Broadcast %d waits for the database (%s)", self._number, type(trouble).__name__)
                if self._deadline is not None and self._tools.clock() > self._deadline:
                    return False  # what is claimed is unknown to the next process
                await asyncio.sleep(TROUBLE)
        for recipient in taken.recipients:
            recipient.claimed_at = self._tools.clock()
            task = asyncio.create_task(self._deliver(recipient))
            self._flight[recipient.entry.pseudonym] = recipient, task
        return bool(self._flight) or not (self._draining or self._over)

    async def _commit(self) -> Batch:
        settled = list(self._results)
        remaining = len(self._flight) - len(settled)
        async with self._tools.store.broadcasts.changing(self._number) as inside:
            await self._course.record(inside.change, inside.standing, self._tools.now())
            before = inside.standing.jobs[self._work]
            job = self._judged(before)
            taken = Batch(job.place)
            if job.status is Status.READY and not self._draining and self._tools.clock() >= self._hold_until:
                taken = await self._source.take(inside.change, inside.standing, self._window() - remaining)
            await self._write(inside, settled, taken)
            over = taken.is_last(remaining, inside.standing.totals)
            if over:
                self._refusals.judge_end()
                job = self._judged(job)
            await self._refusals.return_people(inside, self._ledger)
            over = over and job.status is Status.READY
            job = replace(job, place=taken.place, status=Status.OVER if over else job.status)
            inside.standing = self._dated(inside.standing, settled).with_job(job)
        self._settled(settled)
        self._over = self._over or job.status is Status.OVER
        if job.status is not Status.READY and not self._draining:
            self._drain()
        self._tell(before, job)
        return taken

    def _judged(self, job: Job) -> Job:
        """As a breaker or a mistake in the content wants it; what an admin decided meanwhile stays."""
        if self._refusals.blame:  # which explains what the breaker saw as well
            self._pause_reason = JobReason.CONTENT, self._refusals.blame
        if self._pause_reason is None or job.status is not Status.READY:
            return job
        reason, detail = self._pause_reason
        return replace(job, status=Status.PAUSED, reason=reason, detail=detail)

    async def _write(self, inside: BroadcastChange, settled: list[Entry], taken: Batch) -> None:
        if settled or taken.old:
            await self._ledger.settle(inside.change, settled + taken.old)
        if taken.new:
            await self._ledger.claim(inside.change, taken.new)
        moved = Counter(one.outcome for one in settled)
        moved[Outcome.CLAIMED] -= len(settled)
        for outcome, count in taken.moved.items():
            moved[outcome] += count
        inside.standing = self._refusals.counted(inside.standing.add_to_totals(moved), settled)

    def _dated(self, standing: BroadcastState, settled: list[Entry]) -> BroadcastState:
        now = self._tools.now()
        clean_at = standing.clean_at
        if clean_at is None and any(one.discreet and one.outcome is Outcome.SENT for one in settled):
            clean_at = now + CLEAN_AFTER
        return replace(standing, begun=standing.begun or now, clean_at=clean_at)

    def _settled(self, entries: list[Entry]) -> None:
        del self._results[: len(entries)]
        self._refusals.forget(entries)
        for one in entries:
            del self._flight[one.pseudonym]

    def _tell(self, before: Job, after: Job) -> None:
        if self._pause_reason and after.status is not before.status:
            self._tools.tell(BroadcastEvent(self._number, self._work, EventKind.PAUSED, after.reason, after.detail))

    # The sending

    async def _deliver(self, recipient: Recipient) -> None:
        try:
            entry = await self._attempted(recipient)
        except asyncio.CancelledError:
            entry = recipient.entry.with_outcome(Outcome.UNKNOWN if recipient.calling else Outcome.AGAIN)
        except Exception:
            log.exception("A call of broadcast %d failed in a way that nobody foresaw", self._number)
            entry = recipient.entry.with_outcome(Outcome.UNKNOWN if recipient.calling else Outcome.AGAIN)
            self._pause(JobReason.ERROR)
        self._results.append(entry)
        self._notice()

    async def _attempted(self, recipient: Recipient) -> Entry:
        """One message, until it is not surely unsent."""
        chat, again = recipient.one.chat, Backoff(self._tools.limiter)
        while True:
            await self._tools.limiter.acquire(Lane.BROADCAST, chat, self._paid, recipient.form.method)
            if self._tools.clock() - recipient.claimed_at > STALE and (gone := await self._gone(recipient)):
                return gone
            recipient.calling = True
            fate = await self._tools.caller.send(recipient.form, chat)
            if not isinstance(fate, NotSent):
                return self._judge(recipient, fate)
            recipient.calling = False
            if self._draining:
                return recipient.entry.with_outcome(Outcome.AGAIN)
            await again.after(fate, recipient.form.method, chat)
            if again.is_flooded:
                self._refusals.hear_flood(recipient)
                return recipient.entry.with_outcome(Outcome.PUT_OFF)

    async def _gone(self, recipient: Recipient) -> Entry | None:
        """How it ends for who left, or wants nothing of this, while the queue stood; else None."""
        try:
            now = await self._tools.store.subscribers.get(recipient.one.chat)
        except StorageTrouble:
            return None
        form = None if now is None else self._forms.of(now)
        if now is None or form is None:
            return recipient.entry.with_outcome(Outcome.LEFT if now is None else Outcome.SKIPPED)
        recipient.one, recipient.form = now, form
        recipient.entry = form.noted(replace(recipient.entry, language=now.language))
        return None

    async def _apply_findings(self, at_end: bool = False) -> None:
        await list_updates.apply(self._tools.store, self._tools.day(), self._breaker.take_passed(at_end=at_end))

    def _judge(self, recipient: Recipient, fate: SendResult) -> Entry:
        list_updates.hear(self._breaker, fate, recipient.one)
        self._refusals.hear(recipient, fate)
        message = 0
        match fate:
            case Sent(message):
                self._tools.limiter.record_success()
            case TooDear():
                self._pause(JobReason.STARS)
            case StopAll(status):
                self.fatal = status
                self._drain()
        self._heed(self._breaker)
        return recipient.entry.with_outcome(list_updates.outcome_of(fate, recipient.one), message)

    def _heed(self, breaker: Breaker) -> None:
        if wait := breaker.take_wait():
            self._hold_until = max(self._hold_until, self._tools.clock() + wait)
        if breaker.tripped:
            self._pause(JobReason.BREAKER, breaker.tripped.value)

    def _pause(self, reason: JobReason, detail: str = "") -> None:
        self._pause_reason = self._pause_reason or (reason, detail)

    @property
    def _is_judged(self) -> bool:
        return self._pause_reason is not None or bool(self._refusals.blame)

    # Waiting

    def _notice(self) -> None:
        found, enough = len(self._results), max(1, self._window() // 2)
        if found >= enough or found == len(self._flight) or self._is_judged or self._draining:
            self._wake.set()
        elif found == 1:
            asyncio.get_running_loop().call_later(_SOON, self._wake.set)

    async def _some_results(self) -> None:
        if not self._flight and self._tools.clock() >= self._hold_until:
            await asyncio.sleep(0)  # all that was looked at is for others: on at once
            return
        if self._results and len(self._results) == len(self._flight):
            return
        await within(self._wake, self._patience())
        self._wake.clear()
        if self._deadline is not None and self._tools.clock() > self._deadline:
            for _, task in self._flight.values():
                task.cancel()

    def _patience(self) -> float:
        if self._deadline is not None:
            return max(0.05, self._deadline - self._tools.clock() + 0.01)
        if not self._flight:
            return max(0.05, self._hold_until - self._tools.clock())
        return 60.0
