"""Compute when a paused broadcast is stopped for good. Pure.

A paused broadcast needs its ledger of recipients in order to continue, but no ledger may be kept forever. So a
broadcast is stopped two days after it was paused, or two days after its scheduled time if that is later. `stop_at` is
stored with the broadcast, so a restart does not postpone it. If the clock is set back, `stop_at` becomes earlier too.
"""

from dataclasses import replace

from storage.deliveries import channel_post
from storage.deliveries.broadcast_state import SENDING, BroadcastState, Job, JobReason, Status, Work

LEFT_FOR = 48 * 3600.0  # seconds since the pause, or since the scheduled time
NOTICE = 3600.0  # seconds that admins always have to act, even after long downtime or a jump of the clock


def with_expiry(state: BroadcastState, now: float) -> BroadcastState:
    """Return the state with `stop_at` set if sending is paused; otherwise with `stop_at` removed.

    `stop_at` is the Unix time at which the broadcast will be stopped for good. Sending is paused if at least one
    sending job is paused and none is ready.
    """
    paused = [job for job in state.jobs.values() if job.work in SENDING and job.status is Status.PAUSED]
    if state.ended is not None or not paused or _is_sending(state):
        return state if state.stop_at is None else replace(state, stop_at=None)
    scheduled = [job.at for job in paused] if state.begun is None else []  # later, it is when somebody's wait ends
    latest = max([now, *scheduled]) + LEFT_FOR
    return replace(state, stop_at=latest if state.stop_at is None else min(state.stop_at, latest))


def with_notice(state: BroadcastState, now: float) -> BroadcastState:
    """Return the state with `stop_at` at least NOTICE seconds after `now`, so that admins have time to act.

    `stop_at` is the Unix time at which a paused broadcast is stopped for good. If it is None, it stays None.
    """
    return state if state.stop_at is None else replace(state, stop_at=max(state.stop_at, now + NOTICE))


def is_due(state: BroadcastState, now: float) -> bool:
    """Return whether the paused broadcast must be stopped for good now."""
    return state.stop_at is not None and state.stop_at <= now


def stopped(state: BroadcastState) -> BroadcastState:
    """Return the state with all jobs ended as EXPIRED, except the job that deletes discreet notices."""
    for job in state.jobs.values():
        if job.status is not Status.OVER and job.work is not Work.CLEAN:
            state = state.with_job(replace(job, status=Status.OVER, reason=JobReason.EXPIRED, detail=""))
    return replace(state, stop_at=None, posts=channel_post.cancelled(state.posts))


def _is_sending(state: BroadcastState) -> bool:
    def is_active(job: Job) -> bool:
        return job.work in SENDING and job.status is Status.READY

    return any(map(is_active, state.jobs.values()))
