"""Send requests to the Bot API and return its responses.

There are two kinds of requests: those of python-telegram-bot, and those that this project builds itself as JSON. Both
use ConnectionPool, also for files and through a SOCKS proxy. Through an HTTP proxy they use aiohttp, which is
imported only then. Each raised error keeps its cause, from which `never_sent` infers whether the request might have
reached Telegram.
"""

import json
from typing import TYPE_CHECKING, Any

from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from bot.telegram_api.http.api_address import ApiAddress, parse_address
from bot.telegram_api.http.api_response import body_for_library, parse_response
from bot.telegram_api.http.connection import ConnectionLost, Deadlines, RequestNotSent
from bot.telegram_api.http.connection_pool import EXTRA_SECONDS, RESPONSE_TIMEOUT, ConnectionPool
from bot.telegram_api.http.network_errors import NotTelegram as NotTelegram
from bot.telegram_api.http.network_errors import ProxyRefused as ProxyRefused
from bot.telegram_api.http.network_errors import SocksFailed
from bot.telegram_api.http.network_errors import never_sent as never_sent
from bot.telegram_api.http.request_body import JSON, encode_form
from bot.telegram_api.http.socks_proxy import SocksError, is_socks, parse_socks_proxy

if TYPE_CHECKING:
    from bot.telegram_api.http.http_proxy_client import HttpProxyClient

CONNECT_TIMEOUT = 10.0  # seconds, including the wait for a free connection
READ_TIMEOUT = 35.0  # seconds of silence; Telegram itself waits out floods of up to 8 s before it answers


class Transport(BaseRequest):
    """An HTTP client for the Bot API. Polling has its own Transport, so that sending never waits for a poll."""

    def __init__(
        self,
        connections: int = 128,
        read_timeout: float = READ_TIMEOUT,
        connect_timeout: float = CONNECT_TIMEOUT,
        proxy: str | None = None,
        response_timeout: float = RESPONSE_TIMEOUT,
        total_timeout: float | None = None,
    ) -> None:
        """Create a client with at most `connections` connections. All timeouts are in seconds.

        `connect_timeout` limits the wait for a connection. `read_timeout` limits the time in which the server sends
        no byte. `response_timeout` runs from the first byte of a response to the last. `total_timeout` runs from the
        moment when a connection is open; by default it is EXTRA_SECONDS longer than `read_timeout`.
        """
        self._connections = connections
        self._socks = parse_socks_proxy(proxy) if proxy and is_socks(proxy) else None
        self._proxy = parse_address(proxy) if proxy and not self._socks else None
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        total = read_timeout + EXTRA_SECONDS if total_timeout is None else total_timeout
        self._deadlines = Deadlines(read_timeout, response_timeout, total)
        self._client: HttpProxyClient | None = None
        self._pools: dict[str, ConnectionPool] = {}  # by origin
        # By the URL of a POST request: its pool, and the head of the request up to the value of Content-Type.
        self._routes: dict[str, tuple[ConnectionPool, bytes]] = {}

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        """Do nothing: connections are opened when they are needed."""

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.close()
        for pool in self._pools.values():
            await pool.close()
        self._client, self._pools, self._routes = None, {}, {}

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """Send a request of python-telegram-bot; return the status and the checked body of the response.

        The timeout arguments have no effect. Raises NetworkError or one of its subclasses TimedOut, NotTelegram and
        ProxyRefused.
        """
        body, content_type = encode_form(request_data)
        status, response = await self._send(url, method, body, content_type)
        if method == "GET" and status < 300:
            return status, response  # a file
        return status, body_for_library(status, url.rpartition("/")[2], parse_response(status, response))

    async def post_json(self, url: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Post the JSON `body` to `url`; return the status and the parsed response.

        Broadcasts and polling use this method. The method raises the same errors as `do_request`.
        """
        status, response = await self._send(url, "POST", body, JSON)
        return status, parse_response(status, response)

    async def call(self, url: str, parameters: dict[str, Any]) -> Any:
        """Call a method of the Bot API. `url` contains the token and the name of the method.

        Return the field `result` of the response as parsed JSON. Raises TelegramError.
        """
        status, response = await self.post_json(url, json.dumps(parameters).encode())
        if status < 300:
            return response["result"]
        raise _api_error(status, response)

    async def _send(self, url: str, method: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        """Send a request; return the status and the body of the response.

        Raises NetworkError or a subclass. The text of the error does not contain `url`, because `url` contains the
        token.
        """
        try:
            if self._proxy is not None:
                return await self._proxy_client(self._proxy).send(method, _parse_address(url), content_type, body)
            pool, head = self._route(url, method)
            return await pool.post(
                b"%b%b\r\nContent-Length: %d\r\n\r\n%b" % (head, content_type.encode(), len(body), body)
            )
        except (TimeoutError, RequestNotSent, ConnectionLost) as error:
            raise _network_error(error) from error

    def _proxy_client(self, proxy: ApiAddress) -> "HttpProxyClient":
        if self._client is None:
            from bot.telegram_api.http.http_proxy_client import HttpProxyClient  # it imports aiohttp

            self._client = HttpProxyClient(proxy, self._connections, self._connect_timeout, self._deadlines)
        return self._client

    def _route(self, url: str, method: str) -> tuple[ConnectionPool, bytes]:
        """Return the connection pool for `url`, and the first bytes of a request to it.

        These are the request line and the headers. The last header is "Content-Type: " without its value; the caller
        adds the value, the length and the body.
        """
        if method == "POST" and (route := self._routes.get(url)):
            return route
        address = _parse_address(url)
        route = self._pool(address), _head(method, address)
        if method == "POST":  # the URLs of methods are few, those of files are not
            self._routes[url] = route
        return route

    def _pool(self, address: ApiAddress) -> ConnectionPool:
        pool = self._pools.get(address.origin)
        if pool is None:
            pool = self._pools[address.origin] = ConnectionPool(
                address.origin,
                self._connections,
                self._connect_timeout,
                self._read_timeout,
                self._deadlines,
                self._socks,
            )
        return pool


def _parse_address(url: str) -> ApiAddress:
    try:
        return parse_address(url)
    except ValueError as error:
        raise RequestNotSent(str(error)) from None


def _network_error(error: Exception) -> NetworkError:
    """Convert an `error` of ConnectionPool to an exception of python-telegram-bot or of this package."""
    if isinstance(error, TimeoutError):
        return TimedOut("no response in time")
    if isinstance(error.__cause__, SocksError):
        return SocksFailed(str(error.__cause__))
    return NetworkError(f"the connection failed ({error})")


def _head(method: str, address: ApiAddress) -> bytes:
    """Return the request line and the headers, up to "Content-Type: ", to which the caller adds the value."""
    login = f"Authorization: {address.authorization}\r\n" if address.authorization else ""
    lines = f"Host: {address.host_header}\r\n{login}Accept: application/json\r\nContent-Type: "
    return f"{method} {address.path} HTTP/1.1\r\n{lines}".encode("ascii")


def _api_error(status: int, response: dict[str, Any]) -> TelegramError:
    """Return the exception that python-telegram-bot raises for this error response of the Bot API."""
    description = response["description"]
    match status:
        case 400:
            return BadRequest(description)
        case 401 | 404:
            return InvalidToken(description)
        case 403:
            return Forbidden(description)
        case 409:
            return Conflict(description)
        case 429:
            return RetryAfter(response["parameters"]["retry_after"])
        case _:
            return NetworkError(description)
