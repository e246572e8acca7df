"""Decide which calls a flood wait holds: one chat or one method, and all messages only on evidence. Pure.

Telegram's 429 does not say whether one chat, one method or the whole bot is meant. Groups, edits and profile setters
are refused on their own while everything else passes, so a 429 holds only calls like the one it answered. When three
different chats are refused within a second, and no message passes between, the whole bot is meant.
"""

import math
from collections.abc import Hashable
from datetime import timedelta

MAX_PAUSE = 600.0  # seconds; Telegram's longest real waits for messages are minutes, and 999999 is an error
_CHATS = 3  # different chats that must be refused ...
_WITHIN = 1.0  # ... within this many seconds
_FAMILIES = ("edit", "delete")


def clamp_retry_after(retry_after: object) -> float:
    """Return the seconds to pause for Telegram's `retry_after`, which may be missing, negative or absurd."""
    if isinstance(retry_after, timedelta):
        retry_after = retry_after.total_seconds()
    if isinstance(retry_after, bool) or not isinstance(retry_after, (int, float)):
        return 1.0
    if isinstance(retry_after, float) and math.isnan(retry_after):
        return 1.0
    return float(min(max(retry_after, 1), MAX_PAUSE))


def scope_of(method: str, chat: int | None) -> Hashable:
    """Return the key of the calls that a 429 to this call holds.

    That is this kind of call (send, edit or delete) in this chat, or the method where no chat is named.
    """
    if chat is None:
        return method.lower()
    return next((family for family in _FAMILIES if method.startswith(family)), "send"), chat


class FloodEvidence:
    """The chats that were refused since a message last passed. Times are in seconds, by any clock that only rises."""

    def __init__(self) -> None:
        self._refused: dict[int, tuple[float, float]] = {}  # by chat: when it was refused, and until when

    def record_success(self) -> None:
        """Note that a message was accepted: earlier refusals then concerned their own chats only."""
        if self._refused:
            self._refused.clear()

    def record_refusal(self, chat: int, now: float, seconds: float) -> float:
        """Note that `chat` was refused for `seconds`; return how long all messages must wait, mostly 0."""
        self._refused = {other: times for other, times in self._refused.items() if now - times[0] <= _WITHIN}
        self._refused[chat] = now, now + seconds
        if len(self._refused) < _CHATS:
            return 0.0
        return min(until for _, until in self._refused.values()) - now
