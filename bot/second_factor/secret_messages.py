"""Show secrets in messages that the bot deletes after some time, even if it was restarted meanwhile."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.broadcast.authoring.admins import Admins
from bot.runtime.loop_guard import LoopGuard
from bot.second_factor.factor_record import FactorRecord, SecretMessage
from bot.second_factor.factors import Factors
from content.screens.screen import Screen

PICTURE_FOR = 60.0  # seconds for which a QR code stays in the chat
CODES_FOR = 600.0  # seconds for which recovery codes stay
_RETRY_AFTER = 60.0  # seconds
_GIVE_UP_AFTER = 48 * 3600.0  # seconds: later Telegram lets no message be deleted
_CHECK_EVERY = 1.0  # seconds

log = logging.getLogger(__name__)

SendPhoto = Callable[[int, bytes, Screen], Awaitable[int | None]]  # returns the id of the message


class SecretMessages:
    """Send messages with secrets, and delete them when they are due. `run` must run as long as the bot does."""

    def __init__(self, factors: Factors, admins: Admins, send_photo: SendPhoto, now: Callable[[], float]) -> None:
        self._factors = factors
        self._admins = admins
        self._send_photo = send_photo
        self._now = now
        self._retry_at: dict[int, float] = {}  # by message

    async def show_picture(self, admin: int, png: bytes, caption: Screen) -> int | None:
        """Show a picture for a minute; return the id of the message, or None if it did not arrive.

        If the bot is killed before it stores the id, the message stays. Its secret is then useless, because a secret
        becomes valid only with the first code that the admin types.
        """
        message = await self._send_photo(admin, png, caption)
        await self._delete_later(admin, message, PICTURE_FOR)
        return message

    async def show_screen(self, admin: int, screen: Screen) -> int | None:
        """Show a screen for ten minutes; return the id of the message, or None if it did not arrive."""
        message = await self._admins.show(admin, screen)
        await self._delete_later(admin, message, CODES_FOR)
        return message

    async def _delete_later(self, admin: int, message: int | None, seconds: float) -> None:
        if message:
            entry = SecretMessage(admin, message, self._now() + seconds)
            await self._factors.change(lambda record: replace(record, messages=(*record.messages, entry)), None)

    async def delete_now(self, admin: int, message: int) -> None:
        """Delete a message before it is due."""
        for entry in self._factors.record.messages:
            if (entry.admin, entry.message) == (admin, message):
                await self._delete(entry)

    async def run(self) -> None:
        """Delete messages when they are due, until cancelled."""
        guard = LoopGuard("A message with a secret")
        while True:
            for entry in self._factors.record.messages:
                if self._next_try(entry) <= self._now():
                    with guard.guard():
                        await self._delete(entry)
            await asyncio.sleep(_CHECK_EVERY)

    def _next_try(self, entry: SecretMessage) -> float:
        return self._retry_at.get(entry.message, entry.delete_at)

    async def _delete(self, entry: SecretMessage) -> None:
        """Delete a message. If that fails, retry later, after a pause that doubles each time."""
        now = self._now()
        is_deleted = await self._admins.remove(entry.admin, entry.message)
        if not is_deleted and now < entry.delete_at + _GIVE_UP_AFTER:
            self._retry_at[entry.message] = now + max(_RETRY_AFTER, now - entry.delete_at)
            return
        if not is_deleted:
            log.warning("A message with a secret could not be deleted: the admin should set up another secret")
        self._retry_at.pop(entry.message, None)
        await self._factors.change(lambda record: _without(record, entry), None)


def _without(record: FactorRecord, entry: SecretMessage) -> FactorRecord:
    return replace(record, messages=tuple(other for other in record.messages if other != entry))
