"""Measure the CPU time of a message with our HTTP transport and with that of python-telegram-bot, which uses httpx.

With both, `telegram.Bot` sends the same `send_message` calls, 64 at once, in alternating rounds. The server runs in
another process and answers at once with a complete Message. Only the CPU time of the sending process counts.
"""

import asyncio
import multiprocessing
import resource
import statistics
from collections.abc import Callable
from multiprocessing.connection import Connection

from aiohttp import web
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.telegram_api.http.transport import Transport

IN_FLIGHT = 64
TOKEN = "123456789:" + "x" * 35
_MESSAGE = (
    b'{"ok":true,"result":{"message_id":1,"date":1700000000,"text":"Clause 4",'
    b'"chat":{"id":1001,"type":"private","first_name":"A"},'
    b'"from":{"id":7,"is_bot":true,"first_name":"B","username":"b_bot"}}}'
)
_ME = b'{"ok":true,"result":{"id":7,"is_bot":true,"first_name":"B","username":"b_bot"}}'


def measure(rounds: int, messages: int) -> dict[str, float]:
    """Return the CPU milliseconds per message of both transports, and the ratio of httpx to ours.

    The figures are medians of `rounds` rounds, each of which sends `messages` messages.
    """
    ours, theirs = asyncio.run(_interleaved(rounds, messages))
    return {
        "ours, CPU ms per message": statistics.median(ours),
        "httpx, CPU ms per message": statistics.median(theirs),
        "httpx / ours": statistics.median(their / our for their, our in zip(theirs, ours, strict=True)),
    }


async def _interleaved(rounds: int, messages: int) -> tuple[list[float], list[float]]:
    receiver, sender = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(sender,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{receiver.recv()}/bot"
    ours, theirs = list[float](), list[float]()
    try:
        for _ in range(rounds):
            ours.append(await _cost(url, messages, lambda: Transport(connections=IN_FLIGHT)))
            theirs.append(await _cost(url, messages, lambda: HTTPXRequest(connection_pool_size=IN_FLIGHT)))
    finally:
        server.terminate()
    return ours, theirs


async def _cost(url: str, messages: int, request: Callable[[], BaseRequest]) -> float:
    async with Bot(TOKEN, base_url=url, request=request(), get_updates_request=Transport()) as bot:
        await _send(bot, IN_FLIGHT * 2)  # open the connections, warm up the code
        before = _cpu()
        await _send(bot, messages)
        return (_cpu() - before) * 1000 / messages


async def _send(bot: Bot, messages: int) -> None:
    remaining = iter(range(messages))

    async def worker() -> None:
        for _ in remaining:
            await bot.send_message(1001, "Clause 4")

    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _serve(port_sender: Connection) -> None:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=_ME if request.path.endswith("getMe") else _MESSAGE, content_type="application/json")

    async def main() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port_sender.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(main())
