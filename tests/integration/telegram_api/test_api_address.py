"""Every HTTP client reads an address alike: the same request, with the same login, to the same server."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot

from bot import app
from bot.telegram_api.http.api_address import parse_address
from bot.telegram_api.http.transport import Transport
from tests.support.bot_and_playground import MATCHER, playground_alone
from tests.unit.telegram_api.test_transport import TOKEN, open_transport, server

ME = {"id": 7, "is_bot": True, "first_name": "B", "username": "b"}
MESSAGE = {"message_id": 5, "date": 0, "chat": {"id": 1, "type": "private"}}


@dataclass
class RecordingServer:
    """Records the requests that arrive, and answers as the Bot API does."""

    paths: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    logins: list[str | None] = field(default_factory=list)

    async def respond(self, request: web.Request) -> web.Response:
        await request.read()
        self.paths.append(request.raw_path)
        self.hosts.append(request.headers["Host"])
        self.logins.append(request.headers.get("Authorization"))
        result = {"getMe": ME, "getUpdates": [], "sendMessage": MESSAGE}.get(request.path.rsplit("/", 1)[1])
        return web.json_response({"ok": True, "result": result})


def basic(login: str) -> str:
    return f"Basic {base64.b64encode(login.encode()).decode()}"


@asynccontextmanager
async def proxy(status: int = 0) -> AsyncIterator[tuple[str, list[str]]]:
    """Run a proxy that passes plain requests on, or refuses with `status`; yield its address and heads."""
    heads: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heads.append(head)
        if status:
            writer.write(b"HTTP/1.1 %d No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno" % status)
        else:
            await pass_on(head, reader, writer)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}", heads


async def pass_on(head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request_line, *fields = head.split("\r\n")
    method, url, version = request_line.split()
    lengths = [int(header.split(":")[1]) for header in fields if header.lower().startswith("content-length")]
    body = await reader.readexactly(lengths[0] if lengths else 0)
    target = parse_address(url)
    from_target, to_target = await asyncio.open_connection(target.host, target.port)
    to_target.write("\r\n".join([f"{method} {target.path} {version}", "Connection: close", *fields]).encode() + body)
    while (piece := await from_target.read(65536)) and not writer.transport.is_closing():
        writer.write(piece)
    to_target.close()


@pytest.mark.parametrize(
    ("login", "header"),
    [
        ("", None),
        ("user:secret@", basic("user:secret")),
        ("user@", basic("user:")),
        (":secret@", basic(":secret")),
        ("us%40er:p%3Aw%2F%25@", basic("us@er:p:w/%")),
        ("käyttäjä:گذرواژه@", basic("käyttäjä:گذرواژه")),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/prefix", "/a%20b/%D8%B3", "/with space/ü"])
async def test_all_clients_send_the_same_request(login: str, header: str | None, prefix: str) -> None:
    recorder = RecordingServer()
    async with server(recorder.respond) as url, proxy() as (proxy_address, _):
        base = f"{url.replace('://', f'://{login}')}{prefix}"
        for options in ({}, {"proxy": f"http://{proxy_address}"}):
            async with open_transport(**options) as transport:
                await transport.call(f"{base}/bot{TOKEN}/sendMessage", {"chat_id": 1})
                await transport.call(f"{base}/bot{TOKEN}/getUpdates", {})
                await transport.do_request(f"{base}/file/bot{TOKEN}/photos/1.jpg", "GET")
                async with Bot(
                    TOKEN, base_url=f"{base}/bot", request=transport, get_updates_request=Transport(1)
                ) as bot:
                    await bot.send_message(1, "x")

    assert set(recorder.logins) == {header}
    assert len(recorder.paths) == 10
    assert len(set(recorder.paths)) == 4, "one path for each method, whichever client sent it"
    assert set(recorder.hosts) == {url.removeprefix("http://")}


@pytest.mark.parametrize(
    ("url", "host", "port", "host_header", "path"),
    [
        ("https://api.telegram.org", "api.telegram.org", 443, "api.telegram.org", "/"),
        ("https://API.Telegram.org:443/x", "api.telegram.org", 443, "api.telegram.org", "/x"),
        ("http://localhost:8081", "localhost", 8081, "localhost:8081", "/"),
        ("http://[::1]:8081/p", "::1", 8081, "[::1]:8081", "/p"),
        ("http://[::1]", "::1", 80, "[::1]", "/"),
        ("http://[fe80::1%25eth0]:80", "fe80::1%eth0", 80, "[fe80::1]", "/"),
        ("https://bücher.example", "xn--bcher-kva.example", 443, "xn--bcher-kva.example", "/"),
        ("https://مثال.example/ü", "xn--mgbh0fb.example", 443, "xn--mgbh0fb.example", "/%C3%BC"),
        ("https://user:pw@host.example:8443/a%2Fb", "host.example", 8443, "host.example:8443", "/a%2Fb"),
    ],
)
def test_an_address_is_parsed(url: str, host: str, port: int, host_header: str, path: str) -> None:
    address = parse_address(url)

    assert (address.host, address.port, address.host_header, address.path) == (host, port, host_header, path)


@pytest.mark.parametrize(
    "url",
    ["", "api.telegram.org", "ftp://host", "http://host:99999", "http://[::1", "http://ho st", "https://", "//h"],
)
async def test_text_that_is_no_address_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ValueError, match="not an address") as raised:
        parse_address(url)

    assert url not in str(raised.value) or not url


def test_a_password_is_not_printed() -> None:
    address = parse_address("https://user:secret@host.example/bot123:abc")

    assert "secret" not in f"{address!r} {address.origin} {address.url}"
    assert basic("user:secret") not in repr(address)
    assert "abc" not in f"{address!r} {address.origin}"


async def test_ipv6_is_reached_by_both_clients() -> None:
    recorder = RecordingServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", recorder.respond)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "::1", 0).start()
    except OSError:
        pytest.skip("this machine has no IPv6")
    base = f"http://user:pw@[::1]:{runner.addresses[0][1]}"
    async with open_transport() as transport:
        await transport.call(f"{base}/bot{TOKEN}/getUpdates", {})
        async with Bot(TOKEN, base_url=f"{base}/bot", request=transport, get_updates_request=Transport(1)):
            pass
    await runner.cleanup()

    assert recorder.logins == [basic("user:pw")] * 2
    assert len(set(recorder.hosts)) == 1


async def test_a_proxy_gets_its_own_login_in_any_script_and_not_the_servers() -> None:
    async with (
        proxy(407) as (proxy_address, heads),
        open_transport(proxy=f"http://käyttäjä:p%40ss@{proxy_address}") as transport,
    ):
        for url in ("https://user:pw@api.example", "http://user:pw@api.example"):
            with pytest.raises(Exception, match="407") as raised:
                await transport.call(f"{url}/bot{TOKEN}/getUpdates", {})
            assert "p@ss" not in str(raised.value)

    tunnelled, plain = heads
    assert tunnelled.startswith("CONNECT api.example:443 ")
    assert f"Proxy-Authorization: {basic('käyttäjä:p@ss')}" in tunnelled
    assert basic("user:pw") not in tunnelled
    assert f"Proxy-Authorization: {basic('käyttäjä:p@ss')}" in plain


@pytest.mark.expects_errors  # at the end the playground hangs up on the poll that the login's server has passed on
async def test_the_whole_bot_works_behind_a_login_and_logs_no_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with (
        playground_alone(tmp_path) as place,
        server_with_login(place.playground.url, basic("loginname:pass%word")) as url,
    ):
        settings = place.settings(BOT_API_URL=url.replace("://", "://loginname:pass%25word@"))
        stopping = asyncio.Event()
        running = asyncio.create_task(app.run(settings, MATCHER, stopping))
        person = await place.newcomer()
        assert "Clause 4 of 11" in (await person.start("clause-4"))["text"]
        stopping.set()
        await running

    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "pass%" not in logged
    assert "loginname" not in logged


@asynccontextmanager
async def server_with_login(box: str, login: str) -> AsyncIterator[str]:
    """Run a reverse proxy in front of the playground that refuses requests without `login`."""
    async with aiohttp.ClientSession() as session:

        async def serve(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != login:
                return web.Response(status=401, text=json.dumps({"error": "login"}))
            kind = {"Content-Type": request.headers.get("Content-Type", "text/plain")}
            url, body = f"{box}{request.path}", await request.read()
            async with session.request(request.method, url, data=body, headers=kind) as response:
                return web.Response(status=response.status, body=await response.read())

        async with server(serve) as url:
            yield url
