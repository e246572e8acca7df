"""Waiting and trying again, as announcements, their changes and the daily clause all do it."""

import asyncio

from bot.broadcast.delivery.requests import ApiClient, deletion
from bot.broadcast.delivery.results.outcome import EditOutcome, NotSent, StopAll, Unknown
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.rate_limiting.token_bucket import Lane

TROUBLE = 1.0  # seconds until the database is tried again
STALE = 5.0  # seconds in the queue, after which it is looked whether somebody left meanwhile
FLOOD_PATIENCE = 60.0  # seconds of flood waits of one chat in all, after which the others go on without it
_EVIDENCE = 1.0  # seconds in which others are refused as well, when the whole bot is meant
_FIRST, _LONGEST = 1.0, 60.0  # seconds between tries to a network that is away; twice as long each time


class Backoff:
    """Between the tries of one message."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter
        self._away = _FIRST
        self._flooded = 0.0

    async def after(self, fate: NotSent, method: str, chat: int) -> None:
        """Hold what a flood wait concerns, for which the next turn waits; else wait for the network."""
        if fate.pause is None:
            await self.after_a_while()
            return
        self._flooded += self._limiter.record_refusal(method, chat, fate.pause)
        if self._flooded > FLOOD_PATIENCE:
            await asyncio.sleep(_EVIDENCE)
            if self._limiter.paused_for:
                self._flooded = 0.0

    @property
    def is_flooded(self) -> bool:
        """Whether Telegram has asked for more patience than is kept with one chat, and with this one alone."""
        return self._flooded > FLOOD_PATIENCE

    async def after_a_while(self) -> None:
        away, self._away = self._away, min(self._away * 2, _LONGEST)
        await asyncio.sleep(away)


async def deleted(
    caller: ApiClient, limiter: RateLimiter, lane: Lane, message: int, chat: int, tries: int
) -> EditOutcome:
    """How the deletion of one message ended, after `tries` at most."""
    again, form = Backoff(limiter), deletion(message)
    for left in reversed(range(tries)):
        await limiter.acquire(lane, chat, method=form.method, spaced=False)
        match await caller.change(form, chat):
            case EditOutcome() as word:
                return word
            case StopAll():
                break
            case NotSent(pause) as fate if left or pause is not None:
                await again.after(fate, form.method, chat)
            case Unknown() if left:
                await again.after_a_while()
    return EditOutcome.UNCLEAR


async def within(event: asyncio.Event, seconds: float) -> None:
    """Returns when `event` is set, or after so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
