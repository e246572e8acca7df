"""Limit the messages to each group, because Telegram accepts about 20 a minute. Pure; times are in seconds.

A question in a group waits a few seconds until it can be answered. When too many questions wait, the oldest are
dropped, and the group is notified once. The token bucket enforces the same limit for all calls, but it only delays
messages and drops none.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from math import inf

from bot.model.events import ChatId
from bot.telegram_api.rate_limiting.chat_spacing import GROUP_MESSAGES, GROUP_SECONDS

WINDOW = GROUP_SECONDS + 2  # calls may arrive at Telegram closer together than they left
MAX_WAITING = 5  # questions that may wait in addition to those that can be answered at once
PATIENCE = 10.0  # seconds that a question waits: after that nobody expects an answer
RUSH_SECONDS = 600.0  # without a dropped question, after which the group is notified again
MAX_GROUPS = 2_000  # remembered, in about 4 MB; for a forgotten group the count of sent messages restarts at 0


@dataclass(eq=False, slots=True)
class GroupQuestion:
    """A question in a group that has not been answered yet."""

    group: ChatId
    arrived_at: float
    is_dropped: bool = False


@dataclass(slots=True)
class _Group:
    sent: deque[float] = field(default_factory=deque)  # when the messages of the last WINDOW were sent
    waiting: deque[GroupQuestion] = field(default_factory=deque)
    dropped_at: float = -inf

    def free(self, now: float) -> int:
        """Return how many answers can be sent at `now`.

        One of the allowed messages is kept back for the notice that questions are dropped. If a question was dropped
        in the last RUSH_SECONDS, the group already has this notice, and none is kept back.
        """
        while self.sent and self.sent[0] + WINDOW <= now:  # rounds as in `seconds_to_wait`
            self.sent.popleft()
        return GROUP_MESSAGES - len(self.sent) - self.is_calm(now)

    def is_calm(self, now: float) -> bool:
        return now - self.dropped_at > RUSH_SECONDS


class GroupQuota:
    """Keep to Telegram's limit of messages to a group in a minute: count them, and queue questions of groups."""

    def __init__(self) -> None:
        self._groups: OrderedDict[ChatId, _Group] = OrderedDict()  # the one used last comes last

    def add_question(self, group: ChatId, now: float) -> GroupQuestion:
        """Add and return a question that arrived at `now`. If too many questions wait, drop the oldest."""
        state, question = self._group(group), GroupQuestion(group, now)
        state.waiting.append(question)
        if len(state.waiting) > max(0, state.free(now)) + MAX_WAITING:
            state.waiting.popleft().is_dropped = True
        return question

    def seconds_to_wait(self, question: GroupQuestion, now: float) -> float | None:
        """Return the seconds to wait before `question` can be answered: 0 for now, None if it is dropped.

        After the wait, call this method again.
        """
        state = self._group(question.group)
        free = state.free(now)
        wait = state.sent[-free] + WINDOW - now if free <= 0 else 0.0
        if question.is_dropped or (wait and now + wait > question.arrived_at + PATIENCE):
            question.is_dropped = True
            return None
        return wait

    def remove_question(self, question: GroupQuestion) -> None:
        """Remove a question from those that wait, because it has been answered or dropped."""
        waiting = self._group(question.group).waiting
        if question in waiting:
            waiting.remove(question)

    def record_drop(self, group: ChatId, now: float) -> bool:
        """Record that a question was dropped, and return whether to notify the group.

        The group is notified of the first dropped question, and again only after RUSH_SECONDS without a dropped one.
        """
        state = self._group(group)
        is_calm, state.dropped_at = state.is_calm(now), now
        return is_calm

    def take(self, group: ChatId, now: float) -> float:
        """Count a message that is sent to `group` now, and return 0.

        If the group cannot get a message yet, count nothing and return the seconds to wait.
        """
        state = self._group(group)
        state.free(now)
        if len(state.sent) >= GROUP_MESSAGES:
            return state.sent[0] + WINDOW - now
        state.sent.append(now)
        return 0.0

    def _group(self, group: ChatId) -> _Group:
        state = self._groups.pop(group, None) or _Group()
        self._groups[group] = state
        if len(self._groups) > MAX_GROUPS:
            self._groups.popitem(last=False)
        return state
