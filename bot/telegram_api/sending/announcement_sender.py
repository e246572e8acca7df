"""A piece of an announcement in one chat, as its readers will get it."""

from typing import Any

from telegram import Bot

from bot.model.announcement import Piece
from bot.model.replies import SendPiece
from bot.telegram_api.sending import message_parameters


async def send(bot: Bot, chat: int, sample: SendPiece) -> None:
    """Send what recipients get, by the same parameters."""
    call = message_parameters.new_message(sample.piece)
    await _call(bot, call.method, chat_id=chat, disable_notification=sample.silent, **call.parameters)


async def unfold(bot: Bot, chat: int, message: int, piece: Piece) -> None:
    """The words alone: a message cannot become a picture without losing its place among those to be deleted."""
    parameters = message_parameters.text_parameters(piece.without_media())
    await _call(bot, "editMessageText", chat_id=chat, message_id=message, **parameters)


async def _call(bot: Bot, method: str, **parameters: Any) -> None:
    """Call `method` through the library, and so through the limiter; it has every method under Telegram's name."""
    await getattr(bot, method)(**parameters)
