"""Send, edit or delete the posts of one broadcast in the channel, one after the other.

A post is claimed in the database before it is sent, and the result is stored afterwards. So after a crash nothing is
posted twice: a claimed post without a result counts as unknown. Edits and deletions are repeated after a crash, which
does no harm.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.broadcast.delivery.channel import post_rules
from bot.broadcast.delivery.channel.post_rules import PostResult
from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.requests import RequestTemplate, RequestTemplates, deletion
from bot.broadcast.delivery.results.outcome import EditOutcome, StopAll, Withdrawn
from bot.broadcast.delivery.retry import DATABASE_RETRY, FLOOD_PATIENCE, PendingCall, attempt, cut_off, edit_outcome
from bot.model import announcement as announcement_model
from bot.model.announcement import Announcement
from storage.deliveries.broadcast_state import BroadcastState
from storage.deliveries.channel_post import ChannelPost, PostFailure, PostStatus, PostWork
from storage.deliveries.ledger import Entry, Outcome
from storage.errors import StorageTrouble
from storage.subscriptions.subscriber import Subscriber

GRACE = 14.0  # seconds to wait for an answer of Telegram when the process ends
_TRIES = 5  # calls for one edit or deletion that may have an unclear result

log = logging.getLogger(__name__)

IsDue = Callable[[BroadcastState], bool]
_Change = Callable[[ChannelPost, BroadcastState], ChannelPost]


@dataclass(frozen=True, slots=True)
class _Target:
    """The channel to post in, and the present announcement."""

    chat: int = field(repr=False)
    announcement: Announcement

    def new_post(self, language: str, number: int) -> RequestTemplate | None:
        """Return the request that posts the announcement in `language`; None if there is nothing to post.

        `number` is that of the broadcast. The request sends the message that a subscriber with default choices gets,
        but without paying Stars, and without the settings button.
        """
        templates = RequestTemplates(replace(self.announcement, paid=False), number)
        return templates.for_subscriber(Subscriber(self.chat, language))

    def edit(self, post: ChannelPost, number: int) -> RequestTemplate | None:
        """Return the request that edits a post of broadcast `number`; None if the post has no text to edit."""
        entry = Entry(b"", self.chat, post.language, message=post.message, caption=post.is_caption)
        return RequestTemplates(self.announcement, number).edit(entry)


class ChannelJob:
    """A job that sends, edits and deletes the channel posts of broadcast `number`.

    `is_due` returns whether the time to send a broadcast has come. `fatal_status` is None, or the HTTP status (401,
    404 or 409) because of which the whole bot must stop.
    """

    def __init__(self, context: EngineContext, number: int, is_due: IsDue) -> None:
        self._context = context
        self._broadcasts = context.store.broadcasts
        self._number = number
        self._is_due = is_due
        self._stopping = asyncio.Event()
        self.fatal_status: int | None = None

    def stop(self) -> None:
        """End `run`. Cancel a call that is still waiting to be made; give a call in progress up to GRACE seconds."""
        self._stopping.set()

    async def run(self) -> None:
        """Send, edit or delete each channel post that is due now."""
        while not (self._stopping.is_set() or self.fatal_status) and (post := self._next_post()):
            work = post.next_work
            assert work
            target = await self._target(work)
            if isinstance(target, PostFailure):
                await self._fail(post, work, target)
            elif work is PostWork.POST:
                await self._post(post, target)
            else:
                await self._amend(post, work, target)

    async def give_up(self) -> None:
        """After an unexpected error, store that due work on the posts has failed. Claimed posts become unknown."""
        while post := self._next_post():
            assert post.next_work
            if await self._fail(post, post.next_work, PostFailure.OTHER) is None:
                return
        for post in self._state.posts:
            if post.status is PostStatus.CLAIMED:
                await self._store(post, lambda post, _: post_rules.uncertain(post))

    @property
    def _state(self) -> BroadcastState:
        return self._broadcasts.known[self._number]

    def _next_post(self) -> ChannelPost | None:
        state, is_frozen = self._state, self._context.is_frozen()
        return post_rules.next_post(state, is_due=self._is_due(state), is_frozen=is_frozen)

    async def _announcement(self) -> Announcement:
        return announcement_model.decode(await self._broadcasts.content(self._number) or b"")

    async def _target(self, work: PostWork) -> _Target | PostFailure:
        """Return the channel for which the announcement was approved, or why `work` cannot be done there."""
        announcement, access = await self._announcement(), self._context.channel
        channel = access.current if access else None
        if access is None or channel is None or announcement.channel is None:
            return PostFailure.FORGOTTEN
        if channel.tag != announcement.channel.tag:
            return PostFailure.CHANGED
        if (problem := await access.problem()) and (failure := post_rules.failure_of(problem)):
            return failure
        is_flooded = self._context.limiter.pause_of("sendMessage", channel.chat) > FLOOD_PATIENCE
        return PostFailure.FLOOD if is_flooded and work is PostWork.POST else _Target(channel.chat, announcement)

    async def _fail(self, post: ChannelPost, work: PostWork, failure: PostFailure) -> ChannelPost | None:
        return await self._store(post, lambda post, _: post_rules.failed(post, work, failure))

    # Posting

    async def _post(self, post: ChannelPost, target: _Target) -> None:
        """Claim a post in the database, send it, and store the result."""
        request = target.new_post(post.language, self._number)
        if request is None:
            await self._fail(post, PostWork.POST, PostFailure.OTHER)
            return
        claimed = await self._store(post, lambda post, state: self._claimed(post, state, request))
        if claimed is None or claimed.status is not PostStatus.CLAIMED:
            return
        call = PendingCall(request, target.chat)
        turn = attempt(self._context, call, self._context.client.post, still_wanted=self._still_wanted)
        task = asyncio.create_task(turn)
        has_result = await self._finished(task, call)
        await self._store(claimed, self._outcome(task.result() if has_result else None, call))

    def _claimed(self, post: ChannelPost, state: BroadcastState, request: RequestTemplate) -> ChannelPost:
        """Return `post` as claimed if `state` still allows posting; otherwise return it unchanged.

        The claimed post stores whether `request` sends the text as a caption.
        """
        is_wanted = self._may_post(state)
        return replace(post, status=PostStatus.CLAIMED, is_caption=request.caption) if is_wanted else post

    def _outcome(self, result: PostResult | None, call: PendingCall) -> _Change:
        """Return a function that changes a claimed post according to the result of the call that sent it.

        `result` is None if the call was cancelled before it had a result. Then the post becomes unknown if Telegram
        may have received the call (`call.may_have_left`). Otherwise it was certainly not sent.
        """
        if result is None:
            return (lambda post, _: post_rules.uncertain(post)) if call.may_have_left else post_rules.not_posted
        if isinstance(result, StopAll):
            self.fatal_status = result.status
        return lambda post, state: post_rules.after_posting(post, state, result)

    def _may_post(self, state: BroadcastState) -> bool:
        return post_rules.may_post(state, is_due=self._is_due(state), is_frozen=self._context.is_frozen())

    async def _still_wanted(self) -> Withdrawn | None:
        is_wanted = not self._stopping.is_set() and self._may_post(self._state)
        return None if is_wanted else Withdrawn(Outcome.AGAIN)

    async def _finished(self, task: "asyncio.Task[Any]", call: PendingCall) -> bool:
        """Wait for a call, and cancel it if the job must end. Return whether the call has a result."""
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not task.done():
            await cut_off({task: call}, GRACE)
        return not task.cancelled()

    # Editing and deleting

    async def _amend(self, post: ChannelPost, work: PostWork, target: _Target) -> None:
        """Edit or delete a post, and store the result. If the process ends first, the work is repeated later."""
        request = target.edit(post, self._number) if work is PostWork.EDIT else deletion(post.message)
        if request is None:  # there is no text to change
            await self._store(post, lambda after, _: post_rules.after_amending(after, post))
            return
        call = PendingCall(request, target.chat)
        task = asyncio.create_task(attempt(self._context, call, self._context.client.amend, tries=_TRIES))
        if not await self._finished(task, call):
            return
        result = task.result()
        if isinstance(result, StopAll):
            self.fatal_status = result.status
            return
        match edit_outcome(result):
            case EditOutcome.DONE | EditOutcome.GONE:
                await self._store(post, lambda after, _: post_rules.after_amending(after, post))
            case EditOutcome.LATE:
                await self._fail(post, work, PostFailure.LATE)
            case EditOutcome.UNCLEAR:
                await self._fail(post, work, PostFailure.SILENT)
            case EditOutcome.REFUSED:
                reason = await self._target(work)
                await self._fail(post, work, reason if isinstance(reason, PostFailure) else PostFailure.OTHER)

    # The database

    async def _store(self, before: ChannelPost, change: _Change) -> ChannelPost | None:
        """Apply `change` to the post in the database, and return the changed post; None if nothing was changed.

        If the stored post no longer has the status of `before`, leave it unchanged. If the database fails, retry
        until the job must end. A claimed post whose result could not be stored counts as unknown at the next start.
        """
        while True:
            try:
                return await self._store_once(before, change)
            except StorageTrouble as error:
                log.warning("The channel waits: the database failed (%s)", type(error).__name__)
                if self._stopping.is_set():
                    return None
                await asyncio.sleep(DATABASE_RETRY)

    async def _store_once(self, before: ChannelPost, change: _Change) -> ChannelPost | None:
        async with self._broadcasts.changing(self._number) as inside:
            state = inside.standing
            current = next((post for post in state.posts if post.language == before.language), None)
            if current is None or current.status is not before.status:
                return None
            after = change(current, state)
            posts = tuple(after if post is current else post for post in state.posts)
            inside.standing = replace(state, posts=posts)
        return after
