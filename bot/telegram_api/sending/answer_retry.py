"""Repeat a call that answers a person until Telegram has accepted or refused it.

A call with an unknown result is repeated, too: so an answer can arrive twice, but is not lost. Broadcasts do not use
this module, because they never send a message twice.
"""

import asyncio
from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, NetworkError

from bot.telegram_api.http.network_errors import never_sent, was_answered
from bot.telegram_api.http.reachability import Reachability

PATIENCE = 600.0  # seconds for a call that cannot be sent, not counting the time while the network is down
ANSWERED_PATIENCE = 180.0  # seconds for a call that gets a foreign page or a server error
UNANSWERED_TRIES = 5  # each may have arrived; with time-outs of 35 s they outlast a silence of two minutes
_FIRST_PAUSE = 0.5  # seconds, doubled after each try
_LONGEST_PAUSE = 15.0
HARMLESS = ("message is not modified", "query is too old")


class Retrying:
    """Make calls to Telegram, and repeat them after network errors: `await retrying(call)`."""

    def __init__(self, reachability: Reachability) -> None:
        self._reachability = reachability

    async def __call__(self, call: Callable[[], Awaitable[object]]) -> None:
        """Repeat `call` until it succeeds, Telegram refuses it, or a limit is reached.

        A refusal is raised as python-telegram-bot raises it, such as BadRequest. But a refusal with a text in
        HARMLESS, such as "message is not modified", counts as success. When a limit is reached, the last NetworkError
        is raised. The limits are:

        - UNANSWERED_TRIES: stop after this many tries that got no response and might have reached Telegram
        - ANSWERED_PATIENCE: stop after this many seconds, if the last try got a response, such as a server error
        - PATIENCE: stop after this many seconds, if the last try got no response

        The seconds count from the first try, without the time in which Telegram cannot be reached.
        """
        loop = asyncio.get_running_loop()
        begun, unanswered, pause = loop.time(), 0, _FIRST_PAUSE
        while True:
            try:
                await call()
                return
            except BadRequest as refusal:
                if any(text in refusal.message.lower() for text in HARMLESS):
                    return
                raise
            except NetworkError as error:
                unanswered += not (never_sent(error) or was_answered(error))
                if unanswered >= UNANSWERED_TRIES or loop.time() - begun > _patience(error):
                    raise
            await asyncio.sleep(pause)
            begun += await self._reachability.wait_until_up()
            pause = min(pause * 2, _LONGEST_PAUSE)


def _patience(error: NetworkError) -> float:
    return ANSWERED_PATIENCE if was_answered(error) else PATIENCE
