"""The engine of broadcasts: run jobs that are due, write the heartbeat, and destroy ledgers that nothing needs.

A ledger is the encrypted list of a broadcast's recipients, with the outcome for each. All state is in the database.
So after a kill at any moment, the next process continues.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.broadcast.delivery import pause_expiry, restore_check, retention
from bot.broadcast.delivery.amend_job import YOUNG, AmendJob
from bot.broadcast.delivery.channel.channel_posting import ChannelPosting
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from bot.broadcast.delivery.send_job import SendJob
from bot.broadcast.delivery.waiting import pruning
from bot.errors import BotConflict, OperatorError, TokenRejected
from bot.model import announcement
from bot.model.announcement import Announcement
from bot.runtime.loop_guard import LoopGuard
from storage.deliveries.broadcast_state import SENDING, BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.ledger import Outcome
from storage.errors import StorageTrouble

LOOK_EVERY = 1.0  # seconds
HEARTBEAT_EVERY = 60.0  # seconds
_FROZEN = SENDING | {Work.EDIT}  # the kinds of jobs that do not run during a freeze

log = logging.getLogger(__name__)

_JobKey = tuple[int, bool]  # the broadcast's number, and whether the job deletes discreet notices


@dataclass(frozen=True, slots=True)
class _RunningJob:
    job: SendJob | AmendJob
    work: Work
    task: asyncio.Task[None]


class Engine:
    """Run the jobs of all broadcasts when they are due. The stored state is checked every second."""

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self._broadcasts = context.store.broadcasts
        self._running: dict[_JobKey, _RunningJob] = {}
        self._channel = ChannelPosting(context, lambda state: self._is_time(state, state.jobs[Work.SEND]))
        self._woken = asyncio.Event()
        self._tended_at: float | None = None
        self._fatal_status: int | None = None
        self._stopping = asyncio.Event()
        self._guard = LoopGuard("A broadcast")

    def wake(self, number: int | None = None) -> None:
        """Look for due jobs at once, and make the running jobs of broadcast `number` read their state.

        `number` is None if the change does not concern a single broadcast.
        """
        for (running_number, _), running in self._running.items():
            if running_number == number:
                running.job.wake()
        self._woken.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Run until `stopping` is set, then end within 15 s. Raises OperatorError if Telegram rejects the token."""
        self._stopping = stopping
        await self._retry(stopping, self._begin)
        while not stopping.is_set() and self._fatal_status is None:
            await self._retry(stopping, self._look)
            await self._sleep(stopping)
        for running in self._running.values():
            running.job.stop()
        await asyncio.gather(self._channel.stop(), *(running.task for running in self._running.values()))
        if self._fatal_status is not None:
            raise _refusal(self._fatal_status)

    async def _retry(self, stopping: asyncio.Event, action: Callable[[], Awaitable[None]]) -> None:
        """Perform `action`. If the database fails, try again until `stopping` is set."""
        while True:
            try:
                await action()
                return
            except StorageTrouble as error:
                log.warning("Broadcasts wait: the database failed (%s)", type(error).__name__)
                if stopping.is_set():
                    return
                await asyncio.sleep(LOOK_EVERY)

    # At the start

    async def _begin(self) -> None:
        if unknown := await self._broadcasts.recover():
            log.warning("%d messages were in flight when the bot last ended: their delivery is unknown", unknown)
        is_restored = await self._context.store.database.is_restored()
        if await restore_check.is_in_doubt(self._context.store, self._context.now()):
            await restore_check.hold_all(self._context, self._read_announcement)
        await self._broadcasts.write_heartbeat(self._context.heartbeat_time())
        if is_restored:
            await self._context.store.database.clear_restored_mark()

    # Every second

    async def _look(self) -> None:
        if self._tended_at is None or self._context.clock() - self._tended_at >= HEARTBEAT_EVERY:
            await self._tend()
            self._tended_at = self._context.clock()
        await self._context.store.ledger_eraser.erase_late_results()
        self._stop_frozen()
        for state in list(self._broadcasts.known.values()):
            try:
                await self._advance(state)
            except StorageTrouble:
                raise
            except Exception:
                with self._guard.guard():  # logs the error; the other broadcasts continue
                    raise

    def _stop_frozen(self) -> None:
        """Stop running jobs that must not run during an emergency freeze. They continue after it."""
        for running in self._running.values():
            if self._is_frozen(running.work):
                running.job.stop()

    def _is_frozen(self, work: Work) -> bool:
        """Return whether a freeze forbids jobs of this kind now. Jobs that delete messages are always allowed."""
        return work in _FROZEN and self._context.is_frozen()

    async def _advance(self, state: BroadcastState) -> None:
        """Do what is due for one broadcast: stop it, record its end, start its jobs, or work on its channel posts."""
        await self._expire(state)
        await self._close(self._broadcasts.known[state.number])
        if state.key is not None:
            await self._start_due(state, state.key)
            self._channel.advance(self._broadcasts.known[state.number])
            self._fatal_status = self._fatal_status or self._channel.fatal_status

    async def _start_due(self, state: BroadcastState, key: bytes) -> None:
        """Start each due job that is not running. Jobs that edit or delete messages come before jobs that send.

        `key` decrypts the broadcast's ledger of recipients.
        """
        for job in sorted(state.jobs.values(), key=lambda job: job.work in SENDING):
            job_key = state.number, job.work is Work.CLEAN
            if job.status is not Status.READY or not self._is_time(state, job) or job_key in self._running:
                continue
            if self._is_frozen(job.work):
                continue
            content = await self._read_announcement(state)
            if content is None:
                await self._pause_failed(state.number, job.work)
            else:
                self._start(job_key, job.work, content, key)

    async def _read_announcement(self, state: BroadcastState) -> Announcement | None:
        stored = await self._broadcasts.content(state.number)
        try:
            return replace(announcement.decode(stored or b""), name=state.name)
        except (ValueError, KeyError, TypeError):
            log.exception("The announcement of broadcast %d cannot be read; pausing it", state.number)
            return None

    def _start(self, job_key: _JobKey, work: Work, content: Announcement, key: bytes) -> None:
        number, _ = job_key
        kind = SendJob if work in SENDING else AmendJob
        job = kind(self._context, number, work, announcement=content, key=key)
        task = asyncio.create_task(self._run_job(job_key, job, work))
        self._running[job_key] = _RunningJob(job, work, task)
        self._context.publish(BroadcastEvent(number, work, EventKind.BEGAN))

    def _is_time(self, state: BroadcastState, job: Job) -> bool:
        """Return whether the time for a job has come.

        While the clock is in doubt, a job that waits for a time (its schedule, quiet hours or a digest) is never
        due.
        """
        if state.begun is None:
            waits_for_time = job.at > state.created  # it is scheduled
        else:
            waits_for_time = state.totals[Outcome.WAITING] > 0 and job.work in SENDING  # for quiet hours or a digest
        return job.at <= self._context.now() and (self._context.clock_is_trusted or not waits_for_time)

    async def _run_job(self, job_key: _JobKey, job: SendJob | AmendJob, work: Work) -> None:
        number, _ = job_key
        try:
            await job.run()
        except Exception:
            log.exception("Unexpected error in broadcast %d; pausing it: those in flight count as unknown", number)
            if isinstance(job, SendJob):
                await job.abandon()
            await self._retry(self._stopping, lambda: self._pause_failed(number, work))
        finally:
            del self._running[job_key]
            self._fatal_status = self._fatal_status or job.fatal_status
            self._woken.set()
        stored = self._broadcasts.known[number].jobs[work]
        if stored.status is Status.OVER:
            self._context.publish(BroadcastEvent(number, work, EventKind.ENDED, stored.reason, stored.detail))

    async def _pause_failed(self, number: int, work: Work) -> None:
        """Pause a job that an unexpected error has ended. Count its recipients in flight as unknown."""
        async with self._broadcasts.changing(number) as inside:
            if work in SENDING:
                await self._broadcasts.mark_claimed_unknown(inside)
            job = replace(inside.standing.jobs[work], status=Status.PAUSED, reason=JobReason.ERROR, detail="")
            inside.standing = inside.standing.with_job(job)
        self._context.publish(BroadcastEvent(number, work, EventKind.PAUSED, JobReason.ERROR))

    async def _expire(self, state: BroadcastState) -> None:
        """Store the time at which a paused broadcast will be stopped for good. If that time has come, stop it."""
        now = self._context.now()
        if not self._context.clock_is_trusted:
            return
        if pause_expiry.with_expiry(state, now) == state and not pause_expiry.is_due(state, now):
            return
        async with self._broadcasts.changing(state.number) as inside:
            after = pause_expiry.with_expiry(inside.standing, now)
            is_due = pause_expiry.is_due(after, now)
            inside.standing = pause_expiry.stopped(after) if is_due else after
        if is_due:
            self._context.publish(BroadcastEvent(state.number, Work.SEND, EventKind.EXPIRED))

    async def _close(self, state: BroadcastState) -> None:
        """If nothing is left to send, store that the broadcast has ended and when its ledger will be destroyed."""
        if not retention.has_ended(state) or (state.number, False) in self._running:
            return
        now = self._context.now()
        async with self._broadcasts.changing(state.number) as inside:
            if not retention.has_ended(inside.standing):
                return
            await self._broadcasts.replace_outcome(inside, Outcome.AGAIN, Outcome.SKIPPED)
            await self._broadcasts.replace_outcome(inside, Outcome.WAITING, Outcome.SKIPPED)
            inside.standing = retention.ended(inside.standing, now)

    # Every minute

    async def _tend(self) -> None:
        """Write the heartbeat, start to delete discreet notices when it is time, and destroy unneeded ledgers."""
        now = self._context.now()
        await self._broadcasts.write_heartbeat(self._context.heartbeat_time())
        if self._context.clock_is_trusted:
            await self._correct_dates(now)
        for state in list(self._broadcasts.known.values()):
            if retention.must_clean(state, now) and self._context.may_delete_messages:
                await self._begin_cleaning(state, now)
            elif retention.is_ledger_unneeded(state, now) and self._context.clock_is_trusted:
                await self._broadcasts.destroy(state.number)
            elif pruning.is_due(state, now) and self._context.clock_is_trusted:
                await pruning.prune(self._context.store, state.number, now)

    async def _begin_cleaning(self, state: BroadcastState, now: float) -> None:
        earlier = state.jobs.get(Work.CLEAN)
        counts = {result: count for result, count in (earlier.counts if earlier else {}).items() if result != YOUNG}
        async with self._broadcasts.changing(state.number) as inside:
            inside.standing = inside.standing.with_job(Job(Work.CLEAN, now, counts=counts))

    async def _correct_dates(self, now: float) -> None:
        """Correct stored dates that are too far in the future because the clock was wrong: see `with_dates_by`."""
        for state in list(self._broadcasts.known.values()):
            if retention.with_dates_by(state, now) != state:
                async with self._broadcasts.changing(state.number) as inside:
                    inside.standing = retention.with_dates_by(inside.standing, now)

    async def _sleep(self, stopping: asyncio.Event) -> None:
        stop = asyncio.ensure_future(stopping.wait())
        woken = asyncio.ensure_future(self._woken.wait())
        await asyncio.wait((stop, woken), timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        woken.cancel()
        self._woken.clear()


def _refusal(status: int) -> OperatorError:
    if status == 409:
        return BotConflict("Another process uses this bot: stop that process, then start this one again.")
    return TokenRejected("Telegram no longer accepts the bot token, so broadcasts stop: set a new BOT_TOKEN.")
