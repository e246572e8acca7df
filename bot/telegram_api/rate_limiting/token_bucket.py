"""Decide who may call Telegram next: a budget, lanes with fair shares, spacing per chat, scoped pauses. Pure.

Time is an argument, in seconds. `RateLimiter` puts it to work on an event loop.
"""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum
from heapq import heappop, heappush

BURST = 5  # calls beyond the rate that any second may hold
RESERVED = 2  # of them for answers: a broadcast leaves so many, so that who asks during it need not wait
_SLACK = 60  # above 300 a second the burst is a part of the rate: 17 ms for which a busy process may catch up
CHAT_BURST = 7  # messages a chat may get at once; then one a second (Telegram: about 1/s, short bursts pass)
GROUP_MESSAGES, GROUP_SECONDS = 20, 60.0  # a group takes so many messages in so long (Telegram's limit)
BROADCAST_SHARE = 0.25  # of the budget, for an announcement while readers wait as well
COURTESY_RATE, COURTESY_BURST = 1.0, 5.0  # progress displays: so many a second, out of the same budget
_FRESH = 5.0  # seconds without an answer, after which a chat goes before those that just had one
_SLOW_START = (
    4.0  # seconds at the most after a pause of everybody, and as long as it: a quarter, then half of the rate
)
_CHATS = 10_000  # remembered at most


class Lane(IntEnum):
    """In the order in which they are served."""

    URGENT = 0  # leaving, and an admin's stop
    ANSWER = 1  # between chats in turn; those who had nothing lately first
    BROADCAST = 2  # a quarter of the budget at least
    COURTESY = 3  # displays that may be late or missing; a budget of their own inside the whole


@dataclass(eq=False, slots=True)
class Ticket:
    """A call that waits for its turn. Equal only to itself. `scope` is what a flood wait can hold it with."""

    lane: Lane
    chat: int | None = None
    scope: Hashable = None
    spaced: bool = False  # a new message, which keeps its distance to others in its chat
    dropped: bool = False


