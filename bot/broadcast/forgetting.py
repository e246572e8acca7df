"""Who leaves is in no ledger any more, and a discreet push in their chat is deleted at once."""

import asyncio

from bot.broadcast.outcome import NotSent, Unknown
from bot.broadcast.sending import Caller, deletion
from bot.broadcast.service import Broadcasts
from bot.limiter import Limiter
from bot.schedule import Lane
from storage.dailies import Dailies

_TRIES = 2
_BETWEEN = 1.0  # seconds


async def forget(chat: int, service: Broadcasts, dailies: Dailies, caller: Caller, limiter: Limiter) -> None:
    """Best effort as to the messages: what stays unclear after a few tries is Telegram's to keep."""
    for message in await service.forget(chat) + await dailies.forget(chat):
        for _ in range(_TRIES):
            await limiter.turn(Lane.ANSWER)
            told = await caller.change(deletion(message), chat)
            if not isinstance(told, NotSent | Unknown):
                break
            if isinstance(told, NotSent) and told.pause is not None:
                limiter.pause(told.pause)
            await asyncio.sleep(_BETWEEN)
