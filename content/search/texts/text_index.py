"""Find the clauses whose texts have the words of a question, in any language and script, without lists of words.

The index has the titles, topics, addressees and texts of all clauses. Two words match if they share a stem, a
sequence of letters that makes up most of the shorter word: Schule and Schulen, Bremse and Mietpreisbremse, بلدية and
البلدية. A word counts more if fewer clauses have it, and nothing if most clauses have it.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from content.search.texts.similar_words import SimilarWords
from content.search.words.stemming import Stemmer
from content.search.words.typos import TypoCorrector
from content.search.words.word_cache import WordCache

_MAX_WORDS = 24
_MAX_CORRECTIONS = 4  # unknown words of a question that are looked up as typos
_MAX_TYPOS = 2  # in a long word
_UNSURE = 0.6  # similarity below which a word is looked up as a typo
_CORRECTED = 0.8  # strength of a match after a correction
_SAME_WORD = 0.85  # similarity of two forms of one word, such as river and rivers
_NUMBER = 0.3  # weight of a number
_FILLER = 0.35  # factor for the weight of a word that occurs with many subjects
_LITTLE = 0.05  # weight of a word from which it tells anything about the subject


Target = TypeVar("Target", bound=str)  # the id of a clause or of a statement
Matches = Mapping[Target, tuple[float, float]]  # strength and similarity of the best match


@dataclass(frozen=True, slots=True)
class TextIndex(Generic[Target]):
    """An index from words to the clauses or statements whose texts have them.

    `strengths` maps each word to the ids of these clauses or statements, each with the strength of the word there,
    from 0 to 1 (1 for a word of the title). `typical_length` is the mean length of the words in letters.
    """

    clause_count: int = 0
    strengths: Mapping[str, Mapping[Target, float]] = field(default_factory=dict)
    similar: SimilarWords = field(default_factory=SimilarWords)
    typical_length: float = 1.0
    typos: TypoCorrector = field(default_factory=TypoCorrector)
    _weighed: WordCache[tuple[Matches[Target], float]] = field(
        default_factory=WordCache, init=False, repr=False, compare=False
    )

    @classmethod
    def of(
        cls, texts: Iterable[tuple[Target, float, Iterable[str]]], stemmer: Stemmer | None = None
    ) -> "TextIndex[Target]":
        """Build an index of texts.

        Each text is a tuple of the clause's id, the strength of its words, and its folded words.
        """
        strengths: dict[str, dict[Target, float]] = {}
        targets: set[Target] = set()
        for target, strength, words in texts:
            targets.add(target)
            for word in words:
                of_word = strengths.setdefault(word, {})
                of_word[target] = max(strength, of_word.get(target, 0.0))
        typos = TypoCorrector()
        typos.add(strengths)
        length = sum(map(len, strengths)) / len(strengths) if strengths else 1.0
        similar = SimilarWords.of(strengths, stemmer or Stemmer())
        return cls(len(targets), strengths, similar, length, typos)

    def has_form_of(self, word: str) -> bool:
        """Return whether the indexed texts contain the folded `word`, or another form of it."""
        return any(similarity >= _SAME_WORD for similarity in self.similar.find(word).values())

    def find(
        self,
        words: Iterable[str],
        ignored: Iterable[str] = (),
        fillers: Collection[str] = (),
        *,
        corrections: int = _MAX_CORRECTIONS,
    ) -> Mapping[Target, float]:
        """Return the relevance of each clause or statement that has some of the folded `words` of a question.

        The relevance is 1 if the question is a single rare word and the clause has it in its title. Words in
        `ignored` do not count, and words in `fillers` count less. At most `corrections` words are looked up as typos.
        """
        skipped = frozenset(ignored)
        distinct = [word for word in dict.fromkeys(words) if word not in skipped][:_MAX_WORDS]
        sums: dict[Target, float] = {}
        covered: dict[Target, float] = {}
        total = 0.0
        for word, (matches, full_weight) in zip(distinct, self._weighed_matches(distinct, corrections), strict=True):
            weight = full_weight * (_FILLER if word in fillers else 1.0)
            total += weight
            for clause, (strength, _) in matches.items() if weight > _LITTLE else ():
                sums[clause] = sums.get(clause, 0.0) + weight * strength
                covered[clause] = covered.get(clause, 0.0) + weight
        return {clause: relevance * math.sqrt(covered[clause] / total) for clause, relevance in sums.items()}

    def _weighed_matches(self, words: list[str], corrections: int) -> Iterator[tuple[Matches[Target], float]]:
        """Yield, for each of `words`, the clauses or statements that match it, and the weight of the word.

        Up to `corrections` words without a good match are treated as typos.
        """
        for word in words:
            matches, weight = self._weighed.get(word) or self._weighed.remember(word, self._weighed_match(word))
            if corrections and _similarity_of(matches) < _UNSURE:
                corrections -= 1
                matches = max(matches, self._corrected_matches(word), key=_similarity_of)
                weight = self._weight(word, matches)
            yield matches, weight

    def _weighed_match(self, word: str) -> tuple[Matches[Target], float]:
        matches = self._matches(word)
        return matches, self._weight(word, matches)

    def _weight(self, word: str, matches: Matches[Target]) -> float:
        """Return the weight of a word: 1 if one clause or none has it, and 0 if all clauses have it.

        Short words weigh less, because many of them are pronouns, articles and the like.
        """
        if word.isdecimal():
            return _NUMBER
        best = _similarity_of(matches) or 1.0
        clauses = sum((similarity / best) ** 2 for _, similarity in matches.values())
        rarity = 1 - math.log(max(1.0, clauses)) / math.log(max(2, self.clause_count))
        return rarity * min(1.0, (len(word) - 1) / max(1.0, self.typical_length - 2))

    def _matches(self, word: str) -> Matches[Target]:
        """Find the clauses or statements that have `word` or another form of it.

        Return a dict from their ids to the strength and the similarity of the best match.
        """
        best: dict[Target, tuple[float, float]] = {}
        for known, similarity in self.similar.find(word).items():
            for clause, strength in self.strengths[known].items():
                best[clause] = max((strength * similarity, similarity), best.get(clause, (0.0, 0.0)))
        return best

    def _corrected_matches(self, word: str) -> Matches[Target]:
        corrected = self.typos.correct(word, _MAX_TYPOS)
        matches = self._matches(corrected) if corrected else {}
        return {
            clause: (strength * _CORRECTED, similarity * _CORRECTED)
            for clause, (strength, similarity) in matches.items()
        }


def _similarity_of(matches: Matches[Target]) -> float:
    return max((similarity for _, similarity in matches.values()), default=0.0)
