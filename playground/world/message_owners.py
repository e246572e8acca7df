"""Remember which user received each recent message, and when. Arrays keep this at four bytes a message."""

from array import array
from bisect import bisect_right
from collections import deque

DELETABLE_SECONDS = 48 * 3600.0  # the age up to which a message can be deleted
RESOLUTION = 10.0  # seconds; messages sent within them count as sent at one time


class MessageOwners:
    """A map from message id to owner, for the newest `capacity` message ids.

    An owner is a positive integer that identifies who received the message. 0 means no owner. New message ids must be
    higher than all earlier ones.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._slots = array("I")  # a ring buffer
        self._next = 0  # the id after the newest; message ids only grow

    def put(self, message: int, owner: int) -> None:
        """Store the owner of a new message. Message ids between the last one and `message` get no owner."""
        if message - self._next > self._capacity:
            self._slots, self._next = array("I"), message
        for skipped in range(self._next, message):
            self._write(skipped, 0)
        self._write(message, owner)
        self._next = message + 1

    def get(self, message: int) -> int:
        """Return the owner of a message; 0 if it has none, or if it is not among the newest `capacity` messages."""
        slot = message % self._capacity
        is_recent = self._next - self._capacity <= message < self._next
        return self._slots[slot] if is_recent and slot < len(self._slots) else 0

    def clear(self, message: int) -> None:
        """Forget the owner of a message."""
        if self.get(message):
            self._slots[message % self._capacity] = 0

    def _write(self, message: int, owner: int) -> None:
        slot = message % self._capacity
        if slot >= len(self._slots):
            self._slots.extend(array("I", bytes(4 * (slot + 1 - len(self._slots)))))
        self._slots[slot] = owner


class SendTimes:
    """The send times of the messages of the last 48 hours, which decide whether a message can still be deleted.

    To save memory, times are rounded down by up to RESOLUTION seconds.
    """

    def __init__(self) -> None:
        self._first_messages: deque[tuple[int, float]] = deque()  # of each period, with its time

    def put(self, message: int, now: float) -> None:
        """Record that a message was sent at `now`, in seconds.

        Each message id must be higher than that of the last call.
        """
        if self._first_messages and now - self._first_messages[-1][1] < RESOLUTION:
            return
        self._first_messages.append((message, now))
        while len(self._first_messages) > 1 and self._first_messages[1][1] <= now - DELETABLE_SECONDS:
            self._first_messages.popleft()

    def is_too_old(self, message: int, now: float) -> bool:
        """Return whether a message was sent more than 48 hours before `now`. An unknown message counts as too old."""
        index = bisect_right(self._first_messages, message, key=lambda entry: entry[0]) - 1
        return index < 0 or now - self._first_messages[index][1] > DELETABLE_SECONDS
