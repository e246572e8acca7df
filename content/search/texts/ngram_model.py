"""Estimate which clause a question is about, with a linear model over the letter sequences of its words.

`content.loading.learning.ngram_training` trains the model on example questions. The model learns how people ask, and
it also recognises words with typos or other endings. It does not use concepts, so it makes other errors than the
search by concepts. A feature of a text, such as a sequence of letters, is hashed to the number of a bucket.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar
from zlib import crc32

Answer = TypeVar("Answer", bound=str)

BUCKETS = 16_384  # 8,192 put 1 % fewer questions first, and 32,768 gained 0.5 % (29 Nov 2026)
ZERO = 128  # stands for the weight 0, because weights are stored as bytes
_SIZES = (
    4,
)  # letters in a sequence; those of three as well put 0.7 % more questions first, but train 1.6 times as long
_MAX_WORDS = 48
_SHARPNESS = 5.0  # factor with which the scores of held-out questions give the likeliest probabilities


def word_features(word: str) -> tuple[int, ...]:
    """Return the buckets of the folded `word` and of its letter sequences. A space marks the ends of the word."""
    marked = f" {word} "
    sequences = {marked[at : at + size] for size in _SIZES for at in range(len(marked) - size + 1)}
    return tuple({crc32(sequence.encode()) % BUCKETS for sequence in (marked, *sequences)})


def pair_feature(word: str, next_word: str) -> int:
    """Return the bucket of two folded words in a row."""
    return crc32(f"{word} {next_word}".encode()) % BUCKETS


@dataclass(frozen=True, slots=True)
class NgramModel(Generic[Answer]):
    """A trained model. Without answers, it estimates nothing.

    `answers` are clauses, or commands of the bot, and None for a text that has no answer. `table` has a row for each
    bucket: a weight for each of the answers, and the squared rarity of the bucket in the examples, which is 0 for a
    bucket that no example has. Each is a byte, so that the model is small. `scale` is the weight that one step of a
    byte stands for, in relation to the rarity. `examples` has the folded texts that were learned, with their answers.
    """

    answers: tuple[Answer | None, ...] = ()
    table: bytes = b""
    scale: float = 1.0
    examples: Mapping[str, Answer | None] = field(default_factory=dict)

    def probabilities(self, words: list[str]) -> Mapping[Answer | None, float]:
        """Return the probability of each answer for the folded `words` of a question. Empty if nothing is known."""
        if self.is_example(words):
            return {answer: float(answer == self.examples[" ".join(words)]) for answer in self.answers}
        scores = self._scores(words[:_MAX_WORDS]) if self.answers else ()
        if not scores:
            return {}
        highest = max(scores)
        odds = [math.exp(_SHARPNESS * (score - highest)) for score in scores]
        total = sum(odds)
        return {answer: share / total for answer, share in zip(self.answers, odds, strict=True)}

    def is_example(self, words: list[str]) -> bool:
        """Tell whether the folded `words` are a question that was learned."""
        return " ".join(words) in self.examples

    def _scores(self, words: list[str]) -> tuple[float, ...]:
        """Return the score of each answer, divided by a length so that long questions do not score higher."""
        width = len(self.answers) + 1
        rows = [self.table[at * width : (at + 1) * width] for at in _features(words)]
        known = [row for row in rows if row[-1]]
        if not known:
            return ()
        *weights, rarity = map(sum, zip(*known, strict=True))
        factor = self.scale / math.sqrt(rarity)
        return tuple((weight - ZERO * len(known)) * factor for weight in weights)


def _features(words: list[str]) -> set[int]:
    """Return the numbers of the table's rows for a text, from its pairs of words and its letter sequences."""
    features = {pair_feature(word, next_word) for word, next_word in pairwise(words)}
    for word in set(words):
        features.update(word_features(word))
    return features
