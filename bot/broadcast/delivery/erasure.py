"""Erase a person who leaves from all ledgers, and delete the discreet messages in their chat."""

from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.retry import delete_message
from bot.broadcast.delivery.service import BroadcastService
from bot.telegram_api.rate_limiting.token_bucket import Lane

_MAX_CALLS = 2  # for each message


class LedgerErasure:
    """Erase people from the ledgers of broadcasts and of the daily clause."""

    def __init__(self, context: EngineContext, service: BroadcastService) -> None:
        self._context = context
        self._service = service

    async def erase(self, chat: int) -> None:
        """Erase the person with this chat from all ledgers, then delete the discreet messages in the chat.

        A message that two calls could not delete is left in the chat.
        """
        messages = await self._service.forget(chat) + await self._context.store.daily_ledger.erase(chat)
        for message in messages:
            await delete_message(self._context, message, chat, lane=Lane.ANSWER, max_calls=_MAX_CALLS)
