"""Decide which post in the channel is due for work, and how a result changes the post. Pure.

A post follows the job that does the same for people: the post waits while that job is paused, scheduled or frozen.
But a post does not affect the end, the circuit breaker or the totals of that job. So the channel can stop nothing for
people.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.broadcast.delivery.results import refusal_kinds
from bot.broadcast.delivery.results.outcome import (
    LongFloodWait,
    NotFound,
    NotSent,
    NotStarted,
    RefusedForGood,
    RefusedForNow,
    SendResult,
    Sent,
    StopAll,
    TooFewStars,
    Unknown,
    Withdrawn,
)
from bot.channel.channel_rights import ChannelProblem
from storage.deliveries.broadcast_state import BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.channel_post import ChannelPost, PostFailure, PostStatus, PostWork

_GIVEN_UP = (JobReason.STOPPED, JobReason.RECALLED, JobReason.EXPIRED)
_JOB_OF = {PostWork.EDIT: Work.EDIT, PostWork.DELETE: Work.RECALL}
_FAILURE_OF = {
    ChannelProblem.NOT_FOUND: PostFailure.NOT_FOUND,
    ChannelProblem.NOT_A_CHANNEL: PostFailure.NOT_FOUND,
    ChannelProblem.REMOVED: PostFailure.REMOVED,
    ChannelProblem.NO_RIGHT: PostFailure.NO_RIGHT,
}
# Words of Telegram's refusals; the first that fit decide.
_WORDS = (
    (PostFailure.REMOVED, ("not a member of the channel", "kicked from the channel")),
    (
        PostFailure.NO_RIGHT,
        (
            "need administrator rights",
            "not enough rights",
            "have no rights",
            "no write access",
            "chat_write_forbidden",
        ),
    ),
)


def may_post(state: BroadcastState, *, is_due: bool, is_frozen: bool) -> bool:
    """Return whether posting is allowed now. `is_due` says whether the time of the broadcast has come."""
    job = state.jobs[Work.SEND]
    return not is_frozen and (job.status is Status.OVER or (job.status is Status.READY and is_due))


def next_post(state: BroadcastState, *, is_due: bool, is_frozen: bool) -> ChannelPost | None:
    """Return the first post of a broadcast that is due for work; None if no post is due."""
    for post in state.posts:
        match post.next_work:
            case None:
                continue
            case PostWork.POST if may_post(state, is_due=is_due, is_frozen=is_frozen):
                return post
            case PostWork.EDIT | PostWork.DELETE as work if _may_amend(state.jobs, work, is_frozen=is_frozen):
                return post
            case _:
                continue
    return None


def _may_amend(jobs: Mapping[Work, Job], work: PostWork, *, is_frozen: bool) -> bool:
    """Return whether a post can be edited or deleted now. Deleting is always allowed, also in a freeze."""
    job = jobs.get(_JOB_OF[work])
    is_paused = job is not None and job.status is Status.PAUSED
    return not is_paused and not (is_frozen and work is PostWork.EDIT)


def failed(post: ChannelPost, work: PostWork, failure: PostFailure, words: str = "") -> ChannelPost:
    """Return a post on which `work` failed. If the failed work was to make the post, the post does not exist.

    If other work was ordered meanwhile, that work is still due. For example, a post was withdrawn during an edit.
    """
    if work is not PostWork.POST and post.todo is not work:
        return post
    status = PostStatus.REFUSED if work is PostWork.POST else post.status
    return replace(post, status=status, todo=None, failed=work, failure=failure, words=words)


def failure_of(problem: ChannelProblem) -> PostFailure | None:
    """Return the failure to store for `problem`; None if Telegram did not say whether the bot has the right."""
    return _FAILURE_OF.get(problem)


PostResult = SendResult | LongFloodWait | Withdrawn


def after_posting(post: ChannelPost, state: BroadcastState, result: PostResult) -> ChannelPost:
    """Return a claimed post after the call that posts it. `state` is the state of the broadcast now."""
    match result:
        case Sent(message):
            return replace(post, status=PostStatus.POSTED, message=message)
        case Unknown():
            return replace(post, status=PostStatus.UNKNOWN, todo=None)
        case Withdrawn() | NotSent() | StopAll():
            return not_posted(post, state)
        case LongFloodWait():
            return failed(post, PostWork.POST, PostFailure.FLOOD)
        case NotFound() | NotStarted():
            return failed(post, PostWork.POST, PostFailure.NOT_FOUND)
        case RefusedForGood(description=description) | RefusedForNow(description=description):
            return _refused(post, description)
        case TooFewStars():
            return failed(post, PostWork.POST, PostFailure.OTHER)


def not_posted(post: ChannelPost, state: BroadcastState) -> ChannelPost:
    """Return a claimed post that was certainly not made. It waits again, unless its broadcast was stopped."""
    is_given_up = state.jobs[Work.SEND].reason in _GIVEN_UP or Work.RECALL in state.jobs
    return replace(post, status=PostStatus.CANCELLED if is_given_up else PostStatus.WAITING, todo=None)


def after_amending(post: ChannelPost, before: ChannelPost) -> ChannelPost:
    """Return a post after the edit or deletion that `before` asked for. Work ordered since then is still due."""
    if before.todo is PostWork.DELETE:
        return replace(post, status=PostStatus.DELETED, todo=None)
    return replace(post, todo=None) if (post.todo, post.edits) == (before.todo, before.edits) else post


def uncertain(post: ChannelPost) -> ChannelPost:
    """Return a claimed post whose result is lost."""
    return replace(post, status=PostStatus.UNKNOWN, todo=None)


def _refused(post: ChannelPost, description: str) -> ChannelPost:
    for failure, words in _WORDS:
        if any(text in description for text in words):
            return failed(post, PostWork.POST, failure)
    return failed(post, PostWork.POST, PostFailure.OTHER, refusal_kinds.words_of(description))


def has_news(before: BroadcastState, after: BroadcastState) -> bool:
    """Return whether a post failed or became uncertain between two states, so that admins must be notified."""
    known = {(post.language, post.status, post.failed, post.failure) for post in before.posts}
    return any(
        (post.language, post.status, post.failed, post.failure) not in known
        for post in after.posts
        if post.failed or post.status is PostStatus.UNKNOWN
    )
