"""Decide which calls must wait after Telegram refused one with a flood wait (HTTP status 429). Pure.

A 429 does not say whether it concerns one chat, one method or the whole bot. Telegram often refuses the messages to
one group, edits or profile settings, while it accepts everything else. So a 429 delays only calls like the refused
one. Only if three different chats are refused within a second, and no message is accepted in between, are all
messages delayed.
"""

import math
from collections.abc import Hashable
from datetime import timedelta

MAX_PAUSE = 600.0  # seconds; Telegram's longest real waits for messages are minutes, and 999999 is an error
_CHATS = 3  # different chats that must be refused ...
_WITHIN = 1.0  # ... within this many seconds
_FAMILIES = ("edit", "delete")


def clamp_retry_after(retry_after: object) -> float:
    """Return `retry_after`, the unchecked value from Telegram, as seconds from 1 to MAX_PAUSE; 1 if no number."""
    if isinstance(retry_after, timedelta):
        retry_after = retry_after.total_seconds()
    if isinstance(retry_after, bool) or not isinstance(retry_after, (int, float)):
        return 1.0
    if isinstance(retry_after, float) and math.isnan(retry_after):
        return 1.0
    return float(min(max(retry_after, 1), MAX_PAUSE))


def scope_of(method: str, chat: int | None) -> Hashable:
    """Return a key for the calls that must wait when Telegram answers a call with a 429.

    For a call with a chat, these are the calls of the same kind (send, edit or delete) to `chat`. For a call without
    a chat, they are the calls of the same method.
    """
    if chat is None:
        return method.lower()
    return next((family for family in _FAMILIES if method.startswith(family)), "send"), chat


class FloodEvidence:
    """The chats that Telegram has refused since it last accepted a message. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._refused: dict[int, tuple[float, float]] = {}  # by chat: when it was refused, and until when

    def record_success(self) -> None:
        """Record that Telegram accepted a message.

        This shows that earlier refusals concerned only single chats, not the whole bot.
        """
        if self._refused:
            self._refused.clear()

    def record_refusal(self, chat: int, now: float, seconds: float) -> float:
        """Record that Telegram refused a call to `chat` and asked to wait for `seconds`.

        Return the seconds that messages to all chats must wait. They are 0 unless so many chats were refused that
        the limit seems to be one for the whole bot.
        """
        self._refused = {other: times for other, times in self._refused.items() if now - times[0] <= _WITHIN}
        self._refused[chat] = now, now + seconds
        if len(self._refused) < _CHATS:
            return 0.0
        return min(until for _, until in self._refused.values()) - now
