"""Run the real daily clause on a real database against the playground, in this process or in one to be killed.

python -m tests.support.daily_sender DATABASE KEYS API_URL NOW
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
from bot.daily.sweep import DailySweep
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.sending.callback_signing import Signer
from storage.store import Store, opened
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.storage_process import BOT, ROOT, TOKEN, Place

SIGNER = Signer(TOKEN)


def kabul(day: int, hour: int, minute: int = 0) -> float:
    """Return the Unix time of an hour in Kabul in March 2026, four and a half hours ahead of UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC).timestamp() - 4.5 * 3600


def daily_sweep(store: Store, client: ApiClient, now: Callable[[], float], rate: float = 10_000.0) -> DailySweep:
    """Build the daily clause, not begun yet."""
    context = EngineContext(store, RateLimiter(rate), client, rate, lambda event: None, now)
    return DailySweep(context, DailyMessages(CAMPAIGN, SIGNER, now))


@asynccontextmanager
async def begun_sweep(
    store: Store, api_url: str, now: Callable[[], float], rate: float = 10_000.0
) -> AsyncIterator[DailySweep]:
    """Begin the daily clause as at a start of the bot; the test calls `look` itself."""
    transport = Transport()
    await transport.initialize()
    sweep = daily_sweep(store, ApiClient(transport, api_url, time.monotonic), now, rate)
    await sweep.begin()
    try:
        yield sweep
    finally:
        await transport.shutdown()


async def start_sweep(place: Place, api_url: str, now: float) -> asyncio.subprocess.Process:
    """Start the daily clause as a process of its own whose clock begins at `now`."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.daily_sender",
        str(place.database),
        str(place.keys),
        api_url,
        str(now),
        cwd=ROOT,
    )


async def _main(place: Place, api_url: str, begin: float) -> None:
    started = time.monotonic()

    def now() -> float:
        return begin + time.monotonic() - started

    async with (
        opened(place.database, place.keys, datetime.fromtimestamp(begin, UTC).date(), BOT) as store,
        begun_sweep(store, api_url, now, rate=60.0) as sweep,
    ):
        await sweep.run(asyncio.Event())


if __name__ == "__main__":
    database, keys, url, unix_time = sys.argv[1:]
    asyncio.run(_main(Place(Path(database), Path(keys)), url, float(unix_time)))
