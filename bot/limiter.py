"""The one gate for all calls to Telegram: waits for a turn (see `schedule`), and pauses everybody on a 429."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from bot.schedule import Lane, Schedule, Ticket

LONGEST_PAUSE = 600.0  # seconds; Telegram's longest real ones are minutes, 999999 is a slip


def clamped(retry_after: float | timedelta | None) -> float:
    """Seconds to pause for Telegram's `retry_after`, which may be missing, negative or absurd."""
    seconds = retry_after.total_seconds() if isinstance(retry_after, timedelta) else retry_after
    return float(min(max(1.0, seconds or 1.0), LONGEST_PAUSE))  # in this order, which NaN and huge integers survive


class Limiter:
    """Grants turns in order, replies first. Cancelling a waiter costs nobody a turn.

    At most `rate` a second, and at most `free` of them for what is not paid for.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic, free: float | None = None) -> None:
        self._schedule = Schedule(rate)
        self._clock = clock
        self._free = None if free is None or free >= rate else Limiter(free, clock)
        self._waiting: dict[Ticket, asyncio.Future[None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, lane: Lane, chat: int | None = None, paid: bool = False, method: str = "") -> None:
        """Returns when a call of `method` in `lane` (to `chat`, when it is a message) may be made."""
        if self._free and not paid:
            await self._free.turn(lane)
        ticket = Ticket(lane)
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = granted
        self._schedule.put(self._clock(), ticket, chat)
        self._serve()
        try:
            await granted
        except asyncio.CancelledError:
            self._withdraw(ticket, granted)
            raise
        self._schedule.made()

    def refused(self, method: str, chat: int | None, retry_after: float | timedelta | None) -> float:
        """Pause what a 429 concerns that answered `method` (to `chat`, where it names one); return the seconds."""
        seconds = clamped(retry_after)
        self._schedule.pause(self._clock(), seconds)
        return seconds

    def pause(self, retry_after: float | timedelta | None) -> None:
        """Holds all lanes for as long as Telegram asks."""
        self._schedule.pause(self._clock(), clamped(retry_after))

    def _withdraw(self, ticket: Ticket, granted: asyncio.Future[None]) -> None:
        ticket.dropped = True
        if self._waiting.pop(ticket, None) is None and not granted.cancelled():
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
