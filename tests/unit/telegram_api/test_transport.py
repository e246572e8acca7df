"""The transport distinguishes requests that never left, requests that may have arrived, and foreign responses."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.telegram_api.http.transport import NotTelegram, Transport, never_sent

TOKEN = "123456789:" + "x" * 35
Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(respond: Respond) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", respond)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def open_transport(**options: Any) -> AsyncIterator[Transport]:
    transport = Transport(4, **options)
    await transport.initialize()
    try:
        yield transport
    finally:
        await transport.shutdown()


def respond_with(status: int, body: bytes) -> Respond:
    async def respond(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body)

    return respond


async def error_of(status: int, body: bytes) -> NetworkError | Exception:
    async with server(respond_with(status, body)) as url, open_transport() as transport:
        with pytest.raises(Exception) as raised:  # noqa: PT011 -- the tests check which one it is
            await transport.call(f"{url}/bot{TOKEN}/sendMessage", {})
        return raised.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest),
        (401, InvalidToken),
        (403, Forbidden),
        (404, InvalidToken),
        (409, Conflict),
        (502, NetworkError),
    ],
)
async def test_an_error_of_telegram_keeps_its_text(status: int, kind: type[Exception]) -> None:
    error = await error_of(status, b'{"ok":false,"error_code":%d,"description":"Some sentence"}' % status)

    assert type(error) is kind
    assert "ome sentence" in str(error)
    assert not never_sent(error)


@pytest.mark.parametrize(
    "field", [b'"parameters":{"retry_after":7}', b'"parameters":{}', b'"parameters":[]', b'"x":1']
)
async def test_a_429_is_a_flood_wait_even_without_a_retry_after(field: bytes) -> None:
    assert isinstance(
        await error_of(429, b'{"ok":false,"description":"Too Many Requests",' + field + b"}"), RetryAfter
    )


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b"<html>This page is blocked</html>"),
        (404, b"<html>nginx</html>"),
        (200, b"<html>Welcome to the hotel</html>"),
        (200, b'{"ok":true,"result":{"message_id":1'),
        (200, b'{"ok":true}'),
        (200, b"[]"),
        (200, b""),
        (403, b'{"error":"forbidden by policy"}'),
        (200, b'{"ok":false,"description":"Forbidden"}'),
        (502, b"\xff\xfe"),
    ],
)
async def test_a_page_from_in_between_is_not_telegrams_response(status: int, body: bytes) -> None:
    error = await error_of(status, body)

    assert type(error) is NotTelegram
    assert not never_sent(error)


async def test_a_censors_403_page_is_not_read_as_forbidden_by_the_library() -> None:
    async with server(respond_with(403, b"<html>blocked</html>")) as url:
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=Transport(4), get_updates_request=Transport(4))
        with pytest.raises(NotTelegram):
            await bot.initialize()
        await bot.shutdown()


async def test_a_refused_connection_means_never_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with open_transport() as transport:
            with pytest.raises(NetworkError) as raised:
                await transport.call(f"http://127.0.0.1:{taken.getsockname()[1]}/bot{TOKEN}/getMe", {})

    assert never_sent(raised.value)
    assert TOKEN not in str(raised.value)


async def test_a_name_that_does_not_resolve_means_never_sent() -> None:
    async with open_transport() as transport:
        with pytest.raises(NetworkError) as raised:
            await transport.call(f"http://no-such-host.invalid/bot{TOKEN}/getMe", {})

    assert never_sent(raised.value)


async def test_a_request_with_a_slow_response_may_have_been_carried_out() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async with server(slow) as url, open_transport(read_timeout=0.1) as transport:
        with pytest.raises(TimedOut) as raised:
            await transport.call(f"{url}/bot{TOKEN}/sendMessage", {})

    assert not never_sent(raised.value)


async def test_a_request_with_a_broken_response_may_have_been_carried_out() -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    async with server(cut) as url, open_transport() as transport:
        with pytest.raises(NetworkError) as raised:
            await transport.call(f"{url}/bot{TOKEN}/sendMessage", {})

    assert not never_sent(raised.value)


async def test_a_request_that_waited_for_a_full_pool_was_never_sent() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(1.5)
        return web.Response(body=b'{"ok":true,"result":1}')

    async with server(slow) as url:
        transport = Transport(1, connect_timeout=0.2)
        await transport.initialize()
        first = asyncio.create_task(transport.call(f"{url}/bot{TOKEN}/a", {}))
        await asyncio.sleep(0.1)
        with pytest.raises(NetworkError) as raised:
            await transport.call(f"{url}/bot{TOKEN}/b", {})
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await transport.shutdown()

    assert never_sent(raised.value)


async def test_a_proxy_gets_a_connect_and_its_refusal_means_never_sent() -> None:
    requests: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(proxy, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening, open_transport(proxy=f"http://user:pw@127.0.0.1:{port}") as transport:
        with pytest.raises(NetworkError) as raised:
            await transport.call(f"https://api.telegram.org/bot{TOKEN}/sendMessage", {})

    assert requests[0].startswith("CONNECT api.telegram.org:443 ")
    assert TOKEN not in requests[0]
    assert never_sent(raised.value)
    assert "pw" not in str(raised.value)


async def test_a_redirect_is_not_followed() -> None:
    requests: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        requests.append(request.path)
        return web.Response(status=307, headers={"Location": f"{request.url.origin()}/elsewhere"})

    async with server(redirect) as url, open_transport() as transport:
        with pytest.raises(NotTelegram):
            await transport.call(f"{url}/bot{TOKEN}/sendMessage", {"text": "x"})

    assert len(requests) == 1
