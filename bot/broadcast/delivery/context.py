"""What the engine works with, and what it tells."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from bot.broadcast.delivery.requests import ApiClient
from bot.runtime.clock_guard import ClockGuard
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from storage.deliveries.broadcast_state import JobReason, Work
from storage.store import Store

LEAST, MOST = 4, 128  # recipients in flight


class EventKind(StrEnum):
    """What happened to a broadcast."""

    BEGAN = "began"
    ENDED = "ended"
    PAUSED = "paused"
    HELD = "held"
    EXPIRES = "expires"  # it will be stopped soon
    EXPIRED = "expired"
    UNDELETED = "undeleted"  # discreet notices stay in chats


@dataclass(frozen=True, slots=True)
class BroadcastEvent:
    """Something that admins are notified of. `count` is the number of notices that are not deleted."""

    number: int
    work: Work
    kind: EventKind
    reason: JobReason | None = None
    detail: str = ""
    count: int = 0


Tell = Callable[[BroadcastEvent], None]


@dataclass(frozen=True, slots=True)
class EngineContext:
    """`rate` is messages a second, `free` how many of them without Stars, as in the limiter.

    `now` is Unix time, `clock` only ever goes forward.
    """

    store: Store
    limiter: RateLimiter
    caller: ApiClient
    rate: float
    tell: Tell
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = field(default=time.monotonic)
    free: float = math.inf
    guard: ClockGuard | None = None  # None: the clock is believed

    @property
    def clock_is_trusted(self) -> bool:
        return self.guard is None or self.guard.is_trusted

    @property
    def may_delete_messages(self) -> bool:
        return self.guard is None or self.guard.may_delete_messages

    def beat(self) -> float:
        """Return the wall time for the heartbeat, as far as it can be known."""
        return self.now() if self.guard is None else self.guard.estimate()

    def day(self) -> date:
        return datetime.fromtimestamp(self.now(), UTC).date()

    def window(self, paid: bool = False) -> int:
        """How many may be in flight: rate times latency, twice over, as some wait for their turn or their commit.

        At least a tenth of a second's worth: a commit costs milliseconds.
        """
        rate = self.rate if paid else min(self.rate, self.free)
        return min(MOST, max(LEAST, round(2 * rate * self.caller.latency), round(rate / 10)))
