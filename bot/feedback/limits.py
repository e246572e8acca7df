"""Limit how many messages a person sends to the admins, and how many the admins get in all. In memory only."""

from collections import deque
from enum import StrEnum

PER_PERSON, PERSON_WINDOW = 5, 24 * 3600.0  # messages within so many seconds
IN_ALL, ALL_WINDOW = 20, 3600.0
_MAX_TIMES = IN_ALL * 24 + PER_PERSON  # of messages that were let through within a day


class Limit(StrEnum):
    """A limit that is reached. The phrase for each value has the key `feedback.limit_{value}`."""

    PERSON = "person"
    ALL = "all"
    MUTED = "muted"


class Limits:
    """The numbers of recent messages, by person and in all, and the people who are muted. Times are Unix times."""

    def __init__(self) -> None:
        self._sent: deque[tuple[int, float]] = deque(maxlen=_MAX_TIMES)
        self._muted: dict[int, float] = {}  # until when, by person

    def reached(self, user: int, now: float) -> Limit | None:
        """Return the limit that keeps a person from sending a message now; None if they can send one."""
        self._drop_old(now)
        if user in self._muted:
            return Limit.MUTED
        if sum(sender == user for sender, _ in self._sent) >= PER_PERSON:
            return Limit.PERSON
        if sum(now - at < ALL_WINDOW for _, at in self._sent) >= IN_ALL:
            return Limit.ALL
        return None

    def count(self, user: int, now: float) -> None:
        """Count a message that a person sends now."""
        self._sent.append((user, now))

    def mute(self, user: int, until: float) -> None:
        """Refuse messages from a person until the Unix time `until`, or until the bot is restarted."""
        self._muted[user] = until

    def _drop_old(self, now: float) -> None:
        while self._sent and now - self._sent[0][1] >= PERSON_WINDOW:
            self._sent.popleft()
        self._muted = {user: until for user, until in self._muted.items() if now < until}
