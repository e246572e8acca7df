"""Serve a few pages over HTTP/1.1, one request for each connection.

When idle, the server needs almost no memory; aiohttp needs 10 MB. A client that is slow or sends too much costs at
most MAX_HEAD_BYTES of memory for DEADLINE seconds, and does not delay other clients.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

MAX_HEAD_BYTES = 8192
MAX_CONNECTIONS = 32
DEADLINE = 5.0  # seconds to send a request, and again to read its response
_REQUEST_LINE = re.compile(rb"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.[01]")
_PLAIN_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """The status, type and body of an HTTP response."""

    status: HTTPStatus
    content_type: str
    body: bytes


Pages = Mapping[str, Callable[[], Awaitable[Page]]]


class PageServer:
    """An HTTP server for `pages`, which maps paths to functions that return a Page. Call `close` after `start`."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._server: asyncio.Server | None = None
        self._tasks: dict[asyncio.Task[None], None] = {}  # one for each connection, the oldest first

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Start listening; return the host and the port. If `port` is 0, the system chooses the port.

        Raises OSError, or UnicodeError for a host name that DNS cannot represent.
        """
        self._server = await asyncio.start_server(self._accept, host, port, limit=MAX_HEAD_BYTES)
        bound_host, bound_port = self._server.sockets[0].getsockname()[:2]
        return bound_host, bound_port

    async def close(self) -> None:
        """Stop listening, and end all connections."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= MAX_CONNECTIONS:
            oldest = next(iter(self._tasks))  # most likely a client that never ends
            oldest.cancel()
            del self._tasks[oldest]
        task = asyncio.get_running_loop().create_task(_serve(reader, writer, self._pages))
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pages: Pages) -> None:
    """Answer one request, then close the connection."""
    try:
        match await _read_request(reader):
            case HTTPStatus() as refusal:
                await _write(reader, writer, _encode(_error(refusal)))
            case (method, path):
                await _write(reader, writer, await _respond(method, path, pages))
    finally:
        writer.transport.abort()


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, str] | HTTPStatus | None:
    """Return the method and the path of the request that a client sends.

    If the request is too large, too slow or malformed, return the HTTP status with which to refuse it. If the client
    closed the connection, return None.
    """
    try:
        async with asyncio.timeout(DEADLINE):
            head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    except TimeoutError:
        return HTTPStatus.REQUEST_TIMEOUT
    except (OSError, asyncio.IncompleteReadError):
        return None
    request = _REQUEST_LINE.fullmatch(head.partition(b"\r\n")[0])
    if request is None:
        return HTTPStatus.BAD_REQUEST
    return request[1].decode(), request[2].partition(b"?")[0].decode()


async def _respond(method: str, path: str, pages: Pages) -> bytes:
    has_body, page = method != "HEAD", pages.get(path)
    if page is None:
        return _encode(_error(HTTPStatus.NOT_FOUND), has_body=has_body)
    if method not in ("GET", "HEAD"):
        return _encode(_error(HTTPStatus.METHOD_NOT_ALLOWED), "Allow: GET, HEAD\r\n")
    return _encode(await page(), has_body=has_body)


async def _write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, response: bytes) -> None:
    """Send the response, and wait until the client closes the connection or DEADLINE has passed.

    Meanwhile, read and ignore what the client still sends. If bytes from the client were left unread, the operating
    system could drop the response before the client gets it.
    """
    with suppress(OSError):  # also TimeoutError
        async with asyncio.timeout(DEADLINE):
            writer.transport.set_write_buffer_limits(0)  # then drain() waits until everything is sent
            writer.write(response)
            writer.write_eof()
            await writer.drain()
            while await reader.read(MAX_HEAD_BYTES):
                pass  # the system would drop the response if bytes of the client were left unread


def _error(status: HTTPStatus) -> Page:
    return Page(status, _PLAIN_TEXT, f"{status.value} {status.phrase}\n".encode())


def _encode(page: Page, headers: str = "", *, has_body: bool = True) -> bytes:
    head = (
        f"HTTP/1.1 {page.status.value} {page.status.phrase}\r\nContent-Type: {page.content_type}\r\n"
        f"Content-Length: {len(page.body)}\r\nConnection: close\r\n{headers}\r\n"
    )
    return head.encode() + (page.body if has_body else b"")
