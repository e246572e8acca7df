"""Health: `/healthz` says whether Telegram has answered lately."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.refusals import Refused
from bot.settings import Address

STALE = 90.0  # seconds without an answer from Telegram; a long poll takes 25


@dataclass(frozen=True, slots=True)
class State:
    """`answered_at` is when Telegram last answered, on the loop's clock; None: never."""

    answered_at: float | None
    rejected_rows: int = 0
    copy_key_file: bool = False
    newest_epoch_days: int = 0
    daily: Mapping[str, int] = field(default_factory=dict)  # clauses of all time, by how they ended


@asynccontextmanager
async def serving(address: Address, state: Callable[[], State]) -> AsyncIterator[Address]:
    """Serves /healthz at `address` while the block runs; yields where, as the port may have been 0."""

    async def healthz(_: web.Request) -> web.Response:
        now = state()
        age = None if now.answered_at is None else round(asyncio.get_running_loop().time() - now.answered_at, 1)
        healthy = age is not None and age < STALE
        told = {
            "healthy": healthy,
            "seconds_since_telegram_answered": age,
            "rows_that_do_not_open": now.rejected_rows,
            "copy_the_key_file_again": now.copy_key_file,
            "days_since_the_keys_changed": now.newest_epoch_days,
            "daily_clauses": dict(now.daily),
        }
        return web.json_response(told, status=200 if healthy else 503)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        yield await _listen(runner, address)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, address: Address) -> Address:
    try:
        await web.TCPSite(runner, address.host, address.port).start()
    except (OSError, UnicodeError) as taken:
        where = f"{address.host}:{address.port}"
        raise Refused(
            f"LISTEN {where} cannot be used ({getattr(taken, 'strerror', None) or type(taken).__name__}): "
            "stop the program that has it, or set LISTEN to another port."
        ) from None
    host, port = runner.addresses[0][:2]
    return Address(host, port)
