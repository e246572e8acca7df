"""Every call to Telegram has an end: an answer that comes a byte at a time holds no connection for long."""

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
from tests.unit.telegram_api.test_connection_pool import Counted, Serve, answer, asked, request
from tests.unit.telegram_api.test_transport import TOKEN, wire


def trickling(first: bytes, pause: float) -> Serve:
    """A server that sends an answer a byte at a time, beginning with `first` in one piece."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked(reader)
        whole = answer(b'{"ok":true,"result":1}')
        writer.write(whole[: len(first)])
        for byte in whole[len(first) :]:
            await asyncio.sleep(pause)
            if writer.transport.is_closing():
                return
            writer.write(bytes([byte]))

    return serve


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    server = Counted(serve)
    listening = await asyncio.start_server(server, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        while server.open:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("deadlines", [Deadlines(5.0, 0.3, 5.0), Deadlines(5.0, 5.0, 0.3)])
@pytest.mark.timing
async def test_an_answer_that_never_becomes_whole_is_given_up(deadlines: Deadlines) -> None:
    loop = asyncio.get_running_loop()
    async with serving(trickling(b"", 0.1)) as url:
        lines, begun = ConnectionPool(url, 1, 1.0, 5.0, deadlines), loop.time()
        with pytest.raises(TimeoutError):
            await lines.post(request(b"x"))
        took = loop.time() - begun
        await lines.close()

    assert 0.3 <= took < 2


async def test_the_deadline_counts_from_each_request_anew() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while body := await asked(reader):
            await asyncio.sleep(0.2)
            writer.write(answer(body))

    async with serving(slow) as url:
        lines = ConnectionPool(url, 1, 1.0, 5.0, Deadlines(5.0, 0.1, 0.5))
        for _ in range(5):
            assert await lines.post(request(b"x")) == (200, b"x")
        await lines.close()


@pytest.mark.parametrize("head", [b"", answer(b'{"ok":true,"result":1}')[:-10]])
@pytest.mark.parametrize("way", ["own", "library", "proxy"])
@pytest.mark.timing
async def test_every_way_has_the_same_deadline(head: bytes, way: str) -> None:
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {"rest": 0.4, "whole": 0.8, "connect_timeout": 0.2}
    async with serving(trickling(head, 0.15)) as url, proxy() as (by, _):
        options |= {"proxy": f"http://{by}"} if way == "proxy" else {}
        begun = loop.time()
        async with wire(read_timeout=0.5, **options) as one:
            with pytest.raises(TelegramError) as raised:
                await (library(one, url) if way == "library" else one.call(f"{url}/bot{TOKEN}/sendMessage", {}))
            took = loop.time() - begun

    assert type(raised.value) is TimedOut
    assert not never_sent(raised.value)
    assert took < 2.5


async def library(one: Transport, url: str) -> object:
    return await Bot(TOKEN, base_url=f"{url}/bot", request=one, get_updates_request=one).send_message(1, "x")


@pytest.mark.timing
async def test_120_sends_of_which_a_third_trickle_are_soon_over() -> None:
    async with playground.running(unpaced=True, quiet_people=120) as box:
        box.state.faults.replace([{"kind": "trickle", "methods": ["sendMessage"], "share": 0.33, "seconds": 0.5}])
        one, loop = Transport(20, rest=0.5), asyncio.get_running_loop()
        await one.initialize()
        url, begun = f"{box.url}/bot{box.token}/sendMessage", loop.time()
        chats = list(box.state.quiet.ids)[:120]
        calls = (one.call(url, {"chat_id": chat, "text": "x"}) for chat in chats)
        ended = await asyncio.gather(*calls, return_exceptions=True)
        took = loop.time() - begun
        await one.shutdown()

    late = [each for each in ended if isinstance(each, TimedOut)]
    assert 10 < len(late) < 80
    assert sum(isinstance(each, dict) for each in ended) == 120 - len(late)
    assert took < 6


@pytest.mark.timing
async def test_a_stop_while_answers_trickle_takes_few_seconds(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with two_admins(tmp_path, people=60) as there:
        await there.begin_sending()
        trickle = {"kind": "trickle", "methods": ["sendMessage"], "seconds": 5.0}
        await there.writer.post("faults", faults=[trickle])
        await asyncio.sleep(1.0)
        begun = loop.time()

    assert loop.time() - begun < 6.5
