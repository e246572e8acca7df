"""Answer a person with a piece (an announcement in one language), exactly as subscribers receive it."""

from typing import Any

from telegram import Bot
from telegram.error import BadRequest

from bot.model.replies import ReplaceText, SendPiece
from bot.telegram_api.sending import message_parameters, refusals


async def send(bot: Bot, chat: int, reply: SendPiece) -> None:
    """Send the announcement in `reply` to `chat`, with the same parameters as a broadcast to subscribers."""
    footer = message_parameters.announcement_footer(reply.settings_label, reply.signed_copy, reply.hide)
    call = message_parameters.new_message(reply.piece, footer)
    await _call(bot, call.method, chat_id=chat, disable_notification=reply.silent, **call.parameters)


async def replace_text(bot: Bot, chat: int, message: int, reply: ReplaceText) -> None:
    """Replace the text and the buttons of `message` by those of the announcement in `reply`.

    A photo or file of the announcement is left out, because Telegram cannot add one to a text message. If Telegram
    can no longer edit the message, nothing happens.
    """
    parameters = message_parameters.text_parameters(reply.piece.without_media(), reply.rows)
    try:
        await _call(bot, "editMessageText", chat_id=chat, message_id=message, **parameters)
    except BadRequest as error:
        if not refusals.is_message_gone(error):
            raise


async def _call(bot: Bot, method: str, **parameters: Any) -> None:
    """Call a method of the Bot API by its name.

    The call goes through python-telegram-bot, so that the rate limiter applies to it.
    """
    await getattr(bot, method)(**parameters)
