"""How bytes reach Telegram: python-telegram-bot's request seam over aiohttp, and JSON over lines of our own.

What went wrong keeps its cause: `never_sent` tells a request that did not leave from one that may have arrived.
"""

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

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

from bot.line import Cut, NotLeft
from bot.lines import Lines

CONNECT_TIMEOUT = 10.0  # seconds, waiting for a free connection included
READ_TIMEOUT = 35.0  # seconds; Telegram itself waits out floods of up to 8 s before it answers
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}
_FIELDS = "Content-Type: application/json\r\nAccept: application/json\r\n"


class NotTelegram(NetworkError):
    """An answer that Telegram does not give: a censor's page, a proxy's, or one torn on the way.

    python-telegram-bot would read a 403 page as `Forbidden` and a 404 page as `InvalidToken`, and people would be
    erased for what a middlebox said.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"an answer that is not Telegram's (HTTP {status})")
        self.status = status


def never_sent(error: BaseException) -> bool:
    """Whether the request behind `error` surely did not leave: refused, unresolved, no connection in time, or a proxy
    that would not lead on."""
    cause = error.__cause__ if isinstance(error, TelegramError) else error
    return isinstance(
        cause, (NotLeft, aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
    )


class Wire(BaseRequest):
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
    ) -> None:
        self._connections = connections
        self._proxy = proxy
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None
        self._lines: dict[str, Lines] = {}  # by origin: there is one
        self._ways: dict[str, tuple[Lines, bytes]] = {}  # by URL: its lines, and a request up to the body's length

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, proxy=self._proxy, trust_env=False)

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
        _telegrams(status, answer)
        return status, answer

    async def post_json(self, url: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """The hot path: `body` is JSON; Telegram's status and its answer. Raises as do_request does."""
        if self._proxy is None:
            status, answer = await self._post(url, body)
        else:
            status, answer = await self._send(url, "POST", body, _JSON, self._read_timeout)
        return status, _telegrams(status, answer)

    async def call(self, url: str, parameters: dict[str, Any]) -> Any:
        """One method of the Bot API: its result as plain JSON, no objects built. Raises telegram.error's errors."""
        status, said = await self.post_json(url, json.dumps(parameters).encode())
        if status < 300:
            return said["result"]
        raise _refusal(status, said)

    async def _post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """Over our own lines."""
        lines, head = self._ways.get(url) or self._way(url)
        try:
            return await lines.post(b"%b%d\r\n\r\n%b" % (head, len(body), body))
        except TimeoutError as slow:
            raise TimedOut("no answer in time") from slow
        except (NotLeft, Cut) as broken:
            raise NetworkError(f"the connection failed ({broken})") from broken

    def _way(self, url: str) -> tuple[Lines, bytes]:
        split = urlsplit(url)
        origin = f"{split.scheme}://{split.netloc}"
        if origin not in self._lines:
            self._lines[origin] = Lines(origin, self._connections, self._connect_timeout, self._read_timeout)
        head = f"POST {split.path} HTTP/1.1\r\nHost: {split.netloc}\r\n{_FIELDS}Content-Length: "
        self._ways[url] = self._lines[origin], head.encode("ascii")
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
        limits = aiohttp.ClientTimeout(total=None, connect=self._connect_timeout, sock_read=patience)
        try:
            # Telegram never leads elsewhere; what does is in between, and must not be handed the token.
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except (TimeoutError, aiohttp.ServerTimeoutError) as slow:
            raise TimedOut(f"no answer in time ({type(slow).__name__})") from slow
        except (aiohttp.ClientError, OSError) as broken:
            # The type only: aiohttp's own sentences carry the address, and the address carries the token.
            raise NetworkError(f"the connection failed ({type(broken).__name__})") from broken


def _refusal(status: int, said: dict[str, Any]) -> TelegramError:
    """The error for what Telegram said, of the class that python-telegram-bot gives it."""
    told = str(said.get("description") or f"HTTP {status}")
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
            parameters = said.get("parameters")
            seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
            return RetryAfter(seconds if isinstance(seconds, int) else 1)
        case _:
            return NetworkError(told)


def _telegrams(status: int, body: bytes) -> dict[str, Any]:
    """What `body` says, when it is a whole answer of the Bot API; raises NotTelegram otherwise."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict) or said.get("ok") is not (status < 300) or (status < 300 and "result" not in said):
        raise NotTelegram(status)
    return said


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
