"""Limit the notice "I can read only text" to one a minute in each chat. Pure: the time is an argument."""

from collections import OrderedDict

from bot.model.events import ChatId

INTERVAL = 60.0  # seconds
MAX_CHATS = 10_000  # in about 2 MB; the oldest chats are dropped and may get a notice early


class NoticeInterval:
    """Decide when a chat can get the notice "I can read only text": at most once in INTERVAL seconds.

    The times of the last notice or recorded answer are kept in memory, for at most `max_chats` chats.
    """

    def __init__(self, max_chats: int = MAX_CHATS) -> None:
        self._max_chats = max_chats
        self._noticed_at: OrderedDict[ChatId, float] = OrderedDict()

    def is_due(self, chat: ChatId, now: float) -> bool:
        """Return whether the notice can be sent to `chat` at `now` (seconds). If it can, record it as sent."""
        noticed_at = self._noticed_at.get(chat)
        if noticed_at is not None and now - noticed_at < INTERVAL:
            return False
        self.record(chat, now)
        return True

    def record(self, chat: ChatId, now: float) -> None:
        """Record that `chat` was answered at `now`. For INTERVAL seconds after that, no notice is due."""
        self._noticed_at[chat] = now
        self._noticed_at.move_to_end(chat)
        if len(self._noticed_at) > self._max_chats:
            self._noticed_at.popitem(last=False)
