"""Decide which calls a flood wait (HTTP status 429) holds: those to one chat, of one method, or all messages. Pure.

A 429 does not say whether it concerns one chat, one method or the whole bot. Telegram often refuses one group, edits
or profile settings, while everything else passes. So a 429 holds only calls like the refused one. It concerns the
whole bot when three different chats are refused within a second, and no message is accepted in between.
"""

import math
from collections.abc import Hashable
from datetime import timedelta

MAX_PAUSE = 600.0  # seconds; Telegram's longest real waits for messages are minutes, and 999999 is an error
_CHATS = 3  # different chats that must be refused ...
_WITHIN = 1.0  # ... within this many seconds
_FAMILIES = ("edit", "delete")


def clamp_retry_after(retry_after: object) -> float:
    """Return the seconds to pause for Telegram's `retry_after`, from 1 to MAX_PAUSE; 1 when it is not a number."""
    if isinstance(retry_after, timedelta):
        retry_after = retry_after.total_seconds()
    if isinstance(retry_after, bool) or not isinstance(retry_after, (int, float)):
        return 1.0
    if isinstance(retry_after, float) and math.isnan(retry_after):
        return 1.0
    return float(min(max(retry_after, 1), MAX_PAUSE))


def scope_of(method: str, chat: int | None) -> Hashable:
    """Return a key for all calls that are held when Telegram answers this call with a 429.

    These are the calls of the same kind (send, edit or delete) to `chat`. Without a chat, they are the calls of the
    same method.
    """
    if chat is None:
        return method.lower()
    return next((family for family in _FAMILIES if method.startswith(family)), "send"), chat


class FloodEvidence:
    """The chats that Telegram refused since it last accepted a message. Times are in seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._refused: dict[int, tuple[float, float]] = {}  # by chat: when it was refused, and until when

    def record_success(self) -> None:
        """Record that Telegram accepted a message, so that earlier refusals concerned only their own chats."""
        if self._refused:
            self._refused.clear()

    def record_refusal(self, chat: int, now: float, seconds: float) -> float:
        """Record that `chat` was refused for `seconds`; return the seconds that all messages must wait, mostly 0."""
        self._refused = {other: times for other, times in self._refused.items() if now - times[0] <= _WITHIN}
        self._refused[chat] = now, now + seconds
        if len(self._refused) < _CHATS:
            return 0.0
        return min(until for _, until in self._refused.values()) - now
