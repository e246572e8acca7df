"""Repeat failed work on channel posts (posting, editing, deleting) when an admin asks for it."""

from collections.abc import Callable
from dataclasses import replace

from bot.audit.trail import AuditEntry, AuditTrail
from storage.audit.record import AuditAct
from storage.deliveries import channel_post
from storage.deliveries.broadcast_state import BroadcastState, Work
from storage.deliveries.broadcast_store import BroadcastStore
from storage.deliveries.channel_post import Posts, PostWork


class ChannelActs:
    """Repeat work on the channel posts of a broadcast. Both methods return whether there was anything to repeat.

    `by` is the id of the admin who asks for it. One transaction stores the change and its record in the audit log.
    """

    def __init__(self, broadcasts: BroadcastStore, trail: AuditTrail, wake: Callable[[int], None]) -> None:
        self._broadcasts = broadcasts
        self._trail = trail
        self._wake_engine = wake

    async def retry(self, number: int, *, by: int) -> bool:
        """Repeat posts, edits and deletions in the channel that have certainly failed."""
        return await self._change(number, _retried, AuditAct.CHANNEL_RETRIED, by)

    async def post_again(self, number: int, *, by: int) -> bool:
        """Send posts again whose earlier result is unknown. They might then be in the channel twice."""
        return await self._change(number, _posted_again, AuditAct.CHANNEL_POSTED_AGAIN, by)

    async def _change(self, number: int, change: Callable[[BroadcastState], Posts], act: AuditAct, by: int) -> bool:
        async with self._broadcasts.changing(number) as inside:
            state = inside.standing
            posts = change(state)
            if posts == state.posts or state.key is None:
                return False
            inside.standing = replace(state, posts=posts)
            await self._trail.record(inside.change, AuditEntry(act, by, state.name))
        self._wake_engine(number)
        return True


def _retried(state: BroadcastState) -> Posts:
    """Return the posts with all failed work due again. For a withdrawn broadcast, repeat only failed deletions."""
    if Work.RECALL not in state.jobs:
        return channel_post.retried(state.posts)
    return tuple(channel_post.retried((post,))[0] if post.failed is PostWork.DELETE else post for post in state.posts)


def _posted_again(state: BroadcastState) -> Posts:
    return state.posts if Work.RECALL in state.jobs else channel_post.posted_again(state.posts)
