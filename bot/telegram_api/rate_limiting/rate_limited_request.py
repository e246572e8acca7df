"""Put the rate limiter in front of python-telegram-bot's calls: each waits for its turn, and is repeated after a 429.

It wraps the library's BaseRequest instead of using the rate limiter of `telegram.ext`, which would load 2.5 MB of
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

PATIENCE = 60.0  # seconds of a flood wait that an answer waits for; after more, nobody expects it any longer
_COURTESY_PATIENCE = 5.0  # seconds that a progress display waits for its turn
_TRIES = 3
_FLOOD = 429
_UNLIMITED = frozenset({"getUpdates", "getMe", "deleteWebhook", "getWebhookInfo", "logOut", "close"})
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
    """This answer is not sent: meanwhile the same person has asked to leave."""


class RateLimitedRequest(BaseRequest):
    """Pass calls to `request` as the limiter allows. Broadcasts do not come here: they ask the limiter themselves."""

    def __init__(self, request: BaseRequest, limiter: RateLimiter) -> None:
        self._request = request
        self._limiter = limiter

    @property
    def read_timeout(self) -> float | None:
        return self._request.read_timeout

    async def initialize(self) -> None:
        await self._request.initialize()

    async def shutdown(self) -> None:
        await self._request.shutdown()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **options: Any
    ) -> tuple[int, bytes]:
        """Make one call, up to three times; return status and body.

        A 429 is returned when its flood wait is too long or the tries are used up; the library raises RetryAfter.
        """
        endpoint = url.rpartition("/")[2]
        if method == "GET" or endpoint in _UNLIMITED:
            return await self._request.do_request(url, method, request_data, *timeouts, **options)
        chat, lane = _chat(request_data), _lane.get()
        tries = 1 if lane is Lane.COURTESY or endpoint.startswith(("setMy", "getMy")) else _TRIES
        for tries_left in reversed(range(tries)):
            await self._acquire(lane, chat, endpoint)
            status, body = await self._request.do_request(url, method, request_data, *timeouts, **options)
            if status != _FLOOD:
                if status < 300 and chat is not None:
                    self._limiter.record_success()
                return status, body
            seconds = self._limiter.record_refusal(endpoint, chat, _retry_after(body))
            if not tries_left or seconds > PATIENCE:
                return status, body
        raise AssertionError("unreachable: the last try returns or raises")

    async def _acquire(self, lane: Lane, chat: int | None, endpoint: str) -> None:
        """Wait for a turn. Raises RetryAfter at once when a flood wait would hold this call for too long."""
        patience = _COURTESY_PATIENCE if lane is Lane.COURTESY else PATIENCE
        if (pause := self._limiter.pause_of(endpoint, chat)) > patience:
            raise RetryAfter(round(pause))
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
    """Return the chat id that the call names; None for a name or no chat."""
    chat = request_data.parameters.get("chat_id") if request_data else None
    return chat if isinstance(chat, int) else None


def _retry_after(body: bytes) -> object:
    """Return the `retry_after` of a 429, unchecked; None when there is none."""
    try:
        response = json.loads(body)
    except (ValueError, RecursionError):
        return None
    match response:
        case {"parameters": {"retry_after": seconds}}:
            return seconds
        case _:
            return None
