"""Limit the rate of all calls to Telegram.

Each call waits for its turn (see `token_bucket`) and for the end of flood waits (HTTP status 429). The answer to a
request to unsubscribe goes first, and then come other answers. Broadcasts and the displays of their progress come
last. But while answers wait, broadcasts still get a quarter of the turns.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from bot.telegram_api.rate_limiting.flood_evidence import MAX_PAUSE, FloodEvidence, clamp_retry_after, scope_of
from bot.telegram_api.rate_limiting.token_bucket import Lane, Ticket, TokenBucket

__all__ = ["MAX_PAUSE", "RateLimiter", "Superseded", "clamp_retry_after"]

# Calls a second. Calls that send no message have limits of their own, and do not count for the limit of messages.
_BUDGETS = {"callback": 200.0, "inline": 100.0, "delete": 30.0, "profile": 5.0, "get": 30.0}
_EXACT = {"answercallbackquery": "callback", "answerinlinequery": "inline", "sendchataction": "get"}
_PREFIXES = (("deletemessage", "delete"), ("getmy", "profile"), ("setmy", "profile"), ("deletemy", "profile"),
             ("get", "get"))  # fmt: skip


class Superseded(Exception):
    """An answer must no longer be sent, because the same person has asked to unsubscribe in the meantime."""


def budget_of(method: str) -> str | None:
    """Return the name in _BUDGETS of the rate limit for `method`, such as "delete" for deleteMessage.

    Return None for a method under the limit for messages, such as sendMessage or editMessageText.
    """
    name = method.lower()
    return _EXACT.get(name) or next((budget for prefix, budget in _PREFIXES if name.startswith(prefix)), None)


class RateLimiter:
    """Let calls to Telegram wait for their turns: await `acquire` before each call.

    `rate` is the limit for all messages, in messages a second. `free` is a lower limit for messages that are not paid
    for with Stars; None if there is no such limit. `clock` returns monotonic seconds. A task that is cancelled while
    it waits uses up no turn.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic, free: float | None = None) -> None:
        self._messages = _Turns(rate, clock)
        self._free = None if free is None or free >= rate else _Turns(free, clock)
        self._others = {name: _Turns(calls_per_second, clock) for name, calls_per_second in _BUDGETS.items()}
        self._budget_of: dict[str, _Turns] = {"": self._messages}  # a cache by method
        self._clock = clock
        self._evidence = FloodEvidence()
        self.flood_waits: Counter[str] = Counter()  # by what they delayed: all messages, a chat, or a method

    async def acquire(
        self, lane: Lane, chat: int | None = None, paid: bool = False, method: str = "", spaced: bool | None = None
    ) -> None:
        """Wait until a call of `method` to `chat` can be made, with the priority `lane`.

        If `spaced`, also wait until Telegram accepts another new message in the chat (see `chat_spacing`). By
        default, every call with a `chat` is spaced. `paid` says that the message is paid for with Stars.
        Raises Superseded when `overtake_answers` cancels an answer.
        """
        turns = self._budget(method)
        scope = scope_of(method, chat) if method else ("send", chat)
        spaced = chat is not None if spaced is None else spaced
        if turns is self._messages and self._free and not paid:
            await self._free.acquire(Ticket(lane, chat, scope, spaced))
            spaced = False
        await turns.acquire(Ticket(lane, chat, scope, spaced))

    def record_refusal(self, method: str, chat: int | None, retry_after: object) -> float:
        """Pause the kind of calls that Telegram has refused with a 429; return the seconds of the pause.

        `method` and `chat` are those of the refused call; `chat` is None for a call without a chat. `retry_after` is
        the unchecked value from Telegram.
        """
        seconds, turns = clamp_retry_after(retry_after), self._budget(method)
        self.flood_waits["method" if chat is None else "chat"] += 1
        turns.pause_scope(method, chat, seconds)
        if turns is self._messages:
            if self._free:
                self._free.pause_scope(method, chat, seconds)
            if chat is not None and (for_all := self._evidence.record_refusal(chat, self._clock(), seconds)) > 0:
                self.pause(for_all)
        return seconds

    def record_success(self) -> None:
        """Record that Telegram accepted a message, which shows that no earlier flood wait concerns the whole bot."""
        self._evidence.record_success()

    def pause(self, retry_after: object) -> None:
        """Delay all messages for `retry_after` seconds, at least 1 and at most MAX_PAUSE.

        `retry_after` is the unchecked value from Telegram.
        """
        seconds = clamp_retry_after(retry_after)
        self.flood_waits["all"] += 1
        for turns in self._message_budgets():
            turns.pause(seconds)

    @property
    def paused_for(self) -> float:
        """Return for how many more seconds a flood wait delays all messages; 0 if there is none."""
        return self._messages.paused_for()

    def pause_of(self, method: str, chat: int | None) -> float:
        """Return for how many more seconds a flood wait delays calls of `method` to `chat`, but not all messages.

        Return 0 if no flood wait concerns these calls, or if all messages are delayed at least as long: see
        `paused_for`.
        """
        pause = self._budget(method).paused_for(scope_of(method, chat))
        return pause if pause > self.paused_for else 0.0

    @property
    def seconds_waiting(self) -> float:
        """Return the seconds that it takes to send all waiting answers at the full rate."""
        return (self._free or self._messages).seconds_waiting

    def waiting_calls(self) -> dict[Lane, int]:
        """Return how many calls wait for their turn, by their priority."""
        waiting = Counter(ticket.lane for turns in self._message_budgets() for ticket in turns.waiting)
        return {lane: waiting[lane] for lane in Lane}

    @contextmanager
    def overtake_answers(self, chat: int) -> Iterator[None]:
        """Let no answer to `chat` be sent until the block ends, except the answer to a request to unsubscribe.

        Calls of `acquire` with Lane.ANSWER, both waiting and new ones, raise Superseded.
        """
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
    """The calls under one rate limit: a TokenBucket, and the tasks that wait for its tokens."""

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

    @property
    def waiting(self) -> Iterable[Ticket]:
        return self._waiting.keys()

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
        """Remove the ticket of a task that was cancelled while it awaited the future `granted`.

        If the call of this task was already allowed, `granted` has the result None. Then the token goes to the next
        task.
        """
        ticket.is_dropped = True
        was_granted = self._waiting.pop(ticket, None) is None and granted.done() and not granted.cancelled()
        if was_granted and granted.exception() is None:
            self._bucket.release()
            self._bucket.give_back()
        self._serve()

    def _serve(self) -> None:
        """Wake the tasks whose turn has come, and set a timer for the next turn."""
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
