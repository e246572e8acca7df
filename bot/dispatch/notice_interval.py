"""How often a chat is told the same thing that it did not ask for: once a minute. Pure, with time as an argument."""

from collections import OrderedDict

from bot.model.events import ChatId

SECONDS = 60.0
CHATS = 10_000  # remembered at most, in about 2 MB; the oldest are forgotten, and may be told again


class NoticeInterval:
    """When each chat was last told."""

    def __init__(self, chats: int = CHATS) -> None:
        self._most = chats
        self._told: OrderedDict[ChatId, float] = OrderedDict()

    def is_due(self, chat: ChatId, now: float) -> bool:
        """Return whether a notice is due at `now`; it counts as told then."""
        told_at = self._told.get(chat)
        if told_at is not None and now - told_at < SECONDS:
            return False
        self.note(chat, now)
        return True

    def note(self, chat: ChatId, now: float) -> None:
        """Note that the chat has just been answered."""
        self._told[chat] = now
        self._told.move_to_end(chat)
        if len(self._told) > self._most:
            self._told.popitem(last=False)
