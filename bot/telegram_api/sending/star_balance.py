"""The bot's balance of Telegram Stars, of which Telegram takes what a paid announcement costs."""

import asyncio
import logging

from telegram import Bot
from telegram.error import TelegramError

_PATIENCE = 3.0  # seconds: an admin waits for the answer

log = logging.getLogger(__name__)


async def fetch_star_balance(bot: Bot) -> int | None:
    """Whole Stars; None when Telegram did not say."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return (await bot.get_my_star_balance()).amount
    except (TelegramError, TimeoutError) as trouble:
        log.warning("The balance of Stars could not be asked for (%s)", type(trouble).__name__)
        return None
