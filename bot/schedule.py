"""Who may send next: one budget for all calls, two lanes, spacing per chat and pauses. Pure; time is an argument."""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from heapq import heappop, heappush

BURST = 5  # calls beyond the rate that any second may hold
RESERVED = 2  # of them for replies: a broadcast leaves so many, so that who asks during it need not wait
_SLACK = 60  # above 300 a second the burst is a part of the rate: 17 ms for which a busy process may catch up
CHAT_BURST = 5  # messages a chat may get at once; then one a second (Telegram: about 1/s, short bursts pass)
GROUP_GAP = 3.0  # seconds between messages to a group (Telegram: 20 a minute)
_CHATS = 10_000  # remembered at most


class Lane(Enum):
    """Replies go before broadcasts, always."""

    ANSWER = 0
    BROADCAST = 1


@dataclass(eq=False, slots=True)
class Ticket:
    """Somebody who waits for their turn. Equal only to itself."""

    lane: Lane
    dropped: bool = False


class Schedule:
    """Tickets go in with `put` and come out of `take` when they may go.

    The bucket holds BURST tokens and fills at `rate` a second, so any second holds at most rate + BURST. A token
    whose call is not made yet (`hold`, `made`) keeps its place in the bucket: a busy moment bunches nothing.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._burst = max(float(BURST), rate / _SLACK)
        self._tokens = self._burst
        self._held = 0
        self._filled_at = 0.0
        self._paused_until = 0.0
        self._ready: dict[Lane, deque[Ticket]] = {lane: deque() for lane in Lane}
        self._later: list[tuple[float, int, Ticket]] = []
        self._chats: dict[int, float] = {}
        self._count = 0

    def put(self, now: float, ticket: Ticket, chat: int | None = None) -> None:
        ready_at = self._reserve(now, chat) if chat is not None else now
        if ready_at <= now:
            self._ready[ticket.lane].append(ticket)
        else:
            self._count += 1
            heappush(self._later, (ready_at, self._count, ticket))

    def take(self, now: float) -> Ticket | None:
        """The next ticket that may go at `now`; its token is spent."""
        self._fill(now)
        self._ripen(now)
        if now < self._paused_until or self._tokens < 1:
            return None
        ticket = self._first()
        if ticket:
            self._tokens -= 1
        return ticket

    def wait(self, now: float) -> float | None:
        """Seconds until `take` may have something; None when nobody waits."""
        self._ripen(now)
        if any(self._ready.values()):
            needed = _needed(next(lane for lane in Lane if self._ready[lane]))
            token_in = max(0.0, (needed - self._tokens) / self._rate - (now - self._filled_at))
            return max(token_in, self._paused_until - now, 0.0)
        return max(self._later[0][0] - now, self._paused_until - now) if self._later else None

    def pause(self, now: float, seconds: float) -> None:
        """Nobody goes before `seconds` have passed. A longer pause is never shortened."""
        self._paused_until = max(self._paused_until, now + seconds)

    def hold(self) -> None:
        """The call of the last `take` is still to be made."""
        self._held += 1

    def made(self) -> None:
        self._held -= 1

    def give_back(self) -> None:
        """A token that was spent on somebody who no longer wants it."""
        self._tokens += 1

    def _fill(self, now: float) -> None:
        if now > self._filled_at:
            self._tokens = min(self._burst - self._held, self._tokens + (now - self._filled_at) * self._rate)
            self._filled_at = now

    def _ripen(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            ticket = heappop(self._later)[2]
            self._ready[ticket.lane].append(ticket)

    def _first(self) -> Ticket | None:
        for lane in Lane:
            waiting = self._ready[lane]
            while waiting and self._tokens >= _needed(lane):
                ticket = waiting.popleft()
                if not ticket.dropped:
                    return ticket
        return None

    def _reserve(self, now: float, chat: int) -> float:
        """When this chat may get its next message. `_chats` holds when a chat will have used up what it was given."""
        gap = GROUP_GAP if chat < 0 else 1.0
        used_up = max(self._chats.pop(chat, 0.0), now) + gap
        self._chats[chat] = used_up
        if len(self._chats) > _CHATS:
            self._forget(now)
        return used_up - gap * CHAT_BURST

    def _forget(self, now: float) -> None:
        """Drops chats that are free again, and the oldest tenth when none is."""
        self._chats = {chat: at for chat, at in self._chats.items() if at > now}
        for chat in list(self._chats)[: max(0, len(self._chats) - _CHATS * 9 // 10)]:
            del self._chats[chat]


def _needed(lane: Lane) -> int:
    """Tokens that there must be before a ticket of this lane goes."""
    return 1 if lane is Lane.ANSWER else 1 + RESERVED
