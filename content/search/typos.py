"""Mending slips of the finger: the known word that an unknown one most likely stands for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 4  # letters; shorter words are a slip away from too many others, and four letters only when swapped
_TWO_SLIPS = 8  # letters from which on two slips are believed


@dataclass(slots=True)
class Typos:
    """Known words by alphabet and length, compared by optimal string alignment (a swap is one slip)."""

    by_size: dict[tuple[bool, int], list[str]] = field(default_factory=dict)

    def learn(self, words: Iterable[str]) -> None:
        for word in words:
            if len(word) >= _SHORTEST:
                self.by_size.setdefault((word.isascii(), len(word)), []).append(word)

    def mend(self, word: str, most: int = 2, likely: Callable[[str], bool] = bool) -> str | None:
        """The known word nearest to `word`, or None when none is near enough; at most `most` slips are believed.

        Words that are `likely` win over others equally near.
        """
        if len(word) < _SHORTEST or len(word) > 24 or not word.isalpha():
            return None
        slips = min(most, 2 if len(word) >= _TWO_SLIPS else 1)
        near: list[tuple[float, bool, bool, int, str]] = []
        for size in range(len(word) - slips, len(word) + slips + 1):
            choices = self.by_size.get((word.isascii(), size), ())
            found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=slips, limit=6)
            near += [
                (distance, known[0] != word[0], not likely(known), -len(known), known)
                for known, distance, _ in found
                if _believed(word, known, distance)
            ]
        return min(near)[-1] if near else None


def _believed(word: str, known: str, slips: float) -> bool:
    """People seldom miss the first letter, and of short words only swapped letters tell the word."""
    if sorted(word) == sorted(known):
        return True
    return len(known) > _SHORTEST and (word[0] == known[0] or (slips == 1 and len(word) > _SHORTEST + 1))
