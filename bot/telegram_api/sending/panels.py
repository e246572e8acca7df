"""Keep the buttons of a dialog in one message: the panel. A panel that another one replaces loses its buttons."""

import logging

from telegram import Bot
from telegram.error import TelegramError

log = logging.getLogger(__name__)


class Panels:
    """The panel of each chat that has one, in memory only. After a restart, old panels keep their buttons."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._panels: dict[int, int] = {}  # message by chat

    def known(self, chat: int) -> int:
        """Return the message that is the panel of a chat; 0 if there is none."""
        return self._panels.get(chat, 0)

    async def replace(self, chat: int, message: int, *, instead_of: int = 0) -> None:
        """Make `message` the panel of a chat, and remove the buttons of the panel before.

        If `message` is 0, there is no new panel. Then the message `instead_of` is no longer the panel, but keeps its
        buttons.
        """
        before = self._panels.get(chat, 0)
        if not message:
            if before and before == instead_of:
                del self._panels[chat]
            return
        self._panels[chat] = message
        if before and before != message:
            await self._remove_buttons(chat, before)

    async def _remove_buttons(self, chat: int, message: int) -> None:
        try:
            await self._bot.edit_message_reply_markup(chat, message)
        except TelegramError as error:
            log.info("The buttons of an earlier panel could not be removed (%s)", type(error).__name__)


async def delete_message(bot: Bot, chat: int, message: int) -> bool:
    """Delete a message; return whether Telegram deleted it. There is only one try."""
    try:
        return bool(await bot.delete_message(chat, message))
    except TelegramError as error:
        log.info("A message of the bot could not be deleted (%s)", type(error).__name__)
        return False
