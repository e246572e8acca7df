"""The single gate for all calls to Telegram: it grants turns (`token_bucket`) and applies flood waits.

Answers to people wait least: a request to leave goes before everything, then answers, then broadcasts, which keep a
quarter of the budget, then progress displays.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.telegram_api.rate_limiting.flood_evidence import MAX_PAUSE, FloodEvidence, clamp_retry_after, scope_of
from bot.telegram_api.rate_limiting.token_bucket import Lane, Ticket, TokenBucket

__all__ = ["MAX_PAUSE", "RateLimiter", "Superseded", "clamp_retry_after"]

# Calls a second. A call that sends no message has a budget of its own, and takes nothing from the messages'.
_BUDGETS = {"callback": 200.0, "inline": 100.0, "delete": 30.0, "profile": 5.0, "get": 30.0}
_EXACT = {"answercallbackquery": "callback", "answerinlinequery": "inline", "sendchataction": "get"}
_PREFIXES = (("deletemessage", "delete"), ("getmy", "profile"), ("setmy", "profile"), ("deletemy", "profile"),
             ("get", "get"))  # fmt: skip


class Superseded(Exception):
    """An answer that waited is not sent, because the same person has asked to leave."""


def budget_of(method: str) -> str | None:
    """Return the name of the budget that `method` spends; None for the budget of messages."""
    name = method.lower()
    return _EXACT.get(name) or next((budget for prefix, budget in _PREFIXES if name.startswith(prefix)), None)


class RateLimiter:
    """Grants turns in order. Cancelling a task that waits for its turn costs nobody else one.

    `rate` is the limit in messages a second. `free` limits those that are not paid for with Stars, at most `rate`;
    None means no such limit. `clock` counts seconds and only rises.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic, free: float | None = None) -> None:
        self._messages = _Turns(rate, clock)
        self._free = None if free is None or free >= rate else _Turns(free, clock)
        self._others = {name: _Turns(calls_per_second, clock) for name, calls_per_second in _BUDGETS.items()}
        self._budget_of: dict[str, _Turns] = {"": self._messages}  # a cache by method
        self._clock = clock
        self._evidence = FloodEvidence()

    async def acquire(
        self, lane: Lane, chat: int | None = None, paid: bool = False, method: str = "", spaced: bool | None = None
    ) -> None:
        """Wait until a call of `method` in `lane` to `chat` may be made.

        A `spaced` call is a new message, which keeps its distance to others in its chat; by default, every call with
        a chat is. A call that is not `paid` also spends the budget of free messages. Raises Superseded when
        `overtake_answers` ends the wait of an answer.
        """
        turns = self._budget(method)
        scope = scope_of(method, chat) if method else ("send", chat)
        spaced = chat is not None if spaced is None else spaced
        if turns is self._messages and self._free and not paid:
            await self._free.acquire(Ticket(lane, chat, scope, spaced))
            spaced = False
        await turns.acquire(Ticket(lane, chat, scope, spaced))

    def record_refusal(self, method: str, chat: int | None, retry_after: object) -> float:
        """Apply the 429 that answered `method` (to `chat`, where it names one); return the seconds of its pause."""
        seconds, turns = clamp_retry_after(retry_after), self._budget(method)
        turns.pause_scope(method, chat, seconds)
        if turns is self._messages:
            if self._free:
                self._free.pause_scope(method, chat, seconds)
            if chat is not None and (for_all := self._evidence.record_refusal(chat, self._clock(), seconds)) > 0:
                self.pause(for_all)
        return seconds

    def record_success(self) -> None:
        """Note that Telegram accepted a message."""
        self._evidence.record_success()

    def pause(self, retry_after: object) -> None:
        """Hold all messages for `retry_after` seconds, as Telegram sent them."""
        seconds = clamp_retry_after(retry_after)
        for turns in self._message_budgets():
            turns.pause(seconds)

    @property
    def paused_for(self) -> float:
        """Return the seconds for which all messages are still held; 0 when they are not."""
        return self._messages.paused_for()

    def pause_of(self, method: str, chat: int | None) -> float:
        """Return the seconds for which calls of `method` to `chat` are held longer than all; 0 when they are not."""
        pause = self._budget(method).paused_for(scope_of(method, chat))
        return pause if pause > self.paused_for else 0.0

    @property
    def seconds_waiting(self) -> float:
        """Return the seconds that it takes to send the waiting answers at the full rate."""
        return (self._free or self._messages).seconds_waiting

    @contextmanager
    def overtake_answers(self, chat: int) -> Iterator[None]:
        """End the wait of answers to `chat` while the block runs: those that wait or come raise Superseded."""
        for turns in self._message_budgets():
            turns.begin_overtaking(chat)
        try:
            yield
        finally:
            for turns in self._message_budgets():
                turns.end_overtaking(chat)

    def _message_budgets(self) -> "tuple[_Turns, ...]":
        return (self._messages, self._free) if self._free else (self._messages,)

    def _budget(self, method: str) -> "_Turns":
        turns = self._budget_of.get(method)
        if turns is None:
            name = budget_of(method)
            turns = self._budget_of[method] = self._others[name] if name else self._messages
        return turns


