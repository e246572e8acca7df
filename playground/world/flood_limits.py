"""How much a bot may send: Telegram's flood limits, pure, with time as an argument.

Who is refused stays refused until the seconds that were named have passed, as on Telegram.
"""

from collections import deque
from dataclasses import dataclass
from math import ceil

BURST = 15  # messages over all chats that pass at once, before `rate` a second holds
CHAT_BURST = 10  # the same for one chat, before one a second holds
GROUP_MESSAGES = 20  # a group takes so many ...
GROUP_SECONDS = 60.0  # ... in so long
PAID_RATE = 1000.0  # messages a second with allow_paid_broadcast ...
PAID_BURST = 50  # ... and so many of these at once
STARS = 100_000  # a bot of the box begins with
_CHATS = 50_000  # remembered at most


@dataclass(slots=True)
class Stars:
    """What a bot pays with, in tenths of a Star: one for every message above the free rate."""

    tenths: int = STARS * 10


class Floods:
    """One bot's budget. `rate` is messages a second over all chats."""

    def __init__(self, rate: float, stars: Stars | None = None) -> None:
        self._gap = 1 / rate
        self._used_up = 0.0  # when the whole budget is free again
        self._paid_gap = 1 / max(rate, PAID_RATE)
        self._paid_up = 0.0  # the same for what is paid for
        self._stars = stars or Stars()
        self._chats: dict[int, float] = {}  # when a chat's budget is free again
        self._groups: dict[int, deque[float]] = {}
        self._refused_until: dict[int | str | None, float] = {}

    def spend(self, now: float, chat: int | None, paid: bool = False) -> int:
        """0 when a message to `chat` (a negative id is a group) may go, which is then counted; else seconds to wait.

        None stands for a call that no chat's budget counts, such as an edit. `paid` may go above the free rate while
        there are Stars.
        """
        whose = _PAID if paid and self._stars.tenths else _FREE
        wait = self._wait(now, chat, whose)
        if wait <= 0:
            self._count(now, chat, whose)
            return 0
        return max(1, ceil(wait))

    def _wait(self, now: float, chat: int | None, whose: str) -> float:
        if self._refused_until and (refused := self._still_refused(now, chat, whose)):
            return refused
        everywhere = self._paid_wait(now) if whose is _PAID else self._free_wait(now)
        if everywhere > _SLACK:
            return self._refuse(now, whose, everywhere)
        if chat is None:
            return 0
        here = self._group_wait(now, chat) if chat < 0 else self._chats.get(chat, now) + 1 - now - CHAT_BURST
        return self._refuse(now, chat, here) if here > _SLACK else 0

    def _free_wait(self, now: float) -> float:
        return max(self._used_up, now) + self._gap - now - BURST * self._gap

    def _paid_wait(self, now: float) -> float:
        return max(self._paid_up, now) + self._paid_gap - now - PAID_BURST * self._paid_gap

    def _still_refused(self, now: float, chat: int | None, whose: str) -> float:
        self._refused_until = {who: until for who, until in self._refused_until.items() if until > now}
        return max(self._refused_until.get(whose, now), self._refused_until.get(chat, now)) - now

    def _refuse(self, now: float, who: int | str | None, wait: float) -> float:
        self._refused_until[who] = now + max(1, ceil(wait))
        return wait

    def _group_wait(self, now: float, group: int) -> float:
        sent = self._groups.setdefault(group, deque())
        while sent and sent[0] <= now - GROUP_SECONDS:
            sent.popleft()
        return sent[0] + GROUP_SECONDS - now if len(sent) >= GROUP_MESSAGES else 0

    def _count(self, now: float, chat: int | None, whose: str) -> None:
        if whose is _PAID:
            self._paid_up = max(self._paid_up, now) + self._paid_gap
        if whose is _FREE or self._free_wait(now) <= _SLACK:
            self._used_up = max(self._used_up, now) + self._gap
        else:
            self._stars.tenths -= 1
        if chat is None:
            return
        if chat < 0:
            self._groups[chat].append(now)
        else:
            self._chats[chat] = max(self._chats.get(chat, now), now) + 1
            if len(self._chats) > _CHATS:
                self._forget(now)

    def _forget(self, now: float) -> None:
        """Drops chats whose budget is whole again, and the oldest tenth when none is."""
        self._chats = {chat: at for chat, at in self._chats.items() if at > now}
        for chat in list(self._chats)[: max(0, len(self._chats) - _CHATS * 9 // 10)]:
            del self._chats[chat]


_FREE, _PAID = "free", "paid"  # whose refusals do not hold each other
_SLACK = 1e-6  # seconds; sums of floats are not exact
