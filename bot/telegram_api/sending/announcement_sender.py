"""Send a piece of an announcement to one chat, as its subscribers receive it."""

from typing import Any

from telegram import Bot

from bot.model.announcement import Piece
from bot.model.replies import SendPiece
from bot.telegram_api.sending import message_parameters


async def send(bot: Bot, chat: int, reply: SendPiece) -> None:
    """Send the piece with the parameters that a broadcast uses."""
    call = message_parameters.new_message(reply.piece)
    await _call(bot, call.method, chat_id=chat, disable_notification=reply.silent, **call.parameters)


async def replace_text(bot: Bot, chat: int, message: int, piece: Piece) -> None:
    """Replace a message by the text of the piece. Its picture stays out: a text cannot be edited into a picture."""
    parameters = message_parameters.text_parameters(piece.without_media())
    await _call(bot, "editMessageText", chat_id=chat, message_id=message, **parameters)


async def _call(bot: Bot, method: str, **parameters: Any) -> None:
    """Call `method` through the library, and so through the limiter; it has every method under Telegram's name."""
    await getattr(bot, method)(**parameters)
