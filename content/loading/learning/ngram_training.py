"""Train the n-gram model on example questions, and on the texts of the clauses themselves.

The training is passive-aggressive (Crammer et al. 2006): each example changes the weights just as much as is needed
to put its answer first by a margin. Three passes put as many held-out questions right as a support vector machine
of scikit-learn, and need no library.
"""

import math
import random
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from content.search.texts.ngram_model import BUCKETS, ZERO, Answer, NgramModel, pair_feature, word_features

Example = tuple[Sequence[str], Answer | None]  # the folded words of a text, and its answer

_PASSES = 3
_MAX_WORDS = 40
_LARGEST_STEP = 127  # of a byte, above or below ZERO
_SQUARES = 3.0  # steps of a byte for a squared rarity of 1: the rarest of 3,000 examples has a square of 72


@dataclass(frozen=True, slots=True)
class _Sample:
    """An example as training needs it: its answer, and the weights and squared rarities of its buckets.

    `answer` is an index in the answers of the model. The arrays of `weights` are shared by all samples.
    """

    answer: int
    weights: tuple["array[float]", ...]
    squares: tuple[float, ...]
    length: float


def train(questions: Sequence[Example[Answer]], texts: Iterable[Example[Answer]] = ()) -> NgramModel[Answer]:
    """Return a model of example `questions`, and of `texts` that serve as further examples.

    The model is empty if all of them have the same answer, because it could only repeat it.
    """
    featured = [(_features(tuple(words[:_MAX_WORDS])), answer) for words, answer in (*questions, *texts)]
    answers = tuple(dict.fromkeys(answer for _, answer in featured))
    if len(answers) < 2:
        return NgramModel()
    squares = _squared_rarities(features for features, _ in featured)
    weights = {bucket: array("d", [0.0] * len(answers)) for bucket in squares}
    samples = [_sample(features, answers.index(answer), weights, squares) for features, answer in featured]
    order = random.Random(1)  # noqa: S311 -- the same campaign always gives the same model
    for _ in range(_PASSES):
        order.shuffle(samples)
        samples = [sample for sample in samples if _learn(sample)]
    model = _compressed(answers, weights, squares)
    return replace(model, examples={" ".join(words): answer for words, answer in questions})


@cache
def _cached_word_features(word: str) -> tuple[int, ...]:
    return word_features(word)


@cache  # the same questions serve to train two models
def _features(words: tuple[str, ...]) -> set[int]:
    features = {pair_feature(word, next_word) for word, next_word in pairwise(words)}
    for word in words:
        features.update(_cached_word_features(word))
    return features


def _squared_rarities(sets_of_features: Iterable[set[int]]) -> dict[int, float]:
    """Return the squared rarity of each bucket that at least two examples have."""
    counts: Counter[int] = Counter()
    size = 0
    for features in sets_of_features:
        counts.update(features)
        size += 1
    return {bucket: (math.log(size / count) + 0.5) ** 2 for bucket, count in counts.items() if count > 1}


def _sample(
    features: set[int], answer: int, weights: dict[int, "array[float]"], squares: dict[int, float]
) -> _Sample:
    known = [bucket for bucket in sorted(features) if bucket in squares]  # sums of floats depend on their order
    own_squares = tuple(squares[bucket] for bucket in known)
    return _Sample(answer, tuple(weights[bucket] for bucket in known), own_squares, math.sqrt(sum(own_squares)))


def _learn(sample: _Sample) -> bool:
    """Raise the score of the right answer to 1 above the best wrong one, by changing the weights of both.

    Return False if the right answer already leads by 1, or if the sample has no bucket with weights.
    """
    if not sample.weights:
        return False
    scores: list[float] = list(map(sum, zip(*sample.weights, strict=True)))
    right, scores[sample.answer] = scores[sample.answer], -math.inf
    highest = max(scores)
    lacking = 1 - (right - highest) / sample.length
    if lacking <= 0:
        return False
    answer, wrong, step = sample.answer, scores.index(highest), lacking / 2 / sample.length
    for row, square in zip(sample.weights, sample.squares, strict=True):
        change = step * square
        row[answer] += change
        row[wrong] -= change
    return True


def _compressed(
    answers: tuple[Answer | None, ...], weights: dict[int, "array[float]"], squares: dict[int, float]
) -> NgramModel[Answer]:
    """Return a model with all weights as bytes."""
    largest = max((abs(weight) for row in weights.values() for weight in row), default=0.0) or 1.0
    step = largest / _LARGEST_STEP
    width = len(answers) + 1
    table = bytearray(width * BUCKETS)
    for bucket, row in weights.items():
        square = max(1, min(255, round(squares[bucket] * _SQUARES)))
        table[bucket * width : (bucket + 1) * width] = bytes([*(round(w / step) + ZERO for w in row), square])
    return NgramModel(answers, bytes(table), step * math.sqrt(_SQUARES))
