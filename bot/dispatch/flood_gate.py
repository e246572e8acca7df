"""Drop the updates of people who send too much, before their updates are parsed.

The gate uses a limited amount of memory. The time is an argument. Three rules decide which updates pass:

- A person can send a few messages at once and then one a second, because Telegram lets the bot answer no faster.
- People who send more share one small budget, and each of them can have one update in progress at a time.
- While the bot is busy, every person can have one update in progress at a time.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from enum import Enum

from bot.model.events import UserId
from bot.telegram_api.rate_limiting.chat_spacing import CHAT_BURST

BURST = CHAT_BURST - 1  # messages at once; leaves room to send the answers and one warning at once
RATE = 1.0  # messages a second after that
PRESS = 0.2  # cost of a button or of a keystroke in an inline query, in messages: their answers need no pause
LEAVES, LEAVE_SECONDS = 3, 10.0  # requests to leave that always pass at once, and seconds until the next
FLOODERS_RATE, FLOODERS_BURST = 3.0, 3.0  # messages a second for all flooders together
BUSY = 25  # updates in progress, about a second of answers, from which on a person may have one at a time
MAX_PEOPLE = 10_000  # in about 3 MB


class Verdict(Enum):
    """The decision about one update: answer it, warn its sender, or drop it."""

    PASS = "pass"  # noqa: S105 -- not a password
    WARN = "warn"  # too much, for the first time: answer with a request to slow down
    DROP = "drop"  # too much, and the person has been warned: do not answer


@dataclass(slots=True)
class _Bucket:
    """A token bucket that gains `rate` tokens a second and holds at most `burst` tokens."""

    rate: float
    burst: float
    tokens: float
    filled_at: float

    def fill(self, now: float) -> None:
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now

    def spend(self, now: float, cost: float = 1.0) -> bool:
        """Take `cost` tokens and return True; when there are too few, take none and return False."""
        self.fill(now)
        if self.tokens < cost - 1e-9:
            return False
        self.tokens -= cost
        return True


@dataclass(slots=True)
class _Person:
    messages: _Bucket
    leaves: _Bucket
    is_warned: bool = False
    is_flooding: bool = False


@dataclass(slots=True)
class FloodGate:
    """Decide for each update whether it is answered, depending on how much its sender has sent lately.

    The gate remembers the `max_people` people whose updates came last. An update of anybody else is treated as if it
    were the person's first.
    """

    max_people: int = MAX_PEOPLE
    _known: OrderedDict[UserId, _Person] = field(default_factory=OrderedDict)
    _flooders: _Bucket = field(default_factory=lambda: _Bucket(FLOODERS_RATE, FLOODERS_BURST, FLOODERS_BURST, 0.0))
    _in_progress: Counter[UserId] = field(default_factory=Counter)

    def admit(self, user: UserId, now: float, cost: float = 1.0) -> Verdict:
        """Return the verdict on an update of `user` that arrives at `now` (monotonic seconds).

        `cost` is 1 for a message, and PRESS for a pressed button or an inline query.
        """
        person = self._person(user, now)
        if self._may_pass(user, person, now, cost):
            person.is_warned = person.is_warned and person.messages.tokens < BURST / 2
            return Verdict.PASS
        if person.is_warned:
            return Verdict.DROP
        person.is_warned = True
        return Verdict.WARN

    def admit_leave(self, user: UserId, now: float) -> Verdict:
        """Return PASS or DROP for a request of `user` to unsubscribe.

        Such requests have a budget of their own, so that they pass even when the person sends too much.
        """
        return Verdict.PASS if self._person(user, now).leaves.spend(now) else Verdict.DROP

    def begin(self, user: UserId) -> None:
        """Record that an update of `user` is in progress."""
        self._in_progress[user] += 1

    def end(self, user: UserId) -> None:
        """Record that an update of `user` has been answered, or has failed."""
        self._in_progress[user] -= 1
        if self._in_progress[user] <= 0:
            del self._in_progress[user]

    def _may_pass(self, user: UserId, person: _Person, now: float, cost: float) -> bool:
        person.messages.fill(now)
        person.is_flooding = person.is_flooding and person.messages.tokens < BURST
        if user in self._in_progress and self._in_progress.total() >= BUSY:
            return False
        if not person.messages.spend(now, cost):
            person.is_flooding = True
            return False
        return not person.is_flooding or (user not in self._in_progress and self._flooders.spend(now, cost))

    def _person(self, user: UserId, now: float) -> _Person:
        person = self._known.pop(user, None) or _Person(
            _Bucket(RATE, float(BURST), float(BURST), now), _Bucket(1 / LEAVE_SECONDS, LEAVES, LEAVES, now)
        )
        self._known[user] = person
        if len(self._known) > self.max_people:
            self._known.popitem(last=False)
        return person
