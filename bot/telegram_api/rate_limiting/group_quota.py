"""How much a group is sent: Telegram takes about 20 messages a minute there. Pure, with time as an argument.

A question waits a little for its turn. When more wait than can be answered soon, the oldest are dropped, and the
group is told once.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from math import inf

from bot.model.events import ChatId

MESSAGES = 20  # that Telegram lets into a group ...
SECONDS = 62.0  # ... in a minute; two more, because calls may arrive closer together than they left
WAITING = 5  # questions that may wait beside those which can be answered at once
PATIENCE = 10.0  # seconds for which a question waits: later nobody expects an answer
RUSH = 600.0  # seconds without a dropped question, after which the next rush begins and is told again
GROUPS = 2_000  # remembered at most, in about 4 MB; of the others it is unknown what they were sent


@dataclass(eq=False, slots=True)
class GroupQuestion:
    """A question on its way to an answer."""

    group: ChatId
    arrived_at: float
    is_dropped: bool = False


@dataclass(slots=True)
class _Group:
    sent: deque[float] = field(default_factory=deque)
    waiting: deque[GroupQuestion] = field(default_factory=deque)
    dropped_at: float = -inf

    def free(self, now: float) -> int:
        """How many more answers it can take at `now`; one message is kept for the word about too many."""
        while self.sent and self.sent[0] <= now - SECONDS:
            self.sent.popleft()
        return MESSAGES - len(self.sent) - self.is_calm(now)

    def is_calm(self, now: float) -> bool:
        return now - self.dropped_at > RUSH


class GroupQuota:
    """What each group has been sent in the last minute, and which of its questions wait."""

    def __init__(self, groups: int = GROUPS) -> None:
        self._most = groups
        self._groups: OrderedDict[ChatId, _Group] = OrderedDict()

    def add_question(self, group: ChatId, now: float) -> GroupQuestion:
        """Note a question; drop the oldest that waits, when there are too many."""
        state, question = self._of(group), GroupQuestion(group, now)
        state.waiting.append(question)
        if len(state.waiting) > max(0, state.free(now)) + WAITING:
            state.waiting.popleft().is_dropped = True
        return question

    def seconds_to_wait(self, question: GroupQuestion, now: float) -> float | None:
        """Return in how many seconds to ask again, 0 when it can be answered; None when it is dropped."""
        state = self._of(question.group)
        free = state.free(now)
        wait = state.sent[-free] + SECONDS - now if free <= 0 else 0.0
        if question.is_dropped or (wait and now + wait > question.arrived_at + PATIENCE):
            question.is_dropped = True
            return None
        return wait

    def remove_question(self, question: GroupQuestion) -> None:
        """Note that a question waits no more."""
        waiting = self._of(question.group).waiting
        if question in waiting:
            waiting.remove(question)

    def record_drop(self, group: ChatId, now: float) -> bool:
        """Note that a question was dropped; return whether the group is to be told: once in a rush."""
        state = self._of(group)
        is_calm, state.dropped_at = state.is_calm(now), now
        return is_calm

    def take(self, group: ChatId, now: float) -> float:
        """Count a message into the group and return 0, or return the seconds until it may be sent."""
        state = self._of(group)
        state.free(now)
        if len(state.sent) >= MESSAGES:
            return state.sent[0] + SECONDS - now
        state.sent.append(now)
        return 0.0

    def _of(self, group: ChatId) -> _Group:
        state = self._groups.pop(group, None) or _Group()
        self._groups[group] = state
        if len(self._groups) > self._most:
            self._groups.popitem(last=False)
        return state
