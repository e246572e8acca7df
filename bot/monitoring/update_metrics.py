"""Count updates, and measure how long their answers take. This runs for every update, so it must be fast."""

from bisect import bisect_left

from bot.telegram_api.updates.raw_update import Update
from bot.telegram_api.updates.update_parser import ALLOWED_UPDATES, GUEST_UPDATES

OTHER = "other"  # kinds of updates that the bot did not ask for
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # upper bounds of the buckets, in seconds


class LatencyHistogram:
    """Durations, counted in buckets.

    `counts` has one bucket for each upper bound in BOUNDS, and one for longer durations.
    """

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0  # the sum of all durations

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class UpdateMetrics:
    """The numbers of updates by kind, and the latency of their answers, from arrival until everything is sent."""

    def __init__(self) -> None:
        self.received = dict.fromkeys((*ALLOWED_UPDATES, *GUEST_UPDATES, OTHER), 0)
        self.answered = {kind: LatencyHistogram() for kind in self.received}

    def record_received(self, update: Update) -> str:
        """Count an update and return its kind, which is the name of its field in Telegram's JSON."""
        received = self.received
        for kind in update:
            if kind in received:
                received[kind] += 1
                return kind
        received[OTHER] += 1
        return OTHER

    def record_answered(self, kind: str, seconds: float) -> None:
        """Count an answer to an update of this `kind`. It was complete `seconds` after the update had arrived."""
        self.answered[kind].observe(seconds)
