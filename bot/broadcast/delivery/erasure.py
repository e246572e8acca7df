"""Erase a person from all ledgers when they unsubscribe, and delete the discreet notices in their chat.

A ledger has a row for each recipient of a broadcast or of the daily clause. Discreet notices are neutral messages in
place of an announcement.
"""

from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.retry import delete_message
from bot.broadcast.delivery.service import BroadcastService
from bot.telegram_api.rate_limiting.token_bucket import Lane

_MAX_CALLS = 2  # for each message


class LedgerErasure:
    """Erase people from the ledgers, which have a row for each recipient of a broadcast or of the daily clause."""

    def __init__(self, context: EngineContext, service: BroadcastService) -> None:
        self._context = context
        self._service = service

    async def erase(self, chat: int) -> None:
        """Erase the person with this chat from all ledgers, then delete the discreet notices in the chat.

        A notice stays in the chat if two calls to delete it have failed.
        """
        messages = await self._service.forget(chat) + await self._context.store.daily_ledger.erase(chat)
        for message in messages:
            await delete_message(self._context, message, chat, lane=Lane.ANSWER, max_calls=_MAX_CALLS)
