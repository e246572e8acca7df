"""Make all calls of python-telegram-bot wait for the rate limiter, and repeat them after a flood wait (429).

This module wraps the library's BaseRequest. The library has a rate limiter of its own in `telegram.ext`, but that
would also load 2.5 MB of code that this bot does not use.
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
    """Give calls to Telegram the priority `lane` inside the block, in the current task only.

    Outside such a block, calls have the priority Lane.ANSWER.
    """
    before = _lane.set(lane)
    try:
        yield
    finally:
        _lane.reset(before)


class Overtaken(TelegramError):
    """An answer was not sent, because in the meantime the same person has asked to unsubscribe."""


class RateLimitedRequest(BaseRequest):
    """Pass each call of python-telegram-bot to `request` as soon as `limiter` allows it.

    Broadcasts do not use this class, but the limiter directly.
    """

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
        """Make a call, with up to three tries; return the status and the body of the last response.

        After a response with status 429, the call waits and is tried again. After the last try, or if Telegram asks
        for a longer wait than PATIENCE, the 429 is returned; python-telegram-bot then raises RetryAfter.

        Two errors are raised instead of sending the call: RetryAfter if the rate limiter would make it wait too long,
        and Overtaken if it is an answer and its receiver asks to unsubscribe while it waits.
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
        """Wait until the rate limiter allows a call of `endpoint` to `chat` with the priority `lane`.

        Raises RetryAfter if the call would wait too long. Raises Overtaken if the call is an answer and its receiver
        asks to unsubscribe while it waits.
        """
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
    """Return the id of the chat in a call; None when the call names a chat by its username, or has no chat."""
    chat = request_data.parameters.get("chat_id") if request_data else None
    return chat if isinstance(chat, int) else None


def _retry_after(body: bytes) -> object:
    """Return the unchecked `retry_after` in the body of a 429; None when there is none."""
    try:
        response = json.loads(body)
    except (ValueError, RecursionError):
        return None
    match response:
        case {"parameters": {"retry_after": seconds}}:
            return seconds
        case _:
            return None
