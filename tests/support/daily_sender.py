"""The daily clause for tests: the real thing on a real database, here or as a process that can be killed.

python -m tests.support.daily_sender DATABASE KEYS API NOW
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.requests import ApiClient
from bot.daily.messages import DailyMessages
from bot.daily.sweep import Daily
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.sending.callback_signing import Signer
from storage.store import Store, opened
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.storage_process import BOT, ROOT, TOKEN, Place

SIGNER = Signer(TOKEN)


def kabul(day: int, hour: int, minute: int = 0) -> float:
    """An instant of March 2026 there, four and a half hours before UTC's."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC).timestamp() - 4.5 * 3600


def daily(store: Store, caller: ApiClient, now: Callable[[], float], rate: float = 10_000.0) -> Daily:
    tools = EngineContext(store, RateLimiter(rate), caller, rate, lambda news: None, now)
    return Daily(tools, DailyMessages(CAMPAIGN, SIGNER, now))


@asynccontextmanager
async def at_work(store: Store, api: str, now: Callable[[], float], rate: float = 10_000.0) -> AsyncIterator[Daily]:
    """Begun, as at a start of the bot; whoever tests calls `look`."""
    wire = Transport()
    await wire.initialize()
    one = daily(store, ApiClient(wire, api, time.monotonic), now, rate)
    await one.begin()
    try:
        yield one
    finally:
        await wire.shutdown()


async def start(place: Place, api: str, now: float) -> asyncio.subprocess.Process:
    """The same as a process whose clock begins at `now`."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.daily_sender",
        str(place.database),
        str(place.keys),
        api,
        str(now),
        cwd=ROOT,
    )


async def _main(place: Place, api: str, begin: float) -> None:
    started = time.monotonic()

    def now() -> float:
        return begin + time.monotonic() - started

    async with (
        opened(place.database, place.keys, datetime.fromtimestamp(begin, UTC).date(), BOT) as store,
        at_work(store, api, now, rate=60.0) as one,
    ):
        await one.run(asyncio.Event())


if __name__ == "__main__":
    database, keys, api, begin = sys.argv[1:]
    asyncio.run(_main(Place(Path(database), Path(keys)), api, float(begin)))
