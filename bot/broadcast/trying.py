"""Waiting, as announcements, their changes and the daily clause all do it."""

import asyncio

from bot.broadcast.outcome import NotSent
from bot.limiter import Limiter

STALE = 5.0  # seconds in the queue, after which it is looked whether somebody left meanwhile
_FIRST, _LONGEST = 1.0, 60.0  # seconds between tries to a network that is away; twice as long each time


class Again:
    """Between the tries of one message."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._away = _FIRST

    async def after(self, fate: NotSent) -> None:
        """Holds everybody when Telegram asks for it; else waits for the network."""
        if fate.pause is not None:
            self._limiter.pause(fate.pause)
        else:
            await self.after_a_while()

    async def after_a_while(self) -> None:
        away, self._away = self._away, min(self._away * 2, _LONGEST)
        await asyncio.sleep(away)


async def within(event: asyncio.Event, seconds: float) -> None:
    """Returns when `event` is set, or after so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
