"""The flood gate: who sends too much is held back before anything is read. Bounded; time is an argument.

What is admitted is what can be answered, and this is the only place that decides it:
- a person gets a few messages at once and then one a second, as Telegram lets the bot answer them;
- those who send more than that share one small budget, and have one thing in work at a time;
- while the bot is busy, a person has one thing in work at a time.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from enum import Enum

from bot.model.events import UserId
from bot.telegram_api.rate_limiting.chat_spacing import CHAT_BURST

BURST = CHAT_BURST - 1  # messages at once, so that an answer to each, and a word about too many, can go at once
RATE = 1.0  # messages a second after that
PRESS = 0.2  # of a message, for a button or a letter of an inline query: their answers wait for no distance
LEAVES, LEAVE_SECONDS = 3, 10.0  # requests to leave that always pass at once, and seconds for another one
FLOODERS_RATE, FLOODERS_BURST = 3.0, 3.0  # messages a second for all flooders together
BUSY = 25  # things in work, about a second of answers, from which a person may have one at a time
PEOPLE = 10_000  # remembered at most; about 3 MB


class Verdict(Enum):
    PASS = "pass"  # noqa: S105 -- no password
    WARN = "warn"  # too much, and nobody has said so yet
    DROP = "drop"


@dataclass(slots=True)
class _Bucket:
    """`rate` tokens a second, `burst` at most."""

    rate: float
    burst: float
    tokens: float
    filled_at: float

    def fill(self, now: float) -> None:
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now

    def spend(self, now: float, cost: float = 1.0) -> bool:
        """Take `cost` tokens at `now`, where there are so many; return whether there were."""
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
class Gate:
    """Who is forgotten starts with full buckets, which gives a flooder nothing to gain."""

    people: int = PEOPLE
    _known: OrderedDict[UserId, _Person] = field(default_factory=OrderedDict)
    _flooders: _Bucket = field(default_factory=lambda: _Bucket(FLOODERS_RATE, FLOODERS_BURST, FLOODERS_BURST, 0.0))
    _in_work: Counter[UserId] = field(default_factory=Counter)

    def admit(self, user: UserId, now: float, cost: float = 1.0) -> Verdict:
        """Judge an update of `user` at `now` (seconds, monotonic); `cost` is 1 for a message, PRESS for a button."""
        person = self._person(user, now)
        if self._may_pass(user, person, now, cost):
            person.is_warned = person.is_warned and person.messages.tokens < BURST / 2
            return Verdict.PASS
        if person.is_warned:
            return Verdict.DROP
        person.is_warned = True
        return Verdict.WARN

    def admit_leave(self, user: UserId, now: float) -> Verdict:
        """Judge a request to leave, which no flood holds back."""
        return Verdict.PASS if self._person(user, now).leaves.spend(now) else Verdict.DROP

    def begin(self, user: UserId) -> None:
        """Note that something of `user` is in work."""
        self._in_work[user] += 1

    def end(self, user: UserId) -> None:
        """Note that it has been answered, or has failed."""
        self._in_work[user] -= 1
        if self._in_work[user] <= 0:
            del self._in_work[user]

    def _may_pass(self, user: UserId, person: _Person, now: float, cost: float) -> bool:
        person.messages.fill(now)
        person.is_flooding = person.is_flooding and person.messages.tokens < BURST
        if user in self._in_work and self._in_work.total() >= BUSY:
            return False
        if not person.messages.spend(now, cost):
            person.is_flooding = True
            return False
        return not person.is_flooding or (user not in self._in_work and self._flooders.spend(now, cost))

    def _person(self, user: UserId, now: float) -> _Person:
        person = self._known.pop(user, None) or _Person(
            _Bucket(RATE, float(BURST), float(BURST), now), _Bucket(1 / LEAVE_SECONDS, LEAVES, LEAVES, now)
        )
        self._known[user] = person
        if len(self._known) > self.people:
            self._known.popitem(last=False)
        return person
