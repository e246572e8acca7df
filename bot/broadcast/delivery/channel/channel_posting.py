"""Run the jobs that work on posts in the channel, at most one at a time for each broadcast."""

import asyncio
import logging

from bot.broadcast.delivery.channel import post_rules
from bot.broadcast.delivery.channel.channel_job import ChannelJob, IsDue
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from storage.deliveries.broadcast_state import BroadcastState, Work
from storage.errors import StorageTrouble

log = logging.getLogger(__name__)


class ChannelPosting:
    """Start and stop the jobs that work on posts in the channel.

    `fatal_status` is None, or the HTTP status with which a job demanded that the whole bot stop.
    """

    def __init__(self, context: EngineContext, is_due: IsDue) -> None:
        self._context = context
        self._is_due = is_due
        self._running: dict[int, tuple[ChannelJob, asyncio.Task[None]]] = {}
        self.fatal_status: int | None = None

    def advance(self, state: BroadcastState) -> None:
        """Start a job for the channel posts of a broadcast if work on one is due and no such job is running."""
        if state.number in self._running:
            return
        is_frozen = self._context.is_frozen()
        if post_rules.next_post(state, is_due=self._is_due(state), is_frozen=is_frozen):
            job = ChannelJob(self._context, state.number, self._is_due)
            self._running[state.number] = job, asyncio.create_task(self._run(job, state))

    async def stop(self) -> None:
        """Stop all jobs, and wait until they have ended."""
        for job, _ in self._running.values():
            job.stop()
        await asyncio.gather(*(task for _, task in self._running.values()))

    async def _run(self, job: ChannelJob, before: BroadcastState) -> None:
        try:
            await self._run_guarded(job, before.number)
        finally:
            del self._running[before.number]
            self.fatal_status = self.fatal_status or job.fatal_status
        if post_rules.has_news(before, self._context.store.broadcasts.known[before.number]):
            self._context.publish(BroadcastEvent(before.number, Work.SEND, EventKind.CHANNEL_FAILED))

    async def _run_guarded(self, job: ChannelJob, number: int) -> None:
        try:
            await job.run()
        except StorageTrouble as error:
            log.warning("The channel waits: the database failed (%s)", type(error).__name__)
        except Exception:
            log.exception("Unexpected error in the channel posts of broadcast %d: they count as failed", number)
            await job.give_up()
