"""A single request is the same directly and through each kind of proxy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import pytest

from bot.telegram_api.http.single_request import send_single_request
from tests.integration.telegram_api.test_api_address import basic, proxy
from tests.support.socks_server import socks_server, unused_port

WAYS = ["directly", "http", "socks5h"]


@asynccontextmanager
async def proxy_for(way: str) -> AsyncIterator[str | None]:
    """Run a proxy; yield its address, or None."""
    port = unused_port()
    match way:
        case "http":
            async with proxy() as (address, _):
                yield f"http://{address}"
        case "socks5h":
            async with socks_server(port, asks_for_login=False):
                yield f"socks5h://127.0.0.1:{port}"
        case _:
            async with nullcontext():
                yield None


@asynccontextmanager
async def server_that_sends(reply: bytes) -> AsyncIterator[tuple[int, list[str]]]:
    """Run a server that sends `reply` to each request; yield its port and the requests."""
    requests: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        requests.append((head + await reader.readexactly(int(length or b"0"))).decode())
        writer.write(reply)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], requests


@pytest.mark.parametrize("way", WAYS)
async def test_the_same_request_arrives_and_the_head_of_its_response_is_read(way: str) -> None:
    reply = b"HTTP/1.1 302 Found\r\nX-A: b: c\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    async with server_that_sends(reply) as (port, requests), proxy_for(way) as address:
        url = f"http://bob:pw@127.0.0.1:{port}/topic?token=a%20b"
        head = await send_single_request(url, "POST", proxy=address, headers={"Title": "Silent"}, body=b"a body")

    (request,) = requests
    assert (head.status, head.headers["x-a"]) == (302, "b: c")
    assert request.startswith("POST /topic?token=a%20b HTTP/1.1\r\n")
    assert request.endswith("\r\n\r\na body")
    assert f"Host: 127.0.0.1:{port}\r\n" in request
    assert f"Authorization: {basic('bob:pw')}\r\n" in request
    assert "Title: Silent\r\n" in request


@pytest.mark.parametrize("way", WAYS)
async def test_an_informational_response_is_not_the_response(way: str) -> None:
    reply = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n"
    async with server_that_sends(reply) as (port, _), proxy_for(way) as address:
        head = await send_single_request(f"http://127.0.0.1:{port}", "HEAD", proxy=address)

    assert (head.status, head.headers.get("x-a")) == (204, "b")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("reply", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 x\r\n\r\n", b"HTTP/1.1 200 OK\r\n"])
async def test_what_is_no_response_is_an_error_of_the_network(way: str, reply: bytes) -> None:
    async with server_that_sends(reply) as (port, _), proxy_for(way) as address:
        with pytest.raises(OSError):  # noqa: PT011 -- the kinds differ, their texts do not matter
            await send_single_request(f"http://127.0.0.1:{port}/secret", "GET", proxy=address)


@pytest.mark.parametrize("way", WAYS)
async def test_a_server_that_cannot_be_reached_is_an_error_of_the_network(way: str) -> None:
    async with proxy_for(way) as address:
        for url in ("http://127.0.0.1:9/secret", "http://no-such.invalid/secret"):
            if way == "http" and address:
                address = "http://127.0.0.1:9"
            with pytest.raises(OSError) as raised:  # noqa: PT011 -- as above
                await send_single_request(url, "GET", proxy=address)
            assert "secret" not in str(raised.value)
