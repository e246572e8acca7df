"""Who leaves is in no ledger any more, and a discreet push in their chat is deleted at once."""

from bot.broadcast.delivery.requests import ApiClient
from bot.broadcast.delivery.retry import deleted
from bot.broadcast.delivery.service import Broadcasts
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.rate_limiting.token_bucket import Lane
from storage.deliveries.daily_ledger import DailyLedger

_TRIES = 2


async def forget(
    chat: int, service: Broadcasts, dailies: DailyLedger, caller: ApiClient, limiter: RateLimiter
) -> None:
    """Best effort as to the messages: what stays unclear after a few tries is Telegram's to keep."""
    for message in await service.forget(chat) + await dailies.erase(chat):
        await deleted(caller, limiter, Lane.ANSWER, message, chat, _TRIES)
