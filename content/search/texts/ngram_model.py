"""Estimate which clause a question is about, with a linear model over the letter sequences of its words.

`content.loading.learning.ngram_training` trains the model on example questions. The model learns how people ask, and
also recognises words with typos or other endings. With many examples, it also learns from the senses of the words,
such as concepts. Then an example with one word of a concept also helps with questions that have another word of the
same concept, in any language.
"""

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar
from zlib import adler32, crc32

from content.search.texts.packed_numbers import lanes_for
from content.search.texts.text_features import TextFeatures

Answer = TypeVar("Answer", bound=str)

ROW_BITS = 16  # of each number in a row
ZERO = 128  # stands for the weight 0, because weights are stored as bytes
_MAX_WORDS = 48
_MAX_FEATURES = 256
_SHARPNESS = 5.0  # factor with which the scores of held-out questions give the likeliest probabilities


def text_digest(words: Sequence[str]) -> int:
    """Return a hash of a text as an integer of 64 bits, which takes less memory than the text."""
    text = " ".join(words).encode("utf-8", "surrogatepass")
    return crc32(text) << 32 | adler32(text)


@dataclass(frozen=True, slots=True)
class NgramModel(Generic[Answer]):
    """A trained model that estimates the answer to a text. A model without answers estimates nothing.

    The features of a text, such as its words, are hashed into numbered buckets. Each bucket has a row of numbers.

    - `answers`: ids of clauses, or commands of the bot; None stands for "no answer".
    - `rows`: the index of the row in `table`, for each bucket. Buckets that are in fewer than two examples have the
      row 0, which adds nothing.
    - `table`: all rows, one after the other. A row has a weight for each answer, and the squared rarity of the
      bucket, which is greater if fewer examples have the bucket. Each number is at most 255 but has 16 bits, so that
      up to 256 rows can be added as integers.
    - `scale`: the factor that converts numbers in `table` to weights.
    - `features`: computes the features of a text; shared by the models of a campaign.
    - `examples`: the right answer of each example text, by the digest of the text.
    - `uses_senses`: whether the model has learned from senses too. If not, it ignores them.
    """

    answers: tuple[Answer | None, ...] = ()
    rows: "array[int]" = field(default_factory=lambda: array("H"))
    table: bytes = b""
    scale: float = 1.0
    features: TextFeatures = field(default_factory=TextFeatures)
    examples: Mapping[int, Answer | None] = field(default_factory=dict)
    uses_senses: bool = False

    def probabilities(self, words: list[str], senses: Sequence[str] = ()) -> Mapping[Answer | None, float]:
        """Return the probability of each answer for the folded `words` of a question.

        `senses` are the senses of the words, such as concepts. If the question is an example question, its answer has
        the probability 1. Return an empty dict if the model knows none of the features.
        """
        digest = text_digest(words)
        if digest in self.examples:
            learned = self.examples[digest]
            return {answer: float(answer == learned) for answer in self.answers}
        scores = self._scores(words[:_MAX_WORDS], senses) if self.answers else []
        if not scores:
            return {}
        highest = max(scores)
        odds = [math.exp(_SHARPNESS * (score - highest)) for score in scores]
        total = sum(odds)
        return {answer: share / total for answer, share in zip(self.answers, odds, strict=True)}

    def is_example(self, words: list[str]) -> bool:
        """Return whether the folded `words` are one of the example questions that the model was trained with."""
        return text_digest(words) in self.examples

    def _scores(self, words: list[str], senses: Sequence[str]) -> list[float]:
        """Return the score of each answer. The scores of long and short texts are comparable.

        Return an empty list if the model knows none of the features of the words and senses.
        """
        lanes, table = lanes_for(len(self.answers) + 1, ROW_BITS), self.table
        buckets = islice(self.features.of_text(words, senses if self.uses_senses else ()), _MAX_FEATURES)
        starts = [self.rows[bucket] * lanes.size for bucket in buckets]
        packed = [int.from_bytes(table[start : start + lanes.size], "little") for start in starts]
        *weights, rarity = lanes.unpack(sum(packed))
        if not rarity:
            return []
        zero, factor = ZERO * len(packed), self.scale / math.sqrt(rarity)
        return [(weight - zero) * factor for weight in weights]