class _Turns:
    """One budget: a TokenBucket, and the tasks that wait for it on the event loop."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._bucket = TokenBucket(rate)
        self._clock = clock
        self._waiting: dict[Ticket, asyncio.Future[None]] = {}
        self._overtaken_chats: Counter[int] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    async def acquire(self, ticket: Ticket) -> None:
        if self._overtaken_chats and ticket.lane is Lane.ANSWER and ticket.chat in self._overtaken_chats:
            raise Superseded
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = granted
        self._bucket.put(self._clock(), ticket)
        self._serve()
        try:
            await granted
        except asyncio.CancelledError:
            self._withdraw(ticket, granted)
            raise
        self._bucket.release()

    def pause(self, seconds: float) -> None:
        self._bucket.pause(self._clock(), seconds)

    def pause_scope(self, method: str, chat: int | None, seconds: float) -> None:
        self._bucket.pause_scope(scope_of(method, chat), self._clock(), seconds)

    def paused_for(self, scope: object = None) -> float:
        return self._bucket.paused_for(self._clock(), scope)

    @property
    def seconds_waiting(self) -> float:
        return self._bucket.seconds_waiting

    def begin_overtaking(self, chat: int) -> None:
        self._overtaken_chats[chat] += 1
        for ticket, granted in list(self._waiting.items()):
            if ticket.lane is Lane.ANSWER and ticket.chat == chat:
                del self._waiting[ticket]
                ticket.is_dropped = True
                if not granted.done():
                    granted.set_exception(Superseded())

    def end_overtaking(self, chat: int) -> None:
        self._overtaken_chats[chat] -= 1
        if not self._overtaken_chats[chat]:
            del self._overtaken_chats[chat]

    def _withdraw(self, ticket: Ticket, granted: asyncio.Future[None]) -> None:
        """Drop the ticket of a cancelled task; a turn that it had been granted goes to the next."""
        ticket.is_dropped = True
        was_granted = self._waiting.pop(ticket, None) is None and granted.done() and not granted.cancelled()
        if was_granted and granted.exception() is None:
            self._bucket.release()
            self._bucket.give_back()
        self._serve()

    def _serve(self) -> None:
        """Grant all turns that are due, and set a timer for the next."""
        now = self._clock()
        while ticket := self._bucket.take(now):
            granted = self._waiting.pop(ticket)
            if granted.cancelled():
                self._bucket.give_back()
            else:
                self._bucket.hold()
                granted.set_result(None)
        self._set_timer(self._bucket.wait(now))

    def _set_timer(self, delay: float | None) -> None:
        if self._timer:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = None if delay is None else loop.call_later(max(delay, 0.001), self._serve)
