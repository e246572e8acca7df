"""Queue the updates of a bot until it fetches and confirms them with getUpdates.

A poll confirms all updates below its offset, and ends an earlier poll that still waits. A poll that soon repeats the
last offset is slowed down. Source: `Client::process_get_updates_query` of telegram-bot-api.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

from playground.errors import BotApiError

Json = dict[str, Any]

MAX_UPDATES = 100_000  # waiting for a bot that does not poll; the oldest are dropped first
DAY = 24 * 3600.0
CALLBACK_QUERY_SECONDS = 150.0  # in which a bot may answer a callback query
INLINE_QUERY_SECONDS = 30.0  # in which a bot may answer an inline query
MAX_POLL_SECONDS = 50
ONE_UPDATE_SECONDS = 0.5  # a repeated offset gets a single update if the last poll was this recent
MIN_WAIT_SECONDS = 3.0  # a repeated offset waits at least this long if the last poll was this recent
CONFLICT_SECONDS = 3.0  # delay of a 409 that follows another one this soon
CONFLICT = "terminated by other getUpdates request; make sure that only one bot instance is running"
# fmt: off
UPDATE_TYPES = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "guest_message",
    "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query",
    "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member",
    "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
})
# fmt: on
DEFAULT_UPDATE_TYPES = UPDATE_TYPES - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True, slots=True)
class Update:
    """An update that waits in a queue.

    `json` is the Bot API's Update object. It is dropped at the Unix time `expires`.
    """

    id: int
    expires: float
    json: Json


class UpdateQueue:
    """The updates that wait for one bot, oldest first.

    `allowed` are the update types of the bot's last allowed_updates parameter; None if the bot never sent one.
    """

    def __init__(self, first_update_id: int) -> None:
        self.allowed: frozenset[str] | None = None
        self._next_id = first_update_id
        self._waiting: deque[Update] = deque(maxlen=MAX_UPDATES)
        self._first_expiry = inf  # no update expires before
        self._poll: asyncio.Future[bool] | None = None
        self._last_offset: int | None = None
        self._last_poll = -inf
        self._next_conflict = -inf
        self._is_stopped = False

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, now: float, kind: str, payload: Json, lifetime: float = DAY) -> None:
        """Add an update of type `kind`, such as "message", which expires after `lifetime` seconds.

        `payload` is the object that the update contains, such as a Message. Ignore the update if the bot's last
        allowed_updates parameter does not include `kind`.
        """
        if kind not in (self.allowed if self.allowed is not None else DEFAULT_UPDATE_TYPES):
            return
        self._waiting.append(Update(self._next_id, now + lifetime, {"update_id": self._next_id, kind: payload}))
        self._next_id += 1
        self._first_expiry = min(self._first_expiry, now + lifetime)
        self._wake(is_overtaken=False)

    async def poll(self, clock: Callable[[], float], offset: int, limit: int, max_wait: float) -> list[Json]:
        """Confirm the updates before `offset`, and return up to `limit` of those that follow.

        Wait up to `max_wait` seconds for the first one. Raises BotApiError 409 when another poll begins meanwhile.
        """
        limit, wait = self._slow_down(offset, limit, max_wait)
        self._confirm(offset)
        ready = self._ready(clock(), limit)
        if ready or wait <= 0 or self._is_stopped:
            return ready
        self._wake(is_overtaken=True)
        if await self._is_overtaken(wait):
            await self._delay_conflict()
            raise BotApiError(409, CONFLICT)
        return self._ready(clock(), limit)

    def _slow_down(self, offset: int, limit: int, max_wait: float) -> tuple[int, float]:
        """Return the limit and the longest wait with which to carry out a poll.

        They are `limit` and `max_wait`, unless the poll repeats the offset of the last one soon after it. Such a poll
        gets only one update, or waits longer. "Soon" is measured in real time, not by the playground's clock, which
        tests can change.
        """
        now = time.monotonic()
        since = now - self._last_poll if offset == self._last_offset else inf
        self._last_offset, self._last_poll = offset, now
        limit = 1 if since < ONE_UPDATE_SECONDS else limit
        return limit, max(max_wait, MIN_WAIT_SECONDS) if since < MIN_WAIT_SECONDS else max_wait

    def forget_last_poll(self) -> None:
        """Forget the last offset, so that the next poll is not slowed down even if it repeats this offset."""
        self._last_offset = None

    def clear(self) -> None:
        """Drop all waiting updates."""
        self._waiting.clear()

    def stop(self) -> None:
        """End the poll that waits. Later polls return at once, even without updates."""
        self._is_stopped = True
        self._wake(is_overtaken=False)

    async def _is_overtaken(self, wait: float) -> bool:
        """Wait up to `wait` seconds for an update or another poll; return True if another poll began."""
        poll: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._poll = poll
        try:
            async with asyncio.timeout(wait):
                return await poll
        except TimeoutError:
            return False
        finally:
            if self._poll is poll:
                self._poll = None

    async def _delay_conflict(self) -> None:
        """Wait CONFLICT_SECONDS before an error 409, if there was another one shortly before."""
        now = time.monotonic()
        if now < self._next_conflict:
            await asyncio.sleep(CONFLICT_SECONDS)
        else:
            self._next_conflict = now + CONFLICT_SECONDS

    def _wake(self, is_overtaken: bool) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(is_overtaken)

    def _confirm(self, offset: int) -> None:
        """Drop all updates with ids below `offset`. A negative `offset` drops all but the last `-offset` updates."""
        while offset < 0 and len(self._waiting) > -offset:
            self._waiting.popleft()
        while offset > 0 and self._waiting and self._waiting[0].id < offset:
            self._waiting.popleft()

    def _ready(self, now: float, limit: int) -> list[Json]:
        """Drop expired updates, and return the first `limit` of the others as JSON."""
        if now >= self._first_expiry:
            unexpired = [update for update in self._waiting if update.expires > now]
            self._waiting = deque(unexpired, maxlen=MAX_UPDATES)
            self._first_expiry = min((update.expires for update in unexpired), default=inf)
        return [self._waiting[index].json for index in range(min(limit, len(self._waiting)))]
