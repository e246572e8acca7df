"""Keep connections to the Bot API open, and use them for one request after another.

The pool needs a third of the CPU time of aiohttp. While all connections are busy, requests wait, and are sent in the
order in which they came. The errors are defined in `connection`.
"""

import asyncio
import socket
import ssl
from collections import deque
from functools import cache

from aiohappyeyeballs import start_connection

from bot.telegram_api.http.api_address import ApiAddress, parse_address
from bot.telegram_api.http.connection import Connection, Deadlines, RequestNotSent
from bot.telegram_api.http.socks_proxy import SocksProxy, open_socket_through

IDLE_TIMEOUT = 30.0  # seconds until an unused connection is closed; Telegram closes it after about a minute
_CHECK_INTERVAL = 1.0  # seconds between two checks of deadlines, at most
RESPONSE_TIMEOUT = 5.0  # seconds for a response that has begun: responses are small, so a slow one is broken
EXTRA_SECONDS = 15.0  # seconds for a whole request, beyond the longest silence
_HAPPY_EYEBALLS_DELAY = 0.25  # seconds until the next address of a host is tried too (RFC 8305)


class ConnectionPool:
    """A pool of at most `max_connections` connections to one origin (`https://host:port`). Send requests with `post`.

    `connect_timeout` limits the wait for a free or a new connection. `read_timeout` limits the time in which the
    server sends no byte. Both are in seconds. Connections are opened through `socks`, unless it is None.
    """

    def __init__(
        self,
        origin: str,
        max_connections: int,
        connect_timeout: float,
        read_timeout: float,
        deadlines: Deadlines | None = None,
        socks: SocksProxy | None = None,
    ) -> None:
        self._address = parse_address(origin)
        self._socks = socks
        self._tls = tls_context() if self._address.is_tls else None
        self._max_connections = max_connections
        self._connect_timeout = connect_timeout
        self._deadlines = deadlines or Deadlines(read_timeout, RESPONSE_TIMEOUT, read_timeout + EXTRA_SECONDS)
        self._connections: set[Connection] = set()
        self._opening = 0  # connections that are being opened
        self._idle: deque[Connection] = deque()  # the last one used is taken first, so that the others may close
        # Requests that wait. Each gets a connection, or None: then it can open a connection itself.
        self._waiters: deque[asyncio.Future[Connection | None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def post(self, request: bytes) -> tuple[int, bytes]:
        """Send `request`, the bytes of a whole HTTP request; return the status and the body of the response.

        Raises RequestNotSent, ConnectionLost or TimeoutError.
        """
        connection = await self._acquire()
        try:
            response = await connection.send(request)
        except BaseException:
            connection.abort()  # its response may still come, and would be taken for another request's
            raise
        self._release(connection, response.keeps_alive)
        return response.status, response.body

    async def close(self) -> None:
        """Close all connections. Requests that have no response yet fail."""
        for connection in list(self._connections):
            connection.abort()
        for waiter in self._waiters:
            waiter.cancel()
        if self._timer is not None:
            self._timer.cancel()
        await asyncio.sleep(0)  # until the sockets are closed

    async def _acquire(self) -> Connection:
        while True:
            connection = self._idle.pop() if self._idle else await self._open_in_time()
            if connection.is_open:
                return connection

    async def _open_in_time(self) -> Connection:
        try:
            async with asyncio.timeout(self._connect_timeout):
                return await self._open_or_wait()
        except TimeoutError:
            raise RequestNotSent("no connection in time") from None

    async def _open_or_wait(self) -> Connection:
        if len(self._connections) + self._opening < self._max_connections:
            self._opening += 1
            return await self._open()
        waiter: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            connection = await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._hand_back(waiter.result())
            raise
        return await self._open() if connection is None else connection

    async def _open(self) -> Connection:
        """Open and return a connection.

        Before calling this, add 1 to `_opening`, the number of connections that are being opened. After success, the
        method subtracts 1. After a failure, it lets the request that has waited longest open a connection; if none
        waits, it subtracts 1.
        """
        try:
            connection = await self._connect()
        except BaseException as error:
            self._hand_back(None)
            if isinstance(error, (OSError, ValueError)):  # ValueError: an invalid host name
                raise RequestNotSent(type(error).__name__) from error
            raise
        self._opening -= 1
        self._connections.add(connection)
        if self._timer is None:
            self._check()
        return connection

    async def _connect(self) -> Connection:
        connected = await open_socket(self._address, self._socks)
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(self._remove),
            sock=connected,
            ssl=self._tls,
            server_hostname=self._address.host.rstrip(".") if self._tls else None,
        )
        return connection

    def _release(self, connection: Connection, keeps_alive: bool) -> None:
        if not keeps_alive:
            connection.abort()
        elif not self._pass_on(connection):
            self._idle.append(connection)

    def _hand_back(self, connection: Connection | None) -> None:
        """Give `connection` to the request that has waited longest; keep it open if no request waits.

        If `connection` is None, there is only room for a new connection: let that request open one. This room is
        already counted in `_opening`, the number of connections that are being opened. If no request waits, subtract
        1 from it.
        """
        if connection is not None:
            self._release(connection, keeps_alive=True)
        elif not self._pass_on(None):
            self._opening -= 1

    def _pass_on(self, connection: Connection | None) -> bool:
        """Wake the request that has waited longest, and give it `connection`; return False when no request waits.

        If `connection` is None, that request opens a new connection.
        """
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return True
        return False

    def _remove(self, connection: Connection) -> None:
        """Remove a connection that has ended, so that a new connection can be opened in its place."""
        if connection in self._connections:
            self._connections.remove(connection)
            self._opening += 1
            self._hand_back(None)

    def _check(self) -> None:
        """Abort connections whose response is overdue, and those that have been unused for IDLE_TIMEOUT seconds.

        As long as connections are left, schedule the next check.
        """
        loop = asyncio.get_running_loop()
        for connection in list(self._connections):
            is_unused = not connection.is_busy and loop.time() - connection.last_active > IDLE_TIMEOUT
            if is_unused or connection.is_overdue(self._deadlines):
                connection.abort(TimeoutError())
        self._idle = deque(connection for connection in self._idle if connection.is_open)
        interval = min(_CHECK_INTERVAL, self._deadlines.silence / 4, self._deadlines.response / 4)
        self._timer = loop.call_later(interval, self._check) if self._connections else None


async def open_socket(address: ApiAddress, socks: SocksProxy | None) -> socket.socket:
    """Return a socket that is connected to `address`, through the proxy `socks` unless it is None.

    Without a proxy, the host's IP addresses are tried, and the first that answers is used. Raises OSError, or
    ValueError for an invalid host name. The caller limits the duration.

    asyncio has an option for trying several addresses, too. But up to Python 3.11 it can leave a socket open when a
    request is cancelled. This happened to 58 % of 400 cancelled requests (29 Nov 2026).
    """
    if socks is not None:
        return await open_socket_through(socks, address.host, address.port)
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    return await start_connection(addresses, happy_eyeballs_delay=_HAPPY_EYEBALLS_DELAY)


def tls_context() -> ssl.SSLContext:
    """Return an SSL context for a Bot API server, which requires a valid certificate and offers HTTP/1.1."""
    return _tls_context(ssl.get_default_verify_paths())


@cache
def _tls_context(_: ssl.DefaultVerifyPaths) -> ssl.SSLContext:
    """Return the SSL context that all pools share, because each context takes 0.8 MB of memory.

    The argument is used only as the key of the function's cache: when the paths of the trusted certificates change, a
    new context is made.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
