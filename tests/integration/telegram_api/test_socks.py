"""Through a SOCKS proxy the bot works as without one, and nothing takes another way. The proxy is a real one."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from telegram.error import NetworkError
from yarl import URL

from bot import app
from bot.settings import Settings
from bot.telegram_api.http.connection import RequestNotSent
from bot.telegram_api.http.connection_pool import ConnectionPool
from bot.telegram_api.http.network_errors import explain
from bot.telegram_api.http.server_clock import fetch_server_date
from bot.telegram_api.http.socks_proxy import parse_socks_proxy
from bot.telegram_api.http.transport import Transport, never_sent
from tests.support.announcement_admins import new_subscriber, two_admins_stopped
from tests.support.bot_and_playground import (
    DARI,
    MATCHER,
    ROOT,
    bot_env,
    playground_alone,
    start_bot,
)
from tests.support.socks_server import EXIT_ADDRESS, PASSWORD, USER, relay_to, socks_server, unused_port
from tests.unit.telegram_api.test_connection_pool import tls_context

TOKEN = "123456789:" + "x" * 35
# 127.0.0.1 as a name that the settings do not take for this machine, which is never reached through a proxy.
THIS_MACHINE = "2130706433"


@asynccontextmanager
async def transport_through(proxy: str) -> AsyncIterator[Transport]:
    transport = Transport(2, proxy=proxy)
    await transport.initialize()
    try:
        yield transport
    finally:
        await transport.shutdown()


@asynccontextmanager
async def running_bot(settings: Settings) -> AsyncIterator[None]:
    """Run the bot in this process. Settings that are read from the environment use no proxy on this machine."""
    stopping = asyncio.Event()
    running = asyncio.create_task(app.run(settings, MATCHER, stopping))
    try:
        yield
    finally:
        stopping.set()
        await running


async def reason_without_connection(proxy: str, server: str = "http://127.0.0.1:9") -> str:
    """Send a request through a proxy that cannot carry it; return the explanation for the log."""
    async with transport_through(proxy) as transport:
        with pytest.raises(NetworkError) as raised:
            await transport.call(f"{server}/bot{TOKEN}/getMe", {})

    assert never_sent(raised.value)
    assert PASSWORD not in repr(raised.value)
    return explain(raised.value)


async def test_answers_pictures_announcements_and_the_clock_take_no_other_way(tmp_path: Path) -> None:
    port = unused_port()
    async with (
        two_admins_stopped(tmp_path) as team,
        relay_to(URL(team.place.playground.url).port or 0) as relay,
        socks_server(port),
    ):
        url, proxy = f"http://localhost:{relay.port}", f"socks5h://{USER}:{PASSWORD}@localhost:{port}"
        settings = team.place.settings(ADMIN_IDS=f"{team.writer.id},{team.other.id}")
        async with running_bot(replace(settings, api_url=url, proxy=proxy)):
            await team.writer.start()
            await team.other.start()
            assert (await team.writer.say("/stats"))["photo"]
            reader = await new_subscriber(team.place)
            await team.begin_sending("Bread and peace")
            await reader.sees("Bread and peace")
        date = await fetch_server_date(url, proxy)

    assert date is not None
    assert relay.callers == {EXIT_ADDRESS}


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
@pytest.mark.parametrize("server", ["127.0.0.1", "localhost"])
async def test_names_are_resolved_on_either_side(tmp_path: Path, scheme: str, server: str) -> None:
    port = unused_port()
    async with playground_alone(tmp_path) as place, socks_server(port, asks_for_login=False):
        url = f"http://{server}:{URL(place.playground.url).port}"
        async with transport_through(f"{scheme}://localhost:{port}") as transport:
            me = await transport.call(f"{url}/bot{place.playground.token}/getMe", {})

    assert me["is_bot"]


async def test_tls_is_spoken_with_the_server_and_its_certificate_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        date = b"Date: Sun, 29 Nov 2026 12:00:00 GMT\r\n"
        writer.write(b"HTTP/1.1 200 OK\r\n" + date + b"Content-Length: 23\r\n\r\n" + b'{"ok":true,"result":1}\n')

    port = unused_port()
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls_context(tmp_path))
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, socks_server(port, asks_for_login=False):
        proxy = f"socks5h://127.0.0.1:{port}"
        unknown = await reason_without_connection(proxy, url)
        unknown_date = await fetch_server_date(url, proxy)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        async with transport_through(proxy) as transport:
            result = await transport.call(f"{url}/bot{TOKEN}/getMe", {})
        date = await fetch_server_date(url, proxy)

    assert unknown == "the server's certificate is not valid"
    assert unknown_date is None
    assert result == 1
    assert date == 1795953600.0


async def test_the_bot_goes_on_when_the_proxy_comes_back(tmp_path: Path) -> None:
    port = unused_port()
    async with playground_alone(tmp_path) as place:
        settings = replace(place.settings(), proxy=f"socks5h://{USER}:{PASSWORD}@127.0.0.1:{port}")
        async with AsyncExitStack() as bot:
            async with socks_server(port):
                await bot.enter_async_context(running_bot(settings))
                await place.person(DARI).say("/privacy")
            async with socks_server(port):
                await place.person(DARI).say("/privacy")
                await bot.aclose()


async def test_each_failure_of_the_proxy_has_its_sentence() -> None:
    with_login, open_to_all, nobody = unused_port(), unused_port(), unused_port()
    async with socks_server(with_login), socks_server(open_to_all, asks_for_login=False):
        wrong = await reason_without_connection(f"socks5h://{USER}:{PASSWORD}x@127.0.0.1:{with_login}")
        missing = await reason_without_connection(f"socks5h://127.0.0.1:{with_login}")
        refused = await reason_without_connection(f"socks5h://127.0.0.1:{open_to_all}")
        unknown = await reason_without_connection(f"socks5h://127.0.0.1:{open_to_all}", "http://no-such.invalid")
        unknown_here = await reason_without_connection(f"socks5://127.0.0.1:{open_to_all}", "http://no-such.invalid")
        unreachable = await reason_without_connection(f"socks5h://127.0.0.1:{nobody}")

    assert wrong == "the SOCKS proxy does not accept the user name and the password"
    assert missing == "the SOCKS proxy wants a user name and a password"
    assert refused.startswith("the SOCKS proxy cannot reach the server: ")
    assert unknown.startswith("the SOCKS proxy cannot reach the server: ")
    assert unknown_here == "its name cannot be resolved"
    assert unreachable == "the SOCKS proxy cannot be reached"


async def test_a_server_that_is_no_socks_proxy_is_recognised(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        reason = await reason_without_connection(f"socks5h://127.0.0.1:{URL(place.playground.url).port}")

    assert reason.startswith("what answers is not a SOCKS proxy")


async def test_the_start_reports_what_the_proxy_refuses_without_the_password(tmp_path: Path) -> None:
    port = unused_port()
    async with playground_alone(tmp_path) as place, socks_server(port):
        env = bot_env(place.playground, tmp_path, BOT_API_URL=f"http://{THIS_MACHINE}:9")
        proxy = f"socks5h://{USER}:{PASSWORD}x@127.0.0.1:{port}"
        bot = await start_bot({**env, "HTTP_PROXY": proxy}, stderr=asyncio.subprocess.PIPE)
        _, log = await asyncio.wait_for(bot.communicate(), 30)

    assert b"the SOCKS proxy does not accept the user name and the password. Check HTTPS_PROXY" in log
    assert PASSWORD.encode() not in log
    assert bot.returncode == 1


async def test_a_cancelled_request_leaves_no_socket_open() -> None:
    port = unused_port()
    async with socks_server(port, asks_for_login=False):
        pool = ConnectionPool(
            "http://127.0.0.1:9", 2, 0.001, 5.0, socks=parse_socks_proxy(f"socks5://127.0.0.1:{port}")
        )
        for _ in range(20):
            with pytest.raises(RequestNotSent):
                await pool.post(b"")
        await pool.close()


@pytest.mark.parametrize(
    "url",
    [
        "socks5://", "socks5://host:port", "socks5://host:99999", "socks6://host", "http://host",
        f"socks5h://{'u' * 256}:{PASSWORD}@host", f"socks5h://{USER}:{PASSWORD}é@host", f"socks5h://:{PASSWORD}@host",
    ],
)  # fmt: skip
def test_a_wrong_address_of_a_proxy_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="address") as raised:
        parse_socks_proxy(url)

    assert PASSWORD not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_proxy_without_a_port_has_the_usual_one() -> None:
    proxy = parse_socks_proxy(f"socks5h://{USER}:p%40ss@[::1]")

    assert (proxy.host, proxy.port, proxy.password, proxy.resolves_names) == ("::1", 1080, "p@ss", True)
    assert "p@ss" not in repr(proxy)


def test_without_a_socks_proxy_its_library_is_not_loaded() -> None:
    program = "import sys, bot.app; sys.exit('python_socks' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
