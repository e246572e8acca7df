"""Decide which call to Telegram can be made next: a token bucket with priorities, spacing per chat and pauses. Pure.

Times are arguments, in seconds; rates are in calls a second. One token allows one call. `RateLimiter` runs the bucket
on an event loop.

Calls with Lane.URGENT come first, then answers, for which the chats take turns. While answers wait, a broadcast gets
every fourth token; otherwise it takes tokens as long as two are left in the bucket. Displays of a broadcast's
progress (Lane.COURTESY) get at most one token a second, and none while answers wait.
"""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum
from heapq import heappop, heappush

from bot.telegram_api.rate_limiting.chat_spacing import ChatSpacing

BURST = 5  # tokens a bucket holds, so any second has at most rate + 5 calls; Telegram lets such bursts pass
RESERVED = 2  # tokens that a broadcast leaves in the bucket, so that an answer need not wait for one
_BURST_FRACTION = 60  # above 300 a second the burst is rate / 60: the 17 ms that a busy process may be late
BROADCAST_SHARE = 0.25  # of the tokens, for a broadcast while answers wait too: readers come first, but it ends
COURTESY_RATE, COURTESY_BURST = 1.0, 5.0  # progress displays: 1 a second, 5 at once, out of the same tokens
_FRESH_AFTER = 5.0  # seconds without an answer, after which a chat goes before those that just had one
# Seconds of reduced rate after a pause of all calls (first a quarter of it, then half), but at most as long as the
# pause. At the full rate Telegram would often refuse again at once.
_SLOW_START = 4.0
_MAX_CHATS = 10_000  # whose last answer is remembered
_MAX_PAUSES = 10_000  # of single scopes, before those that are over are forgotten


class Lane(IntEnum):
    """The priority of a call. Calls with a lower value are served first.

    There are two exceptions. While answers wait, every fourth token is for a broadcast. While none wait, a progress
    display can go before a broadcast.
    """

    URGENT = 0  # leaving, and an admin's stop
    ANSWER = 1  # chats take turns; those that had no answer lately come first
    BROADCAST = 2  # at least a quarter of the tokens
    COURTESY = 3  # progress displays, which may be late or missing


@dataclass(eq=False, slots=True)
class Ticket:
    """A call that waits for its turn. A ticket is equal only to itself."""

    lane: Lane
    chat: int | None = None
    scope: Hashable = None  # a flood wait delays all calls of one scope, see `flood_evidence.scope_of`
    is_spaced: bool = False  # the call sends a new message, which must not follow the last one in its chat too soon
    is_dropped: bool = False  # the call will not be made


