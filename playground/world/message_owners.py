"""Who got which message, and when, without an object each: four bytes a message for the newest ones."""

from array import array
from bisect import bisect_right
from collections import deque

LIVES = 48 * 3600.0  # seconds that a message can be deleted
STEP = 10.0  # seconds within which ages are not told apart


class Owners:
    """A whole number from 1 on for each of the `most` newest message ids; 0 where there is none (any more)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._slots = array("I")
        self._next = 0  # the id after the newest; message ids only grow

    def put(self, message: int, owner: int) -> None:
        """Messages that nobody noted lie between: their slots are emptied."""
        if message - self._next > self._most:
            self._slots, self._next = array("I"), message
        for other in range(self._next, message):
            self._write(other, 0)
        self._write(message, owner)
        self._next = message + 1

    def get(self, message: int) -> int:
        slot = message % self._most
        young = self._next - self._most <= message < self._next
        return self._slots[slot] if young and slot < len(self._slots) else 0

    def clear(self, message: int) -> None:
        if self.get(message):
            self._slots[message % self._most] = 0

    def _write(self, message: int, owner: int) -> None:
        slot = message % self._most
        if slot >= len(self._slots):
            self._slots.extend(array("I", bytes(4 * (slot + 1 - len(self._slots)))))
        self._slots[slot] = owner


class Ages:
    """When messages were sent, to about ten seconds, for two days."""

    def __init__(self) -> None:
        self._marks: deque[tuple[int, float]] = deque()  # the first message of a step, and its time

    def put(self, message: int, now: float) -> None:
        if self._marks and now - self._marks[-1][1] < STEP:
            return
        self._marks.append((message, now))
        while len(self._marks) > 1 and self._marks[1][1] <= now - LIVES:
            self._marks.popleft()

    def too_old(self, message: int, now: float) -> bool:
        at = bisect_right(self._marks, message, key=lambda mark: mark[0]) - 1
        return at < 0 or now - self._marks[at][1] > LIVES
