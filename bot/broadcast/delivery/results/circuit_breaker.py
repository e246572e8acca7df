"""The circuit breaker: many failures of one kind in a row are no people's doing. Pure.

A censor's page, a dead network or a mistake of ours must neither erase the list nor use it up: what looks like one of
them pauses the broadcast, and erasures wait until a message has gone through after them.
"""

from dataclasses import dataclass, field
from enum import Enum

REFUSALS = 40  # in a row; where six in ten have blocked the bot, that is one in 10^9
PAGES = 5
UNKNOWN = 8  # in a row, and nothing is claimed for a while
TRIES = 4  # such waits without a success between
FIRST_WAIT = 5.0  # seconds, then twice as long each time


class SubscriberAction(Enum):
    """What is to be done about a subscriber, once the breaker has passed."""

    ERASE = "erase"
    MISSED = "missed"  # "chat not found", for the first time
    FOUND = "found"  # it was a mistake


@dataclass(frozen=True, slots=True)
class SubscriberUpdate:
    chat: int = field(repr=False)
    remedy: SubscriberAction


class FailureKind(Enum):
    """What can come in a row."""

    REFUSED = "refused"
    PAGE = "page"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class CircuitBreaker:
    """`tripped` is what made it pause; `wait` are seconds for which nothing is claimed."""

    tripped: FailureKind | None = None
    wait: float = 0.0
    _kind: FailureKind | None = None
    _row: int = 0
    _waits: int = 0
    _held: list[SubscriberUpdate] = field(default_factory=list)
    _passed: list[SubscriberUpdate] = field(default_factory=list)

    def success(self, finding: SubscriberUpdate | None = None) -> None:
        self._kind, self._row, self._waits = None, 0, 0
        self._passed += self._held
        self._held = []
        if finding is not None:
            self._passed.append(finding)

    def failure(self, kind: FailureKind, finding: SubscriberUpdate | None = None) -> None:
        """`finding` is true, if this is what it looks like."""
        if kind is not self._kind:
            self._kind, self._row = kind, 0
        self._row += 1
        if finding is not None:
            self._held.append(finding)
        match kind:
            case FailureKind.REFUSED if self._row >= REFUSALS:
                self._trip(kind)
            case FailureKind.PAGE if self._row >= PAGES:
                self._trip(kind)
            case FailureKind.UNKNOWN if self._row >= UNKNOWN:
                self._pause_or_trip()

    def take_wait(self) -> float:
        """Seconds to wait now; asked for once."""
        wait, self.wait = self.wait, 0.0
        return wait

    def take_passed(self, at_end: bool = False) -> list[SubscriberUpdate]:
        """What is sure now; at the end of a broadcast that never tripped, also those who came last."""
        if at_end and self.tripped is None:
            self.success()
        passed, self._passed = self._passed, []
        return passed

    def _pause_or_trip(self) -> None:
        """Those in flight fail together: they are one wait, which begins when the next are claimed."""
        if self.wait:
            return
        if self._waits >= TRIES:
            self._trip(FailureKind.UNKNOWN)
            return
        self.wait = FIRST_WAIT * 2**self._waits
        self._waits += 1
        self._row = 0

    def _trip(self, kind: FailureKind) -> None:
        self.tripped = self.tripped or kind
        self._held = []
