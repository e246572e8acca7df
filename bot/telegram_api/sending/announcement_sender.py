"""Send a piece of an announcement to one chat, in the form in which subscribers receive it."""

from typing import Any

from telegram import Bot

from bot.model.announcement import Piece
from bot.model.replies import SendPiece
from bot.telegram_api.sending import message_parameters


async def send(bot: Bot, chat: int, reply: SendPiece) -> None:
    """Send the piece to `chat` with the same parameters as a broadcast."""
    call = message_parameters.new_message(reply.piece)
    await _call(bot, call.method, chat_id=chat, disable_notification=reply.silent, **call.parameters)


async def replace_text(bot: Bot, chat: int, message: int, piece: Piece) -> None:
    """Replace the text of `message` by the text of the piece.

    Media of the piece are left out, because Telegram cannot add them to a text message.
    """
    parameters = message_parameters.text_parameters(piece.without_media())
    await _call(bot, "editMessageText", chat_id=chat, message_id=message, **parameters)


async def _call(bot: Bot, method: str, **parameters: Any) -> None:
    """Call a method of the Bot API by its name.

    The call goes through python-telegram-bot, so that the rate limiter applies to it.
    """
    await getattr(bot, method)(**parameters)
