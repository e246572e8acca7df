"""Describe an announcement's posts in the campaign's channel, and build buttons to repeat the failed ones. Pure."""

from collections.abc import Iterator

from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.progress.progress_actions import ProgressAction, action_button
from content.screens.reader import Reader
from content.screens.screen import Row
from storage.deliveries.broadcast_state import Work
from storage.deliveries.channel_post import ChannelPost, PostFailure, Posts, PostStatus, PostWork


def paragraph(reader: Reader, posts: Posts) -> Iterator[str]:
    """Yield one text with a line for each state of the channel posts, with the languages of the posts in that state.

    Yield nothing if there are no posts.
    """
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
    """Return a sentence that says why posting, editing or deleting a channel post failed, and what to do."""
    if failure is PostFailure.OTHER and words:
        return reader.say("channel.why_words", words=words)
    reason = reader.say(f"channel.why_{failure.value}")
    return reason if work is PostWork.POST else f"{reason} {reader.say('channel.by_hand')}"


def rows(reader: Reader, progress: Progress) -> Iterator[Row]:
    """Yield buttons that repeat failed work on channel posts: posting, editing or deleting.

    Yield nothing once the announcement can no longer be edited or deleted.
    """
    if progress.ended is not None and progress.recall_until is None:
        return
    is_withdrawn = Work.RECALL in progress.jobs
    if any(post.failed and post.todo is None and _may_retry(post, is_withdrawn) for post in progress.posts):
        yield (action_button(reader, "channel_retry", ProgressAction.CHANNEL, progress),)
    if not is_withdrawn and any(post.status is PostStatus.UNKNOWN for post in progress.posts):
        yield (action_button(reader, "channel_again", ProgressAction.ASK_POST, progress),)


def _may_retry(post: ChannelPost, is_withdrawn: bool) -> bool:
    return post.failed is PostWork.DELETE if is_withdrawn else post.failure is not None
