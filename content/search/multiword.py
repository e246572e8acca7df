"""Look up expressions of several words. Of several expressions that begin at the same word, find the longest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Expression = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expressions:
    """A table of expressions of several words, each with its sense: a concept or a kind of common word.

    Each key of `senses` is an expression as one string, which takes a third of the memory of a tuple of words.
    `sizes` maps the first word of expressions to the number of words in the longest of them.
    """

    senses: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, claims: Iterable[tuple[Expression, str]]) -> "Expressions":
        """Build the table from pairs of expression and sense. A later pair replaces an earlier one."""
        senses: dict[str, str] = {}
        sizes: dict[str, int] = {}
        for words, sense in claims:
            senses[" ".join(words)] = sense
            sizes[words[0]] = max(len(words), sizes.get(words[0], 0))
        return cls(senses, sizes)

    def longest(self, first_word: str) -> int:
        """Return the number of words in the longest expression that begins with `first_word`; 0 for none."""
        return self.sizes.get(first_word, 0)

    def find(self, words: Sequence[str]) -> tuple[int, str] | None:
        """Return the number of words and the sense of the longest expression at the start of `words`, or None."""
        for size in range(len(words), 1, -1):
            sense = self.senses.get(" ".join(words[:size]))
            if sense is not None:
                return size, sense
        return None

    def are_alike(self, word: str, other: str) -> bool:
        """Return whether some expression with `word` has the same sense with `other` in its place.

        E.g. True for "rigths" and "rights" if "human rigths" and "human rights" are listed with the same sense.
        """
        return any(
            self.senses.get(" ".join(other if part == word else part for part in expression.split())) == sense
            for expression, sense in self.senses.items()
            if word in expression and word in expression.split()
        )
