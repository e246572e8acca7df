"""Simulate up to five million users for load tests.

They have started every bot and never write to it. What bots send to them is only counted, not stored.
"""

from array import array
from collections import Counter
from dataclasses import dataclass

from playground.world.message_owners import MessageOwners, SendTimes

BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
MESSAGES_PER_USER = 8  # on average; older messages can no longer be edited and deleted
_MIN_MESSAGES = 100_000
_IS_TEXT = 1 << 31  # a bit in addition to the owner: the message is a text, not a photo or file
CountByUser = dict[int, int]


@dataclass(frozen=True, slots=True)
class MessageCounts:
    """A report on the messages that a range of bulk users received.

    `people` is the number of users in the range, and `total` the number of messages that they received. `counts` maps
    user ids to numbers of messages, and leaves out users with exactly one, so that the report on a complete broadcast
    is short. `edited` and `deleted` map user ids to numbers of edits and deletions, and leave out users with none.
    """

    people: int
    total: int
    counts: CountByUser
    edited: CountByUser
    deleted: CountByUser


class BulkUsers:
    """The users for load tests, with the ids from `first` to `first + number - 1`.

    They need twelve bytes of memory for each user, and four for each recent message. `refusals`, which tests fill,
    maps the id of a user who refuses messages to the reason: BLOCKED or DEACTIVATED.
    """

    def __init__(self, number: int, first: int) -> None:
        self.ids = range(first, first + number)
        self.refusals: dict[int, str] = {}
        self.reset()

    def reset(self) -> None:
        """Set all counts to zero, and let all users accept messages."""
        self.refusals.clear()
        self._received, self._edits, self._deletions = (array("I", bytes(4 * len(self.ids))) for _ in range(3))
        self._owners = MessageOwners(max(_MIN_MESSAGES, MESSAGES_PER_USER * len(self.ids)))
        self._send_times = SendTimes()

    # For the Bot API

    def receive(self, person: int, message: int, now: float, is_text: bool) -> None:
        """Count a new message to the user `person`, sent at time `now`. `is_text` is False for photos and files."""
        index = person - self.ids.start
        self._received[index] += 1
        self._owners.put(message, index + 1 | (_IS_TEXT if is_text else 0))
        self._send_times.put(message, now)

    def has_message(self, person: int, message: int) -> bool:
        """Return whether the user received this message and it was not deleted.

        Only recent messages are remembered, so this is False for old ones.
        """
        return self._owners.get(message) & ~_IS_TEXT == person - self.ids.start + 1

    def is_text(self, message: int) -> bool:
        """Return whether the message is a text; False for a photo, a file or an unknown message."""
        return bool(self._owners.get(message) & _IS_TEXT)

    def is_too_old(self, message: int, now: float) -> bool:
        """Return whether the message is older than 48 hours, after which Telegram does not delete messages."""
        return self._send_times.is_too_old(message, now)

    def edit(self, person: int) -> None:
        """Count an edit of a message that the user `person` received."""
        self._edits[person - self.ids.start] += 1

    def delete(self, person: int, message: int) -> None:
        """Delete a message that the user `person` received, and count the deletion."""
        self._owners.clear(message)
        self._deletions[person - self.ids.start] += 1

    # For tests

    def received(self, person: int) -> int:
        """Return how many messages the user received, including deleted ones."""
        return self._received[person - self.ids.start]

    def total_received(self) -> int:
        """Return how many messages all users received together."""
        return sum(self._received)

    def tally(self, first: int, last: int) -> MessageCounts:
        """Return the report on the users with ids from `first` to `last`, both included."""
        people = range(max(first, self.ids.start), min(last, self.ids.stop - 1) + 1)
        received = self._part(self._received, people)
        edited, deleted = (
            _unlike(0, self._part(counts, people), people) for counts in (self._edits, self._deletions)
        )
        return MessageCounts(len(people), sum(received), _unlike(1, received, people), edited, deleted)

    def histogram(self) -> Counter[int]:
        """Return how many users received each number of messages. {1: 500}: 500 users received one message each."""
        return Counter(self._received)

    def _part(self, counts: "array[int]", people: range) -> "array[int]":
        return counts[people.start - self.ids.start : people.stop - self.ids.start] if people else array("I")


def _unlike(usual: int, counts: "array[int]", people: range) -> CountByUser:
    """Return a dict from user id to count, for the users whose count is not `usual`.

    `counts` has one count for each id in `people`, in the same order.
    """
    return {people[index]: count for index, count in enumerate(counts) if count != usual}
