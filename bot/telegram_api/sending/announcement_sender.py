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
    """Replace the text of `message` by that of the piece, without media, which Telegram cannot add to a text."""
    parameters = message_parameters.text_parameters(piece.without_media())
    await _call(bot, "editMessageText", chat_id=chat, message_id=message, **parameters)


async def _call(bot: Bot, method: str, **parameters: Any) -> None:
    """Call a Bot API method by its name, which python-telegram-bot offers, too, so that the rate limiter applies."""
    await getattr(bot, method)(**parameters)
