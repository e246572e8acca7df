"""A receiver of alerts and heartbeats: a real HTTP server on this machine that keeps every request."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

PATIENCE = 60.0  # seconds


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as it arrived."""

    method: str
    path: str
    title: str
    text: str
    headers: dict[str, str]


@dataclass
class AlertReceiver:
    """The requests that have arrived. `status` answers them; `delay` is in seconds."""

    url: str = ""
    status: int = 200
    delay: float = 0.0
    requests: list[ReceivedRequest] = field(default_factory=list)

    def titles(self) -> list[str]:
        return [request.title for request in self.requests]

    async def receives(self, fits: Callable[[ReceivedRequest], bool]) -> ReceivedRequest:
        """Wait until a request arrives that fits, and return it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if fitting := [request for request in self.requests if fits(request)]:
                    return fitting[0]
                await asyncio.sleep(0.02)

    async def alerted(self, failure: str) -> ReceivedRequest:
        return await self.receives(lambda request: request.title == f"Bot alert: {failure}")

    async def resolved(self, failure: str) -> ReceivedRequest:
        return await self.receives(lambda request: request.title == f"Bot alert resolved: {failure}")


@asynccontextmanager
async def alert_receiver() -> AsyncIterator[AlertReceiver]:
    """Run a receiver while the block runs."""
    receiver = AlertReceiver()

    async def receive(request: web.Request) -> web.Response:
        text = (await request.read()).decode()
        title = request.headers.get("Title", "")
        receiver.requests.append(ReceivedRequest(request.method, request.path, title, text, dict(request.headers)))
        await asyncio.sleep(receiver.delay)
        return web.Response(status=receiver.status, text="kept")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/secret-topic"
    try:
        yield receiver
    finally:
        await runner.cleanup()
