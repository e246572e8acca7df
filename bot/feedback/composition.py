"""Keep in memory, for half an hour, what a person or an admin is writing and has not confirmed yet."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import sha256

EXPIRY = 1800.0  # seconds after the last change
MAX_PEOPLE = 1_000


@dataclass(frozen=True, slots=True)
class Composition:
    """A text that a person or an admin is writing. If `is_writing`, the next message is added to it.

    For an admin's answer, `number` is that of the conversation, and `answers` is how many answers had been sent in
    the conversation when the admin began to write.
    """

    changed_at: float  # in Unix time
    text: str = ""
    is_writing: bool = True
    number: int = 0
    answers: int = 0

    @property
    def digest(self) -> str:
        """Return a short hash of the text.

        The button that sends the text contains the hash. So a button that was made for an earlier text does not send
        a changed one.
        """
        return sha256(f"{self.number} {self.answers} {self.text}".encode()).hexdigest()[:10]


class Compositions:
    """The texts that are being written, by person, for at most `max_people` people. Times are Unix times."""

    def __init__(self, max_people: int = MAX_PEOPLE) -> None:
        self._max_people = max_people
        self._by_user: OrderedDict[int, Composition] = OrderedDict()

    def of(self, user: int, now: float) -> Composition | None:
        """Return the text that a person is writing; None if there is none or it did not change for half an hour."""
        self.drop_expired(now)
        return self._by_user.get(user)

    def put(self, user: int, composition: Composition) -> None:
        """Store what a person is writing, in memory. Drop the oldest text if there are too many."""
        self._by_user.pop(user, None)
        self._by_user[user] = composition
        if len(self._by_user) > self._max_people:
            self._by_user.popitem(last=False)

    def pause(self, user: int) -> None:
        """Stop adding the next messages of a person to their text. The button below the text can still send it."""
        if composition := self._by_user.get(user):
            self._by_user[user] = replace(composition, is_writing=False)

    def drop(self, user: int) -> None:
        """Forget what a person was writing."""
        self._by_user.pop(user, None)

    def drop_expired(self, now: float) -> None:
        """Forget all texts that did not change for half an hour."""
        over = [user for user, entry in self._by_user.items() if not 0 <= now - entry.changed_at <= EXPIRY]
        for user in over:
            del self._by_user[user]
