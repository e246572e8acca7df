"""Connect to Telegram: create the bot's client, check its token, and fetch updates.

Updates are fetched over connections of their own, so that long polling does not delay other calls.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot

from bot.errors import Unreachable
from bot.monitoring.reply_monitor import MonitoredRequest, Monitors
from bot.settings import Settings
from bot.telegram_api.http.address_check import check_addresses
from bot.telegram_api.http.transport import NotTelegram, Transport
from bot.telegram_api.rate_limiting.rate_limited_request import RateLimitedRequest
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.updates import update_parser
from bot.telegram_api.updates.polling import LONG_POLL, Fetch, finished_unless_stopped
from bot.telegram_api.updates.token_check import check_token

log = logging.getLogger(__name__)
_BATCH_TIMEOUT = 20.0  # seconds for the rest of a response to getUpdates, which may have 4 MB


@asynccontextmanager
async def connected(
    settings: Settings, limiter: RateLimiter, monitors: Monitors, stopping: asyncio.Event
) -> AsyncIterator[tuple[Bot, Fetch]]:
    """Connect to Telegram and check the token. Yield the client, and the function that fetches updates."""
    server = check_addresses(settings.api_url, settings.proxy)
    polling = _polling_transport(settings)
    bot = _bot(settings, polling, limiter, monitors)
    try:
        await _introduce(bot, server, stopping)
        if settings.guest_mode and not bot.bot.supports_guest_queries:
            log.warning("GUEST_MODE is on, but the bot gets no mentions as a guest: allow guest mode in @BotFather")
        yield bot, _fetch(settings, polling)
    finally:
        await bot.shutdown()


def _polling_transport(settings: Settings) -> Transport:
    return Transport(
        connections=2,
        read_timeout=LONG_POLL + 10,
        proxy=settings.proxy,
        response_timeout=_BATCH_TIMEOUT,
        total_timeout=LONG_POLL + _BATCH_TIMEOUT,
    )


def _bot(settings: Settings, polling: Transport, limiter: RateLimiter, monitors: Monitors) -> Bot:
    monitored = MonitoredRequest(Transport(proxy=settings.proxy), monitors.failures, calls=monitors.reply_calls)
    return Bot(
        settings.token,
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=RateLimitedRequest(monitored, limiter),
        get_updates_request=polling,
    )


async def _introduce(bot: Bot, server: str, stopping: asyncio.Event) -> None:
    """Check the bot's token with Telegram. Raises Unreachable when `stopping` is set before Telegram answers."""
    introduced = asyncio.ensure_future(check_token(bot, server))
    if not await finished_unless_stopped(stopping, introduced):
        raise Unreachable(f"Stopped before {server} had answered.")
    introduced.result()


def _fetch(settings: Settings, polling: Transport) -> Fetch:
    address = f"{settings.api_url}/bot{settings.token}/getUpdates"
    allowed = update_parser.ALLOWED_UPDATES + (update_parser.GUEST_UPDATES if settings.guest_mode else ())

    async def fetch(offset: int, wait: float) -> list[Any]:
        parameters = {"offset": offset, "timeout": int(wait), "allowed_updates": allowed}
        updates = await polling.call(address, parameters)
        if not isinstance(updates, list):
            raise NotTelegram(200)
        return updates

    return fetch
