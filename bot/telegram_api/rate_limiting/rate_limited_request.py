"""The limiter before python-telegram-bot's calls: each waits for its turn, and is made again after a 429.

It stands at the library's request seam, not at `telegram.ext`'s rate limiter: `telegram.ext` would be 2.5 MB of
handlers and job queues that nobody uses here.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData

from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter, Superseded
from bot.telegram_api.rate_limiting.token_bucket import Lane

PATIENCE = 60.0  # seconds of a flood wait for which an answer is held; after more nobody waits for it any longer
_COURTESY_PATIENCE = 5.0  # seconds that a display waits for its turn
_TRIES = 3
_FLOOD = 429
_FREE = frozenset({"getUpdates", "getMe", "deleteWebhook", "getWebhookInfo", "logOut", "close"})
_lane: ContextVar[Lane] = ContextVar("lane", default=Lane.ANSWER)


@contextmanager
def in_lane(lane: Lane) -> Iterator[None]:
    """Make the calls of this block, in this task, in `lane` instead of as answers."""
    before = _lane.set(lane)
    try:
        yield
    finally:
        _lane.reset(before)


class Overtaken(TelegramError):
    """This answer is not sent: the same person has asked to leave meanwhile."""


class RateLimitedRequest(BaseRequest):
    """`wire`, one call after the other. Broadcasts ask the limiter themselves."""

    def __init__(self, wire: BaseRequest, limiter: RateLimiter) -> None:
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
        """See BaseRequest. A 429 that is not waited for is handed on, and becomes a RetryAfter."""
        endpoint = url.rpartition("/")[2]
        if method == "GET" or endpoint in _FREE:
            return await self._wire.do_request(url, method, request_data, *timeouts, **named)
        chat, lane = _chat(request_data), _lane.get()
        tries = 1 if lane is Lane.COURTESY or endpoint.startswith(("setMy", "getMy")) else _TRIES
        for left in reversed(range(tries)):
            await self._turn(lane, chat, endpoint)
            status, body = await self._wire.do_request(url, method, request_data, *timeouts, **named)
            if status != _FLOOD:
                if status < 300 and chat is not None:
                    self._limiter.record_success()
                return status, body
            seconds = self._limiter.record_refusal(endpoint, chat, _asked_for(body))
            if not left or seconds > PATIENCE:
                return status, body
        raise AssertionError("unreachable: the last try returns or raises")

    async def _turn(self, lane: Lane, chat: int | None, endpoint: str) -> None:
        """Wait for a turn. Raises RetryAfter at once when a flood wait holds this call for longer than is useful."""
        patience = _COURTESY_PATIENCE if lane is Lane.COURTESY else PATIENCE
        if (held := self._limiter.pause_of(endpoint, chat)) > patience:
            raise RetryAfter(round(held))
        spaced = chat is not None and (chat < 0 or endpoint.startswith(("send", "copy", "forward")))
        turn = self._limiter.acquire(lane, chat, method=endpoint, spaced=spaced)
        if lane is not Lane.COURTESY:
            try:
                await turn
            except Superseded:
                raise Overtaken("a request to leave goes first") from None
            return
        try:
            async with asyncio.timeout(_COURTESY_PATIENCE):
                await turn
        except TimeoutError:
            raise RetryAfter(round(_COURTESY_PATIENCE)) from None


def _chat(request_data: RequestData | None) -> int | None:
    """The chat that the call names by its number."""
    chat = request_data.parameters.get("chat_id") if request_data else None
    return chat if isinstance(chat, int) else None


def _asked_for(body: bytes) -> object:
    """The seconds that a 429 names, as they stand there; None when it names none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    match told:
        case {"parameters": {"retry_after": seconds}}:
            return seconds
        case _:
            return None
