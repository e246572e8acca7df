"""The circuit breaker: pause a broadcast after many failures of the same kind in a row. Pure.

The cause is then probably a censor's page, a dead network or a bug, and not the recipients. No subscriber may be
removed for such a failure. So removals wait until a later message has been sent.
"""

from dataclasses import dataclass, field
from enum import Enum

REFUSALS = 40  # in a row; even if six in ten people have blocked the bot, the chance of that is one in 10^9
PAGES = 5  # in a row
UNKNOWN = 8  # in a row, before a wait
TRIES = 4  # waits without a sent message in between
FIRST_WAIT = 5.0  # seconds; doubled each time


class SubscriberAction(Enum):
    """A change to a stored subscriber that follows from the result of a message."""

    ERASE = "erase"
    MARK_MISSED = "missed"  # "chat not found" for the first time
    MARK_REACHED = "found"  # an earlier "chat not found" was wrong


@dataclass(frozen=True, slots=True)
class SubscriberUpdate:
    """A change to the subscriber with this chat id that follows from the result of a message."""

    chat: int = field(repr=False)
    action: SubscriberAction


class FailureKind(Enum):
    """A kind of failed message. Failures in a row are counted only while they are of the same kind."""

    REFUSED = "refused"
    PAGE = "page"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class CircuitBreaker:
    """Count failures of one kind in a row. After too many of them, make the sender wait or pause the broadcast.

    Too many UNKNOWN failures first make the sender wait, each time twice as long. After TRIES waits, they open the
    breaker, which pauses the broadcast. Too many REFUSED or PAGE failures open it at once.

    `tripped` is the kind of failure that opened the breaker; None while it is closed. `wait` is for how many seconds
    the sender must not claim new recipients; 0 for no wait.
    """

    tripped: FailureKind | None = None
    wait: float = 0.0
    _kind: FailureKind | None = None
    _in_a_row: int = 0
    _waits: int = 0
    _held: list[SubscriberUpdate] = field(default_factory=list)
    _confirmed: list[SubscriberUpdate] = field(default_factory=list)

    def record_success(self, update: SubscriberUpdate | None = None) -> None:
        """Record a sent message. This confirms all held-back changes to subscribers.

        `update` is a change to the subscriber who got the message, or None. It is confirmed at once.
        """
        self._kind, self._in_a_row, self._waits = None, 0, 0
        self._confirmed += self._held
        self._held = []
        if update is not None:
            self._confirmed.append(update)

    def record_failure(self, kind: FailureKind, update: SubscriberUpdate | None = None) -> None:
        """Record a failed message. Hold back `update`, a change to its recipient, until a message has been sent."""
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
        """Return for how many seconds no recipient may be claimed, and reset that number to 0."""
        wait, self.wait = self.wait, 0.0
        return wait

    def take_confirmed(self, at_end: bool = False) -> list[SubscriberUpdate]:
        """Return the updates of subscribers that were confirmed since the last call.

        With `at_end`, at the end of a broadcast, also confirm the updates that are held back, unless the breaker has
        tripped.
        """
        if at_end and self.tripped is None:
            self.record_success()
        confirmed, self._confirmed = self._confirmed, []
        return confirmed

    def _wait_or_trip(self) -> None:
        """Demand a wait, twice as long as the last one. After TRIES waits, open the breaker instead.

        Do nothing while a wait is pending: calls that were in flight together fail together, and count as one
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
