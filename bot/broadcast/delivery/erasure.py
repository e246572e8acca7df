"""Who leaves is in no ledger any more, and a discreet push in their chat is deleted at once."""

from bot.broadcast.delivery.requests import ApiClient
from bot.broadcast.delivery.retry import delete_message
from bot.broadcast.delivery.service import BroadcastService
from bot.telegram_api.rate_limiting.rate_limiter import Limiter
from bot.telegram_api.rate_limiting.token_bucket import Lane
from storage.deliveries.daily_ledger import Dailies

_TRIES = 2


async def forget(chat: int, service: BroadcastService, dailies: Dailies, client: ApiClient, limiter: Limiter) -> None:
    """Best effort as to the messages: what stays unclear after a few tries is Telegram's to keep."""
    for message in await service.forget(chat) + await dailies.forget(chat):
        await delete_message(client, limiter, Lane.ANSWER, message, chat, _TRIES)
