"""Send documents. A document that has a name is uploaded once; afterwards it is sent by the file id from Telegram."""

from telegram import Bot, InlineKeyboardMarkup, InputFile

from bot.model.events import ChatId
from bot.model.replies import SendFile
from bot.telegram_api.sending.answer_retry import Retrying
from bot.telegram_api.sending.files.file_ids import FileIds
from bot.telegram_api.sending.formatting import entities


class DocumentSender:
    """Send documents, and keep the file ids of those that have a name in memory."""

    def __init__(self, bot: Bot, retry: Retrying) -> None:
        self._bot = bot
        self._file_ids: FileIds[str] = FileIds(retry)  # by the name of the document

    async def send(
        self, chat: ChatId, file: SendFile, thread: int | None, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        """Send a document with its caption and `keyboard`. `thread` is the id of a forum topic, or None."""

        async def call(file_id: str) -> str:
            message = await self._bot.send_document(
                chat,
                file_id or InputFile(file.content, file.file_name),
                message_thread_id=thread,
                caption=file.caption.text,
                caption_entities=entities(file.caption),
                reply_markup=keyboard,
                disable_content_type_detection=True,  # it stays a file
            )
            return message.document.file_id if message.document else ""

        await self._file_ids.send(file.name or None, call)
