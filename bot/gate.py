"""The gate: who sends too much is stopped here, before anything is read. Bounded; time is an argument."""

from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

from bot.events import UserId

BURST = 20  # updates that a person may cause at once: fast fingers on a slow link arrive together
RATE = 1.0  # updates a second after that
PEOPLE = 10_000  # remembered at most; about 2 MB


class Verdict(Enum):
    PASS = "pass"  # noqa: S105 -- no password
    WARN = "warn"  # too much, and nobody has said so yet
    DROP = "drop"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    warned: bool = False


class Gate:
    """A bucket a person. Who is forgotten starts with a full one, which gives a flooder nothing to gain."""

    def __init__(self, people: int = PEOPLE) -> None:
        self._people = people
        self._buckets: OrderedDict[UserId, _Bucket] = OrderedDict()

    def admit(self, user: UserId, now: float) -> Verdict:
        """Whether an update of `user` at `now` (seconds, monotonic) goes on."""
        bucket = self._bucket(user, now)
        bucket.tokens = min(float(BURST), bucket.tokens + (now - bucket.filled_at) * RATE)
        bucket.filled_at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            bucket.warned = bucket.warned and bucket.tokens < BURST / 2
            return Verdict.PASS
        if bucket.warned:
            return Verdict.DROP
        bucket.warned = True
        return Verdict.WARN

    def _bucket(self, user: UserId, now: float) -> _Bucket:
        bucket = self._buckets.pop(user, None) or _Bucket(float(BURST), now)
        self._buckets[user] = bucket
        if len(self._buckets) > self._people:
            self._buckets.popitem(last=False)
        return bucket
