"""Keep in memory, for half an hour, what a person or an admin is writing and has not confirmed yet."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import sha256

EXPIRY = 1800.0  # seconds after the last change
MAX_PEOPLE = 1_000


@dataclass(frozen=True, slots=True)
class Composition:
    """A text that is being written. If `is_writing`, the next message continues the text.

    For an answer of an admin, `number` is that of the conversation. `answers` is how many answers the conversation
    had when the admin last saw it.
    """

    changed_at: float  # in Unix time
    text: str = ""
    is_writing: bool = True
    number: int = 0
    answers: int = 0

    @property
    def digest(self) -> str:
        """Return a hash of the text, for buttons: so a button sends only the text that is shown above it."""
        return sha256(f"{self.number} {self.answers} {self.text}".encode()).hexdigest()[:10]


class Compositions:
    """The texts that are being written, for at most `max_people` people. The time is an argument, in Unix time."""

    def __init__(self, max_people: int = MAX_PEOPLE) -> None:
        self._max_people = max_people
        self._by_user: OrderedDict[int, Composition] = OrderedDict()

    def of(self, user: int, now: float) -> Composition | None:
        """Return the text that a person is writing; None if there is none, or if the text is too old."""
        self.drop_expired(now)
        return self._by_user.get(user)

    def put(self, user: int, composition: Composition) -> None:
        """Keep what a person is writing."""
        self._by_user.pop(user, None)
        self._by_user[user] = composition
        if len(self._by_user) > self._max_people:
            self._by_user.popitem(last=False)

    def pause(self, user: int) -> None:
        """Stop adding the messages of a person to their text. The button of the text can still send it."""
        if composition := self._by_user.get(user):
            self._by_user[user] = replace(composition, is_writing=False)

    def drop(self, user: int) -> None:
        """Forget what a person was writing."""
        self._by_user.pop(user, None)

    def drop_expired(self, now: float) -> None:
        """Forget all texts that were not confirmed within half an hour."""
        over = [user for user, entry in self._by_user.items() if not 0 <= now - entry.changed_at <= EXPIRY]
        for user in over:
            del self._by_user[user]
