"""Leave out the part of a text that its writer rejects: "not the agreement, the meeting" asks for the meeting."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from content.search.multiword import Expression
from content.search.words.folding import folded_words

_SEGMENT_END = re.compile(r"[,;:.!?\n،؛؟۔…]+|\s[-–—]+\s")
_LONGEST = 4  # words of a marker


@dataclass(frozen=True, slots=True)
class Contrast:
    """The markers of contrast: words such as "not", with which people reject a part of their own text.

    They come from `words/shared/contrast.yaml` and are folded (see `fold`). A text is split into segments at
    punctuation and at the words in `turns`.

    - `before`: markers that reject all words after them in their segment, such as "instead of".
    - `after`: markers that reject all words before them in their segment.
    - `opening`: markers that reject a segment that begins with them, such as "no no".
    - `closing`: markers that reject a segment that ends with them, as "not" does in "the agreement not".
    - `around`: maps a first marker to second ones. The words between the two are rejected.
    - `turns`: words such as "but", at which a new segment begins.
    - `exceptions`: phrases such as "not only". In a segment with one of them, nothing is rejected.
    - `first_words`: the first words of all markers. A text without any of them has no rejected part.
    """

    before: frozenset[Expression] = frozenset()
    after: frozenset[Expression] = frozenset()
    opening: frozenset[Expression] = frozenset()
    closing: frozenset[Expression] = frozenset()
    around: Mapping[Expression, frozenset[Expression]] = field(default_factory=dict)
    turns: frozenset[Expression] = frozenset()
    exceptions: frozenset[Expression] = frozenset()
    first_words: frozenset[str] = frozenset()

    def wanted_words(self, text: str, words: list[str]) -> list[str]:
        """Return the folded `words` of `text` without those that the writer rejects, as X in "not X but Y".

        If the writer rejects all of them, return all.
        """
        if self.first_words.isdisjoint(words):
            return words
        segments = list(self._segments(text))
        wanted = [self._wanted(segment) for segment in segments]
        return words if wanted == segments else [word for part in wanted for word in part] or words

    def _segments(self, text: str) -> Iterator[list[str]]:
        for sentence in _SEGMENT_END.split(text):
            segment: list[str] = []
            for word in folded_words(sentence):
                if (word,) in self.turns:
                    yield segment
                    segment = []
                else:
                    segment.append(word)
            yield segment

    def _wanted(self, segment: list[str]) -> list[str]:
        """Return the words of `segment` that are not rejected."""
        markers = list(_phrases(segment))
        if any(phrase in self.exceptions for _, phrase in markers):
            return segment
        for start, phrase in markers:
            if phrase in self.before or (start == 0 and phrase in self.opening):
                return segment[:start]
            if phrase in self.after:
                return segment[start + len(phrase) :]
            if start and start + len(phrase) == len(segment) and phrase in self.closing:
                return []
            if phrase in self.around:
                return self._without_middle(segment, start, phrase)
        return segment

    def _without_middle(self, segment: list[str], start: int, opening: Expression) -> list[str]:
        """Return `segment` without the words between two markers, and without the markers.

        `opening` is the first marker, which begins at the index `start`. If no second marker follows, return the
        segment unchanged.
        """
        rest = segment[start + len(opening) :]
        for at, phrase in _phrases(rest):
            if phrase in self.around[opening]:
                return segment[:start] + rest[at + len(phrase) :]
        return segment


def _phrases(segment: list[str]) -> Iterator[tuple[int, Expression]]:
    """Yield each sequence of up to four words in `segment`, as the index of its first word and the words.

    The sequences are sorted by this index. Longer sequences with the same first word come first.
    """
    for start in range(len(segment)):
        for size in range(min(_LONGEST, len(segment) - start), 0, -1):
            yield start, tuple(segment[start : start + size])
