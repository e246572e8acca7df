"""Correct typos: find the known word that an unknown word most likely stands for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

_MIN_LETTERS = 4  # shorter words are one typo away from too many others; four letters only match when swapped
_MAX_LETTERS = 24
_LETTERS_FOR_TWO = 8  # from this length on, two typos in a word are accepted


@dataclass(slots=True)
class TypoCorrector:
    """Find the known word of which a word is a typo, by optimal string alignment.

    Optimal string alignment counts one typo for a letter too many, too few or wrong, and for two swapped letters.
    `by_size` maps (whether the word is ASCII, length in letters) to the known words.
    """

    by_size: dict[tuple[bool, int], list[str]] = field(default_factory=dict)

    def add(self, words: Iterable[str]) -> None:
        """Add `words` to the known words. Words that are too short are left out."""
        for word in words:
            if len(word) >= _MIN_LETTERS:
                self.by_size.setdefault((word.isascii(), len(word)), []).append(word)

    def correct(
        self,
        word: str,
        max_typos: int = 2,
        is_likely: Callable[[str], bool] = bool,
        *,
        ignored: str = "",
        accept_short: bool = False,
    ) -> str | None:
        """Return the known word that is fewest typos away from `word`, at most `max_typos`; None if there is none.

        If several are equally near, prefer one with the same first letter, and then one for which `is_likely` returns
        True. The known word `ignored` is never returned. With `accept_short`, a short word may also have one typo
        between its first and last letter.
        """
        if not _MIN_LETTERS <= len(word) <= _MAX_LETTERS or not word.isalpha():
            return None
        limit = min(max_typos, 2 if len(word) >= _LETTERS_FOR_TWO else 1)
        near: list[tuple[float, bool, bool, bool, int, str]] = []
        for size in range(len(word) - limit, len(word) + limit + 1):
            choices = self.by_size.get((word.isascii(), size), ())
            matches = process.extract(word, choices, scorer=OSA.distance, score_cutoff=limit, limit=6)
            near += [
                (
                    distance,
                    known[0] != word[0],
                    not is_likely(known),
                    sorted(known) != sorted(word),
                    -len(known),
                    known,
                )
                for known, distance, _ in matches
                if known != ignored
                and (_is_plausible(word, known, distance) or (accept_short and _has_same_ends(word, known)))
            ]
        return min(near)[-1] if near else None


def _is_plausible(word: str, known: str, distance: float) -> bool:
    """Return whether `word`, which differs by `distance` typos, is probably a typo of `known`.

    People seldom mistype the first letter. In a short word, only swapped letters are accepted.
    """
    if sorted(word) == sorted(known):
        return True
    return len(known) > _MIN_LETTERS and (word[0] == known[0] or (distance == 1 and len(word) > _MIN_LETTERS + 1))


def _has_same_ends(word: str, known: str) -> bool:
    """Return whether two words have the same first and last letter."""
    return word[0] == known[0] and word[-1] == known[-1]
