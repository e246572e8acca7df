"""Start and stop the playground as an HTTP server on a loopback port."""

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
from playground.settings import PlaygroundSettings
from playground.web.http_app import HttpApp
from playground.world.state import PlaygroundState

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Playground:
    """A running playground: its URL, the token of its first bot, and its state, which tests can inspect."""

    url: str
    token: str
    state: PlaygroundState


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Playground]:
    """Run a playground in this process during the `async with` block.

    `settings` are fields of PlaygroundSettings by name. By default, the system chooses a free port.
    """
    async with serving(PlaygroundSettings(**{"port": 0} | settings)) as server:
        yield server


@asynccontextmanager
async def serving(settings: PlaygroundSettings) -> AsyncIterator[Playground]:
    """Run a playground with these settings during the `async with` block.

    Raises CannotListen when the host and port cannot be used.
    """
    state = PlaygroundState(settings)
    runner = web.ServerRunner(_server(state), shutdown_timeout=1.0)
    await runner.setup()
    try:
        await _listen(runner, settings)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        port = runner.addresses[0][1]
        yield Playground(f"http://{host}:{port}", settings.bot_accounts()[0].token, state)
    finally:
        state.stop()
        await runner.cleanup()


async def _listen(runner: web.ServerRunner, settings: PlaygroundSettings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port, backlog=1024).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = (
                f"Port {settings.port} is in use: stop the program that uses it, or choose another port with --port "
                "(0 for any)."
            )
        else:
            message = (
                f"The playground cannot listen on {settings.host} port {settings.port} ({error.strerror}): choose "
                "another address."
            )
        raise CannotListen(message, is_port_in_use=error.errno == errno.EADDRINUSE) from error


def _server(state: PlaygroundState) -> web.Server:
    app = HttpApp(state)

    async def handle_with_date(request: web.BaseRequest) -> web.StreamResponse:
        """Handle a request. The Date header of the response has the time of the playground's clock."""
        response = await app.handle(request)
        if not response.prepared:
            response.headers["Date"] = formatdate(state.clock(), usegmt=True)
        return response

    # A GET may carry a whole message in its address: 4096 characters, nine bytes each when they are escaped.
    return web.Server(
        handle_with_date, request_factory=_request, access_log=None, max_line_size=65536, max_field_size=65536
    )


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """Return a request for aiohttp whose body is limited to a megabyte, or to more if the request may contain a file.

    A multipart body may be larger by Telegram's maximum file size, and a body for the simulator API by 4/3 of that
    size, because its files are in base64. The arguments are those of aiohttp's request factory.
    """
    loop, max_size = asyncio.get_running_loop(), MEGABYTE
    if message.headers.get("Content-Type", "").startswith("multipart/"):
        max_size += uploads.MAX_FILE
    elif message.path.startswith("/box/chats/"):
        max_size += uploads.MAX_FILE * 4 // 3
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=max_size)
