"""What the engine works with, and what it tells."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bot.broadcast.delivery.requests import ApiClient
from bot.runtime.clock_guard import ClockGuard
from bot.telegram_api.rate_limiting.rate_limiter import Limiter
from storage.deliveries.broadcast_state import Work
from storage.store import Store

LEAST, MOST = 4, 128  # recipients in flight


@dataclass(frozen=True, slots=True)
class BroadcastEvent:
    """For the admins. `what` is began, ended, paused, held, expires (it will), expired or undeleted (notices).

    `why` is for the log and the screen.
    """

    number: int
    work: Work
    what: str
    why: str = ""


Tell = Callable[[BroadcastEvent], None]


@dataclass(frozen=True, slots=True)
class EngineContext:
    """`rate` is messages a second, `free` how many of them without Stars, as in the limiter.

    `now` is Unix time, `clock` only ever goes forward.
    """

    store: Store
    limiter: Limiter
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
