"""Send requests to the Bot API and return its responses.

There are two kinds of requests: those of python-telegram-bot, and those that this project builds itself as JSON. Both
use ConnectionPool. Files, proxies of HTTP and longer timeouts need aiohttp. Through a SOCKS proxy, which aiohttp does
not support, these use ConnectionPool as well. Each raised error keeps its cause. From the cause, `never_sent` infers
whether the request may have reached Telegram.
"""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp
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
from bot.telegram_api.http.http_response import MAX_BODY_BYTES
from bot.telegram_api.http.network_errors import NotTelegram as NotTelegram
from bot.telegram_api.http.network_errors import ProxyRefused as ProxyRefused
from bot.telegram_api.http.network_errors import SocksFailed
from bot.telegram_api.http.network_errors import never_sent as never_sent
from bot.telegram_api.http.socks_proxy import SocksError, is_socks, parse_socks_proxy

CONNECT_TIMEOUT = 10.0  # seconds, including the wait for a free connection
READ_TIMEOUT = 35.0  # seconds of silence; Telegram itself waits out floods of up to 8 s before it answers
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class Transport(BaseRequest):
    """An HTTP client for the Bot API. Polling has its own Transport, so that sending never waits for a poll.

    The URL of a proxy is an argument, because aiohttp would otherwise read it from the environment at every request.
    That would cost a tenth of the CPU time.
    """

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
        self._session: aiohttp.ClientSession | None = None
        self._pools: dict[str, ConnectionPool] = {}  # by origin
        # By URL and content type: its pool, and the head of a request up to the value of Content-Length.
        self._routes: dict[tuple[str, str], tuple[ConnectionPool, bytes]] = {}

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session of aiohttp. Requests that do not need aiohttp work without this session."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=False)

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
        for pool in self._pools.values():
            await pool.close()
        self._pools, self._routes = {}, {}

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

        Of the timeout arguments, only a `read_timeout` above the default has an effect. Raises NetworkError or one of
        its subclasses TimedOut, NotTelegram and ProxyRefused.
        """
        is_number = isinstance(read_timeout, (int, float)) and not isinstance(read_timeout, bool)
        timeout = max(float(read_timeout), self._read_timeout) if is_number else self._read_timeout
        if request_data is not None and request_data.contains_files:
            status, response = await self._send(url, method, _form(request_data), {}, timeout)
        else:
            body = urlencode(request_data.json_parameters).encode() if request_data else b""
            status, response = await self._send_body(url, method, body, _FORM, timeout)
        if method == "GET" and status < 300:
            return status, response  # a file
        return status, body_for_library(status, url.rpartition("/")[2], parse_response(status, response))

    async def post_json(self, url: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Post the JSON `body` to `url`; return the status and the parsed response.

        Broadcasts and polling use this method. It raises the same errors as `do_request`.
        """
        status, response = await self._send_body(url, "POST", body, _JSON, self._read_timeout)
        return status, parse_response(status, response)

    async def call(self, url: str, parameters: dict[str, Any]) -> Any:
        """Call a method of the Bot API by its URL; return the result as parsed JSON. Raises TelegramError."""
        status, response = await self.post_json(url, json.dumps(parameters).encode())
        if status < 300:
            return response["result"]
        raise _api_error(status, response)

    async def _send_body(
        self, url: str, method: str, body: bytes, content_type: str, read_timeout: float
    ) -> tuple[int, bytes]:
        """Send a request through ConnectionPool if that can send it, else through aiohttp."""
        if self._proxy is None and method == "POST" and read_timeout <= self._read_timeout:
            return await self._post_pooled(url, body, content_type)
        return await self._send(url, method, body, {"Content-Type": content_type}, read_timeout)

    async def _post_pooled(self, url: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        try:
            pool, head = self._routes.get((url, content_type)) or self._add_route(url, content_type)
            return await pool.post(b"%b%d\r\n\r\n%b" % (head, len(body), body))
        except (TimeoutError, RequestNotSent, ConnectionLost) as error:
            raise _network_error(error) from error

    def _add_route(self, url: str, content_type: str) -> tuple[ConnectionPool, bytes]:
        address = _parse_address(url)
        self._routes[url, content_type] = self._pool(address), _head("POST", address, content_type)
        return self._routes[url, content_type]

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

    async def _send_over_socks(
        self, url: str, method: str, body: bytes | aiohttp.FormData, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """Send a request over a ConnectionPool, whose timeouts apply. It raises the same errors as `_send`."""
        content, content_type = await _encode(body, headers)
        try:
            address = _parse_address(url)
            head = _head(method, address, content_type)
            return await self._pool(address).post(b"%b%d\r\n\r\n%b" % (head, len(content), content))
        except (TimeoutError, RequestNotSent, ConnectionLost) as error:
            raise _network_error(error) from error

    async def _send(
        self,
        url: str,
        method: str,
        body: bytes | aiohttp.FormData,
        headers: dict[str, str],
        read_timeout: float,
    ) -> tuple[int, bytes]:
        """Send a request through aiohttp. Raises NetworkError or TimedOut with a text that does not contain `url`."""
        if self._socks is not None:
            return await self._send_over_socks(url, method, body, headers)
        if self._session is None:
            raise RuntimeError("The transport was used before initialize(): call it first.")
        try:
            address = _parse_address(url)
            async with self._session.request(
                method,
                address.url,
                data=body,
                headers={**headers, **address.login_headers(self._proxy)},
                proxy=self._proxy.url if self._proxy else None,
                proxy_headers=address.connect_headers(self._proxy),
                timeout=self._timeouts(read_timeout),
                allow_redirects=False,  # Telegram never redirects; another server must not be handed the token
            ) as response:
                return response.status, await self._body(response)
        except RequestNotSent as error:
            raise NetworkError(f"the connection failed ({error})") from error
        except (TimeoutError, aiohttp.ServerTimeoutError) as timeout:
            raise TimedOut(f"no response in time ({type(timeout).__name__})") from timeout
        except aiohttp.ClientHttpProxyError as refusal:
            raise ProxyRefused(refusal.status) from refusal
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # The type only: aiohttp's own texts quote the address, and the address contains the token.
            raise NetworkError(f"the connection failed ({type(error).__name__})") from error

    def _timeouts(self, read_timeout: float) -> aiohttp.ClientTimeout:
        total = self._connect_timeout + self._deadlines.total + read_timeout - self._read_timeout
        return aiohttp.ClientTimeout(total=total, connect=self._connect_timeout, sock_read=read_timeout)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async with asyncio.timeout(self._deadlines.response):
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    raise aiohttp.ClientPayloadError("a body that is too large")
        return bytes(body)


def _parse_address(url: str) -> ApiAddress:
    try:
        return parse_address(url)
    except ValueError as error:
        raise RequestNotSent(str(error)) from None


def _network_error(error: Exception) -> NetworkError:
    """Return the exception to raise for an `error` of ConnectionPool."""
    if isinstance(error, TimeoutError):
        return TimedOut("no response in time")
    if isinstance(error.__cause__, SocksError):
        return SocksFailed(str(error.__cause__))
    return NetworkError(f"the connection failed ({error})")


def _head(method: str, address: ApiAddress, content_type: str) -> bytes:
    """Return the head of a request up to the value of Content-Length."""
    login = f"Authorization: {address.authorization}\r\n" if address.authorization else ""
    lines = f"Host: {address.host_header}\r\n{login}Content-Type: {content_type}\r\nAccept: application/json\r\n"
    return f"{method} {address.path} HTTP/1.1\r\n{lines}Content-Length: ".encode("ascii")


async def _encode(body: bytes | aiohttp.FormData, headers: dict[str, str]) -> tuple[bytes, str]:
    """Return the bytes of `body` and its content type."""
    if isinstance(body, bytes):
        return body, headers["Content-Type"]
    payload = body()
    return await payload.as_bytes(), payload.headers["Content-Type"]


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


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form
