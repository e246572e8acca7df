"""Delay messages so that each chat gets no more than Telegram allows. Pure.

A chat can get a few messages at once and then one a second. A group can get at most 20 a minute.
"""

from collections import OrderedDict, deque

CHAT_BURST = 7  # messages that a chat gets at once, then 1 a second (Telegram: about 1/s, short bursts pass)
GROUP_MESSAGES, GROUP_SECONDS = 20, 60.0  # Telegram accepts 20 messages a minute in a group
_MAX_CHATS = 10_000  # remembered


class ChatSpacing:
    """Compute when each chat can get its next message. Times are in seconds, by any clock that the caller chooses."""

    def __init__(self) -> None:
        self._used_up_at: dict[int, float] = {}  # by chat: until when its messages take up one second each
        self._groups: OrderedDict[int, deque[float]] = OrderedDict()  # by group: when its last messages were sent

    def reserve(self, now: float, chat: int) -> float:
        """Count a message to `chat`, and return the earliest time to send it; a time before `now` means at once."""
        used_up_at = max(self._used_up_at.pop(chat, 0.0), now) + 1.0
        self._used_up_at[chat] = used_up_at
        if len(self._used_up_at) > _MAX_CHATS:
            self._forget(now)
        return used_up_at - CHAT_BURST

    def group_free_at(self, group: int) -> float:
        """Return the time at which `group` can get another message; 0 when it can get one now."""
        times = self._groups.get(group)
        return 0.0 if times is None or len(times) < GROUP_MESSAGES else times[0] + GROUP_SECONDS

    def record_group_message(self, group: int, now: float) -> None:
        self._groups.setdefault(group, deque(maxlen=GROUP_MESSAGES)).append(now)
        self._groups.move_to_end(group)
        if len(self._groups) > _MAX_CHATS // GROUP_MESSAGES:
            self._groups.popitem(last=False)

    def _forget(self, now: float) -> None:
        """Forget the chats that can get a message now.

        If too many chats are left, also forget those that got their messages longest ago.
        """
        self._used_up_at = {chat: at for chat, at in self._used_up_at.items() if at > now}
        for chat in list(self._used_up_at)[: max(0, len(self._used_up_at) - _MAX_CHATS * 9 // 10)]:
            del self._used_up_at[chat]
