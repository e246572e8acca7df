"""Repeat a call that answers somebody until Telegram has taken or refused it.

A person who waits is better answered twice than never. Broadcasts are strict about this; see there.
"""

import asyncio
from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, NetworkError

from bot.telegram_api.http.network_errors import never_sent, was_answered
from bot.telegram_api.http.reachability import Reachability

PATIENCE = 600.0  # seconds for a call that cannot leave, not counting those in which the network is down
ANSWERED_PATIENCE = 180.0  # seconds for one that is answered with a page, or with an error of the server's own
UNANSWERED_TRIES = 5  # each may have arrived; time-outs of 35 s outlast a silence of two minutes
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15.0
HARMLESS = ("message is not modified", "query is too old")


class Retrying:
    def __init__(self, network: Reachability) -> None:
        self._network = network

    async def __call__(self, call: Callable[[], Awaitable[object]]) -> None:
        """Make the call, again when it could not leave or its fate is open. Raises what Telegram refused, and the
        last NetworkError in the end."""
        loop = asyncio.get_running_loop()
        begun, unanswered, pause = loop.time(), 0, _FIRST_PAUSE
        while True:
            try:
                await call()
                return
            except BadRequest as refused:
                if any(sentence in refused.message.lower() for sentence in HARMLESS):
                    return
                raise
            except NetworkError as trouble:
                unanswered += not (never_sent(trouble) or was_answered(trouble))
                if unanswered >= UNANSWERED_TRIES or loop.time() - begun > _patience(trouble):
                    raise
            await asyncio.sleep(pause)
            begun += await self._network.wait_until_up()
            pause = min(pause * 2, _LONGEST_PAUSE)


def _patience(trouble: NetworkError) -> float:
    return ANSWERED_PATIENCE if was_answered(trouble) else PATIENCE
