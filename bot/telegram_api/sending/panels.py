"""Keep the buttons of a dialog in one message of a chat, its panel.

A new panel removes the buttons of the old one.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping

from telegram import Bot
from telegram.error import TelegramError

log = logging.getLogger(__name__)


class Panels:
    """The panel of each chat, in memory: the id of the message that has the buttons of the current dialog.

    `on_change` is called with the ids of a chat and of its new panel, so that the caller can store them. After a
    restart, pass the stored ids to `restore`.
    """

    def __init__(self, bot: Bot) -> None:
        self.on_change: Callable[[int, int], Awaitable[None]] | None = None
        self._bot = bot
        self._panels: dict[int, int] = {}  # message by chat

    def restore(self, panels: Mapping[int, int]) -> None:
        """Use the panels of an earlier run: message ids by chat id. An id of 0 means no panel."""
        self._panels = {chat: message for chat, message in panels.items() if message}

    def known(self, chat: int) -> int:
        """Return the id of the message that is the panel of a chat; 0 if there is none."""
        return self._panels.get(chat, 0)

    async def replace(self, chat: int, message: int, *, instead_of: int = 0) -> None:
        """Make `message` the panel of a chat, and remove the buttons of the previous panel.

        With 0 as `message`, the chat gets no new panel. Then pass as `instead_of` the id of a message that was edited
        and shows no dialog any more: if this message was the panel, the chat has no panel afterwards. Otherwise
        nothing changes.
        """
        before = self._panels.get(chat, 0)
        if not message:
            if before and before == instead_of:
                del self._panels[chat]
            return
        self._panels[chat] = message
        if before and before != message:
            await self._remove_buttons(chat, before)
        if self.on_change:
            await self.on_change(chat, message)

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
