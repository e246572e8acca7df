"""Describe the posts of an announcement in the channel, and build the buttons for those that failed. Pure."""

from collections.abc import Iterator

from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.progress.progress_actions import ProgressAction, action_button
from content.screens.reader import Reader
from content.screens.screen import Row
from storage.deliveries.broadcast_state import Work
from storage.deliveries.channel_post import ChannelPost, PostFailure, Posts, PostStatus, PostWork


def paragraph(reader: Reader, posts: Posts) -> Iterator[str]:
    """Yield a paragraph about the posts, with a line for those that have the same state; nothing without posts."""
    languages: dict[str, list[str]] = {}
    for post in posts:
        languages.setdefault(_state(reader, post), []).append(reader.language_name(post.language))
    comma = reader.say("word.comma") + " "
    lines = [
        reader.say("channel.line", languages=comma.join(names), state=state) for state, names in languages.items()
    ]
    if lines:
        yield "\n".join(lines)


def _state(reader: Reader, post: ChannelPost) -> str:
    if post.failed and post.failure:
        done = reader.say(f"channel.failed_{post.failed.value}")
        return f"{done} {_reason(reader, post.failed, post.failure, post.words)}"
    if post.todo and post.status is PostStatus.POSTED:
        return reader.say(f"channel.doing_{post.todo.value}")
    return reader.say(f"channel.is_{post.status.value}")


def _reason(reader: Reader, work: PostWork, failure: PostFailure, words: str) -> str:
    """Return why the work failed, and what to do."""
    if failure is PostFailure.OTHER and words:
        return reader.say("channel.why_words", words=words)
    reason = reader.say(f"channel.why_{failure.value}")
    return reason if work is PostWork.POST else f"{reason} {reader.say('channel.by_hand')}"


def rows(reader: Reader, progress: Progress) -> Iterator[Row]:
    """Yield the buttons that repeat failed work in the channel, as long as the announcement can be changed."""
    if progress.ended is not None and progress.recall_until is None:
        return
    is_withdrawn = Work.RECALL in progress.jobs
    if any(post.failed and post.todo is None and _may_retry(post, is_withdrawn) for post in progress.posts):
        yield (action_button(reader, "channel_retry", ProgressAction.CHANNEL, progress),)
    if not is_withdrawn and any(post.status is PostStatus.UNKNOWN for post in progress.posts):
        yield (action_button(reader, "channel_again", ProgressAction.ASK_POST, progress),)


def _may_retry(post: ChannelPost, is_withdrawn: bool) -> bool:
    return post.failed is PostWork.DELETE if is_withdrawn else post.failure is not None
