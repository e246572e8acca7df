"""The engine: looks what is due, runs it, keeps the heartbeat, and destroys what has served its time.

Everything it goes by is in the database; a process that is killed anywhere goes on where it was.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.broadcast.delivery import pause_expiry
from bot.broadcast.delivery.amend_job import AmendJob
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from bot.broadcast.delivery.requests import CLEAN_AFTER
from bot.broadcast.delivery.restore_check import is_in_doubt
from bot.broadcast.delivery.send_job import SendJob
from bot.errors import Refused, TokenRejected, TwoBots
from bot.model import announcement
from bot.runtime.loop_guard import LoopGuard
from storage.deliveries.broadcast_state import SENDING, BroadcastState, Held, Job, JobReason, Status, Work
from storage.deliveries.ledger import Ledger, Outcome
from storage.errors import StorageTrouble

LOOK_EVERY = 1.0  # seconds
BEAT_EVERY = 60.0
KEPT = 48 * 3600.0  # seconds after the end for which messages can be recalled, and the ledger is kept

log = logging.getLogger(__name__)


class Engine:
    """`poke` after a change in the database makes it look at once."""

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self._rows = context.store.broadcasts
        self._running: dict[tuple[int, bool], tuple[SendJob | AmendJob, Work, asyncio.Task[None]]] = {}
        self._poked = asyncio.Event()
        self._tended_at: float | None = None
        self._fatal: int | None = None
        self._stopping = asyncio.Event()
        self._bearing = LoopGuard("A broadcast")

    def wake(self, number: int | None = None) -> None:
        for (running, _), (job, _, _) in self._running.items():
            if running == number:
                job.look()
        self._poked.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping` is set; ends within 15 s of it. Raises Refused when the token is no longer ours."""
        self._stopping = stopping
        await self._unless_stopped(stopping, self._begin)
        while not stopping.is_set() and self._fatal is None:
            await self._unless_stopped(stopping, self._look)
            await self._some_time(stopping)
        for job, _, _ in self._running.values():
            job.stop()
        await asyncio.gather(*(task for _, _, task in self._running.values()))
        if self._fatal is not None:
            raise _refusal(self._fatal)

    async def _unless_stopped(self, stopping: asyncio.Event, do: Callable[[], Awaitable[None]]) -> None:
        """Does it, again and again while the database is in trouble."""
        while True:
            try:
                await do()
                return
            except StorageTrouble as trouble:
                log.warning("Broadcasts wait for the database (%s)", type(trouble).__name__)
                if stopping.is_set():
                    return
                await asyncio.sleep(LOOK_EVERY)

    async def _begin(self) -> None:
        if unknown := await self._rows.recover():
            log.warning("%d messages were in flight when the bot last ended: unknown", unknown)
        if await is_in_doubt(self._context.store, self._context.now()):
            await self._hold_all()
        await self._rows.beat(self._context.heartbeat_time())
        if await self._context.store.database.is_restored():
            await self._context.store.database.saw_to_restored()

    async def _hold_all(self) -> None:
        """What would be sent was perhaps sent; see `restore_check`."""
        beat, now = await self._rows.last_beat(), self._context.now()
        is_copy = await self._context.store.database.is_restored()
        known = None if beat is None else Held(beat, now, is_copy)
        for number in self._rows.known:
            async with self._rows.changing(number) as inside:
                jobs = [job for job in inside.standing.jobs.values() if job.work in SENDING]
                held = [
                    replace(job, status=Status.PAUSED, reason=JobReason.HELD, detail="")
                    for job in jobs
                    if job.status is Status.READY
                ]
                for job in held:
                    inside.standing = inside.standing.with_job(job)
                if held:
                    inside.standing = replace(inside.standing, held=known)
                left = inside.standing.stop_at
                inside.standing = pause_expiry.noticed(
                    pause_expiry.dated(inside.standing, self._context.now()), self._context.now()
                )
            for job in held:
                self._context.publish(BroadcastEvent(number, job.work, EventKind.HELD))
            if left is not None and self._rows.known[number].stop_at != left:
                self._context.publish(BroadcastEvent(number, Work.SEND, EventKind.EXPIRES))

    async def _look(self) -> None:
        if self._tended_at is None or self._context.clock() - self._tended_at >= BEAT_EVERY:
            await self._tend()
            self._tended_at = self._context.clock()
        await self._context.store.forgetting.again()
        for standing in list(self._rows.known.values()):
            try:
                await self._see_to(standing)
            except StorageTrouble:
                raise
            except Exception:
                with self._bearing.guard():  # which logs it; the others go on
                    raise

    async def _see_to(self, standing: BroadcastState) -> None:
        await self._expire(standing)
        await self._close(self._rows.known[standing.number])
        if standing.key is not None:
            await self._start_due(standing, standing.key)

    async def _start_due(self, standing: BroadcastState, key: bytes) -> None:
        for job in sorted(standing.jobs.values(), key=lambda job: job.work in SENDING):  # changes before the others
            lane = standing.number, job.work is Work.CLEAN
            if job.status is Status.READY and self._is_time(standing, job) and lane not in self._running:
                try:
                    said = announcement.decode(await self._rows.said(standing.number) or b"")
                    said = replace(said, name=standing.name)
                except (ValueError, KeyError, TypeError):
                    log.exception("What broadcast %d says cannot be read: it is paused", standing.number)
                    await self._pause(standing.number, job.work)
                    continue
                kind = SendJob if job.work in SENDING else AmendJob
                run = kind(self._context, standing.number, job.work, said, key)
                self._running[lane] = run, job.work, asyncio.create_task(self._ran(lane, run, job.work))
                self._context.publish(BroadcastEvent(standing.number, job.work, EventKind.BEGAN))

    def _is_time(self, standing: BroadcastState, job: Job) -> bool:
        """Whether its hour has come; while the clock is in doubt, the hour of nothing that was scheduled."""
        is_scheduled = standing.begun is None and job.at > standing.created
        return job.at <= self._context.now() and not (is_scheduled and not self._context.clock_is_trusted)

    async def _ran(self, lane: tuple[int, bool], run: SendJob | AmendJob, work: Work) -> None:
        number, _ = lane
        try:
            await run.run()
        except Exception:
            log.exception("Broadcast %d failed unexpectedly and is paused: those in flight are unknown", number)
            if isinstance(run, SendJob):
                await run.abandon()
            await self._unless_stopped(self._stopping, lambda: self._pause(number, work))
        finally:
            del self._running[lane]
            self._fatal = self._fatal or run.fatal
            self._poked.set()
        job = self._rows.known[number].jobs[work]
        if job.status is Status.OVER:
            self._context.publish(BroadcastEvent(number, work, EventKind.ENDED, job.reason, job.detail))

    async def _pause(self, number: int, work: Work) -> None:
        """Of a job that failed, and runs no more; who was in flight is unknown, as after a crash."""
        async with self._rows.changing(number) as inside:
            if work in SENDING:
                await self._rows.give_up_claimed(inside)
            job = replace(inside.standing.jobs[work], status=Status.PAUSED, reason=JobReason.ERROR, detail="")
            inside.standing = inside.standing.with_job(job)
        self._context.publish(BroadcastEvent(number, work, EventKind.PAUSED, JobReason.ERROR))

    async def _expire(self, standing: BroadcastState) -> None:
        """What is left paused gets an instant at which it is stopped for good, and is stopped then."""
        now = self._context.now()
        if not self._context.clock_is_trusted:
            return
        if pause_expiry.dated(standing, now) == standing and not pause_expiry.is_due(standing, now):
            return
        async with self._rows.changing(standing.number) as inside:
            after = pause_expiry.dated(inside.standing, now)
            is_due = pause_expiry.is_due(after, now)
            inside.standing = pause_expiry.stopped(after) if is_due else after
        if is_due:
            self._context.publish(BroadcastEvent(standing.number, Work.SEND, EventKind.EXPIRED))

    async def _close(self, standing: BroadcastState) -> None:
        """When nothing more is sent the time begins for which the ledger is kept."""
        if not _has_ended(standing) or (standing.number, False) in self._running:
            return
        now = self._context.now()
        async with self._rows.changing(standing.number) as inside:
            if not _has_ended(inside.standing):
                return
            moved = 0
            if inside.standing.totals[Outcome.AGAIN]:
                assert standing.key
                ledger = Ledger(standing.number, standing.key)
                moved = await ledger.turn_all(inside.change, Outcome.AGAIN, Outcome.SKIPPED)
            after = inside.standing.moved(Counter({Outcome.AGAIN: -moved, Outcome.SKIPPED: moved}))
            inside.standing = replace(after, ended=now, destroy_at=now + KEPT)

    async def _tend(self) -> None:
        now = self._context.now()
        await self._rows.beat(self._context.heartbeat_time())
        if self._context.clock_is_trusted:
            await self._bring_nearer(now)
        for standing in list(self._rows.known.values()):
            is_cleaned = standing.jobs.get(Work.CLEAN, _NONE).status is not Status.READY
            is_due = standing.clean_at is not None and standing.clean_at <= now
            if is_due and is_cleaned and self._context.may_delete_messages:
                counts = standing.jobs.get(Work.CLEAN, _NONE).counts
                async with self._rows.changing(standing.number) as inside:
                    inside.standing = inside.standing.with_job(Job(Work.CLEAN, now, counts=counts))
            elif _has_served(standing, now) and self._context.clock_is_trusted:
                await self._rows.destroy(standing.number)

    async def _bring_nearer(self, now: float) -> None:
        """What was dated while the clock was ahead is due no later than if it were dated now."""
        for standing in list(self._rows.known.values()):
            if _nearer(standing, now) != standing:
                async with self._rows.changing(standing.number) as inside:
                    inside.standing = _nearer(inside.standing, now)

    async def _some_time(self, stopping: asyncio.Event) -> None:
        stop = asyncio.ensure_future(stopping.wait())
        poked = asyncio.ensure_future(self._poked.wait())
        await asyncio.wait((stop, poked), timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        poked.cancel()
        self._poked.clear()


_NONE = Job(Work.CLEAN, 0.0, Status.OVER)


def _has_ended(standing: BroadcastState) -> bool:
    """Nothing more is sent, and nobody has noted it yet."""
    sending = [job for job in standing.jobs.values() if job.work in SENDING]
    return standing.ended is None and all(job.status is Status.OVER for job in sending)


def _nearer(standing: BroadcastState, now: float) -> BroadcastState:
    destroy_at, clean_at = standing.destroy_at, standing.clean_at
    return replace(
        standing,
        destroy_at=None if destroy_at is None else min(destroy_at, now + KEPT),
        clean_at=None if clean_at is None else min(clean_at, now + CLEAN_AFTER),
    )


def _has_served(standing: BroadcastState, now: float) -> bool:
    """Nobody needs its ledger any more."""
    return standing.destroy_at is not None and standing.destroy_at <= now and not _is_busy(standing)


def _is_busy(standing: BroadcastState) -> bool:
    """Something is under way that needs the ledger, or discreet pushes are still to be deleted."""
    return standing.clean_at is not None or any(job.status is Status.READY for job in standing.jobs.values())


def _refusal(status: int) -> Refused:
    if status == 409:
        return TwoBots("Telegram says that somebody else uses this bot: stop the other one, then start again.")
    return TokenRejected("Telegram no longer knows this bot token: broadcasts stop. Set BOT_TOKEN anew.")
