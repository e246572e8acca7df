"""Send recordings as voice messages. Each is uploaded once; afterwards it is sent by the file id from Telegram."""

import asyncio
import logging

from telegram import Bot, Voice

from bot.model.events import ChatId
from bot.model.replies import SendVoice
from bot.telegram_api.sending.answer_retry import Retrying
from bot.telegram_api.sending.files.file_ids import FileIds
from bot.telegram_api.sending.formatting import entities
from content.model import Recording

log = logging.getLogger(__name__)


class VoiceSender:
    """Send recordings, and keep their file ids in memory. The sound file is read only when it is uploaded."""

    def __init__(self, bot: Bot, retry: Retrying) -> None:
        self._bot = bot
        self._file_ids: FileIds[Recording] = FileIds(retry)

    def offered_file_id(self, recording: Recording) -> str:
        """Return Telegram's file id of a recording for answers to inline queries.

        Return "" if the recording was not uploaded yet, or no reply has allowed inline queries to offer it.
        """
        return self._file_ids.offered(recording)

    async def send(self, chat: ChatId, reply: SendVoice, thread: int | None) -> bool:
        """Send a recording. Return False if its file cannot be read; otherwise True."""
        if reply.is_offered:
            self._file_ids.offer(reply.recording)

        async def call(file_id: str) -> str:
            message = await self._bot.send_voice(
                chat,
                file_id or await _sound_of(reply.recording),
                duration=reply.recording.seconds,
                caption=reply.caption.text,
                caption_entities=entities(reply.caption),
                filename="voice.ogg",
                message_thread_id=thread,
            )
            return message.voice.file_id if isinstance(message.voice, Voice) else ""

        try:
            await self._file_ids.send(reply.recording, call)
        except _CannotRead as error:
            log.warning("A recording cannot be read (%s): see `python -m bot check`", error)
            return False
        return True


class _CannotRead(Exception):
    """The file of a recording cannot be read. The message is the name of the OSError subclass."""


async def _sound_of(recording: Recording) -> bytes:
    try:
        return await asyncio.to_thread(recording.path.read_bytes)
    except OSError as error:
        raise _CannotRead(type(error).__name__) from error
