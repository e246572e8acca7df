"""The box as a server on a loopback port: started, used inside a block, stopped at once."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from aiohttp import web

from playground.errors import CannotListen
from playground.messages import uploads
from playground.settings import Settings
from playground.web.http_app import Door
from playground.world.state import State

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Box:
    url: str
    token: str
    state: State


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Box]:
    """A box in this process, on any free port unless one is given; the names are those of Settings."""
    async with serving(Settings(**{"port": 0} | settings)) as box:
        yield box


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Box]:
    state = State(settings)
    runner = web.ServerRunner(_server(state), shutdown_timeout=1.0)
    await runner.setup()
    try:
        await _listen(runner, settings)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        port = runner.addresses[0][1]
        yield Box(f"http://{host}:{port}", settings.bot_settings()[0].token, state)
    finally:
        state.stop()
        await runner.cleanup()


async def _listen(runner: web.ServerRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port, backlog=1024).start()
    except OSError as wrong:
        if wrong.errno == errno.EADDRINUSE:
            sentence = (
                f"Port {settings.port} is in use: stop what runs there, or choose another with --port (0 for any)."
            )
        else:
            sentence = (
                f"The box cannot listen on {settings.host} port {settings.port} ({wrong.strerror}): choose another."
            )
        raise CannotListen(sentence) from wrong


def _server(state: State) -> web.Server:
    door = Door(state)

    async def open_dated(request: web.BaseRequest) -> web.StreamResponse:
        """Answer with the date of the box's own clock."""
        answer = await door.open(request)
        if not answer.prepared:
            answer.headers["Date"] = formatdate(state.clock(), usegmt=True)
        return answer

    # A GET may carry a whole message in its address: 4096 characters, nine bytes each when they are escaped.
    return web.Server(
        open_dated, request_factory=_request, access_log=None, max_line_size=65536, max_field_size=65536
    )


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """Files may be as large as Telegram takes them (in the box's JSON a third larger), all else a megabyte."""
    loop, most = asyncio.get_running_loop(), MEGABYTE
    if message.headers.get("Content-Type", "").startswith("multipart/"):
        most += uploads.MOST
    elif message.path.startswith("/box/chats/"):
        most += uploads.MOST * 4 // 3
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=most)
