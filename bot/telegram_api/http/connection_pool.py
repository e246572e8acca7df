"""Lines to the Bot API, kept open and shared: the transport's hot path, at a third of what aiohttp's client costs.

Whoever comes while all are busy waits their turn. See `line` for what is raised.
"""

import asyncio
import ssl
from collections import deque

from bot.telegram_api.http.api_address import parse_address
from bot.telegram_api.http.connection import Connection, Deadlines, RequestNotSent

IDLE = 30.0  # seconds after which a line that nobody uses is closed; Telegram's end waits about a minute
_LOOK = 1.0  # seconds between looks at lines that say nothing, at most
REST = 5.0  # seconds for an answer that has begun: it is small, and whoever sends it a byte at a time is broken
EXTRA = 15.0  # seconds beyond the longest silence for a whole call
_STAGGER = 0.25  # seconds until the next address of a host is tried too (RFC 8305)


class ConnectionPool:
    """To one origin, `https://host:port`; at most `most` at once. `patience` are seconds of silence on a line."""

    def __init__(
        self, origin: str, most: int, connect_timeout: float, patience: float, deadlines: Deadlines | None = None
    ) -> None:
        self._address = parse_address(origin)
        self._tls = _context() if self._address.is_tls else None
        self._most = most
        self._connect_timeout = connect_timeout
        self._deadlines = deadlines or Deadlines(patience, REST, patience + EXTRA)
        self._lines: set[Connection] = set()
        self._opening = 0
        self._idle: deque[Connection] = deque()  # the last used is used next: the others may close
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()  # None: there is room for a new one
        self._timer: asyncio.TimerHandle | None = None

    async def post(self, request: bytes) -> tuple[int, bytes]:
        """The status and body of the answer to a whole request. Raises RequestNotSent, Cut, TimeoutError."""
        line = await self._free()
        try:
            answer = await line.ask(request)
        except BaseException:
            line.cut()  # its answer, should it come, would be taken for another's
            raise
        self._release(line, answer.keeps)
        return answer.status, answer.body

    async def close(self) -> None:
        for line in list(self._lines):
            line.cut()
        for waiter in self._waiting:
            waiter.cancel()
        if self._timer is not None:
            self._timer.cancel()
        await asyncio.sleep(0)  # until the sockets are closed

    async def _free(self) -> Connection:
        while True:
            line = self._idle.pop() if self._idle else await self._in_time()
            if line.is_open:
                return line

    async def _in_time(self) -> Connection:
        try:
            async with asyncio.timeout(self._connect_timeout):
                return await self._waited()
        except TimeoutError:
            raise RequestNotSent("no connection in time") from None

    async def _waited(self) -> Connection:
        if len(self._lines) + self._opening < self._most:
            self._opening += 1
            return await self._opened()
        waiter: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            line = await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._returned(waiter.result())
            raise
        return await self._opened() if line is None else line

    async def _opened(self) -> Connection:
        """A new one, for which there is room."""
        try:
            line = await self._connected()
        except BaseException as failed:
            self._returned(None)
            if isinstance(failed, (OSError, ValueError)):  # the latter: a name that DNS cannot hold
                raise RequestNotSent(type(failed).__name__) from failed
            raise
        self._opening -= 1
        self._lines.add(line)
        if self._timer is None:
            self._look()
        return line

    async def _connected(self) -> Connection:
        host = self._address.host
        _, line = await asyncio.get_running_loop().create_connection(
            lambda: Connection(self._gone),
            host,
            self._address.port,
            ssl=self._tls,
            server_hostname=host.rstrip(".") if self._tls else None,
            happy_eyeballs_delay=_STAGGER,
        )
        return line

    def _release(self, line: Connection, keeps: bool) -> None:
        if not keeps:
            line.cut()
        elif not self._passed_on(line):
            self._idle.append(line)

    def _returned(self, line: Connection | None) -> None:
        """What was given to somebody who no longer wants it, or made nothing of it."""
        if line is not None:
            self._release(line, keeps=True)
        elif not self._passed_on(None):
            self._opening -= 1

    def _passed_on(self, line: Connection | None) -> bool:
        """Whether somebody waited for it."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(line)
                return True
        return False

    def _gone(self, line: Connection) -> None:
        if line in self._lines:
            self._lines.remove(line)
            self._opening += 1
            self._returned(None)

    def _look(self) -> None:
        """Cuts lines whose answers take too long, and closes those that nobody uses."""
        loop = asyncio.get_running_loop()
        for line in list(self._lines):
            if line.is_late(self._deadlines) or (not line.is_asked and loop.time() - line.since > IDLE):
                line.cut(TimeoutError())
        self._idle = deque(line for line in self._idle if line.is_open)
        again = min(_LOOK, self._deadlines.silence / 4, self._deadlines.rest / 4)
        self._timer = loop.call_later(again, self._look) if self._lines else None


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
