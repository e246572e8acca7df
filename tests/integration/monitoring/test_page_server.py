"""The server of health and metrics answers each request once, and no client keeps it from answering others."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.monitoring import page_server
from bot.monitoring.page_server import MAX_CONNECTIONS, MAX_HEAD_BYTES, Page, PageServer

HOST = "127.0.0.1"
LARGE = bytes(32 * 1024 * 1024)  # more than the system keeps for a client that does not read


async def hello() -> Page:
    return Page(HTTPStatus.OK, "text/plain", b"hello")


async def large() -> Page:
    return Page(HTTPStatus.OK, "text/plain", LARGE)


@asynccontextmanager
async def running_server() -> AsyncIterator[tuple[PageServer, int]]:
    server = PageServer({"/hello": hello, "/large": large})
    _, port = await server.start(HOST, 0)
    try:
        yield server, port
    finally:
        await server.close()


async def exchange(port: int, request: bytes) -> bytes:
    """Send `request`, and return all that the server sends until it closes the connection."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(request)
    async with asyncio.timeout(30):
        await writer.drain()  # most clients read only when they have sent everything
        response = await reader.read()
    writer.close()
    return response


def get(path: str, method: str = "GET", headers: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: h\r\n{headers}\r\n".encode()


async def test_a_page_is_sent_whole_and_the_connection_closed() -> None:
    async with running_server() as (_, port):
        response = await exchange(port, get("/hello"))
        assert (await exchange(port, get("/large"))).endswith(LARGE)

    assert response == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
    )


async def test_a_client_that_sends_no_more_gets_the_whole_page() -> None:
    async with running_server() as (_, port):
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(get("/large"))
        writer.write_eof()
        await asyncio.sleep(0.1)  # so that the server has more to send than the system keeps
        assert (await reader.read()).endswith(LARGE)
        writer.close()


async def test_a_head_request_gets_the_same_head_alone() -> None:
    async with running_server() as (_, port):
        for path in ("/hello", "/nothing"):
            head, _, body = (await exchange(port, get(path))).partition(b"\r\n\r\n")
            assert body
            assert await exchange(port, get(path, "HEAD")) == head + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (get("/hello?x=1"), 200),
        (get("/hello") + get("/hello"), 200),  # the second one gets no answer
        (b"GET /hello HTTP/1.0\r\n\r\n", 200),
        (get("/"), 404),
        (get("/hello/../hello"), 404),
        (get("/%68ello"), 404),
        (get("/nothing", "POST"), 404),
        (get("/hello", "POST", "Content-Length: 1000000\r\n") + bytes(1_000_000), 405),
        (get("/hello", "DELETE"), 405),
        (get("/hello", "get"), 400),
        (get("http://h/hello"), 400),
        (get("/hello HTTP/1.1\nX: y"), 400),
        (b"GET /hello HTTP/2.0\r\n\r\n", 400),
        (b"GET /hello\r\n\r\n", 400),
        (b"GET  /hello HTTP/1.1\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        ("GET /سلام HTTP/1.1\r\n\r\n".encode(), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),  # TLS
        (get(f"/{'x' * MAX_HEAD_BYTES}"), 431),
        (get("/hello", headers="X: y\r\n" * MAX_HEAD_BYTES), 431),
        (b"x" * 20_000_000, 431),  # more than the system keeps for a server that does not read
    ],
)
async def test_each_request_gets_one_response(request_bytes: bytes, status: int) -> None:
    async with running_server() as (_, port):
        response = await exchange(port, request_bytes)

    assert response.startswith(b"HTTP/1.1 %d " % status)
    assert response.count(b"HTTP/1.1 ") == 1
    assert (b"\r\nAllow: GET, HEAD\r\n" in response) == (status == 405)


@given(
    pieces=st.lists(st.binary(max_size=40) | st.sampled_from([b"GET /hello HTTP/1.1", b"\r\n", b"\r\n\r\n", b":"]))
)
@example([b"GET / HTTP/1.1\r\n", b"\xff: \x00\r\n\r\n"])
def test_any_bytes_get_a_response_or_none(pieces: list[bytes]) -> None:
    async def read() -> object:
        reader = asyncio.StreamReader(limit=MAX_HEAD_BYTES)
        reader.feed_data(b"".join(pieces))
        reader.feed_eof()
        return await page_server._read_request(reader)

    match asyncio.run(read()):
        case (str(method), str(path)):
            assert method.isupper()
            assert path.startswith("/")
        case result:
            assert result in (None, HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)


@pytest.mark.parametrize("begin", [b"", b"GET /hello HTTP/1.1\r\n", b"GET /hello HTTP/1.1\n\n"])
async def test_a_request_that_does_not_end_is_refused_in_time(begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_server, "DEADLINE", 0.1)
    async with running_server() as (_, port):
        assert (await exchange(port, begin)).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("path", ["/hello", "/large"])
async def test_a_client_that_neither_reads_nor_closes_is_dropped(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_server, "DEADLINE", 0.1)
    async with running_server() as (server, port):
        _, writer = await asyncio.open_connection(HOST, port, limit=1024)
        writer.write(get(path))
        async with asyncio.timeout(10):
            await asyncio.sleep(0.1)
            while server._tasks:
                await asyncio.sleep(0.01)
        writer.close()


async def test_clients_that_never_end_keep_nobody_from_an_answer() -> None:
    async with running_server() as (server, port):
        silent = [await asyncio.open_connection(HOST, port) for _ in range(2 * MAX_CONNECTIONS)]
        assert (await exchange(port, get("/hello"))).endswith(b"hello")
        async with asyncio.timeout(2):  # far less than DEADLINE
            for reader, _ in silent[:MAX_CONNECTIONS]:
                assert await reader.read() == b""
        assert len(server._tasks) <= MAX_CONNECTIONS
        for _, writer in silent:
            writer.close()


async def test_a_client_that_hangs_up_is_forgotten_at_once() -> None:
    async with running_server() as (server, port):
        for begin in (b"", b"GET /hello", get("/large")):
            _, writer = await asyncio.open_connection(HOST, port)
            writer.write(begin)
            await writer.drain()
            writer.transport.abort()
        async with asyncio.timeout(2):  # far less than DEADLINE
            await asyncio.sleep(0.05)
            while server._tasks:
                await asyncio.sleep(0.01)


async def test_a_stop_waits_for_no_client() -> None:
    async with running_server() as (_, port):
        _, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"GET /hello")
        await asyncio.sleep(0.05)
        begun = time.monotonic()

    assert time.monotonic() - begun < 1
    writer.close()
