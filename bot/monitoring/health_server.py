"""Serve `/healthz`, `/readyz` and `/metrics` over HTTP.

`/readyz` says whether a person who writes to the bot now gets an answer. `/healthz` says whether the bot works as far
as it can: it is also healthy while it starts, stops or waits because Telegram asks for it. Both give reasons.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot import __version__
from bot.errors import OperatorError
from bot.monitoring.metrics.exposition import CONTENT_TYPE
from bot.settings import Address

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HealthState:
    """The health of the bot at one moment. It is ready when there are no `reasons` against it."""

    answered_at: float | None  # when Telegram last answered, by the loop's clock; None before the first time
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # people are answered nevertheless
    figures: Mapping[str, Any] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)  # the reason for each figure that is None
    is_alive: bool = True


@dataclass(frozen=True, slots=True)
class HealthSources:
    """The functions that are called at each request. `metrics` returns the text of /metrics."""

    state: Callable[[], HealthState]
    not_ready: Callable[[], tuple[str, ...]] = tuple
    metrics: Callable[[], Awaitable[str]] | None = None


@asynccontextmanager
async def serve_health(address: Address, sources: HealthSources) -> AsyncIterator[Address]:
    """Serve health and metrics while the block runs, and yield the address of the server.

    If the port of `address` is 0, the yielded address has the port that the system chose. Raises OperatorError when
    `address` cannot be used.
    """
    app = web.Application()
    app.add_routes(_routes(sources))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        yield await _listen(runner, address)
    finally:
        await runner.cleanup()


def _routes(sources: HealthSources) -> list[web.RouteDef]:
    async def healthz(_: web.Request) -> web.Response:
        report = _report(sources.state, asyncio.get_running_loop().time())
        return web.json_response(report, status=200 if report["healthy"] else 503)

    async def readyz(_: web.Request) -> web.Response:
        reasons = sources.not_ready()
        return web.json_response({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)

    async def metrics(_: web.Request) -> web.Response:
        if sources.metrics is None:
            raise web.HTTPNotFound
        return web.Response(body=(await sources.metrics()).encode(), headers={"Content-Type": CONTENT_TYPE})

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]


def _report(state: Callable[[], HealthState], now: float) -> dict[str, Any]:
    try:
        current = state()
    except Exception as error:
        # An unexpected error must not leave the health check without an answer.
        log.exception("Unexpected error while reading the health; reporting the bot as not healthy")
        current = HealthState(
            None, is_alive=False, reasons=(f"the health cannot be read ({type(error).__name__}): see the log",)
        )
    age = None if current.answered_at is None else round(now - current.answered_at, 1)
    report = {
        "version": __version__,
        "healthy": current.is_alive,
        "ready": not current.reasons,
        "reasons": list(current.reasons),
        "warnings": list(current.warnings),
        "seconds_since_telegram_answered": age,
    }
    return report | dict(current.figures) | {"unreadable": dict(current.unreadable)}


async def _listen(runner: web.AppRunner, address: Address) -> Address:
    try:
        await web.TCPSite(runner, address.host, address.port).start()
    except (OSError, UnicodeError) as error:
        where = f"{address.host}:{address.port}"
        raise OperatorError(
            f"LISTEN {where} cannot be used ({getattr(error, 'strerror', None) or type(error).__name__}): "
            "stop the program that uses it, or set LISTEN to another port."
        ) from None
    host, port = runner.addresses[0][:2]
    return Address(host, port)
