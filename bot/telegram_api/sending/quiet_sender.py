"""Send one silent message that is not an answer to an update, and return whether Telegram accepted it."""

from enum import Enum

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.telegram_api.sending.formatting import NO_PREVIEW, entities
from content.screens.screen import Screen


class QuietResult(Enum):
    """The result of sending a message, as far as Telegram's response shows."""

    DELIVERED = "delivered"
    GONE = "gone"  # the person has blocked the bot or deleted their account
    UNKNOWN = "unknown"  # it may have arrived


async def send_quietly(bot: Bot, person: int, screen: Screen) -> QuietResult:
    """Send the text of a screen to `person` as a silent message.

    Return DELIVERED if Telegram accepted it, GONE if Telegram refused it, and UNKNOWN after any other error. The text
    must fit into one message. There is only one try.
    """
    try:
        await bot.send_message(
            person,
            screen.text,
            entities=entities(screen),
            link_preview_options=NO_PREVIEW,
            disable_notification=True,
        )
    except (Forbidden, BadRequest):
        return QuietResult.GONE
    except TelegramError:
        return QuietResult.UNKNOWN
    return QuietResult.DELIVERED
