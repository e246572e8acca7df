"""Notify each admin, at most once a day, that sending of daily clauses is paused.

A daily clause is the clause of the declaration that a subscriber gets each day. A notice to an admin who cannot be
reached is tried again later.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime

from bot.broadcast.authoring.admins import Admins
from bot.runtime.loop_guard import LoopGuard

_RETRY_AFTER = 60.0  # seconds


class DailyPauseNotice:
    """Notify admins that sending of daily clauses is paused. Keep `run` running, and call `on_pause` at each pause.

    `now` returns Unix time. After a notice that did not arrive, the next attempt follows after `retry_after` seconds.
    """

    def __init__(
        self, admins: Admins, default_language: str, now: Callable[[], float], retry_after: float = _RETRY_AFTER
    ) -> None:
        self._admins = admins
        self._default_language = default_language
        self._now = now
        self._retry_after = retry_after
        self._notified: dict[int, date] = {}
        self._paused_on: date | None = None
        self._wake = asyncio.Event()

    def on_pause(self) -> None:
        """Record that sending of daily clauses was paused today, so that `run` notifies the admins."""
        self._paused_on = self._today()
        self._wake.set()

    async def run(self) -> None:
        """Notify the admins of pauses until cancelled."""
        guard = LoopGuard("The notice that daily clauses are paused")
        while True:
            await self._wake.wait()
            self._wake.clear()
            while pending := self._pending():
                for admin in pending:
                    with guard.guard():
                        await self._notify(admin)
                if self._pending():
                    await asyncio.sleep(self._retry_after)

    def _pending(self) -> list[int]:
        """Return the admins who have not been notified of a pause today; [] if there was none."""
        if self._paused_on is None or self._paused_on != self._today():
            return []
        return [admin for admin in self._admins.ids if self._notified.get(admin) != self._paused_on]

    async def _notify(self, admin: int) -> None:
        day = self._today()
        if await self._admins.notify_phrase(admin, "progress.daily_rests", self._default_language):
            self._notified[admin] = day

    def _today(self) -> date:
        return datetime.fromtimestamp(self._now(), UTC).date()
