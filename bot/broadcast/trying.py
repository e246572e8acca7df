"""Waiting and trying again, as announcements, their changes and the daily clause all do it."""

import asyncio

from bot.broadcast.outcome import NotSent, StopAll, Unknown, Word
from bot.broadcast.sending import Caller, deletion
from bot.limiter import Limiter
from bot.schedule import Lane

TROUBLE = 1.0  # seconds until the database is tried again
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


async def deleted(caller: Caller, limiter: Limiter, lane: Lane, message: int, chat: int, tries: int) -> Word:
    """How the deletion of one message ended, after `tries` at most."""
    again = Again(limiter)
    for left in reversed(range(tries)):
        await limiter.turn(lane)
        match await caller.change(deletion(message), chat):
            case Word() as word:
                return word
            case StopAll():
                break
            case NotSent(pause) as fate if left or pause is not None:
                await again.after(fate)
            case Unknown() if left:
                await again.after_a_while()
    return Word.UNCLEAR


async def within(event: asyncio.Event, seconds: float) -> None:
    """Returns when `event` is set, or after so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
