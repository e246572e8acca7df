"""Send recordings as voice messages. Each is uploaded once; afterwards it is sent by the file id from Telegram."""

import asyncio
import logging
from functools import partial

from telegram import Bot, Voice
from telegram.error import BadRequest

from bot.model.events import ChatId
from bot.model.replies import SendVoice
from bot.telegram_api.sending.answer_retry import Retrying
from bot.telegram_api.sending.formatting import entities
from content.model import Recording

log = logging.getLogger(__name__)


class VoiceSender:
    """Send recordings, and keep their file ids in memory. The sound itself is read when it is uploaded."""

    def __init__(self, bot: Bot, retry: Retrying) -> None:
        self._bot = bot
        self._retry = retry
        self._file_ids: dict[Recording, str] = {}
        self._offered: set[Recording] = set()

    def offered_file_id(self, recording: Recording) -> str:
        """Return Telegram's file id of a recording that inline queries are allowed to offer; otherwise ""."""
        return self._file_ids.get(recording, "") if recording in self._offered else ""

    async def send(self, chat: ChatId, reply: SendVoice, thread: int | None) -> bool:
        """Send a recording. Return False if its file cannot be read any more."""
        if reply.is_offered:
            self._offered.add(reply.recording)
        file_id = self._file_ids.pop(reply.recording, "")
        if file_id:
            try:
                await self._retry(partial(self._send, chat, reply, thread, voice=file_id))
                return True
            except BadRequest as error:
                log.info("A recording could not be sent by its file id (%s): uploading it again", error.message)
        try:
            sound = await asyncio.to_thread(reply.recording.path.read_bytes)
        except OSError as error:
            log.warning("A recording cannot be read (%s): see `python -m bot check`", type(error).__name__)
            return False
        await self._retry(partial(self._send, chat, reply, thread, voice=sound))
        return True

    async def _send(self, chat: ChatId, reply: SendVoice, thread: int | None, *, voice: bytes | str) -> None:
        message = await self._bot.send_voice(
            chat,
            voice,
            duration=reply.recording.seconds,
            caption=reply.caption.text,
            caption_entities=entities(reply.caption),
            filename="voice.ogg",
            message_thread_id=thread,
        )
        if isinstance(message.voice, Voice):
            self._file_ids[reply.recording] = message.voice.file_id
