"""Admins hear that the daily clause rests: once a day, and each when they can be reached, for often nobody can."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime

from bot.broadcast.authoring.admins import Admins
from bot.runtime.loop_guard import LoopGuard

_AGAIN = 60.0  # seconds between tries to reach an admin


class DailyPauseNotice:
    """Keep `run` running."""

    def __init__(self, admins: Admins, lang: str, now: Callable[[], float], again: float = _AGAIN) -> None:
        """`lang` is for admins of whom no language is known."""
        self._admins = admins
        self._lang = lang
        self._now = now
        self._again = again
        self._told: dict[int, date] = {}
        self._rested: date | None = None
        self._wake = asyncio.Event()

    def heard(self) -> None:
        """From the daily clause."""
        self._rested = self._today()
        self._wake.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        bearing = LoopGuard("That the daily clause rests")
        while True:
            await self._wake.wait()
            self._wake.clear()
            while untold := self._untold():
                for admin in untold:
                    with bearing.guard():
                        await self._tell(admin)
                if self._untold():
                    await asyncio.sleep(self._again)

    def _untold(self) -> list[int]:
        """Yesterday's news is none."""
        if self._rested is None or self._rested != self._today():
            return []
        return [admin for admin in self._admins.ids if self._told.get(admin) != self._rested]

    async def _tell(self, admin: int) -> None:
        day = self._today()
        if await self._admins.notify_phrase(admin, "progress.daily_rests", self._lang):
            self._told[admin] = day

    def _today(self) -> date:
        return datetime.fromtimestamp(self._now(), UTC).date()
