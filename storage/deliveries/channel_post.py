"""Define the posts of an announcement in the campaign's channel, one for each language.

Posts are not counted as recipients. They are part of the stored state of the broadcast. A post is stored with the
status CLAIMED before it is sent, and with its result afterwards. After a crash in between, it is not sent again,
because it might be in the channel already. The module does no I/O.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class PostStatus(StrEnum):
    """The state of a post in the campaign's channel. The values are stored, so never change one."""

    WAITING = "waiting"  # for the broadcast to be sent
    CLAIMED = "claimed"  # is being posted
    POSTED = "posted"
    UNKNOWN = "unknown"  # posted without a response of Telegram: it may be in the channel
    REFUSED = "refused"  # certainly not in the channel; `failure` says why
    CANCELLED = "cancelled"  # the broadcast was stopped or withdrawn before
    DELETED = "deleted"


class PostWork(StrEnum):
    """A kind of work on a post in the channel. The values are stored, so never change one."""

    POST = "post"
    EDIT = "edit"
    DELETE = "delete"


class PostFailure(StrEnum):
    """The reason why the last work on a channel post failed. The values are stored, so never change one."""

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
    """The post of an announcement in one language in the campaign's channel.

    - `message`: the id of the post in the channel, or 0 if it is unknown.
    - `is_caption`: whether the text of the post is the caption of media.
    - `todo`: the work to be done on a post that is in the channel: EDIT, DELETE, or None.
    - `edits`: how often the text was replaced.
    - `failed`: the kind of work that failed last, such as EDIT; None without a failure.
    - `failure`: the reason why it failed; None without a failure.
    - `words`: Telegram's error message, if `failure` is OTHER.
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
        """Return the work that must be done next on this post, or None."""
        if self.status is PostStatus.WAITING:
            return PostWork.POST
        return self.todo if self.status is PostStatus.POSTED else None


Posts = tuple[ChannelPost, ...]
_MAY_BE_THERE = (PostStatus.POSTED, PostStatus.CLAIMED)


def waiting(languages: Iterable[str]) -> Posts:
    """Return the posts of a new announcement, in the order in which they will be sent: one for each language."""
    return tuple(ChannelPost(language) for language in languages)


def changed(posts: Posts, before: PostStatus, change: Callable[[ChannelPost], ChannelPost]) -> Posts:
    """Return the posts with `change` applied to each post that has the status `before`."""
    return tuple(change(post) if post.status is before else post for post in posts)


def cancelled(posts: Posts) -> Posts:
    """Return the posts for a broadcast that is stopped.

    Posts that were not sent yet are cancelled, and so are edits and deletions that are still to be done.
    """
    left = tuple(replace(post, todo=None) for post in posts)
    return changed(left, PostStatus.WAITING, lambda post: replace(post, status=PostStatus.CANCELLED))


def to_edit(posts: Posts) -> Posts:
    """Return the posts for a broadcast whose text is replaced.

    Posts that are or might be in the channel get the work EDIT. Posts whose text Telegram refused get the status
    WAITING, so that they are posted.
    """
    return tuple(_to_edit(post) for post in posts)


def _to_edit(post: ChannelPost) -> ChannelPost:
    if post.status in _MAY_BE_THERE:
        return _without_failure(post, todo=PostWork.EDIT, edits=post.edits + 1)
    is_about_text = post.status is PostStatus.REFUSED and post.failure is PostFailure.OTHER
    return _without_failure(post, status=PostStatus.WAITING) if is_about_text else post


def to_delete(posts: Posts) -> Posts:
    """Return the posts for a broadcast that is withdrawn.

    Posts that are or might be in the channel get the work DELETE. Posts that were not sent yet are cancelled.
    """
    return tuple(
        _without_failure(post, todo=PostWork.DELETE) if post.status in _MAY_BE_THERE else post
        for post in cancelled(posts)
    )


def retried(posts: Posts) -> Posts:
    """Return the posts for a retry of all work that certainly failed.

    Posts that were refused get the status WAITING. Posts with a failed edit or deletion get that work again.
    """
    return tuple(_retried(post) for post in posts)


def _retried(post: ChannelPost) -> ChannelPost:
    if post.status is PostStatus.REFUSED:
        return _without_failure(post, status=PostStatus.WAITING)
    is_undone = post.status is PostStatus.POSTED and post.failed is not None and post.todo is None
    return _without_failure(post, todo=post.failed) if is_undone else post


def posted_again(posts: Posts) -> Posts:
    """Return the posts with the status WAITING in place of UNKNOWN, so that they are posted a second time.

    UNKNOWN means that it is not known whether the post is in the channel.
    """
    return changed(posts, PostStatus.UNKNOWN, lambda post: _without_failure(post, status=PostStatus.WAITING))


def unknown(posts: Posts, before: PostStatus = PostStatus.CLAIMED) -> Posts:
    """Return the posts, with the status UNKNOWN for each post that has the status `before`.

    Use this for posts whose results were lost.
    """
    return changed(posts, before, lambda post: replace(post, status=PostStatus.UNKNOWN, todo=None))


def without_messages(posts: Posts) -> Posts:
    """Return the posts without their message ids, so that the bot can no longer edit or delete them.

    Posts that were not sent yet are cancelled, and so are edits and deletions that are still to be done.
    """
    return tuple(replace(post, message=0) for post in cancelled(posts))


def has_any_posted(posts: Posts) -> bool:
    """Return whether at least one of the posts is in the channel."""
    return any(post.status is PostStatus.POSTED for post in posts)


def _without_failure(post: ChannelPost, **changes: object) -> ChannelPost:
    return replace(post, failed=None, failure=None, words="", **changes)  # type: ignore[arg-type]
