"""Give weights to clauses by their texts and by example questions. The weights can be added to those of concepts."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from content.model import ClauseId, StatementId
from content.search.texts.ngram_model import NgramModel
from content.search.texts.text_index import TextIndex

# The figures were fitted on 30 Nov 2026, with cross-validated probabilities for 5,803 questions.
_WEIGHT_OF_TEXT = 1.5  # of a relevance of 1, in addition to concepts
_WEIGHT_OF_ANSWER = 2.0  # for each factor e by which an answer is likelier than by chance
_WEIGHT_OF_NONE = 7.0  # for each factor e by which it is likelier than _LIKELY_NONE that no clause answers
_LIKELY_NONE = 0.04
_TRUST_IN_EXAMPLE = 2.0  # so that an example decides, whatever concepts it has
_LEAST = 0.01  # added to probabilities, so that no single estimate decides alone
# Without concepts, a relevance of 0.2 is worth a suggestion and one of 0.5 an answer.
_LEAST_RELEVANCE = 0.15
_WEIGHT_OF_ANSWER_ALONE, _WEIGHT_OF_NONE_ALONE = 1.2, 3.4
_WEIGHT_ALONE = 10.0
_MAX_ALONE = 8.0
_CERTAIN = 1.0  # greater relevances do not make an answer more certain


@dataclass(frozen=True, slots=True)
class TextEvidence:
    """Find the clauses that a text is about by the texts of clauses and statements, and by example questions.

    `clauses` and `statements` are indexes of these texts. `model` has learned from the example questions. All are
    empty by default.
    """

    clauses: TextIndex[ClauseId] = field(default_factory=TextIndex[ClauseId])
    statements: TextIndex[StatementId] = field(default_factory=TextIndex[StatementId])
    model: NgramModel[ClauseId] = field(default_factory=NgramModel)

    def weights_with_concepts(
        self, words: list[str], senses: Sequence[str], ignored: Iterable[str], *, trust: float
    ) -> dict[ClauseId, float]:
        """Return a weight for each clause whose texts or example questions resemble the folded `words`.

        The weights are meant to be added to those of concepts. `senses` are the senses of the words, which the model
        can use as well. Words in `ignored` do not count. The weights from the model are multiplied by `trust`, from 0
        to 1, or by 2 if the question is itself an example.
        """
        factor = _TRUST_IN_EXAMPLE if self.model.is_example(words) else trust
        learned = self._learned(words, senses, of_answer=_WEIGHT_OF_ANSWER, of_none=_WEIGHT_OF_NONE)
        weights = {clause: weight * factor for clause, weight in learned.items()}
        for clause, relevance in self.clauses.find(words, ignored, corrections=0).items():
            weights[clause] = weights.get(clause, 0.0) + _WEIGHT_OF_TEXT * min(_CERTAIN, relevance)
        return weights

    def weights_alone(
        self, words: list[str], senses: Sequence[str], ignored: Iterable[str], fillers: Collection[str] = ()
    ) -> dict[ClauseId, float]:
        """Return a weight for each clause whose texts or example questions resemble the folded `words`.

        The weights are for a search without concepts. Words in `ignored` do not count, and words in `fillers` count
        less.
        """
        weights = self._learned(words, senses, of_answer=_WEIGHT_OF_ANSWER_ALONE, of_none=_WEIGHT_OF_NONE_ALONE)
        for clause, relevance in self.clauses.find(words, ignored, fillers).items():
            weight = min(_MAX_ALONE, _WEIGHT_ALONE * (relevance - _LEAST_RELEVANCE))
            weights[clause] = weights.get(clause, 0.0) + max(0.0, weight)
        return weights

    def _learned(
        self, words: list[str], senses: Sequence[str], *, of_answer: float, of_none: float
    ) -> dict[ClauseId, float]:
        probabilities = self.model.probabilities(words, senses)
        likelihood_of_none = probabilities.get(None, 0.0) + _LEAST
        cost = of_none * max(0.0, math.log(likelihood_of_none / _LIKELY_NONE))
        return {
            clause: of_answer * math.log((probability + _LEAST) * len(probabilities)) - cost
            for clause, probability in probabilities.items()
            if clause is not None
        }

    def best_statements(self, words: list[str], candidates: Iterable[StatementId]) -> tuple[StatementId, ...]:
        """Return the one of `candidates` whose quote is most relevant to `words`, as a tuple.

        Return () if none of the quotes has any of the words, or another form of one.
        """
        relevance: Mapping[StatementId, float] = self.statements.find(words)
        fitting = [statement for statement in candidates if statement in relevance]
        return (max(fitting, key=lambda statement: relevance[statement]),) if fitting else ()
