"""Health: `/healthz` says whether somebody who writes now gets an answer, and if not, why."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot import __version__
from bot.errors import OperatorError
from bot.settings import Address

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HealthState:
    """`answered_at` is when Telegram last answered, on the loop's clock; None: never.

    The bot is ready when there are no `reasons` against it. `unreadable` says which figures are not known, and why.
    """

    answered_at: float | None
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def serve_health(address: Address, state: Callable[[], HealthState]) -> AsyncIterator[Address]:
    """Serves /healthz at `address` while the block runs; yields where, as the port may have been 0."""

    async def healthz(_: web.Request) -> web.Response:
        told = _told(state, asyncio.get_running_loop().time())
        return web.json_response(told, status=200 if told["healthy"] else 503)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        yield await _listen(runner, address)
    finally:
        await runner.cleanup()


def _told(state: Callable[[], HealthState], now: float) -> dict[str, Any]:
    try:
        current = state()
    except Exception as error:
        # Whoever asks for health gets an answer, also where the bot is broken in a way that nobody foresaw.
        log.exception("Health could not be read")
        current = HealthState(None, (f"the bot cannot tell how it is ({type(error).__name__}), the log says where",))
    age = None if current.answered_at is None else round(now - current.answered_at, 1)
    told = {
        "version": __version__,
        "healthy": not current.reasons,
        "reasons": list(current.reasons),
        "warnings": list(current.warnings),
        "seconds_since_telegram_answered": age,
    }
    return told | dict(current.figures) | {"unreadable": dict(current.unreadable)}


async def _listen(runner: web.AppRunner, address: Address) -> Address:
    try:
        await web.TCPSite(runner, address.host, address.port).start()
    except (OSError, UnicodeError) as taken:
        where = f"{address.host}:{address.port}"
        raise OperatorError(
            f"LISTEN {where} cannot be used ({getattr(taken, 'strerror', None) or type(taken).__name__}): "
            "stop the program that has it, or set LISTEN to another port."
        ) from None
    host, port = runner.addresses[0][:2]
    return Address(host, port)
