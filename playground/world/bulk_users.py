"""A million people without an object each: they have started every bot, say nothing, count what they get."""

from array import array
from collections import Counter
from dataclasses import dataclass

from playground.world.message_owners import Ages, Owners

BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
EACH = 8  # messages a person, on average, that can still be edited and deleted
_FEWEST = 100_000
_TEXT = 1 << 31  # beside the owner: the message is a text, no picture or file
Tally = dict[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """Of some people: what they got where it is not exactly one message, and what was edited and deleted."""

    people: int
    total: int
    counts: Tally
    edited: Tally
    deleted: Tally


class QuietPeople:
    """The ids `first` to `first + people - 1`. `gone` holds who refuses: BLOCKED or DEACTIVATED by id.

    Twelve bytes a person, and four for each of the newest messages.
    """

    def __init__(self, people: int, first: int) -> None:
        self.ids = range(first, first + people)
        self.gone: dict[int, str] = {}
        self.reset()

    def reset(self) -> None:
        self.gone.clear()
        self._got, self._edits, self._deletions = (array("I", bytes(4 * len(self.ids))) for _ in range(3))
        self._owners, self._ages = Owners(max(_FEWEST, EACH * len(self.ids))), Ages()

    # What bots do

    def take(self, person: int, message: int, now: float, is_text: bool) -> None:
        place = person - self.ids.start
        self._got[place] += 1
        self._owners.put(message, place + 1 | (_TEXT if is_text else 0))
        self._ages.put(message, now)

    def holds(self, person: int, message: int) -> bool:
        """Whether the message reached this person and was not deleted."""
        return self._owners.get(message) & ~_TEXT == person - self.ids.start + 1

    def is_text(self, message: int) -> bool:
        return bool(self._owners.get(message) & _TEXT)

    def too_old(self, message: int, now: float) -> bool:
        """Whether it stands for good: 48 hours are over."""
        return self._ages.too_old(message, now)

    def edit(self, person: int) -> None:
        self._edits[person - self.ids.start] += 1

    def delete(self, person: int, message: int) -> None:
        self._owners.clear(message)
        self._deletions[person - self.ids.start] += 1

    # What tests ask

    def received(self, person: int) -> int:
        return self._got[person - self.ids.start]

    def edited(self, person: int) -> int:
        return self._edits[person - self.ids.start]

    def deleted(self, person: int) -> int:
        return self._deletions[person - self.ids.start]

    def tally(self, first: int, last: int) -> Told:
        """Of the ids `first` to `last`."""
        asked = range(max(first, self.ids.start), min(last, self.ids.stop - 1) + 1)
        got = self._of(self._got, asked)
        edited, deleted = (_unusual(self._of(counts, asked), asked, 0) for counts in (self._edits, self._deletions))
        return Told(len(asked), sum(got), _unusual(got, asked, 1), edited, deleted)

    def spread(self) -> Counter[int]:
        """How many people got 0, 1, 2, ... messages."""
        return Counter(self._got)

    def _of(self, counts: "array[int]", asked: range) -> "array[int]":
        return counts[asked.start - self.ids.start : asked.stop - self.ids.start] if asked else array("I")


def _unusual(counts: "array[int]", people: range, usual: int) -> Tally:
    return {people[at]: count for at, count in enumerate(counts) if count != usual}
