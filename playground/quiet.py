"""A million people without an object each: they have started every bot, say nothing, count what they get."""

from array import array
from collections import Counter

BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"


class QuietPeople:
    """The ids `first` to `first + people - 1`. `gone` holds who refuses: BLOCKED or DEACTIVATED by id."""

    def __init__(self, people: int, first: int) -> None:
        self.ids = range(first, first + people)
        self.gone: dict[int, str] = {}
        self.deleted = 0
        self._counts = array("I", bytes(4 * people))

    def received(self, person: int) -> int:
        return self._counts[person - self.ids.start]

    def count(self, person: int) -> None:
        self._counts[person - self.ids.start] += 1

    def tally(self, first: int, last: int) -> tuple[dict[int, int], int, int]:
        """Of the ids `first` to `last`: how many got what is not exactly one message, messages and people in all."""
        asked = range(max(first, self.ids.start), min(last, self.ids.stop - 1) + 1)
        counts = self._counts[asked.start - self.ids.start : asked.stop - self.ids.start] if asked else array("I")
        unusual = {asked[at]: got for at, got in enumerate(counts) if got != 1} if asked else {}
        return unusual, sum(counts), len(asked)

    def spread(self) -> Counter[int]:
        """How many people got 0, 1, 2, ... messages."""
        return Counter(self._counts)

    def reset(self) -> None:
        self.gone.clear()
        self.deleted = 0
        self._counts = array("I", bytes(4 * len(self.ids)))
