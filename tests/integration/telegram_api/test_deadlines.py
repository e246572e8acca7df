"""Every call to Telegram ends in time: a response that trickles in byte by byte holds no connection for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.error import TelegramError, TimedOut

import playground
from bot.telegram_api.http.connection import Deadlines
from bot.telegram_api.http.connection_pool import ConnectionPool
from bot.telegram_api.http.transport import Transport, never_sent
from tests.integration.telegram_api.test_api_address import proxy
from tests.support.announcement_admins import two_admins
from tests.unit.telegram_api.test_connection_pool import CountingServer, Serve, read_request, request, response
from tests.unit.telegram_api.test_transport import TOKEN, open_transport


def trickle_server(first: bytes, pause: float) -> Serve:
    """Return a server that sends `first` in one piece, then the rest of a response byte by byte."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        whole = response(b'{"ok":true,"result":1}')
        writer.write(whole[: len(first)])
        for byte in whole[len(first) :]:
            await asyncio.sleep(pause)
            if writer.transport.is_closing():
                return
            writer.write(bytes([byte]))

    return serve


@asynccontextmanager
async def run_server(serve: Serve) -> AsyncIterator[str]:
    server = CountingServer(serve)
    listening = await asyncio.start_server(server, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        while server.open:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("deadlines", [Deadlines(5.0, 0.3, 5.0), Deadlines(5.0, 5.0, 0.3)])
@pytest.mark.timing
async def test_a_response_that_is_never_complete_ends_in_a_timeout(deadlines: Deadlines) -> None:
    loop = asyncio.get_running_loop()
    async with run_server(trickle_server(b"", 0.1)) as url:
        pool, begun = ConnectionPool(url, 1, 1.0, 5.0, deadlines), loop.time()
        with pytest.raises(TimeoutError):
            await pool.post(request(b"x"))
        took = loop.time() - begun
        await pool.close()

    assert 0.3 <= took < 2


async def test_the_deadline_starts_again_with_each_request() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while body := await read_request(reader):
            await asyncio.sleep(0.2)
            writer.write(response(body))

    async with run_server(slow) as url:
        pool = ConnectionPool(url, 1, 1.0, 5.0, Deadlines(5.0, 0.1, 0.5))
        for _ in range(5):
            assert await pool.post(request(b"x")) == (200, b"x")
        await pool.close()


@pytest.mark.parametrize("head", [b"", response(b'{"ok":true,"result":1}')[:-10]])
@pytest.mark.parametrize("client", ["own", "library", "proxy"])
@pytest.mark.timing
async def test_all_clients_have_the_same_deadline(head: bytes, client: str) -> None:
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {"response_timeout": 0.4, "total_timeout": 0.8, "connect_timeout": 0.2}
    async with run_server(trickle_server(head, 0.15)) as url, proxy() as (proxy_address, _):
        options |= {"proxy": f"http://{proxy_address}"} if client == "proxy" else {}
        begun = loop.time()
        async with open_transport(read_timeout=0.5, **options) as transport:
            with pytest.raises(TelegramError) as raised:
                await (
                    send_by_library(transport, url)
                    if client == "library"
                    else transport.call(f"{url}/bot{TOKEN}/sendMessage", {})
                )
            took = loop.time() - begun

    assert type(raised.value) is TimedOut
    assert not never_sent(raised.value)
    assert took < 2.5


async def send_by_library(transport: Transport, url: str) -> object:
    return await Bot(TOKEN, base_url=f"{url}/bot", request=transport, get_updates_request=transport).send_message(
        1, "x"
    )


@pytest.mark.timing
async def test_120_sends_end_soon_although_a_third_of_the_responses_trickle() -> None:
    async with playground.running(has_flood_limits=False, bulk_users=120) as playground_server:
        playground_server.state.faults.replace(
            [{"kind": "trickle", "methods": ["sendMessage"], "share": 0.33, "seconds": 0.5}]
        )
        transport, loop = Transport(20, response_timeout=0.5), asyncio.get_running_loop()
        await transport.initialize()
        url, begun = f"{playground_server.url}/bot{playground_server.token}/sendMessage", loop.time()
        chats = list(playground_server.state.bulk_users.ids)[:120]
        calls = (transport.call(url, {"chat_id": chat, "text": "x"}) for chat in chats)
        results = await asyncio.gather(*calls, return_exceptions=True)
        took = loop.time() - begun
        await transport.shutdown()

    late = [result for result in results if isinstance(result, TimedOut)]
    assert 10 < len(late) < 80
    assert sum(isinstance(result, dict) for result in results) == 120 - len(late)
    assert took < 6


@pytest.mark.timing
async def test_a_stop_takes_few_seconds_while_responses_trickle(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with two_admins(tmp_path, people=60) as admins:
        await admins.begin_sending()
        trickle = {"kind": "trickle", "methods": ["sendMessage"], "seconds": 5.0}
        await admins.writer.post("faults", faults=[trickle])
        await asyncio.sleep(1.0)
        begun = loop.time()

    assert loop.time() - begun < 6.5