class TokenBucket:
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
        self._slow_for = 0.0
        self._pauses: dict[Hashable, float] = {}
        self._urgent: deque[Ticket] = deque()
        self._answers = _FairQueue()
        self._broadcast: deque[Ticket] = deque()
        self._courtesy: deque[Ticket] = deque()
        self._owed = 0.0  # tokens that answers took from the share of a broadcast
        self._courtesies = COURTESY_BURST
        self._later: list[tuple[float, int, Ticket]] = []
        self._spacing = _Spacing()
        self._count = 0

    @property
    def seconds_waiting(self) -> float:
        """The seconds that the answers in the queue take at the full rate."""
        return len(self._answers) / self._rate

    def put(self, now: float, ticket: Ticket) -> None:
        """Queue `ticket`."""
        ready_at = now
        if ticket.spaced and ticket.chat is not None:
            ready_at = self._spacing.reserve(now, ticket.chat)
        if ready_at <= now:
            self._queue(ticket, now)
        else:
            self._delay(ticket, ready_at)

    def take(self, now: float) -> Ticket | None:
        """Return the next ticket that may go at `now`; its token is spent."""
        self._fill(now)
        self._ripen(now)
        if now < self._paused_until or self._tokens < 1:
            return None
        while ticket := self._next(now):
            if ticket.dropped:
                continue
            if (until := self._held_until(ticket, now)) > now:
                self._delay(ticket, until)
                continue
            self._spend(ticket, now)
            return ticket
        return None

    def _held_until(self, ticket: Ticket, now: float) -> float:
        """Return until when a flood wait, or the limit of its group, holds `ticket`; 0 when nothing does."""
        until = self._pauses.get(ticket.scope, 0.0) if self._pauses else 0.0
        if ticket.spaced and ticket.chat is not None and ticket.chat < 0:
            until = max(until, self._spacing.group_free_at(ticket.chat))
        return until

    def wait(self, now: float) -> float | None:
        """Return the seconds until `take` may have something; None when nobody waits."""
        self._ripen(now)
        waits = [self._token_in(now, needed) for needed in self._needs()]
        if self._later:
            waits.append(self._later[0][0] - now)
        return max(min(waits), self._paused_until - now, 0.0) if waits else None

    def pause(self, now: float, seconds: float) -> None:
        """Hold everybody for `seconds`, then begin slowly. A longer pause is never shortened."""
        self._fill(now)
        self._tokens = min(self._tokens, 1.0)
        self._slow_for = min(_SLOW_START, max(self._slow_for, seconds))
        self._paused_until = max(self._paused_until, now + seconds)

    def pause_scope(self, scope: Hashable, now: float, seconds: float) -> None:
        """Hold the calls of one scope. A longer pause is never shortened."""
        if len(self._pauses) >= _CHATS or (len(self._pauses) % 100) == 99:
            self._pauses = {known: until for known, until in self._pauses.items() if until > now}
        self._pauses[scope] = max(self._pauses.get(scope, 0.0), now + seconds)

    def paused_for(self, now: float, scope: Hashable = None) -> float:
        """Return the seconds for which everybody, or this scope as well, is still held; 0 when it is not."""
        return max(0.0, self._paused_until - now, self._pauses.get(scope, 0.0) - now)

    def hold(self) -> None:
        """The call of the last `take` is still to be made."""
        self._held += 1

    def made(self) -> None:
        self._held -= 1

    def give_back(self) -> None:
        """Return a token that was spent on somebody who no longer wants it."""
        self._tokens += 1

    # Tokens

    def _fill(self, now: float) -> None:
        if now > self._filled_at:
            since = max(self._filled_at, self._paused_until)
            gained = max(0.0, now - since) * self._rate * self._pace(since)
            self._tokens = min(self._burst - self._held, self._tokens + gained)
            courtesies = self._courtesies + (now - self._filled_at) * COURTESY_RATE
            self._courtesies = min(COURTESY_BURST, courtesies)
            self._filled_at = now

    def _pace(self, now: float) -> float:
        """Return the part of the rate that is used at `now`: less than 1 for a few seconds after a pause."""
        since = now - self._paused_until
        if since >= self._slow_for:
            return 1.0
        return 0.25 if since < self._slow_for / 2 else 0.5

    def _token_in(self, now: float, needed: float) -> float:
        since = max(now, self._paused_until)
        return max(0.0, (needed - self._tokens) / (self._rate * self._pace(since)) - max(0.0, now - self._filled_at))

    def _spend(self, ticket: Ticket, now: float) -> None:
        self._tokens -= 1
        if ticket.spaced and ticket.chat is not None and ticket.chat < 0:
            self._spacing.sent_to_group(ticket.chat, now)
        match ticket.lane:
            case Lane.ANSWER:
                self._answers.served(ticket, now)
                if self._broadcast:
                    self._owed = min(2.0, self._owed + BROADCAST_SHARE / (1 - BROADCAST_SHARE))
            case Lane.BROADCAST:
                self._owed = max(0.0, self._owed - 1)
            case Lane.COURTESY:
                self._courtesies -= 1

    # Queues

    def _needs(self) -> list[float]:
        """Return how many tokens there must be before a ticket of each waiting lane goes."""
        needs = []
        if self._urgent or self._answers or (self._broadcast and self._owed >= 1):
            needs.append(1.0)
        if self._broadcast:
            needs.append(1.0 + RESERVED)
        if self._courtesy:
            missing = max(0.0, 1 - self._courtesies) / COURTESY_RATE
            needs.append(max(1.0 + RESERVED, self._tokens + missing * self._rate))
        return needs

    def _next(self, now: float) -> Ticket | None:
        if self._urgent:
            return self._urgent.popleft()
        if self._broadcast and self._owed >= 1:
            return self._broadcast.popleft()
        if self._answers:
            return self._answers.pop()
        if self._tokens < 1 + RESERVED:
            return None
        if self._courtesy and self._courtesies >= 1:
            return self._courtesy.popleft()
        return self._broadcast.popleft() if self._broadcast else None

    def _queue(self, ticket: Ticket, now: float) -> None:
        match ticket.lane:
            case Lane.URGENT:
                self._urgent.append(ticket)
            case Lane.ANSWER:
                self._answers.put(ticket, now)
            case Lane.BROADCAST:
                self._broadcast.append(ticket)
            case Lane.COURTESY:
                self._courtesy.append(ticket)

    def _delay(self, ticket: Ticket, until: float) -> None:
        self._count += 1
        heappush(self._later, (until, self._count, ticket))

    def _ripen(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            self._queue(heappop(self._later)[2], now)


class _FairQueue:
    """Answers, chat by chat in turn; a chat that had no answer for a while goes before those that just had one."""

    def __init__(self) -> None:
        self._of_chat: dict[int | None, deque[Ticket]] = {}
        self._fresh: deque[int | None] = deque()
        self._recent: deque[int | None] = deque()
        self._served: OrderedDict[int | None, float] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, ticket: Ticket, now: float) -> None:
        self._size += 1
        if ticket.chat in self._of_chat:
            self._of_chat[ticket.chat].append(ticket)
            return
        self._of_chat[ticket.chat] = deque((ticket,))
        is_fresh = self._served.get(ticket.chat, -_FRESH) <= now - _FRESH
        (self._fresh if is_fresh else self._recent).append(ticket.chat)

    def pop(self) -> Ticket:
        """Return the next ticket. There must be one."""
        self._size -= 1
        chat = self._fresh.popleft() if self._fresh else self._recent.popleft()
        tickets = self._of_chat[chat]
        ticket = tickets.popleft()
        if tickets:
            self._recent.append(chat)
        else:
            del self._of_chat[chat]
        return ticket

    def served(self, ticket: Ticket, now: float) -> None:
        """Note that the chat of `ticket` got something."""
        self._served[ticket.chat] = now
        self._served.move_to_end(ticket.chat)
        if len(self._served) > _CHATS:
            self._served.popitem(last=False)


class _Spacing:
    """Distances between the messages to one chat, and Telegram's limit for groups."""

    def __init__(self) -> None:
        self._used_up: dict[int, float] = {}  # when a chat will have used up what it was given
        self._groups: OrderedDict[int, deque[float]] = OrderedDict()  # when their last messages went

    def reserve(self, now: float, chat: int) -> float:
        """Return when this chat may get its next message, and count that message."""
        used_up = max(self._used_up.pop(chat, 0.0), now) + 1.0
        self._used_up[chat] = used_up
        if len(self._used_up) > _CHATS:
            self._forget(now)
        return used_up - CHAT_BURST

    def group_free_at(self, group: int) -> float:
        """Return when this group may get another message; 0 when it may have one now."""
        times = self._groups.get(group)
        return 0.0 if times is None or len(times) < GROUP_MESSAGES else times[0] + GROUP_SECONDS

    def sent_to_group(self, group: int, now: float) -> None:
        self._groups.setdefault(group, deque(maxlen=GROUP_MESSAGES)).append(now)
        self._groups.move_to_end(group)
        if len(self._groups) > _CHATS // GROUP_MESSAGES:
            self._groups.popitem(last=False)

    def _forget(self, now: float) -> None:
        """Drop chats that are free again, and the oldest tenth when none is."""
        self._used_up = {chat: at for chat, at in self._used_up.items() if at > now}
        for chat in list(self._used_up)[: max(0, len(self._used_up) - _CHATS * 9 // 10)]:
            del self._used_up[chat]
