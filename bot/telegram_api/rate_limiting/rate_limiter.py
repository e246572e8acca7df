"""The one gate for all calls to Telegram: it grants turns (`token_bucket`) and holds what a flood wait concerns."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.telegram_api.rate_limiting.flood_evidence import MAX_PAUSE, FloodEvidence, clamp_retry_after, scope_of
from bot.telegram_api.rate_limiting.token_bucket import Lane, Ticket, TokenBucket

__all__ = ["MAX_PAUSE", "RateLimiter", "Superseded", "clamp_retry_after"]

# What is not a message has a budget of its own (calls a second), and takes none of the messages'.
_BUDGETS = {"callback": 200.0, "inline": 100.0, "delete": 30.0, "profile": 5.0, "get": 30.0}
_EXACT = {"answercallbackquery": "callback", "answerinlinequery": "inline", "sendchataction": "get"}
_PREFIXES = (("deletemessage", "delete"), ("getmy", "profile"), ("setmy", "profile"), ("deletemy", "profile"),
             ("get", "get"))  # fmt: skip


class Superseded(Exception):
    """An answer that waited is not sent: the same person has asked for something that goes before everything."""


def budget_of(method: str) -> str | None:
    """Return the name of the budget that `method` spends; None for the budget of messages."""
    name = method.lower()
    return _EXACT.get(name) or next((budget for prefix, budget in _PREFIXES if name.startswith(prefix)), None)


class RateLimiter:
    """Grants turns in order. Cancelling a waiter costs nobody a turn.

    At most `rate` messages a second, and at most `free` of them for what is not paid for.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic, free: float | None = None) -> None:
        self._messages = _Turns(rate, clock)
        self._free = None if free is None or free >= rate else _Turns(free, clock)
        self._others = {name: _Turns(each, clock) for name, each in _BUDGETS.items()}
        self._budget_of: dict[str, _Turns] = {"": self._messages}  # by method, as they come
        self._clock = clock
        self._evidence = FloodEvidence()

    async def acquire(
        self, lane: Lane, chat: int | None = None, paid: bool = False, method: str = "", spaced: bool | None = None
    ) -> None:
        """Return when a call of `method` in `lane` to `chat` may be made.

        `spaced` says that it is a new message, which keeps its distance to others in its chat; by default, whatever
        names a chat is. Raises Superseded when `overtake_answers` overtakes an answer.
        """
        turns = self._budget(method)
        scope = scope_of(method, chat) if method else ("send", chat)
        spaced = chat is not None if spaced is None else spaced
        if turns is self._messages and self._free and not paid:
            await self._free.turn(Ticket(lane, chat, scope, spaced))
            spaced = False
        await turns.turn(Ticket(lane, chat, scope, spaced))

    def record_refusal(self, method: str, chat: int | None, retry_after: object) -> float:
        """Hold what a 429 concerns that answered `method` (to `chat`, where it names one); return its seconds."""
        seconds, turns = clamp_retry_after(retry_after), self._budget(method)
        turns.pause_scope(method, chat, seconds)
        if turns is self._messages:
            if self._free:
                self._free.pause_scope(method, chat, seconds)
            if chat is not None and (everybody := self._evidence.record_refusal(chat, self._clock(), seconds)) > 0:
                self.pause(everybody)
        return seconds

    def record_success(self) -> None:
        """Note that Telegram accepted a message."""
        self._evidence.record_success()

    def pause(self, retry_after: object) -> None:
        """Hold all messages for as long as Telegram asks."""
        seconds = clamp_retry_after(retry_after)
        for turns in (self._messages, self._free) if self._free else (self._messages,):
            turns.pause(seconds)

    @property
    def paused_for(self) -> float:
        """The seconds for which all messages are still held; 0 when they are not."""
        return self._messages.paused_for()

    def pause_of(self, method: str, chat: int | None) -> float:
        """Return the seconds for which calls of `method` to `chat` are held, beyond a pause of everybody."""
        held = self._budget(method).paused_for(scope_of(method, chat))
        return held if held > self.paused_for else 0.0

    @property
    def seconds_waiting(self) -> float:
        """The seconds that the answers in the queue take at the rate allowed."""
        return (self._free or self._messages).seconds_waiting

    @contextmanager
    def overtake_answers(self, chat: int) -> Iterator[None]:
        """Let answers to `chat` give way while the block runs: those that wait, or come, raise Superseded."""
        turns = (self._messages, self._free) if self._free else (self._messages,)
        for each in turns:
            each.begin_hurry(chat)
        try:
            yield
        finally:
            for each in turns:
                each.end_hurry(chat)

    def _budget(self, method: str) -> "_Turns":
        if (found := self._budget_of.get(method)) is None:
            name = budget_of(method)
            found = self._budget_of[method] = self._others[name] if name else self._messages
        return found


class _Turns:
    """One budget on the event loop."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._schedule = TokenBucket(rate)
        self._clock = clock
        self._waiting: dict[Ticket, asyncio.Future[None]] = {}
        self._hurried: Counter[int] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, ticket: Ticket) -> None:
        if self._hurried and ticket.lane is Lane.ANSWER and ticket.chat in self._hurried:
            raise Superseded
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = granted
        self._schedule.put(self._clock(), ticket)
        self._serve()
        try:
            await granted
        except asyncio.CancelledError:
            self._withdraw(ticket, granted)
            raise
        self._schedule.made()

    def pause(self, seconds: float) -> None:
        self._schedule.pause(self._clock(), seconds)

    def pause_scope(self, method: str, chat: int | None, seconds: float) -> None:
        self._schedule.pause_scope(scope_of(method, chat), self._clock(), seconds)

    def paused_for(self, scope: object = None) -> float:
        return self._schedule.paused_for(self._clock(), scope)

    @property
    def seconds_waiting(self) -> float:
        return self._schedule.seconds_waiting

    def begin_hurry(self, chat: int) -> None:
        self._hurried[chat] += 1
        for ticket, granted in list(self._waiting.items()):
            if ticket.lane is Lane.ANSWER and ticket.chat == chat:
                del self._waiting[ticket]
                ticket.dropped = True
                if not granted.done():
                    granted.set_exception(Superseded())

    def end_hurry(self, chat: int) -> None:
        self._hurried[chat] -= 1
        if not self._hurried[chat]:
            del self._hurried[chat]

    def _withdraw(self, ticket: Ticket, granted: asyncio.Future[None]) -> None:
        ticket.dropped = True
        was_granted = self._waiting.pop(ticket, None) is None and granted.done() and not granted.cancelled()
        if was_granted and granted.exception() is None:
            self._schedule.made()
            self._schedule.give_back()
        self._serve()

    def _serve(self) -> None:
        now = self._clock()
        while ticket := self._schedule.take(now):
            granted = self._waiting.pop(ticket)
            if granted.cancelled():
                self._schedule.give_back()
            else:
                self._schedule.hold()
                granted.set_result(None)
        self._set_timer(self._schedule.wait(now))

    def _set_timer(self, delay: float | None) -> None:
        if self._timer:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = None if delay is None else loop.call_later(max(delay, 0.001), self._serve)
