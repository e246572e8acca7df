"""Whom a flood wait concerns: the method or the chat that it answered, and everybody only on evidence. Pure.

Telegram's 429 does not say whether one chat, one method or the whole bot is meant. Groups, edits and profile setters
are refused on their own while everything else passes, so a 429 holds what it answered. When several different chats
are refused within about a second, and nothing passes between them, the whole bot is meant.
"""

import math
from collections.abc import Hashable
from datetime import timedelta

MAX_PAUSE = 600.0  # seconds; Telegram's longest real ones for messages are minutes, 999999 is an error
_CHATS = 3  # different ones ...
_WITHIN = 1.0  # ... refused in so many seconds
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
    """Return what a 429 to this call holds: this kind of call in this chat, or the method where there is no chat."""
    if chat is None:
        return method.lower()
    return next((family for family in _FAMILIES if method.startswith(family)), "send"), chat


class FloodEvidence:
    """Refusals of different chats since a message last passed."""

    def __init__(self) -> None:
        self._refused: dict[int, tuple[float, float]] = {}  # by chat: when, and until when

    def record_success(self) -> None:
        """A message was accepted: whatever was refused before concerned its own chat."""
        if self._refused:
            self._refused.clear()

    def record_refusal(self, chat: int, now: float, seconds: float) -> float:
        """Note a refusal of `seconds`; return the seconds for which everybody has to wait, 0 for nobody else."""
        self._refused = {known: when for known, when in self._refused.items() if now - when[0] <= _WITHIN}
        self._refused[chat] = now, now + seconds
        if len(self._refused) < _CHATS:
            return 0.0
        return min(until for _, until in self._refused.values()) - now
