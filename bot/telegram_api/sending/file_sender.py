"""Send pictures and other files. A file with a name is uploaded once, and later sent by the file id from Telegram."""

import logging
from dataclasses import dataclass
from functools import partial

from telegram import Bot, InlineKeyboardMarkup, InputFile, Message
from telegram.error import BadRequest, TelegramError

from bot.model.events import ChatId
from bot.model.replies import SendFile, SendPhoto
from bot.telegram_api.sending.answer_retry import Retrying
from bot.telegram_api.sending.formatting import entities
from content.screens.screen import CAPTION_LIMIT, Screen, units

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file is sent, and the buttons below it."""

    chat: ChatId
    thread: int | None
    keyboard: InlineKeyboardMarkup | None


class FileSender:
    """Send pictures and other files, and keep the file ids of those that have a name in memory."""

    def __init__(self, bot: Bot, retry: Retrying) -> None:
        self._bot = bot
        self._retry = retry
        self._file_ids: dict[str, str] = {}  # by the name of the picture or file

    async def send(
        self, chat: ChatId, file: SendPhoto | SendFile, thread: int | None, keyboard: InlineKeyboardMarkup | None
    ) -> bool:
        """Send a picture or another file with its caption and `keyboard`.

        If the caption is too long for Telegram, send the file alone and return False.
        """
        has_caption = units(file.caption.text) <= CAPTION_LIMIT
        place = _Place(chat, thread, keyboard if has_caption else None)
        caption = file.caption if has_caption else None

        async def send(file_id: str | None) -> None:
            if isinstance(file, SendPhoto):
                new_id = _photo_id(await self._send_photo(place, file_id or file.png, caption))
            else:
                upload = InputFile(file.content, file.file_name)
                new_id = _document_id(await self._send_document(place, file_id or upload, caption))
            if file.name and new_id:
                self._file_ids[file.name] = new_id

        file_id = self._file_ids.pop(file.name, None)
        try:
            await self._retry(partial(send, file_id))
        except BadRequest as error:
            if not file_id:
                raise
            log.info("A file could not be sent by its file id (%s): uploading it again", error.message)
            await self._retry(partial(send, None))
        return has_caption

    async def _send_photo(self, place: _Place, photo: bytes | str, caption: Screen | None) -> Message:
        return await self._bot.send_photo(
            place.chat,
            photo,
            message_thread_id=place.thread,
            caption=caption.text if caption else None,
            caption_entities=entities(caption) if caption else None,
            reply_markup=place.keyboard,
        )

    async def _send_document(self, place: _Place, document: InputFile | str, caption: Screen | None) -> Message:
        return await self._bot.send_document(
            place.chat,
            document,
            message_thread_id=place.thread,
            caption=caption.text if caption else None,
            caption_entities=entities(caption) if caption else None,
            reply_markup=place.keyboard,
            disable_content_type_detection=True,  # it stays a file
        )


def _photo_id(message: Message) -> str | None:
    return message.photo[-1].file_id if message.photo else None


def _document_id(message: Message) -> str | None:
    return message.document.file_id if message.document else None


async def send_photo(bot: Bot, person: int, png: bytes, caption: Screen) -> int | None:
    """Send a PNG picture on the bot's own initiative; return the id of the message, or None if it did not arrive.

    With the id the message can be deleted.
    """
    try:
        sent = await bot.send_photo(person, png, caption=caption.text, caption_entities=entities(caption))
    except TelegramError:
        return None
    return sent.message_id
