"""The transport tells apart what left, what may have arrived, and what was never Telegram."""

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
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def wire(**options: Any) -> AsyncIterator[Transport]:
    one = Transport(4, **options)
    await one.initialize()
    try:
        yield one
    finally:
        await one.shutdown()


def says(status: int, body: bytes) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body)

    return answer


async def error_of(status: int, body: bytes) -> NetworkError | Exception:
    async with server(says(status, body)) as url, wire() as one:
        with pytest.raises(Exception) as raised:  # noqa: PT011 -- which one is what the tests are about
            await one.call(f"{url}/bot{TOKEN}/sendMessage", {})
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
async def test_what_telegram_refuses_keeps_its_sentence(status: int, kind: type[Exception]) -> None:
    error = await error_of(status, b'{"ok":false,"error_code":%d,"description":"Some sentence"}' % status)

    assert type(error) is kind
    assert "ome sentence" in str(error)
    assert not never_sent(error)


@pytest.mark.parametrize(
    "said", [b'"parameters":{"retry_after":7}', b'"parameters":{}', b'"parameters":[]', b'"x":1']
)
async def test_a_flood_wait_is_a_flood_wait_even_when_it_names_no_time(said: bytes) -> None:
    assert isinstance(
        await error_of(429, b'{"ok":false,"description":"Too Many Requests",' + said + b"}"), RetryAfter
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
async def test_a_page_between_us_and_telegram_is_not_telegrams_word(status: int, body: bytes) -> None:
    error = await error_of(status, body)

    assert type(error) is NotTelegram
    assert not never_sent(error)


async def test_a_censors_page_is_no_forbidden_through_the_library_either() -> None:
    async with server(says(403, b"<html>blocked</html>")) as url:
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=Transport(4), get_updates_request=Transport(4))
        with pytest.raises(NotTelegram):
            await bot.initialize()
        await bot.shutdown()


async def test_a_refused_connection_surely_never_left() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with wire() as one:
            with pytest.raises(NetworkError) as raised:
                await one.call(f"http://127.0.0.1:{taken.getsockname()[1]}/bot{TOKEN}/getMe", {})

    assert never_sent(raised.value)
    assert TOKEN not in str(raised.value)


async def test_a_name_that_does_not_resolve_surely_never_left() -> None:
    async with wire() as one:
        with pytest.raises(NetworkError) as raised:
            await one.call(f"http://no-such-host.invalid/bot{TOKEN}/getMe", {})

    assert never_sent(raised.value)


async def test_a_slow_answer_may_have_been_carried_out() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async with server(slow) as url, wire(read_timeout=0.1) as one:
        with pytest.raises(TimedOut) as raised:
            await one.call(f"{url}/bot{TOKEN}/sendMessage", {})

    assert not never_sent(raised.value)


async def test_a_connection_cut_in_the_answer_may_have_been_carried_out() -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    async with server(cut) as url, wire() as one:
        with pytest.raises(NetworkError) as raised:
            await one.call(f"{url}/bot{TOKEN}/sendMessage", {})

    assert not never_sent(raised.value)


async def test_a_full_pool_never_sent_what_waited() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(1.5)
        return web.Response(body=b'{"ok":true,"result":1}')

    async with server(slow) as url:
        one = Transport(1, connect_timeout=0.2)
        await one.initialize()
        first = asyncio.create_task(one.call(f"{url}/bot{TOKEN}/a", {}))
        await asyncio.sleep(0.1)
        with pytest.raises(NetworkError) as raised:
            await one.call(f"{url}/bot{TOKEN}/b", {})
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await one.shutdown()

    assert never_sent(raised.value)


async def test_a_proxy_is_asked_to_lead_on_and_its_refusal_means_not_sent() -> None:
    asked: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(proxy, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening, wire(proxy=f"http://user:pw@127.0.0.1:{port}") as one:
        with pytest.raises(NetworkError) as raised:
            await one.call(f"https://api.telegram.org/bot{TOKEN}/sendMessage", {})

    assert asked[0].startswith("CONNECT api.telegram.org:443 ")
    assert TOKEN not in asked[0]
    assert never_sent(raised.value)
    assert "pw" not in str(raised.value)


async def test_nobody_in_between_leads_us_elsewhere() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": f"{request.url.origin()}/elsewhere"})

    async with server(elsewhere) as url, wire() as one:
        with pytest.raises(NotTelegram):
            await one.call(f"{url}/bot{TOKEN}/sendMessage", {"text": "x"})

    assert len(asked) == 1
