"""Send POST requests, one at a time, over a connection to the Bot API that stays open.

The errors distinguish two cases. RequestNotSent means that no byte of the request has left this machine.
ConnectionLost and TimeoutError mean that the request might have reached Telegram.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.telegram_api.http.http_response import HttpResponse, MalformedResponse


class RequestNotSent(Exception):
    """No connection could be opened, so no byte of the request has left this machine."""


class ProxyUnreachable(RequestNotSent):
    """The HTTP proxy could not be reached."""


class ConnectionLost(Exception):
    """The connection broke after the request was written, or the server sent bytes that are not an HTTP response."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The longest times, in seconds, that the steps of a request can take."""

    silence: float  # without a byte arriving
    response: float  # from the first byte of the response to the last
    total: float  # from the request to the last byte of the response


class Connection(asyncio.Protocol):
    """A connection to the Bot API server. `send` writes a request and returns a future of its response.

    `last_active` is the time of the event loop's clock at which a byte was last written or read. `on_closed` is
    called once, after the connection has ended.
    """

    def __init__(self, on_closed: Callable[["Connection"], None]) -> None:
        self._on_closed = on_closed
        self._transport: asyncio.Transport | None = None
        self._response = HttpResponse()
        self._waiter: asyncio.Future[HttpResponse] | None = None  # while a request is under way
        self._clock = asyncio.get_running_loop().time
        self.last_active = self._clock()
        self._sent_at = self.last_active
        self._response_began_at: float | None = None

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    @property
    def is_busy(self) -> bool:
        """Return whether a request was sent and its response is not yet complete."""
        return self._waiter is not None

    def is_overdue(self, deadlines: Deadlines) -> bool:
        """Return whether the current request has exceeded one of `deadlines`; False without a current request."""
        now = self._clock()
        in_response = 0.0 if self._response_began_at is None else now - self._response_began_at
        is_over = now - self.last_active > deadlines.silence or now - self._sent_at > deadlines.total
        return self.is_busy and (is_over or in_response > deadlines.response)

    def send(self, request: bytes) -> asyncio.Future[HttpResponse]:
        """Write `request`, the bytes of a whole request.

        The future gets the complete response, or the exception ConnectionLost.
        """
        assert self._transport
        self.last_active = self._sent_at = self._clock()
        self._response_began_at = None
        self._response = HttpResponse()
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._waiter

    def abort(self, error: BaseException | None = None) -> None:
        """Close the connection at once. The current request fails with `error`, by default ConnectionLost."""
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(error or ConnectionLost("the connection was closed"))
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Add `data` to the response to the current request.

        If no request waits for a response, close the connection. Otherwise the next request would take `data` for a
        part of its own response.
        """
        waiter = self._waiter
        if waiter is None:
            self.abort()
            return
        self.last_active = self._clock()
        if self._response_began_at is None:
            self._response_began_at = self.last_active
        try:
            if self._response.feed(data):
                self._waiter = None
                if not waiter.done():
                    waiter.set_result(self._response)
        except MalformedResponse as malformed:
            self.abort(ConnectionLost(str(malformed)))

    def connection_lost(self, error: Exception | None) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            if error is None and self._response.finish():
                waiter.set_result(self._response)
            else:
                waiter.set_exception(ConnectionLost("the connection broke"))
        self._on_closed(self)
