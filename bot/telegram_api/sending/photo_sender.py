"""Send a picture on the bot's own initiative, and return the id of its message, so that it can be deleted."""

from telegram import Bot
from telegram.error import TelegramError

from bot.telegram_api.sending.formatting import entities
from content.screens.screen import Screen


async def send_photo(bot: Bot, person: int, png: bytes, caption: Screen) -> int | None:
    """Send a PNG picture with a caption; return the id of the message, or None if it did not arrive."""
    try:
        sent = await bot.send_photo(person, png, caption=caption.text, caption_entities=entities(caption))
    except TelegramError:
        return None
    return sent.message_id
