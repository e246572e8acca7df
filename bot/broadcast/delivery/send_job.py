"""Run one job that sends a broadcast: claim recipients, send to each of them, and store the results.

To claim a recipient is to commit a row for them in the ledger before the message is sent. At most
`EngineContext.window_size` recipients are claimed at a time without a stored result. Only for these recipients is it
unknown after a crash whether the message arrived.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from functools import partial

from bot.broadcast.delivery import retry
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from bot.broadcast.delivery.pricing import FREE_PER_SECOND
from bot.broadcast.delivery.recipients import Batch, Recipient, RecipientSource
from bot.broadcast.delivery.refusal_account import RefusalAccount
from bot.broadcast.delivery.requests import CLEAN_AFTER
from bot.broadcast.delivery.results import list_updates
from bot.broadcast.delivery.results.circuit_breaker import CircuitBreaker
from bot.broadcast.delivery.results.outcome import Sent, StopAll, TooFewStars, Withdrawn
from bot.model.announcement import Announcement
from bot.runtime.waiting import wait_at_most
from storage.deliveries.broadcast_state import BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.broadcast_store import BroadcastChange
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome
from storage.deliveries.timeline_store import TimelineRecorder
from storage.errors import StorageTrouble

GRACE = 14.0  # seconds to wait for answers of Telegram when the process ends
_SOON = 0.5  # seconds until a result is stored, however few there are
_SHORTEST_WAIT, _LONGEST_WAIT = 0.05, 60.0  # seconds for results
log = logging.getLogger(__name__)


class SendJob:
    """A job that sends a broadcast. `fatal_status` is None, or 401, 404 or 409 once the whole bot must stop."""

    def __init__(
        self, context: EngineContext, number: int, work: Work, *, announcement: Announcement, key: bytes
    ) -> None:
        """`key` decrypts the broadcast's ledger of recipients."""
        self._context = context
        self._broadcasts = context.store.broadcasts
        self._number = number
        self._work = work
        self._ledger = Ledger(LedgerId.for_broadcast(number), key)
        self._paid = announcement.paid and context.rate > FREE_PER_SECOND
        announcement = replace(announcement, paid=self._paid)
        self._source = RecipientSource(context, number, work, ledger=self._ledger, announcement=announcement)
        self._breaker = CircuitBreaker()
        self._refusals = RefusalAccount(self._broadcasts.known[number])
        self._timeline = TimelineRecorder(context.store.timelines, number)
        self._in_flight: dict[bytes, tuple[Recipient, asyncio.Task[None]]] = {}  # by pseudonym
        self._results: list[Entry] = []  # results that are not stored yet; their recipients are in flight
        self._woken = asyncio.Event()
        self._pause_reason: tuple[JobReason, str] | None = None  # with its detail
        self._is_draining = False
        self._deadline: float | None = None
        self._claim_from = 0.0  # monotonic time before which nobody is claimed
        self._is_over = False  # nobody is left, or all who are left have to wait
        self.fatal_status: int | None = None

    async def run(self) -> None:
        """Send until all recipients are done or have to wait, the job is paused, or `stop` is called."""
        async with self._context.store.rotation_lock.block_rotation():
            with self._context.turn_order.taking_part(self._number, self._has_due):
                while await self._settle_and_claim():
                    await self._update_list()
                    await self._wait_for_results()
            await self._update_list(at_end=self._is_over)

    def _has_due(self) -> bool:
        """Return whether somebody who had to wait may be due now, or is being sent to."""
        in_flight = (recipient.entry.deferrals for recipient, _ in self._in_flight.values())
        return self._source.has_due(self._broadcasts.known[self._number]) or any(in_flight)

    def wake(self) -> None:
        """Make the job read its stored status at once, because it has changed."""
        self._woken.set()

    def stop(self) -> None:
        """End `run`: claim no more recipients, and wait up to GRACE seconds for the results of calls in progress."""
        self._deadline = self._context.clock() + GRACE
        self._drain()

    async def abandon(self) -> None:
        """After an unexpected error, make no more calls, and store the results that are known."""
        self._drain()
        await retry.cut_off({task: recipient.call for recipient, task in self._in_flight.values()}, GRACE)
        for entry in self._results:
            await self._settle_alone(entry)

    async def _settle_alone(self, entry: Entry) -> None:
        """Store the result for one recipient. If that fails, the recipient later counts as unknown."""
        try:
            async with self._broadcasts.changing(self._number) as inside:
                await self._write(inside, [entry], Batch(inside.standing.jobs[self._work].position))
        except StorageTrouble:
            return
        except Exception:
            log.exception("Unexpected error storing a result of broadcast %d: it counts as unknown", self._number)

    def _drain(self) -> None:
        """Claim no more recipients, and cancel the calls that are still waiting to be made."""
        self._is_draining = True
        retry.withdraw_queued({task: recipient.call for recipient, task in self._in_flight.values()})
        self._woken.set()

    # The transaction

    async def _settle_and_claim(self) -> bool:
        """Store results and claim recipients in one commit, then start the calls. Return False if the job is over."""
        while True:
            try:
                batch = await self._commit()
                break
            except StorageTrouble as error:
                log.warning("Broadcast %d waits: the database failed (%s)", self._number, type(error).__name__)
                if self._is_past_deadline:
                    return False  # the next process counts claimed recipients as unknown
                await asyncio.sleep(retry.DATABASE_RETRY)
        self._claim_from = max(self._claim_from, self._context.clock() + batch.pause)
        for recipient in batch.recipients:
            recipient.claimed_at = self._context.clock()
            task = asyncio.create_task(self._deliver(recipient))
            self._in_flight[recipient.entry.pseudonym] = recipient, task
        return bool(self._in_flight) or not (self._is_draining or self._is_over)

    async def _commit(self) -> Batch:
        settled = list(self._results)
        in_flight = len(self._in_flight) - len(settled)
        async with self._broadcasts.changing(self._number) as inside:
            before = inside.standing.jobs[self._work]
            await self._timeline.record(inside.change, inside.standing, self._context.now())
            job = self._with_pause(before)
            batch = await self._take_batch(inside, job, in_flight)
            await self._write(inside, settled, batch)
            if batch.is_last(in_flight, inside.standing.totals):
                job = self._with_end(job, batch.resume_at)
            await self._refusals.return_people(inside, self._ledger)
            inside.standing = self._with_dates(inside.standing, settled).with_job(replace(job, position=batch.place))
        self._after_commit(before, job, settled)
        return batch

    def _with_pause(self, job: Job) -> Job:
        """If `job` is READY and a reason to pause it was found, return it as paused; otherwise unchanged."""
        if self._refusals.blamed_words:  # this explains the failures that the breaker counted
            self._pause_reason = JobReason.CONTENT, self._refusals.blamed_words
        if self._pause_reason is None or job.status is not Status.READY:
            return job
        reason, detail = self._pause_reason
        return replace(job, status=Status.PAUSED, reason=reason, detail=detail)

    def _with_end(self, job: Job, resume_at: float | None) -> Job:
        """Return `job` as it is after this run: paused, due again at `resume_at`, or over if `resume_at` is None."""
        self._refusals.judge_end()
        job, end = self._with_pause(job), {"status": Status.OVER} if resume_at is None else {"at": resume_at}
        return replace(job, **end) if job.status is Status.READY else job

    async def _take_batch(self, inside: BroadcastChange, job: Job, in_flight: int) -> Batch:
        must_wait = self._is_draining or self._context.is_frozen()
        may_claim = not must_wait and self._context.clock() >= self._claim_from
        if job.status is not Status.READY or not may_claim:
            return Batch(job.position)
        return await self._source.take(inside.change, inside.standing, self._window_size() - in_flight)

    async def _write(self, inside: BroadcastChange, settled: list[Entry], batch: Batch) -> None:
        if settled or batch.old:
            await self._ledger.settle(inside.change, settled + batch.old)
        if batch.new:
            await self._ledger.claim(inside.change, batch.new)
        moved = Counter(entry.outcome for entry in settled)
        moved[Outcome.CLAIMED] -= len(settled)
        for outcome, count in batch.moved.items():
            moved[outcome] += count
        inside.standing = self._refusals.count(inside.standing.add_to_totals(moved), settled)

    def _with_dates(self, state: BroadcastState, settled: list[Entry]) -> BroadcastState:
        now, clean_at = self._context.now(), state.clean_at
        if clean_at is None and any(entry.discreet and entry.outcome is Outcome.SENT for entry in settled):
            clean_at = now + CLEAN_AFTER
        return replace(state, begun=state.begun or now, clean_at=clean_at)

    def _after_commit(self, before: Job, after: Job, settled: list[Entry]) -> None:
        del self._results[: len(settled)]
        self._refusals.forget(settled)
        for entry in settled:
            del self._in_flight[entry.pseudonym]
        self._is_over = self._is_over or after.status is Status.OVER or after.at != before.at
        if after.status is not Status.READY and not self._is_draining:
            self._drain()
        if self._pause_reason and after.status is not before.status:
            paused = BroadcastEvent(self._number, self._work, EventKind.PAUSED, after.reason, after.detail)
            self._context.publish(paused)

    # The calls

    async def _deliver(self, recipient: Recipient) -> None:
        """Send to a recipient, and keep the result for the next commit. An exception is logged and pauses the job."""
        try:
            entry = self._judge(recipient, await self._attempt(recipient))
        except asyncio.CancelledError:
            entry = recipient.entry.with_outcome(recipient.call.outcome_if_cut)
        except Exception:
            log.exception("Unexpected error in a call of broadcast %d; pausing it", self._number)
            entry = recipient.entry.with_outcome(recipient.call.outcome_if_cut)
            self._pause(JobReason.ERROR)
        self._results.append(entry)
        self._wake_for_results()

    async def _attempt(self, recipient: Recipient) -> list_updates.MessageResult:
        return await retry.attempt(
            self._context,
            recipient.call,
            self._context.client.send,
            still_wanted=partial(self._still_wanted, recipient),
            paid=self._paid,
        )

    async def _still_wanted(self, recipient: Recipient) -> Withdrawn | None:
        """Return a Withdrawn if the call must not be made; else adapt it to the recipient's latest choices."""
        if self._is_draining or self._context.is_frozen():
            return Withdrawn(Outcome.AGAIN)
        subscriber = await retry.current_subscriber(self._context, recipient.subscriber, recipient.claimed_at)
        return Withdrawn(Outcome.LEFT) if subscriber is None else self._source.adapt(recipient, subscriber)

    def _judge(self, recipient: Recipient, result: list_updates.MessageResult) -> Entry:
        """Return the ledger row with the outcome of a call. Pause or stop the job if the result requires it."""
        list_updates.record(self._breaker, result, recipient.subscriber)
        self._refusals.record(recipient, result)
        match result:
            case TooFewStars():
                self._pause(JobReason.STARS)
            case StopAll(status):
                self.fatal_status = status
                self._drain()
            case _:
                pass  # concerns only this recipient, or is counted by the breaker
        self._obey_breaker()
        if not isinstance(result, Sent):
            self._context.first_sound.take_back(recipient.entry.chat, self._number)
        message = result.message if isinstance(result, Sent) else 0
        return recipient.entry.with_outcome(list_updates.outcome_of(result, recipient.subscriber), message)

    def _obey_breaker(self) -> None:
        if wait := self._breaker.take_wait():
            self._claim_from = max(self._claim_from, self._context.clock() + wait)
        if self._breaker.tripped:
            self._pause(JobReason.BREAKER, self._breaker.tripped.value)

    def _pause(self, reason: JobReason, detail: str = "") -> None:
        """Have the next commit pause the job. If this is called several times, only the first call counts."""
        self._pause_reason = self._pause_reason or (reason, detail)

    async def _update_list(self, at_end: bool = False) -> None:
        updates = self._breaker.take_confirmed(at_end=at_end)
        await list_updates.apply(self._context.store, self._context.today(), updates)

    # Waiting

    def _window_size(self) -> int:
        return self._context.window_size(self._paid)

    @property
    def _is_past_deadline(self) -> bool:
        return self._deadline is not None and self._context.clock() > self._deadline

    def _wake_for_results(self) -> None:
        """Wake the job: now if there are enough results for a commit, otherwise in _SOON seconds."""
        results, enough = len(self._results), max(1, self._window_size() // 2)
        must_pause = self._pause_reason is not None or bool(self._refusals.blamed_words)
        if results >= enough or results == len(self._in_flight) or must_pause or self._is_draining:
            self._woken.set()
        elif results == 1:
            asyncio.get_running_loop().call_later(_SOON, self._woken.set)

    async def _wait_for_results(self) -> None:
        if not self._in_flight and self._context.clock() >= self._claim_from:
            await asyncio.sleep(0)  # nobody was claimed from these rows: take the next rows at once
            return
        if self._results and len(self._results) == len(self._in_flight):
            return
        await wait_at_most(self._woken, self._patience())
        self._woken.clear()
        if self._is_past_deadline:
            for _, task in self._in_flight.values():
                task.cancel()

    def _patience(self) -> float:
        """Return the longest time to wait for results, in seconds."""
        if self._deadline is not None:
            return max(_SHORTEST_WAIT, self._deadline - self._context.clock() + 0.01)
        if not self._in_flight:
            return max(_SHORTEST_WAIT, self._claim_from - self._context.clock())
        return _LONGEST_WAIT
