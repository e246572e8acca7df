"""Remember the file ids that Telegram gives to uploaded files, so that each file is uploaded once."""

import logging
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

from telegram.error import BadRequest

from bot.telegram_api.sending.answer_retry import Retrying

log = logging.getLogger(__name__)

Key = TypeVar("Key", bound=Hashable)


class FileIds(Generic[Key]):
    """The Telegram file ids of the uploaded files of one kind, in memory. A key always stands for the same file."""

    def __init__(self, retry: Retrying) -> None:
        self._retry = retry
        self._known: dict[Key, str] = {}
        self._offered: set[Key] = set()

    def get(self, key: Key) -> str:
        """Return the file id of a file; "" if it was not uploaded yet."""
        return self._known.get(key, "")

    def offer(self, key: Key) -> None:
        """Allow answers to inline queries to contain the file."""
        self._offered.add(key)

    def offered(self, key: Key) -> str:
        """Return the file id of a file for answers to inline queries.

        Return "" if the file was not uploaded yet, or `offer` was not called for it.
        """
        return self.get(key) if key in self._offered else ""

    async def send(self, key: Key | None, call: Callable[[str], Awaitable[str]]) -> None:
        """Send a file by its file id, or upload it if the id is unknown or Telegram refuses it.

        `call` is a function that sends the file. Its argument is the file id, or "" to upload the file. It returns
        the file id that Telegram gives, or "" if there is none. A file without a `key` is uploaded each time. Raises
        BadRequest when Telegram refuses the upload.
        """
        known = self._known.pop(key, "") if key is not None else ""
        try:
            await self._retry(partial(self._remember, key, call, known))
        except BadRequest as error:
            if not known:
                raise
            log.info("A file could not be sent by its file id (%s): uploading it again", error.message)
            await self._retry(partial(self._remember, key, call, ""))

    async def _remember(self, key: Key | None, call: Callable[[str], Awaitable[str]], file_id: str) -> None:
        received = await call(file_id)
        if key is not None and received:
            self._known[key] = received
