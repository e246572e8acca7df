"""The circuit breaker: pause a broadcast when many messages in a row fail in the same way. Pure.

The cause is then a censor's page, a dead network or an error in this code, hardly ever the recipients. Such failures
must not empty the subscriber list. Removals from the list therefore wait until a later message has been sent.
"""

from dataclasses import dataclass, field
from enum import Enum

REFUSALS = 40  # in a row; where six in ten have blocked the bot, the chance of that is one in 10^9
PAGES = 5  # in a row
UNKNOWN = 8  # in a row, before a wait
TRIES = 4  # waits without a sent message in between
FIRST_WAIT = 5.0  # seconds; doubled each time


class SubscriberAction(Enum):
    """A change of a subscriber that follows from a result, made once the breaker has confirmed the result."""

    ERASE = "erase"
    MARK_MISSED = "missed"  # "chat not found" for the first time
    MARK_REACHED = "found"  # an earlier "chat not found" was wrong


@dataclass(frozen=True, slots=True)
class SubscriberUpdate:
    """A change of the subscriber list that follows from the result of a message."""

    chat: int = field(repr=False)
    action: SubscriberAction


class FailureKind(Enum):
    """The kinds of failures. Only failures of the same kind are counted in a row."""

    REFUSED = "refused"
    PAGE = "page"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class CircuitBreaker:
    """Count failures of one kind in a row. After too many of them, decide that sending must wait or pause.

    Unknown failures first make sending wait, for a longer time after each wait. Refusals, pages and the unknown
    failures after the last wait open the breaker. An open breaker pauses sending.

    `tripped` is the kind of failure that opened the breaker, or None while it is closed. `wait` is a number of
    seconds: for that long, the sender must not take any further recipient from the list. 0 means no wait.
    """

    tripped: FailureKind | None = None
    wait: float = 0.0
    _kind: FailureKind | None = None
    _in_a_row: int = 0
    _waits: int = 0
    _held: list[SubscriberUpdate] = field(default_factory=list)
    _confirmed: list[SubscriberUpdate] = field(default_factory=list)

    def record_success(self, update: SubscriberUpdate | None = None) -> None:
        """Record a sent message. It confirms all updates that were held back, and `update`."""
        self._kind, self._in_a_row, self._waits = None, 0, 0
        self._confirmed += self._held
        self._held = []
        if update is not None:
            self._confirmed.append(update)

    def record_failure(self, kind: FailureKind, update: SubscriberUpdate | None = None) -> None:
        """Record a failure; hold `update` back until a message has been sent."""
        if kind is not self._kind:
            self._kind, self._in_a_row = kind, 0
        self._in_a_row += 1
        if update is not None:
            self._held.append(update)
        match kind:
            case FailureKind.REFUSED if self._in_a_row >= REFUSALS:
                self._trip(kind)
            case FailureKind.PAGE if self._in_a_row >= PAGES:
                self._trip(kind)
            case FailureKind.UNKNOWN if self._in_a_row >= UNKNOWN:
                self._wait_or_trip()

    def take_wait(self) -> float:
        """Return for how many seconds to claim no recipient, and reset that wait to 0."""
        wait, self.wait = self.wait, 0.0
        return wait

    def take_confirmed(self, at_end: bool = False) -> list[SubscriberUpdate]:
        """Return the updates that were confirmed since the last call.

        With `at_end`, at the end of a broadcast, also confirm the updates still held back, unless the breaker has
        tripped.
        """
        if at_end and self.tripped is None:
            self.record_success()
        confirmed, self._confirmed = self._confirmed, []
        return confirmed

    def _wait_or_trip(self) -> None:
        """Demand a wait that is twice as long as the one before, or open the breaker after TRIES waits.

        Do nothing while a wait is pending: calls that are in flight together also fail together, and count as one
        failure.
        """
        if self.wait:
            return
        if self._waits >= TRIES:
            self._trip(FailureKind.UNKNOWN)
            return
        self.wait = FIRST_WAIT * 2**self._waits
        self._waits += 1
        self._in_a_row = 0

    def _trip(self, kind: FailureKind) -> None:
        self.tripped = self.tripped or kind
        self._held = []
