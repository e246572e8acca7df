"""Let only the first announcement of a digest make a sound. Nothing about it is stored."""

from bot.model.digest import WINDOW

_MOST = 100_000  # people; about 15 MB


class FirstSound:
    """Remember for each chat which broadcast was the first of its digest, because only that one makes a sound.

    Nothing is stored. So after a restart, or when more than _MOST people get their digests at once, a second
    announcement of a digest may make a sound.
    """

    def __init__(self) -> None:
        self._rung: dict[int, tuple[int, float]] = {}  # by chat: the broadcast, and when; in the order of these

    def may_ring(self, chat: int, number: int, now: float) -> bool:
        """Return whether the message of broadcast `number` to a chat may make a sound.

        It may not if another broadcast has made a sound there less than WINDOW seconds before `now`. If it may,
        remember this broadcast as the one that makes the sound.
        """
        ringing, at = self._rung.get(chat, (number, now))
        if ringing != number and now - at < WINDOW:
            return False
        self._rung.pop(chat, None)
        self._rung[chat] = number, now
        if len(self._rung) > _MOST:
            del self._rung[next(iter(self._rung))]
        return True

    def take_back(self, chat: int, number: int) -> None:
        """Forget that broadcast `number` has made a sound in a chat, because its message did not arrive."""
        if self._rung.get(chat, (0, 0.0))[0] == number:
            del self._rung[chat]
