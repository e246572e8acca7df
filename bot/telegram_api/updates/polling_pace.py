"""When to ask for updates again, so that polling is quick and yet quiet, whatever the server returns.

While an update is in work its number is the offset, so that Telegram answers at once with all that is known already.
Its server (`Client::process_get_updates_query`) shows one update only to whoever repeats an offset within half a
second, and holds the answer back.
"""

import asyncio
import logging

SAME_OFFSET = 0.6  # seconds between two polls with one offset: the server's half, and some for the network
OTHER_OFFSET = 0.1  # seconds after an answer until the next poll while something is in work
_SUSPICIOUS = 3  # answers in a row that came at once and brought nothing

log = logging.getLogger(__name__)


class Pace:
    """Decides on the moment of the next poll, by the loop's clock."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._offset: int | None = None
        self._asked_at = 0.0
        self._answered_at = 0.0
        self._useless = 0

    def asked(self, offset: int) -> None:
        self._offset, self._asked_at = offset, self._clock()

    def is_told(self, offset: int) -> bool:
        """Return whether `offset` was the last one asked with, long enough ago to have reached Telegram."""
        return offset == self._offset and self._clock() - self._asked_at > 0.2

    def is_repeating(self, offset: int) -> bool:
        return offset == self._offset

    def answered(self, waited: bool, brought: bool) -> None:
        """Note an answer: whether the server was asked to wait, and whether it brought something new."""
        self._answered_at = self._clock()
        is_useless = waited and not brought and self._answered_at - self._asked_at < SAME_OFFSET
        if is_useless:
            self._useless += 1
            if self._useless == _SUSPICIOUS:
                log.warning("getUpdates returns at once with nothing new; asking about twice a second")
        elif waited:
            self._useless = 0

    def delay(self, offset: int, is_working: bool) -> float:
        """Return the seconds until a poll with `offset` may be made."""
        now = self._clock()
        if not is_working:
            return self._asked_at + SAME_OFFSET - now if self._useless else 0.0
        same = self._asked_at + SAME_OFFSET if offset == self._offset else 0.0
        return max(same, self._answered_at + OTHER_OFFSET) - now
