"""Compute how the acts of admins change the state of a broadcast and its jobs. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from bot.broadcast.delivery.results import refusal_kinds
from storage.audit.record import AuditAct
from storage.deliveries import channel_post
from storage.deliveries.broadcast_state import LIST_IS_DONE, SENDING, BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.channel_post import PostStatus
from storage.deliveries.ledger import Outcome


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
    """Return a job that continues only for recipients to whom certainly nothing was sent."""
    return replace(job, status=Status.READY, reason=JobReason.ONLY_UNSENT, detail="", position=LIST_IS_DONE)


def with_posts_after(state: BroadcastState, act: AuditAct) -> BroadcastState:
    """Return the state in which `act` on the jobs has also changed the posts that are not in the channel yet."""
    match act:
        case AuditAct.STOPPED:
            return replace(state, posts=channel_post.cancelled(state.posts))
        case AuditAct.RELEASED_UNSENT:  # whether another process made these posts is not certain
            return replace(state, posts=channel_post.unknown(state.posts, PostStatus.WAITING))
        case _:
            return state


def is_under_way(state: BroadcastState, work: Work) -> bool:
    """Return whether the broadcast has a job of this kind that is not over."""
    return work in state.jobs and state.jobs[work].status is not Status.OVER


def act_of_resuming(paused: Iterable[Job]) -> AuditAct:
    """Return the act under which the audit log records that these jobs are resumed."""
    reasons = {job.reason for job in paused}
    if JobReason.UNCONFIRMED in reasons:
        return AuditAct.APPROVED_AGAIN
    return AuditAct.RELEASED if JobReason.HELD in reasons else AuditAct.RESUMED


def scheduled_at(state: BroadcastState, now: float) -> float | None:
    """Return the Unix time at which a broadcast will be sent; None if that time has come or nothing will be sent."""
    job = state.jobs.get(Work.SEND)
    if job is None or state.begun is not None or job.status is not Status.READY or job.at <= now:
        return None
    return job.at


def with_send_time(state: BroadcastState, at: float | None) -> BroadcastState:
    """Return the state of a scheduled broadcast that is sent at `at` instead, or at once if `at` is None.

    For None, the time becomes that of the creation of the broadcast. Then the broadcast does not count as scheduled,
    and a clock in doubt does not delay it.
    """
    return state.with_job(replace(state.jobs[Work.SEND], at=state.created if at is None else at))


def with_new_content(state: BroadcastState) -> BroadcastState:
    """Return the state after the content of the broadcast was replaced.

    Jobs that were paused because Telegram refused the old content, or because it needed another confirmation, are
    resumed. The list `excused` becomes empty: an admin decided to ignore its error messages for the old content.
    """
    for job in state.jobs.values():
        if job.status is Status.PAUSED and (job.refused_words or job.reason is JobReason.UNCONFIRMED):
            state = state.with_job(replace(job, status=Status.READY, reason=None, detail=""))
    return replace(state, excused=(), posts=channel_post.to_edit(state.posts))


def with_new_job(state: BroadcastState, work: Work, now: float) -> BroadcastState:
    """Return the state with a new job from `now` on; without it if there is nobody whose message could be edited."""
    if work in SENDING:
        state = replace(state, ended=None, destroy_at=None)  # the two days of the ledger begin again after it
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
