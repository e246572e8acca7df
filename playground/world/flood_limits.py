"""Apply Telegram's flood limits to one bot. Times are arguments.

As on Telegram, a bot that exceeded a limit is refused until the retry_after seconds of the error have passed.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from math import ceil

BURST = 15  # messages to all chats at once, above which `rate` a second applies
CHAT_BURST = 10  # messages to one chat at once, above which one a second applies
GROUP_MESSAGES = 20  # messages to a group ...
GROUP_SECONDS = 60.0  # ... in this time
PAID_RATE = 1000.0  # messages a second with allow_paid_broadcast ...
PAID_BURST = 50  # ... and how many of them at once
INITIAL_STARS = 100_000
_MAX_CHATS = 50_000  # chats that are remembered
_TOLERANCE = 1e-6  # seconds; sums of floats are not exact


class _Budget(Enum):
    """The two message budgets of a bot, for free and for paid messages. Each has its own limit."""

    FREE = "free"
    PAID = "paid"


@dataclass(slots=True)
class StarBalance:
    """The Telegram Stars that a bot owns, in tenths of a Star. Each message above the free rate costs one tenth."""

    tenths: int = INITIAL_STARS * 10


class FloodLimits:
    """The counter of one bot's messages, which applies Telegram's flood limits.

    `rate` is the number of free messages a second to all chats together.
    """

    def __init__(self, rate: float, stars: StarBalance | None = None) -> None:
        self._interval = 1 / rate
        self._free_from = 0.0  # when the free budget is full again
        self._paid_interval = 1 / max(rate, PAID_RATE)
        self._paid_from = 0.0  # when the paid budget is full again
        self._stars = stars or StarBalance()
        self._chats: dict[int, float] = {}  # when a chat's budget is full again
        self._groups: dict[int, deque[float]] = {}  # send times
        self._refused_until: dict[int | _Budget, float] = {}

    def spend(self, now: float, chat: int | None, is_paid: bool = False) -> int:
        """Count a message to `chat` at `now` and return 0. If it exceeds a limit, return the seconds to wait instead.

        A negative `chat` is the id of a group. `chat` is None for a call without a limit per chat, such as an edit. A
        paid message can exceed the free rate as long as the bot has Stars. A message that has to wait is not counted.
        """
        budget = _Budget.PAID if is_paid and self._stars.tenths else _Budget.FREE
        wait = self._wait(now, chat, budget)
        if wait <= 0:
            self._count(now, chat, budget)
            return 0
        return max(1, ceil(wait))

    def _wait(self, now: float, chat: int | None, budget: _Budget) -> float:
        if self._refused_until and (remaining := self._remaining_refusal(now, chat, budget)):
            return remaining
        bot_wait = self._paid_wait(now) if budget is _Budget.PAID else self._free_wait(now)
        if bot_wait > _TOLERANCE:
            return self._refuse(now, budget, bot_wait)
        if chat is None:
            return 0
        chat_wait = self._group_wait(now, chat) if chat < 0 else self._chats.get(chat, now) + 1 - now - CHAT_BURST
        return self._refuse(now, chat, chat_wait) if chat_wait > _TOLERANCE else 0

    def _free_wait(self, now: float) -> float:
        return max(self._free_from, now) + self._interval - now - BURST * self._interval

    def _paid_wait(self, now: float) -> float:
        return max(self._paid_from, now) + self._paid_interval - now - PAID_BURST * self._paid_interval

    def _remaining_refusal(self, now: float, chat: int | None, budget: _Budget) -> float:
        self._refused_until = {key: until for key, until in self._refused_until.items() if until > now}
        bot_until = self._refused_until.get(budget, now)
        return max(bot_until, now if chat is None else self._refused_until.get(chat, now)) - now

    def _refuse(self, now: float, key: int | _Budget, wait: float) -> float:
        self._refused_until[key] = now + max(1, ceil(wait))
        return wait

    def _group_wait(self, now: float, group: int) -> float:
        sent = self._groups.setdefault(group, deque())
        while sent and sent[0] <= now - GROUP_SECONDS:
            sent.popleft()
        return sent[0] + GROUP_SECONDS - now if len(sent) >= GROUP_MESSAGES else 0

    def _count(self, now: float, chat: int | None, budget: _Budget) -> None:
        if budget is _Budget.PAID:
            self._paid_from = max(self._paid_from, now) + self._paid_interval
        if budget is _Budget.FREE or self._free_wait(now) <= _TOLERANCE:
            self._free_from = max(self._free_from, now) + self._interval
        else:
            self._stars.tenths -= 1
        if chat is not None:
            self._count_for_chat(now, chat)

    def _count_for_chat(self, now: float, chat: int) -> None:
        if chat < 0:
            self._groups[chat].append(now)
        else:
            self._chats[chat] = max(self._chats.get(chat, now), now) + 1
            if len(self._chats) > _MAX_CHATS:
                self._forget_chats(now)

    def _forget_chats(self, now: float) -> None:
        """Forget the chats that can again get CHAT_BURST messages at once.

        If too many chats are left, forget the oldest tenth.
        """
        self._chats = {chat: full_from for chat, full_from in self._chats.items() if full_from > now}
        for chat in list(self._chats)[: max(0, len(self._chats) - _MAX_CHATS * 9 // 10)]:
            del self._chats[chat]
