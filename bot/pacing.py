"""The limiter before python-telegram-bot's calls: each waits for its turn, and is made again after a 429.

It stands at the library's request seam, not at `telegram.ext`'s rate limiter: `telegram.ext` would be 2.5 MB of
handlers and job queues that nobody uses here.
"""

import json
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.limiter import Limiter
from bot.schedule import Lane

_TRIES = 3
_FLOOD = 429
_FREE = frozenset({"getUpdates", "getMe", "deleteWebhook", "getWebhookInfo", "logOut", "close"})


class Paced(BaseRequest):
    """`wire`, one call after the other. All are answers to people; broadcasts ask the limiter themselves."""

    def __init__(self, wire: BaseRequest, limiter: Limiter) -> None:
        self._wire = wire
        self._limiter = limiter

    @property
    def read_timeout(self) -> float | None:
        return self._wire.read_timeout

    async def initialize(self) -> None:
        await self._wire.initialize()

    async def shutdown(self) -> None:
        await self._wire.shutdown()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        """See BaseRequest. The last 429 is handed on, and becomes a RetryAfter."""
        endpoint = url.rpartition("/")[2]
        if method == "GET" or endpoint in _FREE:
            return await self._wire.do_request(url, method, request_data, *timeouts, **named)
        chat = _spaced(endpoint, request_data.parameters.get("chat_id") if request_data else None)
        for left in reversed(range(_TRIES)):
            await self._limiter.turn(Lane.ANSWER, chat)
            status, body = await self._wire.do_request(url, method, request_data, *timeouts, **named)
            if status == _FLOOD:
                self._limiter.pause(_asked_for(body))
            if status != _FLOOD or not left:
                return status, body
        raise AssertionError("unreachable: the last try returns or raises")


def _spaced(endpoint: str, chat: object) -> int | None:
    """The chat whose spacing the call keeps. Edits in private chats keep none: they answer a thumb that leafs."""
    if not isinstance(chat, int) or (chat > 0 and not endpoint.startswith(("send", "copy", "forward"))):
        return None
    return chat


def _asked_for(body: bytes) -> int | None:
    """The seconds that a 429 names; None when it names none."""
    match json.loads(body):
        case {"parameters": {"retry_after": int(seconds)}}:
            return seconds
        case _:
            return None
