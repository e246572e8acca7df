"""Send documents. One that has a name is uploaded once; afterwards it is sent by the file id from Telegram."""

import logging
from functools import partial

from telegram import Bot, InlineKeyboardMarkup, InputFile
from telegram.error import BadRequest

from bot.model.events import ChatId
from bot.model.replies import SendFile
from bot.telegram_api.sending.answer_retry import Retrying
from bot.telegram_api.sending.formatting import entities

log = logging.getLogger(__name__)


class DocumentSender:
    """Send documents, and keep the file ids of those that have a name in memory."""

    def __init__(self, bot: Bot, retry: Retrying) -> None:
        self._bot = bot
        self._retry = retry
        self._file_ids: dict[str, str] = {}  # by the name of the document

    async def send(
        self, chat: ChatId, file: SendFile, thread: int | None, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        """Send a document with its caption and `keyboard`."""

        async def send(document: InputFile | str) -> None:
            message = await self._bot.send_document(
                chat,
                document,
                message_thread_id=thread,
                caption=file.caption.text,
                caption_entities=entities(file.caption),
                reply_markup=keyboard,
                disable_content_type_detection=True,  # it stays a file
            )
            if file.name and message.document:
                self._file_ids[file.name] = message.document.file_id

        upload = InputFile(file.content, file.file_name)
        file_id = self._file_ids.pop(file.name, "")
        try:
            await self._retry(partial(send, file_id or upload))
        except BadRequest as error:
            if not file_id:
                raise
            log.info("A document could not be sent by its file id (%s): uploading it again", error.message)
            await self._retry(partial(send, upload))
