"""Train the n-gram model, which predicts the clause that answers a question, on example questions and clause texts.

The training is passive-aggressive (Crammer et al. 2006): each example changes the weights just as much as is needed
to put its answer first by a margin. After a few passes, the model answers as many held-out questions correctly as a
support vector machine of scikit-learn, and needs no library.
"""

import math
import random
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from content.search.texts.ngram_model import (
    ROW_BITS,
    ZERO,
    Answer,
    NgramModel,
    text_digest,
)
from content.search.texts.packed_numbers import Lanes, lanes_for
from content.search.texts.text_features import BUCKETS, ReadSenses, TextFeatures, without_senses

Example = tuple[Sequence[str], Answer | None]  # the folded words of a text, and its answer

_PASSES = 4
_MAX_WORDS = 40
_LARGEST_STEP = 127  # of a byte, above or below ZERO
_SQUARES = 3.0  # steps of a byte for a squared rarity of 1: the rarest of 8,000 examples has a square of 77
# While they are learned, weights are whole numbers in lanes of 32 bits, so that the order of a sum does not matter.
_STEPS = 1 << 14  # for a weight of 1
_ZERO = 1 << 20  # stands for the weight 0; with the weights of 4,000 buckets, it adds up to less than 2 ** 32
_BITS = 32  # of a lane


@dataclass(frozen=True, slots=True)
class _Sample:
    """An example in the form that training uses: an answer and n-gram features.

    The features are hashed into numbered buckets. `answer` is the index of the right answer. `rows` are the indices
    of the example's buckets in the table of weights. `squares` are the squares of the rarities of these buckets (see
    `_squared_rarities`). `length` is the square root of the sum of `squares`.
    """

    answer: int
    rows: tuple[int, ...]
    squares: tuple[float, ...]
    length: float


def train(
    questions: Sequence[Example[Answer]],
    texts: Iterable[Example[Answer]] = (),
    features: TextFeatures | None = None,
    *,
    read_senses: ReadSenses = without_senses,
) -> NgramModel[Answer]:
    """Return a model that has learned the answers of example `questions`, and of `texts` as further examples.

    `features` computes n-gram features; all models of a campaign can share it. If all examples have the same answer,
    the model is empty, because it could only repeat that answer.
    """
    features = features or TextFeatures()
    featured = [
        (features.of_text(words[:_MAX_WORDS], read_senses(words)), answer) for words, answer in (*questions, *texts)
    ]
    answers = {answer: at for at, answer in enumerate(dict.fromkeys(answer for _, answer in featured))}
    if len(answers) < 2:
        return NgramModel()
    squares = _squared_rarities(buckets for buckets, _ in featured)
    rows = {bucket: at for at, bucket in enumerate(squares)}
    samples = [_sample(buckets, answers[answer], rows, squares) for buckets, answer in featured]
    weights = _learned_weights([sample for sample in samples if sample.rows], len(rows), len(answers))
    model = _compressed(tuple(answers), {bucket: weights[row] for bucket, row in rows.items()}, squares)
    answers_by_digest = {text_digest(words): answer for words, answer in questions}
    uses_senses = read_senses is not without_senses
    return replace(model, features=features, examples=answers_by_digest, uses_senses=uses_senses)


def _squared_rarities(samples: Iterable[set[int]]) -> dict[int, float]:
    """Return the squared rarity of each bucket of n-grams that occurs in at least two samples.

    The rarity is the logarithm of the inverse frequency, plus 0.5.
    """
    counts: Counter[int] = Counter()
    size = 0
    for buckets in samples:
        counts.update(buckets)
        size += 1
    return {bucket: (math.log(size / count) + 0.5) ** 2 for bucket, count in counts.items() if count > 1}


def _sample(buckets: set[int], answer: int, rows: dict[int, int], squares: dict[int, float]) -> _Sample:
    known = [bucket for bucket in buckets if bucket in rows]
    own_squares = tuple(squares[bucket] for bucket in known)
    return _Sample(answer, tuple(rows[bucket] for bucket in known), own_squares, math.sqrt(math.fsum(own_squares)))


def _learned_weights(samples: list[_Sample], row_count: int, answer_count: int) -> list[int]:
    """Learn from `samples` in several passes.

    Return a row for each bucket of n-grams, with one weight for each answer. The weights of a row are packed into one
    integer.
    """
    lanes = lanes_for(answer_count, _BITS)
    weights = [_ZERO * sum(map(lanes.unit, range(answer_count)))] * row_count
    order = random.Random(1)  # noqa: S311 -- the same campaign always gives the same model
    for _ in range(_PASSES):
        order.shuffle(samples)
        samples = [sample for sample in samples if _learn(sample, weights, lanes)]
    return weights


def _learn(sample: _Sample, weights: list[int], lanes: Lanes) -> bool:
    """Change `weights` just enough to put the right answer's score 1 above the best score of a wrong answer.

    Return False if no change was needed. `lanes` is the layout of the packed rows of `weights`.
    """
    scores = list(lanes.unpack(sum([weights[row] for row in sample.rows])))
    right, scores[sample.answer] = scores[sample.answer], -1
    highest = max(scores)
    lacking = _STEPS - (right - highest) / sample.length
    if lacking <= 0:
        return False
    step = lacking / 2 / sample.length
    change = lanes.unit(sample.answer) - lanes.unit(scores.index(highest))
    for row, square in zip(sample.rows, sample.squares, strict=True):
        weights[row] += int(step * square) * change
    return True


def _compressed(
    answers: tuple[Answer | None, ...], weights: dict[int, int], squares: dict[int, float]
) -> NgramModel[Answer]:
    """Return a model with the learned `weights`, scaled and rounded so that each fits into one byte.

    For each bucket of n-grams, `weights` has one weight for each of `answers`, packed into one integer. `squares` has
    the squared rarity of the bucket (see `_squared_rarities`).
    """
    learned, packed = lanes_for(len(answers), _BITS), lanes_for(len(answers) + 1, ROW_BITS)
    rows = {bucket: learned.unpack(row) for bucket, row in weights.items()}
    largest = max((max(max(row) - _ZERO, _ZERO - min(row)) for row in rows.values()), default=0) or 1
    to_step = _LARGEST_STEP / largest
    shift = ZERO + 0.5 - _ZERO * to_step  # int() rounds down
    table = bytearray(packed.to_bytes(*[ZERO] * len(answers), 0))
    index = array("H", [0]) * BUCKETS
    for at, (bucket, row) in enumerate(rows.items(), 1):
        index[bucket] = at
        square = max(1, min(255, round(squares[bucket] * _SQUARES)))
        table += packed.to_bytes(*[int(weight * to_step + shift) for weight in row], square)
    return NgramModel(answers, index, bytes(table), largest / _LARGEST_STEP / _STEPS * math.sqrt(_SQUARES))
