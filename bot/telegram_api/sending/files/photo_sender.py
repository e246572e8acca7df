"""Send pictures. A picture that has a name is uploaded once; afterwards it is sent by the file id from Telegram."""

import logging
from itertools import count, takewhile

from telegram import Bot, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.model.events import ChatId
from bot.model.replies import SendPhoto
from bot.telegram_api.sending.answer_retry import Retrying
from bot.telegram_api.sending.files.file_ids import FileIds
from bot.telegram_api.sending.formatting import entities
from content.screens.screen import CAPTION_LIMIT, Screen, units

log = logging.getLogger(__name__)


class PhotoSender:
    """Send pictures, and keep the file ids of named pictures in memory."""

    def __init__(self, bot: Bot, retry: Retrying) -> None:
        self._bot = bot
        self._file_ids: FileIds[str] = FileIds(retry)  # by the name of the picture

    def offered(self, card: str) -> tuple[str, ...]:
        """Return the file ids of the pages of a card (a text as a picture) for answers to inline queries.

        `card` is the name of the card; its pages are named `CARD.1` and so on. Return () if the card was not
        uploaded yet, or must not be offered.
        """
        return tuple(takewhile(bool, (self._file_ids.offered(f"{card}.{number}") for number in count(1))))

    async def upload(self, chat: ChatId, photo: SendPhoto) -> str | None:
        """Send a picture that has a name to `chat`; return its file id, or None if it could not be sent."""
        try:
            await self.send(chat, photo, None, None)
        except TelegramError as error:
            log.warning("A picture was not uploaded (%s)", type(error).__name__)
        return self._file_ids.get(photo.name) or None

    async def send(
        self, chat: ChatId, photo: SendPhoto, thread: int | None, keyboard: InlineKeyboardMarkup | None
    ) -> bool:
        """Send a picture with its caption and `keyboard`.

        If the caption is too long for Telegram, send the picture alone and return False.
        """
        has_caption = units(photo.caption.text) <= CAPTION_LIMIT

        async def call(file_id: str) -> str:
            message = await self._bot.send_photo(
                chat,
                file_id or photo.png,
                message_thread_id=thread,
                caption=photo.caption.text if has_caption else None,
                caption_entities=entities(photo.caption) if has_caption else None,
                reply_markup=keyboard if has_caption else None,
            )
            return message.photo[-1].file_id if message.photo else ""

        await self._file_ids.send(photo.name or None, call)
        if photo.is_offered:
            self._file_ids.offer(photo.name)
        return has_caption


async def send_photo(bot: Bot, person: int, png: bytes, caption: Screen) -> int | None:
    """Send `person` a PNG picture that answers no update; return the id of the message, or None after an error.

    There is only one try.
    """
    try:
        sent = await bot.send_photo(person, png, caption=caption.text, caption_entities=entities(caption))
    except TelegramError:
        return None
    return sent.message_id
