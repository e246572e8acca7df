"""How bytes reach Telegram: python-telegram-bot's request seam over aiohttp, and JSON over lines of our own.

What went wrong keeps its cause: `never_sent` tells a request that did not leave from one that may have arrived.
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
from bot.telegram_api.http.api_response import body_for_library, read_answer
from bot.telegram_api.http.connection import ConnectionLost, Deadlines, RequestNotSent
from bot.telegram_api.http.connection_pool import EXTRA, REST, ConnectionPool
from bot.telegram_api.http.http_response import MOST_BODY
from bot.telegram_api.http.network_errors import NotTelegram as NotTelegram
from bot.telegram_api.http.network_errors import ProxyRefused as ProxyRefused
from bot.telegram_api.http.network_errors import never_sent as never_sent

CONNECT_TIMEOUT = 10.0  # seconds, waiting for a free connection included
READ_TIMEOUT = 35.0  # seconds; Telegram itself waits out floods of up to 8 s before it answers
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}
_FIELDS = "Content-Type: application/json\r\nAccept: application/json\r\n"


class Transport(BaseRequest):
    """One pool of connections to the Bot API. Polling has a pool of its own, so sends never wait behind it.

    What is in the environment about proxies is the settings' to read, not aiohttp's: looking it up on every request
    costs a tenth of the CPU.
    """

    def __init__(
        self,
        connections: int = 128,
        read_timeout: float = READ_TIMEOUT,
        connect_timeout: float = CONNECT_TIMEOUT,
        proxy: str | None = None,
        rest: float = REST,
        whole: float | None = None,
    ) -> None:
        """`rest` is seconds for an answer that has begun, `whole` for a whole call once there is a connection."""
        self._connections = connections
        self._proxy = parse_address(proxy) if proxy else None
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._deadlines = Deadlines(read_timeout, rest, read_timeout + EXTRA if whole is None else whole)
        self._session: aiohttp.ClientSession | None = None
        self._lines: dict[str, ConnectionPool] = {}  # by origin: there is one
        self._ways: dict[
            str, tuple[ConnectionPool, bytes]
        ] = {}  # by URL: its lines, and a request up to the body's length

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=False)

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
        for lines in self._lines.values():
            await lines.close()
        self._lines, self._ways = {}, {}

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
        """See BaseRequest. Only a read timeout that is given as a number replaces ours."""
        given = isinstance(read_timeout, (int, float)) and not isinstance(read_timeout, bool)
        timeout = max(float(read_timeout), self._read_timeout) if given else self._read_timeout
        if request_data is not None and request_data.contains_files:
            status, answer = await self._send(url, method, _form(request_data), None, timeout)
        else:
            body = urlencode(request_data.json_parameters).encode() if request_data else b""
            status, answer = await self._send(url, method, body, _FORM, timeout)
        if method == "GET" and status < 300:
            return status, answer  # a file
        return status, body_for_library(status, url.rpartition("/")[2], read_answer(status, answer))

    async def post_json(self, url: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """The hot path: `body` is JSON; Telegram's status and its answer. Raises as do_request does."""
        if self._proxy is None:
            status, answer = await self._post(url, body)
        else:
            status, answer = await self._send(url, "POST", body, _JSON, self._read_timeout)
        return status, read_answer(status, answer)

    async def call(self, url: str, parameters: dict[str, Any]) -> Any:
        """One method of the Bot API: its result as plain JSON, no objects built. Raises telegram.error's errors."""
        status, said = await self.post_json(url, json.dumps(parameters).encode())
        if status < 300:
            return said["result"]
        raise _refusal(status, said)

    async def _post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """Over our own lines."""
        try:
            lines, head = self._ways.get(url) or self._way(url)
            return await lines.post(b"%b%d\r\n\r\n%b" % (head, len(body), body))
        except TimeoutError as slow:
            raise TimedOut("no answer in time") from slow
        except (RequestNotSent, ConnectionLost) as broken:
            raise NetworkError(f"the connection failed ({broken})") from broken

    def _way(self, url: str) -> tuple[ConnectionPool, bytes]:
        address = _address(url)
        lines = self._lines.get(address.origin)
        if lines is None:
            lines = ConnectionPool(
                address.origin, self._connections, self._connect_timeout, self._read_timeout, self._deadlines
            )
            self._lines[address.origin] = lines
        login = f"Authorization: {address.authorization}\r\n" if address.authorization else ""
        head = f"POST {address.path} HTTP/1.1\r\nHost: {address.host_header}\r\n{login}{_FIELDS}Content-Length: "
        self._ways[url] = lines, head.encode("ascii")
        return self._ways[url]

    async def _send(
        self,
        url: str,
        method: str,
        body: bytes | aiohttp.FormData,
        headers: dict[str, str] | None,
        patience: float,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("The transport was used before initialize(): call it first.")
        try:
            address = _address(url)
            # Telegram never leads elsewhere; what does is in between, and must not be handed the token.
            async with self._session.request(
                method,
                address.url,
                data=body,
                headers={**(headers or {}), **self._logins(address)},
                proxy=self._proxy.url if self._proxy else None,
                proxy_headers=_login("Proxy-Authorization", self._proxy) if address.is_tls else None,
                timeout=self._timeouts(patience),
                allow_redirects=False,
            ) as answer:
                return answer.status, await self._body(answer)
        except RequestNotSent as broken:
            raise NetworkError(f"the connection failed ({broken})") from broken
        except (TimeoutError, aiohttp.ServerTimeoutError) as slow:
            raise TimedOut(f"no answer in time ({type(slow).__name__})") from slow
        except aiohttp.ClientHttpProxyError as refused:
            raise ProxyRefused(refused.status) from refused
        except (aiohttp.ClientError, OSError, ValueError) as broken:
            # The type only: aiohttp's own sentences carry the address, and the address carries the token.
            raise NetworkError(f"the connection failed ({type(broken).__name__})") from broken

    def _timeouts(self, patience: float) -> aiohttp.ClientTimeout:
        whole = self._deadlines.whole + patience - self._read_timeout
        return aiohttp.ClientTimeout(
            total=self._connect_timeout + whole, connect=self._connect_timeout, sock_read=patience
        )

    def _logins(self, address: ApiAddress) -> dict[str, str]:
        """Return the headers that log in; a proxy reads its own only where no TLS hides the request."""
        at_proxy = {} if address.is_tls else _login("Proxy-Authorization", self._proxy)
        return _login("Authorization", address) | at_proxy

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async with asyncio.timeout(self._deadlines.rest):
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > MOST_BODY:
                    raise aiohttp.ClientPayloadError("a body larger than any of Telegram's")
        return bytes(body)


def _login(header: str, address: ApiAddress | None) -> dict[str, str]:
    return {header: address.authorization} if address and address.authorization else {}


def _address(url: str) -> ApiAddress:
    try:
        return parse_address(url)
    except ValueError as unreadable:
        raise RequestNotSent(str(unreadable)) from None


def _refusal(status: int, said: dict[str, Any]) -> TelegramError:
    """The error for what Telegram said, of the class that python-telegram-bot gives it."""
    told = said["description"]
    match status:
        case 400:
            return BadRequest(told)
        case 401 | 404:
            return InvalidToken(told)
        case 403:
            return Forbidden(told)
        case 409:
            return Conflict(told)
        case 429:
            return RetryAfter(said["parameters"]["retry_after"])
        case _:
            return NetworkError(told)


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
