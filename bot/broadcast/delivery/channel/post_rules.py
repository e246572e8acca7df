"""Decide which channel posts are due to be sent, edited or deleted, and how a result changes a post. Pure.

A post depends on the job that does the same for subscribers: it waits while that job is paused, scheduled or frozen.
The reverse is not true: a post never affects the end, the circuit breaker or the totals of that job.
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
# Phrases in Telegram's refusals. The first one that a refusal contains decides.
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
    """Return whether the announcement may be posted in the channel now.

    `is_due` says whether the time to send the broadcast has come, and `is_frozen` whether an emergency stops sending.
    """
    job = state.jobs[Work.SEND]
    return not is_frozen and (job.status is Status.OVER or (job.status is Status.READY and is_due))


def next_post(state: BroadcastState, *, is_due: bool, is_frozen: bool) -> ChannelPost | None:
    """Return the first post of a broadcast that can be sent, edited or deleted now; None if there is none.

    `is_due` says whether the time to send the broadcast has come, and `is_frozen` whether an emergency stops sending.
    """
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
    """Return whether `work`, an edit or a deletion, may be done on a channel post now.

    `jobs` are the jobs of the broadcast. The work must wait while the job that does the same with the messages to
    subscribers is paused. While sending is frozen, posts may be deleted but not edited.
    """
    job = jobs.get(_JOB_OF[work])
    is_paused = job is not None and job.status is Status.PAUSED
    return not is_paused and not (is_frozen and work is PostWork.EDIT)


def failed(post: ChannelPost, work: PostWork, failure: PostFailure, words: str = "") -> ChannelPost:
    """Return the post with a record that `work` on it failed. If it could not be sent, its status is REFUSED.

    `words` is Telegram's error text, or "". If an edit or deletion failed, and other work is due on the post by now,
    return the post unchanged. An example is a post that was withdrawn while it was being edited.
    """
    if work is not PostWork.POST and post.todo is not work:
        return post
    status = PostStatus.REFUSED if work is PostWork.POST else post.status
    return replace(post, status=status, todo=None, failed=work, failure=failure, words=words)


def failure_of(problem: ChannelProblem) -> PostFailure | None:
    """Convert `problem`, why the bot cannot post in the channel, to the failure that is stored with a post.

    Return None if the problem is that Telegram did not answer.
    """
    return _FAILURE_OF.get(problem)


PostResult = SendResult | LongFloodWait | Withdrawn


def after_posting(post: ChannelPost, state: BroadcastState, result: PostResult) -> ChannelPost:
    """Return a claimed post as changed by the result of its call. `state` is the current state of the broadcast."""
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
    """Return a claimed post that was certainly not sent, with the status WAITING again.

    If its broadcast was stopped or withdrawn, the status is CANCELLED instead.
    """
    is_given_up = state.jobs[Work.SEND].reason in _GIVEN_UP or Work.RECALL in state.jobs
    return replace(post, status=PostStatus.CANCELLED if is_given_up else PostStatus.WAITING, todo=None)


def after_amending(post: ChannelPost, before: ChannelPost) -> ChannelPost:
    """Return the post after a successful edit or deletion. Work that was requested during the call is still due.

    `before` is the post as it was when the call began.
    """
    if before.todo is PostWork.DELETE:
        return replace(post, status=PostStatus.DELETED, todo=None)
    return replace(post, todo=None) if (post.todo, post.edits) == (before.todo, before.edits) else post


def uncertain(post: ChannelPost) -> ChannelPost:
    """Return a claimed post as unknown, because the result of its call is lost."""
    return replace(post, status=PostStatus.UNKNOWN, todo=None)


def _refused(post: ChannelPost, description: str) -> ChannelPost:
    for failure, words in _WORDS:
        if any(text in description for text in words):
            return failed(post, PostWork.POST, failure)
    return failed(post, PostWork.POST, PostFailure.OTHER, refusal_kinds.words_of(description))


def has_news(before: BroadcastState, after: BroadcastState) -> bool:
    """Return whether a post has failed or become unknown between two states, so that admins must be notified."""
    known = {(post.language, post.status, post.failed, post.failure) for post in before.posts}
    return any(
        (post.language, post.status, post.failed, post.failure) not in known
        for post in after.posts
        if post.failed or post.status is PostStatus.UNKNOWN
    )
