"""Make one call to Telegram. Repeat it after a failure if Telegram has certainly not carried it out.

Announcements, the daily clause, edits and deletions all use `attempt`.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.requests import RequestTemplate, deletion
from bot.broadcast.delivery.results.outcome import (
    EditOutcome,
    EditResult,
    LongFloodWait,
    NotSent,
    SendResult,
    Sent,
    StopAll,
    Unknown,
    Withdrawn,
)
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.rate_limiting.token_bucket import Lane
from storage.deliveries.ledger import Outcome
from storage.errors import StorageTrouble
from storage.subscriptions.subscriber import Subscriber

DATABASE_RETRY = 1.0  # seconds until the database is tried again
STALE = 5.0  # seconds in the queue after which the subscriber is read again
FLOOD_PATIENCE = 60.0  # seconds of flood waits for one chat in total, after which its call is given up
_EVIDENCE = 1.0  # seconds; if a flood wait concerns the whole bot, other calls are refused within them
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds between retries while the network fails; doubled each time

_Result = TypeVar("_Result", SendResult, EditResult)


@dataclass(slots=True)
class PendingCall:
    """A request to one chat that is to be made, or is being made.

    `may_have_left` is True if Telegram may have received the request. It is False before the call, and again once it
    is certain that Telegram has not carried out the request.
    """

    request: RequestTemplate
    chat: int = field(repr=False)
    may_have_left: bool = False

    @property
    def outcome_if_cut(self) -> Outcome:
        """Return the outcome to store in the ledger if the call is cancelled now.

        It is UNKNOWN if Telegram may have received the request, otherwise AGAIN.
        """
        return Outcome.UNKNOWN if self.may_have_left else Outcome.AGAIN


async def _always() -> None:
    """Return None, which means that the call is still wanted."""


async def attempt(
    context: EngineContext,
    call: PendingCall,
    perform: Callable[[RequestTemplate, int], Awaitable[_Result]],
    *,
    still_wanted: Callable[[], Awaitable[Withdrawn | None]] = _always,
    deadline: float | None = None,
    paid: bool = False,
    lane: Lane = Lane.BROADCAST,
    tries: int = 1,
    max_calls: int | None = None,
) -> _Result | LongFloodWait | Withdrawn:
    """Make a call when the rate limiter permits it. Repeat it while Telegram has certainly not carried it out.

    `perform` makes the call: `client.send` or `client.amend`. `still_wanted` is called before every call, and after a
    call that was not sent. It may replace `call.request`. If it returns a Withdrawn, make no further call and return
    this Withdrawn. If a call would begin after `deadline`, in Unix time, return a Withdrawn with the outcome SKIPPED
    instead.

    `tries` is how many calls may end with an unknown result. It must be 1 unless the call can be repeated without
    harm. `max_calls` limits the number of all calls; None means no limit. When no further call is allowed, return the
    last result.

    Telegram can ask to wait before calls to this chat alone. Once these waits exceed FLOOD_PATIENCE seconds in total,
    a call that was not sent uses up one of `tries`, too. If no further call is allowed then, return LongFloodWait
    instead of the last result.
    """
    backoff = Backoff(context.limiter, tries, max_calls)
    while True:
        await _take_turn(context, call, lane, paid)
        withdrawn = Withdrawn(Outcome.SKIPPED) if _is_past(context, deadline) else await still_wanted()
        if withdrawn:
            return withdrawn
        call.may_have_left = True
        result = await perform(call.request, call.chat)
        match result:
            case NotSent():
                call.may_have_left = False
                if withdrawn := await still_wanted():
                    return withdrawn
                await backoff.after_not_sent(result, call)
            case Unknown():
                await backoff.after_unknown()
            case _:
                _note_sent(context.limiter, result)
                return result
        if backoff.is_exhausted:
            return LongFloodWait() if backoff.is_flooded else result


async def _take_turn(context: EngineContext, call: PendingCall, lane: Lane, paid: bool) -> None:
    request = call.request
    await context.limiter.acquire(lane, call.chat, paid, request.method, spaced=request.is_new_message)


def _is_past(context: EngineContext, deadline: float | None) -> bool:
    return deadline is not None and context.now() > deadline


def _note_sent(limiter: RateLimiter, result: object) -> None:
    if isinstance(result, Sent):
        limiter.record_success()


class Backoff:
    """Limit how often one message is sent again: count its calls, say when none is left, and wait between calls."""

    def __init__(self, limiter: RateLimiter, tries: int = 1, max_calls: int | None = None) -> None:
        """Allow `tries` calls with an unknown result, and `max_calls` calls in total; None means no limit."""
        self._limiter = limiter
        self._tries_left = tries
        self._calls_left = math.inf if max_calls is None else max_calls
        self._next_pause = _FIRST_PAUSE
        self._flood_seconds = 0.0

    @property
    def is_flooded(self) -> bool:
        """Return whether the flood waits (HTTP 429) for this chat alone exceed FLOOD_PATIENCE seconds in total."""
        return self._flood_seconds > FLOOD_PATIENCE

    @property
    def is_exhausted(self) -> bool:
        """Return whether no more calls are allowed."""
        return self._tries_left <= 0 or self._calls_left <= 0

    async def after_not_sent(self, result: NotSent, call: PendingCall) -> None:
        """Count a call that was certainly not sent.

        If Telegram asked for a flood wait, report it to the rate limiter. Otherwise pause if another call is allowed.
        """
        self._calls_left -= 1
        if result.pause is not None:
            await self._after_flood_wait(result.pause, call)
        elif not self.is_exhausted:
            await self._pause()
        self._tries_left -= self.is_flooded

    async def after_unknown(self) -> None:
        """Count a call with an unknown result. Pause if another call is allowed."""
        self._calls_left -= 1
        self._tries_left -= 1
        if not self.is_exhausted:
            await self._pause()

    async def _after_flood_wait(self, seconds: float, call: PendingCall) -> None:
        self._flood_seconds += self._limiter.record_refusal(call.request.method, call.chat, seconds)
        if self.is_flooded:
            await asyncio.sleep(_EVIDENCE)
            if self._limiter.paused_for:
                self._flood_seconds = 0.0

    async def _pause(self) -> None:
        seconds, self._next_pause = self._next_pause, min(self._next_pause * 2, _LONGEST_PAUSE)
        await asyncio.sleep(seconds)


async def current_subscriber(context: EngineContext, subscriber: Subscriber, queued_at: float) -> Subscriber | None:
    """Return the subscriber as stored now; None if they unsubscribed while their message was waiting to be sent.

    `queued_at` is when the message began to wait, on `context.clock`. If it has waited at most STALE seconds, return
    `subscriber` without reading the database. Also return `subscriber` if the database fails.
    """
    if context.clock() - queued_at <= STALE:
        return subscriber
    try:
        return await context.store.subscribers.get(subscriber.chat)
    except StorageTrouble:
        return subscriber


async def delete_message(
    context: EngineContext, message: int, chat: int, *, lane: Lane = Lane.BROADCAST, max_calls: int
) -> EditOutcome:
    """Delete a message of the bot in `chat`, with at most `max_calls` calls. Return the outcome."""
    call = PendingCall(deletion(message), chat)
    result = await attempt(context, call, context.client.amend, lane=lane, tries=max_calls, max_calls=max_calls)
    return edit_outcome(result)


def edit_outcome(result: EditResult | LongFloodWait | Withdrawn) -> EditOutcome:
    """Return the outcome under which an edit or a deletion is counted. Without a response, it is UNCLEAR."""
    match result:
        case EditOutcome():
            return result
        case NotSent() | Unknown() | StopAll() | LongFloodWait() | Withdrawn():
            return EditOutcome.UNCLEAR


def withdraw_queued(calls: Mapping[asyncio.Task[Any], PendingCall]) -> None:
    """Cancel the calls that are still waiting to be made, such as those that wait for the rate limiter."""
    for task, call in calls.items():
        if not call.may_have_left:
            task.cancel()


async def cut_off(calls: Mapping[asyncio.Task[Any], PendingCall], seconds: float) -> None:
    """Cancel the calls that are still waiting to be made, and after `seconds` also the calls without an answer."""
    if not calls:
        return
    withdraw_queued(calls)
    await asyncio.wait(calls, timeout=seconds)
    for task in calls:
        task.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