class TokenBucket:
    """A token bucket: queue a ticket for each call with `put`; `take` returns the ticket when the call can be made.

    The bucket holds BURST tokens and gains `rate` tokens a second, so any second has at most rate + BURST calls.

    A busy process may make a call some time after `take`. If the bucket filled up again meanwhile, the process could
    make the late calls and BURST new ones at once. To prevent this, call `hold` after `take`, and `release` when the
    call is made: in between, the bucket has room for one token less.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._burst = max(float(BURST), rate / _BURST_FRACTION)
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
        self._owed = 0.0  # tokens that answers took from the share of a broadcast, at most 2
        self._courtesy_tokens = COURTESY_BURST
        self._delayed: list[tuple[float, int, Ticket]] = []  # a heap by time, then by number
        self._spacing = ChatSpacing()
        self._delay_count = 0

    @property
    def seconds_waiting(self) -> float:
        """Return the seconds that it takes to serve all waiting answers at the full rate."""
        return len(self._answers) / self._rate

    def put(self, now: float, ticket: Ticket) -> None:
        """Queue `ticket`. If its call sends a new message, queue it only when the chat can get another message."""
        ready_at = now
        if ticket.is_spaced and ticket.chat is not None:
            ready_at = self._spacing.reserve(now, ticket.chat)
        if ready_at <= now:
            self._queue(ticket, now)
        else:
            self._delay(ticket, ready_at)

    def take(self, now: float) -> Ticket | None:
        """Spend a token and return the next ticket whose call can be made at `now`; None when there is none."""
        self._fill(now)
        self._queue_due(now)
        if now < self._paused_until or self._tokens < 1:
            return None
        while ticket := self._next():
            if ticket.is_dropped:
                continue
            if (until := self._held_until(ticket, now)) > now:
                self._delay(ticket, until)
                continue
            self._spend(ticket, now)
            return ticket
        return None

    def _held_until(self, ticket: Ticket, now: float) -> float:
        """Return the time until which `ticket` must wait, for a flood wait or its group's limit; 0 for neither."""
        until = self._pauses.get(ticket.scope, 0.0) if self._pauses else 0.0
        if ticket.is_spaced and ticket.chat is not None and ticket.chat < 0:
            until = max(until, self._spacing.group_free_at(ticket.chat))
        return until

    def wait(self, now: float) -> float | None:
        """Return the seconds until `take` might return a ticket; None when no ticket waits."""
        self._queue_due(now)
        waits = [self._seconds_until(now, needed) for needed in self._needs()]
        if self._delayed:
            waits.append(self._delayed[0][0] - now)
        return max(min(waits), self._paused_until - now, 0.0) if waits else None

    def pause(self, now: float, seconds: float) -> None:
        """Allow no call for `seconds`, then continue at a reduced rate. An earlier, longer pause stays in force."""
        self._fill(now)
        self._tokens = min(self._tokens, 1.0)
        self._slow_for = min(_SLOW_START, max(self._slow_for, seconds))
        self._paused_until = max(self._paused_until, now + seconds)

    def pause_scope(self, scope: Hashable, now: float, seconds: float) -> None:
        """Allow no call of `scope` (see `scope_of`) for `seconds`. An earlier, longer pause stays in force."""
        if len(self._pauses) >= _MAX_PAUSES or (len(self._pauses) % 100) == 99:
            self._pauses = {other: until for other, until in self._pauses.items() if until > now}
        self._pauses[scope] = max(self._pauses.get(scope, 0.0), now + seconds)

    def paused_for(self, now: float, scope: Hashable = None) -> float:
        """Return for how many more seconds calls of `scope` are paused; 0 if they are not paused.

        A pause of all calls counts, too. Without `scope`, return for how many more seconds all calls are paused.
        """
        return max(0.0, self._paused_until - now, self._pauses.get(scope, 0.0) - now)

    def hold(self) -> None:
        """Reduce the room in the bucket by one token until `release` is called.

        Use this for a call that is allowed, but has not been made yet.
        """
        self._held += 1

    def release(self) -> None:
        """Give back the room that `hold` took for a call. Use this when the call is made or cancelled."""
        self._held -= 1

    def give_back(self) -> None:
        """Put back the token of a call that was cancelled."""
        self._tokens += 1

    # Tokens

    def _fill(self, now: float) -> None:
        if now > self._filled_at:
            since = max(self._filled_at, self._paused_until)
            gained = max(0.0, now - since) * self._rate * self._rate_fraction(since)
            self._tokens = min(self._burst - self._held, self._tokens + gained)
            courtesy_tokens = self._courtesy_tokens + (now - self._filled_at) * COURTESY_RATE
            self._courtesy_tokens = min(COURTESY_BURST, courtesy_tokens)
            self._filled_at = now

    def _rate_fraction(self, now: float) -> float:
        """Return the fraction of the rate that applies at `now`; it is below 1 for a few seconds after a pause."""
        since = now - self._paused_until
        if since >= self._slow_for:
            return 1.0
        return 0.25 if since < self._slow_for / 2 else 0.5

    def _seconds_until(self, now: float, needed: float) -> float:
        """Return the seconds from `now` until the bucket holds `needed` tokens."""
        since = max(now, self._paused_until)
        return max(
            0.0, (needed - self._tokens) / (self._rate * self._rate_fraction(since)) - max(0.0, now - self._filled_at)
        )

    def _spend(self, ticket: Ticket, now: float) -> None:
        self._tokens -= 1
        if ticket.is_spaced and ticket.chat is not None and ticket.chat < 0:
            self._spacing.record_group_message(ticket.chat, now)
        match ticket.lane:
            case Lane.ANSWER:
                self._answers.record_served(ticket, now)
                if self._broadcast:
                    self._owed = min(2.0, self._owed + BROADCAST_SHARE / (1 - BROADCAST_SHARE))
            case Lane.BROADCAST:
                self._owed = max(0.0, self._owed - 1)
            case Lane.COURTESY:
                self._courtesy_tokens -= 1

    # Queues

    def _needs(self) -> list[float]:
        """Return, for each kind of call that waits, how many tokens the bucket must hold to serve it."""
        needs = []
        if self._urgent or self._answers or (self._broadcast and self._owed >= 1):
            needs.append(1.0)
        if self._broadcast:
            needs.append(1.0 + RESERVED)
        if self._courtesy:
            missing = max(0.0, 1 - self._courtesy_tokens) / COURTESY_RATE
            needs.append(max(1.0 + RESERVED, self._tokens + missing * self._rate))
        return needs

    def _next(self) -> Ticket | None:
        """Remove and return the next ticket; None when no ticket can be served.

        Progress displays and most calls of broadcasts are served only if RESERVED tokens then remain in the bucket
        for answers.
        """
        if self._urgent:
            return self._urgent.popleft()
        if self._broadcast and self._owed >= 1:
            return self._broadcast.popleft()
        if self._answers:
            return self._answers.pop()
        if self._tokens < 1 + RESERVED:
            return None
        if self._courtesy and self._courtesy_tokens >= 1:
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
        self._delay_count += 1
        heappush(self._delayed, (until, self._delay_count, ticket))

    def _queue_due(self, now: float) -> None:
        while self._delayed and self._delayed[0][0] <= now:
            self._queue(heappop(self._delayed)[2], now)


class _FairQueue:
    """A queue of answers in which the chats take turns.

    Chats that got no answer for _FRESH_AFTER seconds go first. So a person who asks once need not wait for a person
    who asks all the time.
    """

    def __init__(self) -> None:
        self._by_chat: dict[int | None, deque[Ticket]] = {}
        self._fresh: deque[int | None] = deque()
        self._recent: deque[int | None] = deque()
        self._served: OrderedDict[int | None, float] = OrderedDict()  # when each chat last got an answer
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, ticket: Ticket, now: float) -> None:
        self._size += 1
        if ticket.chat in self._by_chat:
            self._by_chat[ticket.chat].append(ticket)
            return
        self._by_chat[ticket.chat] = deque((ticket,))
        is_fresh = self._served.get(ticket.chat, -_FRESH_AFTER) <= now - _FRESH_AFTER
        (self._fresh if is_fresh else self._recent).append(ticket.chat)

    def pop(self) -> Ticket:
        """Remove and return the next ticket; the queue must not be empty."""
        self._size -= 1
        chat = self._fresh.popleft() if self._fresh else self._recent.popleft()
        tickets = self._by_chat[chat]
        ticket = tickets.popleft()
        if tickets:
            self._recent.append(chat)
        else:
            del self._by_chat[chat]
        return ticket

    def record_served(self, ticket: Ticket, now: float) -> None:
        """Record that the chat of `ticket` gets an answer at `now`."""
        self._served[ticket.chat] = now
        self._served.move_to_end(ticket.chat)
        if len(self._served) > _MAX_CHATS:
            self._served.popitem(last=False)
