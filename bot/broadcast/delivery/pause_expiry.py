"""When what is left paused is stopped for good: two days later, as its ledger must not stay for ever. Pure.

The instant is kept with the broadcast, so that no restart moves it. A clock that was put back moves it nearer.
"""

from dataclasses import replace

from storage.deliveries.broadcast_state import SENDING, BroadcastState, Job, JobReason, Status, Work

LEFT_FOR = 48 * 3600.0  # seconds since the pause, or since the hour for which it was scheduled
NOTICE = 3600.0  # seconds that admins have at least, when the bot was silent for long or the clock has leapt


def dated(one: BroadcastState, now: float) -> BroadcastState:
    """With the instant at which it is stopped, where nothing is sent and something waits for an admin."""
    paused = [job for job in one.jobs.values() if job.work in SENDING and job.status is Status.PAUSED]
    if one.ended is not None or not paused or _is_sending(one):
        return one if one.stop_at is None else replace(one, stop_at=None)
    latest = max(now, *(job.at for job in paused)) + LEFT_FOR
    return replace(one, stop_at=latest if one.stop_at is None else min(one.stop_at, latest))


def noticed(one: BroadcastState, now: float) -> BroadcastState:
    """Not stopped before anybody could see that it is about to be."""
    return one if one.stop_at is None else replace(one, stop_at=max(one.stop_at, now + NOTICE))


def is_due(one: BroadcastState, now: float) -> bool:
    return one.stop_at is not None and one.stop_at <= now


def stopped(one: BroadcastState) -> BroadcastState:
    """With nothing that could go on but the deletion of discreet pushes."""
    for job in one.jobs.values():
        if job.status is not Status.OVER and job.work is not Work.CLEAN:
            one = one.with_job(replace(job, status=Status.OVER, reason=JobReason.EXPIRED, detail=""))
    return replace(one, stop_at=None)


def _is_sending(one: BroadcastState) -> bool:
    def goes_on(job: Job) -> bool:
        return job.work in SENDING and job.status is Status.READY

    return any(map(goes_on, one.jobs.values()))
