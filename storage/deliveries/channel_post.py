"""Define the posts of an announcement in the campaign's channel, which are counted apart from its recipients. Pure.

The posts are part of the state of the broadcast. So a post is claimed, and its result stored, in the same way as the
ledger rows of people: nothing is posted without a committed claim.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class PostStatus(StrEnum):
    """The state of one post. The values are stored, so never change one."""

    WAITING = "waiting"  # for the broadcast to be sent
    CLAIMED = "claimed"  # is being posted
    POSTED = "posted"
    UNKNOWN = "unknown"  # posted without a response of Telegram: it may be in the channel
    REFUSED = "refused"  # certainly not in the channel; `failure` says why
    CANCELLED = "cancelled"  # the broadcast was stopped or withdrawn before
    DELETED = "deleted"


class PostWork(StrEnum):
    """A kind of work on a post. The values are stored, so never change one."""

    POST = "post"
    EDIT = "edit"
    DELETE = "delete"


class PostFailure(StrEnum):
    """Why the last work on a post failed. The values are stored, so never change one."""

    NOT_FOUND = "not_found"  # Telegram does not know the channel any more
    REMOVED = "removed"  # the bot is not in the channel any more
    NO_RIGHT = "no_right"  # the bot may not post there
    FLOOD = "flood"  # Telegram asks to wait for too long
    CHANGED = "changed"  # another channel was named since
    FORGOTTEN = "forgotten"  # no channel is named any more
    LATE = "late"  # Telegram lets a post be deleted only for 48 hours
    SILENT = "silent"  # no response, after all retries
    OTHER = "other"  # in words of Telegram, which are in `words`


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """The post of an announcement in one language.

    `message` is its id in the channel, 0 if that is not known. `is_caption` says that its text is the caption of
    media. `todo` is the work that a posted message waits for: EDIT, DELETE, or None. `edits` counts how
    often its text was replaced. `failed` is the work that failed last, because of `failure`.
    """

    language: str
    status: PostStatus = PostStatus.WAITING
    message: int = 0
    is_caption: bool = False
    todo: PostWork | None = None
    edits: int = 0
    failed: PostWork | None = None
    failure: PostFailure | None = None
    words: str = ""

    @property
    def next_work(self) -> PostWork | None:
        """Return the work that is due on this post; None if no work is due."""
        if self.status is PostStatus.WAITING:
            return PostWork.POST
        return self.todo if self.status is PostStatus.POSTED else None


Posts = tuple[ChannelPost, ...]
_MAY_BE_THERE = (PostStatus.POSTED, PostStatus.CLAIMED)


def waiting(languages: Iterable[str]) -> Posts:
    """Return the posts of a new announcement, in the order in which they are to be made."""
    return tuple(ChannelPost(language) for language in languages)


def changed(posts: Posts, before: PostStatus, change: Callable[[ChannelPost], ChannelPost]) -> Posts:
    """Return the posts; `change` is applied to those with the status `before`."""
    return tuple(change(post) if post.status is before else post for post in posts)


def cancelled(posts: Posts) -> Posts:
    """Return the posts of a broadcast that was stopped: posts that are not in the channel yet are cancelled."""
    left = tuple(replace(post, todo=None) for post in posts)
    return changed(left, PostStatus.WAITING, lambda post: replace(post, status=PostStatus.CANCELLED))


def to_edit(posts: Posts) -> Posts:
    """Return the posts after the text of the broadcast was replaced.

    Posts that might be in the channel wait for the edit. Posts that Telegram refused because of their text wait to be
    posted.
    """
    return tuple(_to_edit(post) for post in posts)


def _to_edit(post: ChannelPost) -> ChannelPost:
    if post.status in _MAY_BE_THERE:
        return _without_failure(post, todo=PostWork.EDIT, edits=post.edits + 1)
    is_about_text = post.status is PostStatus.REFUSED and post.failure is PostFailure.OTHER
    return _without_failure(post, status=PostStatus.WAITING) if is_about_text else post


def to_delete(posts: Posts) -> Posts:
    """Return the posts of a broadcast that is withdrawn."""
    return tuple(
        _without_failure(post, todo=PostWork.DELETE) if post.status in _MAY_BE_THERE else post
        for post in cancelled(posts)
    )


def retried(posts: Posts) -> Posts:
    """Return the posts, with each work that certainly failed to be repeated."""
    return tuple(_retried(post) for post in posts)


def _retried(post: ChannelPost) -> ChannelPost:
    if post.status is PostStatus.REFUSED:
        return _without_failure(post, status=PostStatus.WAITING)
    is_undone = post.status is PostStatus.POSTED and post.failed is not None and post.todo is None
    return _without_failure(post, todo=post.failed) if is_undone else post


def posted_again(posts: Posts) -> Posts:
    """Return the posts. Those of which it is unknown whether they are in the channel wait to be posted again."""
    return changed(posts, PostStatus.UNKNOWN, lambda post: _without_failure(post, status=PostStatus.WAITING))


def unknown(posts: Posts, before: PostStatus = PostStatus.CLAIMED) -> Posts:
    """Return the posts after the results of those with the status `before` were lost."""
    return changed(posts, before, lambda post: replace(post, status=PostStatus.UNKNOWN, todo=None))


def without_messages(posts: Posts) -> Posts:
    """Return the posts without the ids of their messages, when nothing can be changed any more."""
    return tuple(replace(post, message=0) for post in cancelled(posts))


def has_any_posted(posts: Posts) -> bool:
    """Return whether one of the posts is in the channel."""
    return any(post.status is PostStatus.POSTED for post in posts)


def _without_failure(post: ChannelPost, **changes: object) -> ChannelPost:
    return replace(post, failed=None, failure=None, words="", **changes)  # type: ignore[arg-type]
