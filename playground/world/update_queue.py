"""One bot's waiting updates and its long polling: offsets confirm, a second poll ends the first.

Whoever repeats an offset is slowed as by the Bot API server (`Client::process_get_updates_query`).
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

from playground.errors import Refused

Json = dict[str, Any]

MOST = 100_000  # updates kept for a bot that does not poll; the oldest go first
DAY = 24 * 3600.0
CALLBACK_SECONDS = 150.0
INLINE_SECONDS = 30.0
LONGEST_POLL = 50
HASTE = 0.5  # seconds within which a repeated offset is shown one update ...
REPEATED = 3.0  # ... and within which it waits for at least so long
CONFLICTS = 3.0  # seconds for which a conflict after another one is held back
CONFLICT = "terminated by other getUpdates request; make sure that only one bot instance is running"
# fmt: off
KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "guest_message",
    "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query",
    "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member",
    "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
})
# fmt: on
BY_DEFAULT = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True, slots=True)
class Update:
    id: int
    expires: float
    json: Json


class Queue:
    """`allowed` is what the bot asked to get last; None until it asked."""

    def __init__(self, first_id: int) -> None:
        self.allowed: frozenset[str] | None = None
        self._next_id = first_id
        self._waiting: deque[Update] = deque(maxlen=MOST)
        self._first_expiry = inf  # no update expires before
        self._poll: asyncio.Future[bool] | None = None
        self._asked_offset: int | None = None
        self._asked_at = -inf
        self._next_conflict = -inf
        self._stopped = False

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, now: float, kind: str, payload: Json, lives: float = DAY) -> None:
        """Puts an update in line, unless the bot does not want its kind."""
        if kind not in (self.allowed if self.allowed is not None else BY_DEFAULT):
            return
        self._waiting.append(Update(self._next_id, now + lives, {"update_id": self._next_id, kind: payload}))
        self._next_id += 1
        self._first_expiry = min(self._first_expiry, now + lives)
        self._wake(False)

    async def poll(self, clock: Callable[[], float], offset: int, limit: int, patience: float) -> list[Json]:
        """The next updates, once there are any or `patience` seconds are over. Raises the 409 when overtaken."""
        limit, patience = self._slowed(offset, limit, patience)
        self._confirm(offset)
        ready = self._ready(clock(), limit)
        if ready or patience <= 0 or self._stopped:
            return ready
        self._wake(True)
        if await self._overtaken(patience):
            await self._hold_conflict()
            raise Refused(409, CONFLICT)
        return self._ready(clock(), limit)

    def _slowed(self, offset: int, limit: int, patience: float) -> tuple[int, float]:
        """Return the limit and patience that a poll gets. Only real time counts, as it protects the server."""
        now = time.monotonic()
        since = now - self._asked_at if offset == self._asked_offset else inf
        self._asked_offset, self._asked_at = offset, now
        return 1 if since < HASTE else limit, max(patience, REPEATED) if since < REPEATED else patience

    def forget_haste(self) -> None:
        """Treat the next poll as if the last one had been long ago."""
        self._asked_offset = None

    def clear(self) -> None:
        self._waiting.clear()

    def stop(self) -> None:
        """Ends the poll that waits, and lets no other wait."""
        self._stopped = True
        self._wake(False)

    async def _overtaken(self, patience: float) -> bool:
        poll: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._poll = poll
        try:
            async with asyncio.timeout(patience):
                return await poll
        except TimeoutError:
            return False
        finally:
            if self._poll is poll:
                self._poll = None

    async def _hold_conflict(self) -> None:
        """The first conflict is told at once, others within CONFLICTS seconds of it after as many."""
        now = time.monotonic()
        if now < self._next_conflict:
            await asyncio.sleep(CONFLICTS)
        else:
            self._next_conflict = now + CONFLICTS

    def _wake(self, overtaken: bool) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(overtaken)

    def _confirm(self, offset: int) -> None:
        """A positive offset forgets all before it; a negative one all but the last so many."""
        while offset < 0 and len(self._waiting) > -offset:
            self._waiting.popleft()
        while offset > 0 and self._waiting and self._waiting[0].id < offset:
            self._waiting.popleft()

    def _ready(self, now: float, limit: int) -> list[Json]:
        if now >= self._first_expiry:
            alive = [update for update in self._waiting if update.expires > now]
            self._waiting = deque(alive, maxlen=MOST)
            self._first_expiry = min((update.expires for update in alive), default=inf)
        return [self._waiting[at].json for at in range(min(limit, len(self._waiting)))]
