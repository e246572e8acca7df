"""Fetch the bot's balance of Telegram Stars, from which Telegram takes the price of a paid broadcast."""

import asyncio
import logging

from telegram import Bot
from telegram.error import TelegramError

_PATIENCE = 3.0  # seconds; an admin waits for the answer

log = logging.getLogger(__name__)


async def fetch_star_balance(bot: Bot) -> int | None:
    """Return the balance in whole Stars; None when Telegram does not answer in time or refuses."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return (await bot.get_my_star_balance()).amount
    except (TelegramError, TimeoutError) as error:
        log.warning("The balance of Stars is unknown: asking for it failed (%s)", type(error).__name__)
        return None
