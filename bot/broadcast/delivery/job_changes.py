"""Compute how the acts of admins change the jobs of a broadcast. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from storage.audit.record import AuditAct
from storage.deliveries.broadcast_state import LIST_IS_DONE, BroadcastState, Job, JobReason, Status, Work


def paused_by_admin(job: Job) -> Job:
    """Return a job paused until an admin resumes it."""
    return replace(job, status=Status.PAUSED, reason=JobReason.ADMIN, detail="")


def unconfirmed(job: Job) -> Job:
    """Return a job paused until another admin confirms it again."""
    return replace(job, status=Status.PAUSED, reason=JobReason.UNCONFIRMED, detail="")


def resumed(job: Job) -> Job:
    """Return a job that is ready to run again."""
    return replace(job, status=Status.READY, reason=None, detail="")


def stopped(job: Job) -> Job:
    """Return a job that an admin has ended for good."""
    return replace(job, status=Status.OVER, reason=JobReason.STOPPED, detail="")


def recalled(job: Job) -> Job:
    """Return a job that has ended because the broadcast is withdrawn."""
    return replace(job, status=Status.OVER, reason=JobReason.RECALLED, detail="")


def only_unsent(job: Job) -> Job:
    """Return a job that goes on only for recipients to whom nothing was sent for certain."""
    return replace(job, status=Status.READY, reason=JobReason.ONLY_UNSENT, detail="", position=LIST_IS_DONE)


def is_under_way(state: BroadcastState, work: Work) -> bool:
    """Return whether the broadcast has a job of this kind that is not over."""
    return work in state.jobs and state.jobs[work].status is not Status.OVER


def act_of_resuming(paused: Iterable[Job]) -> AuditAct:
    """Return the act of the audit log that resuming these jobs is."""
    reasons = {job.reason for job in paused}
    if JobReason.UNCONFIRMED in reasons:
        return AuditAct.APPROVED_AGAIN
    return AuditAct.RELEASED if JobReason.HELD in reasons else AuditAct.RESUMED
