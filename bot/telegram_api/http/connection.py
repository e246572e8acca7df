"""One connection to the Bot API that stays open: a POST at a time, and the answer to it.

Two things must not be mixed up: what surely never left (RequestNotSent), and what may have arrived
(ConnectionLost, TimeoutError).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.telegram_api.http.http_response import HttpResponse, Malformed


class RequestNotSent(Exception):
    """No line could be had, so no byte of the request left."""


class ConnectionLost(Exception):
    """The line broke, or brought something that is no answer, after the request was written."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds from a request on: of silence, until an answer that has begun is whole, and for everything together."""

    silence: float
    rest: float
    whole: float


class Connection(asyncio.Protocol):
    """One connection. `since` is when something last happened on it, by the loop's clock."""

    def __init__(self, closed: Callable[["Connection"], None]) -> None:
        self._closed = closed
        self._transport: asyncio.Transport | None = None
        self._answer = HttpResponse()
        self._asked: asyncio.Future[HttpResponse] | None = None
        self._clock = asyncio.get_running_loop().time
        self.since = self._clock()
        self._asked_at = self.since
        self._begun_at: float | None = None  # when the first byte of the answer came

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    @property
    def is_asked(self) -> bool:
        return self._asked is not None

    def is_late(self, deadlines: Deadlines) -> bool:
        """Return whether the answer that is waited for took too long."""
        now = self._clock()
        rest = 0.0 if self._begun_at is None else now - self._begun_at
        is_over = now - self.since > deadlines.silence or now - self._asked_at > deadlines.whole
        return self.is_asked and (is_over or rest > deadlines.rest)

    def ask(self, request: bytes) -> asyncio.Future[HttpResponse]:
        """Writes; the answer comes whole."""
        assert self._transport
        self.since = self._asked_at = self._clock()
        self._begun_at = None
        self._answer = HttpResponse()
        self._asked = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._asked

    def cut(self, why: BaseException | None = None) -> None:
        """Closes at once; who waits for an answer is told `why`."""
        asked, self._asked = self._asked, None
        if asked is not None and not asked.done():
            asked.set_exception(why or ConnectionLost("the line was closed"))
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        asked = self._asked
        if asked is None:  # nobody asked: what it says next would be taken for somebody's answer
            self.cut()
            return
        self.since = self._clock()
        if self._begun_at is None:
            self._begun_at = self.since
        try:
            if self._answer.feed(data):
                self._asked = None
                if not asked.done():
                    asked.set_result(self._answer)
        except Malformed as malformed:
            self.cut(ConnectionLost(str(malformed)))

    def connection_lost(self, error: Exception | None) -> None:
        asked, self._asked = self._asked, None
        if asked is not None and not asked.done():
            if error is None and self._answer.closed():
                asked.set_result(self._answer)
            else:
                asked.set_exception(ConnectionLost("the line broke"))
        self._closed(self)
