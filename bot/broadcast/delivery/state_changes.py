"""Compute how acts of admins change the state of a broadcast and its jobs. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from bot.broadcast.delivery.results import refusal_kinds
from storage.audit.record import AuditAct
from storage.deliveries import channel_post
from storage.deliveries.broadcast_state import LIST_IS_DONE, SENDING, BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.channel_post import PostStatus
from storage.deliveries.ledger import Outcome


def paused_by_admin(job: Job) -> Job:
    """Return the job as paused by an admin."""
    return replace(job, status=Status.PAUSED, reason=JobReason.ADMIN, detail="")


def unconfirmed(job: Job) -> Job:
    """Return the job as paused until another admin approves the broadcast."""
    return replace(job, status=Status.PAUSED, reason=JobReason.UNCONFIRMED, detail="")


def resumed(job: Job) -> Job:
    """Return the job as ready to run."""
    return replace(job, status=Status.READY, reason=None, detail="")


def stopped(job: Job) -> Job:
    """Return the job as ended for good by an admin."""
    return replace(job, status=Status.OVER, reason=JobReason.STOPPED, detail="")


def recalled(job: Job) -> Job:
    """Return the job as ended because the messages of the broadcast are to be deleted."""
    return replace(job, status=Status.OVER, reason=JobReason.RECALLED, detail="")


def only_unsent(job: Job) -> Job:
    """Return the job as ready to run, but only for claimed recipients who certainly got nothing."""
    return replace(job, status=Status.READY, reason=JobReason.ONLY_UNSENT, detail="", position=LIST_IS_DONE)


def with_posts_after(state: BroadcastState, act: AuditAct) -> BroadcastState:
    """Return the state with its channel posts as they are after `act`.

    Stopping a broadcast cancels its posts that have not been sent. If the broadcast is resumed only for recipients
    who certainly got nothing, these posts become unknown, because another process may have sent them. Other acts do
    not change posts.
    """
    match act:
        case AuditAct.STOPPED:
            return replace(state, posts=channel_post.cancelled(state.posts))
        case AuditAct.RELEASED_UNSENT:  # another process may have made these posts
            return replace(state, posts=channel_post.unknown(state.posts, PostStatus.WAITING))
        case _:
            return state


def is_under_way(state: BroadcastState, work: Work) -> bool:
    """Return whether the broadcast has a job of the kind `work` that is not over."""
    return work in state.jobs and state.jobs[work].status is not Status.OVER


def act_of_resuming(paused: Iterable[Job]) -> AuditAct:
    """Return the act to record in the audit log when these paused jobs are resumed."""
    reasons = {job.reason for job in paused}
    if JobReason.UNCONFIRMED in reasons:
        return AuditAct.APPROVED_AGAIN
    return AuditAct.RELEASED if JobReason.HELD in reasons else AuditAct.RESUMED


def scheduled_at(state: BroadcastState, now: float) -> float | None:
    """Return the Unix time at which a broadcast will be sent; None if it is not scheduled for later."""
    job = state.jobs.get(Work.SEND)
    if job is None or state.begun is not None or job.status is not Status.READY or job.at <= now:
        return None
    return job.at


def with_send_time(state: BroadcastState, at: float | None) -> BroadcastState:
    """Return the state of a scheduled broadcast with the time of sending `at` (Unix time); None means at once.

    For None, the stored time of sending is when the broadcast was created. So the broadcast no longer counts as
    scheduled, and is sent even while the clock is in doubt.
    """
    return state.with_job(replace(state.jobs[Work.SEND], at=state.created if at is None else at))


def with_new_content(state: BroadcastState) -> BroadcastState:
    """Return the state after the content of the broadcast was replaced.

    Resume jobs that were paused because Telegram refused the old content, or because the old content needed another
    approval. Clear `excused`, the refusals of the old content that an admin decided to ignore.
    """
    for job in state.jobs.values():
        if job.status is Status.PAUSED and (job.refused_words or job.reason is JobReason.UNCONFIRMED):
            state = state.with_job(replace(job, status=Status.READY, reason=None, detail=""))
    return replace(state, excused=(), posts=channel_post.to_edit(state.posts))


def with_new_job(state: BroadcastState, work: Work, now: float) -> BroadcastState:
    """Return the state with a new job of the kind `work`, due at `now`.

    If `work` is EDIT and nobody has got the message, no job is added.
    """
    if work in SENDING:
        state = replace(state, ended=None, destroy_at=None)  # the ledger is kept for two days after this job
    if work is Work.RETRY:
        lasting = {kind: count for kind, count in state.reasons.items() if kind in refusal_kinds.FOR_GOOD}
        state = replace(state, reasons=lasting)
    if work is Work.RECALL:
        state = replace(state, posts=channel_post.to_delete(state.posts))
    if work is Work.EDIT and not _has_reached_anybody(state):
        return state
    return state.with_job(Job(work, now))


def _has_reached_anybody(state: BroadcastState) -> bool:
    return bool(state.totals[Outcome.SENT] or state.totals[Outcome.CLAIMED])
