"""What the engine works with, and what it tells."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from bot.broadcast.delivery.requests import ApiClient
from bot.runtime.clock_guard import ClockGuard
from bot.telegram_api.rate_limiting.rate_limiter import Limiter
from storage.deliveries.broadcast_state import JobReason, Work
from storage.store import Store

MIN_IN_FLIGHT, MAX_IN_FLIGHT = 4, 128  # recipients in flight


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


PublishEvent = Callable[[BroadcastEvent], None]


@dataclass(frozen=True, slots=True)
class EngineContext:
    """`rate` is messages a second, `free` how many of them without Stars, as in the limiter.

    `now` is Unix time, `clock` only ever goes forward.
    """

    store: Store
    limiter: Limiter
    client: ApiClient
    rate: float
    publish: PublishEvent
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = field(default=time.monotonic)
    free_rate: float = math.inf
    clock_guard: ClockGuard | None = None  # None: the clock is believed

    @property
    def clock_is_trusted(self) -> bool:
        return self.clock_guard is None or self.clock_guard.is_trusted

    @property
    def may_delete_messages(self) -> bool:
        return self.clock_guard is None or self.clock_guard.may_delete_messages

    def heartbeat_time(self) -> float:
        """Return the wall time for the heartbeat, as far as it can be known."""
        return self.now() if self.clock_guard is None else self.clock_guard.estimate()

    def today(self) -> date:
        return datetime.fromtimestamp(self.now(), UTC).date()

    def window_size(self, paid: bool = False) -> int:
        """How many may be in flight: rate times latency, twice over, as some wait for their turn or their commit.

        At least a tenth of a second's worth: a commit costs milliseconds.
        """
        rate = self.rate if paid else min(self.rate, self.free_rate)
        return min(MAX_IN_FLIGHT, max(MIN_IN_FLIGHT, round(2 * rate * self.client.latency), round(rate / 10)))
