"""Decide when to poll for updates again: soon, but never in a busy loop.

A poll does not confirm the updates that are being handled. So Telegram answers it at once, with updates that the bot
already knows; polling again immediately would be a busy loop. And if a poll has the same offset as another one less
than half a second ago, Telegram answers late and with a single update. See `Client::process_get_updates_query` in the
source of Telegram's Bot API server.
"""

import asyncio
import logging

SAME_OFFSET = 0.6  # seconds between two polls with one offset: half a second for the server, the rest for the network
OTHER_OFFSET = 0.1  # seconds from an answer to the next poll with another offset, while an update is in work
_REACHED = 0.2  # seconds after which a poll has reached Telegram
_SUSPICIOUS = 3  # answers in a row that came at once without a new update

log = logging.getLogger(__name__)


class Pace:
    """Compute the delay before each poll, from the recorded polls and answers.

    Create the object while an event loop is running, because it uses the loop's clock.
    """

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._offset: int | None = None
        self._polled_at = 0.0
        self._answered_at = 0.0
        self._useless_answers = 0

    def record_poll(self, offset: int) -> None:
        self._offset, self._polled_at = offset, self._clock()

    def has_confirmed(self, offset: int) -> bool:
        """Return whether Telegram has certainly received a poll with `offset`, which confirms all updates below it.

        This is so if the last poll had this offset, and was sent so long ago that it must have arrived.
        """
        return offset == self._offset and self._clock() - self._polled_at > _REACHED

    def is_repeating(self, offset: int) -> bool:
        """Return whether a poll with `offset` would have the same offset as the last poll."""
        return offset == self._offset

    def record_answer(self, waited: bool, has_new: bool) -> None:
        """Record the answer to the last poll.

        `waited` says that the poll asked Telegram to wait for updates. `has_new` says that the answer contains an
        update that the bot did not know.
        """
        self._answered_at = self._clock()
        is_useless = waited and not has_new and self._answered_at - self._polled_at < SAME_OFFSET
        if is_useless:
            self._useless_answers += 1
            if self._useless_answers == _SUSPICIOUS:
                log.warning("getUpdates returns at once with nothing new; asking about twice a second")
        elif waited:
            self._useless_answers = 0

    def delay(self, offset: int, is_working: bool) -> float:
        """Return the seconds until a poll with `offset` can be sent; 0 or less means now.

        `is_working` says that the bot is still handling an update.
        """
        now = self._clock()
        if not is_working:
            return self._polled_at + SAME_OFFSET - now if self._useless_answers else 0.0
        repeat_at = self._polled_at + SAME_OFFSET if offset == self._offset else 0.0
        return max(repeat_at, self._answered_at + OTHER_OFFSET) - now
