"""Find the clauses and statements that answer a word or a question.

A text is read as a set of concepts. A concept adds weight to certain clauses and statements, and reduces the weight
of all other clauses. A word without a concept reduces the weight of every clause. Patterns of concepts, the texts and
example questions add weights as well. A campaign without concepts is searched by its texts and example questions.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from content.model import Campaign, ClauseId, Lang, StatementId, TopicId
from content.search.bot_requests import BotRequest, RequestFinder
from content.search.clause_references import ReferenceFinder
from content.search.concept_reader import ConceptReading, read_concepts, read_text, telling_senses
from content.search.doubts import cost_of_unknown, is_doubtful
from content.search.search_result import CERTAIN_WITHOUT_SEARCH, ResultKind, SearchResult, decided
from content.search.texts.quotations import QuotationIndex
from content.search.texts.text_evidence import TextEvidence
from content.search.vocabulary import DETAIL, ELSEWHERE, Vocabulary
from content.search.words.folding import folded_words

_HASHTAG = re.compile(r"#\w+")
_CAMEL_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAX_CHARACTERS = 600
_ANSWER_FROM = 3.7  # weight of the best clause from which it is the answer
_SUGGEST_FROM = 0.5  # weight from which a clause is suggested
# Both are lower by this much if the learned model counts fully, because it also tells what is about other subjects.
_LESS_FOR_ANSWER, _LESS_FOR_SUGGESTION = 4.0, 15.0
_MAX_CLAUSES = 3
_NEAR_BEST = 0.25  # share of the best clause's weight that the other clauses need
_NEAR = 1.0  # or how much less they may have
_MAX_STATEMENTS = 2
_NEAR_BEST_STATEMENT = 0.8
_CERTAIN_QUOTATION = 5  # words that are not in a row by chance; fewer only add weight
_QUOTATION_WEIGHT = 2.5
_OTHER_SUBJECT_COST = 8.0
_SIZE_FOR_FULL_TRUST = 3  # concepts and words beyond the first, from which the learned model counts fully
_OTHER_SUBJECT_COST_OF_TEXTS = 4.0  # without concepts, a shared list of other subjects is less certain
_MOST_OF_STOP_WORDS = 2.0  # weight of a stop word that the campaign's texts have
_LONG_STOP_WORD = 6  # letters of one that may be a subject
_IGNORED = frozenset(("stop", "skip", "greeting", DETAIL))  # senses of words that tell nothing about the subject
_COSTS = {"elsewhere": _OTHER_SUBJECT_COST, "filler": 0.15, "stop": 0.0, DETAIL: 0.0, "greeting": 0.0}

Quotation = tuple[ClauseId, tuple[StatementId, ...]]


@dataclass(frozen=True, slots=True)
class TargetWeights:
    """The weights that a concept or a pattern of concepts adds to clauses and statements.

    `elsewhere` is the weight of subjects outside the declaration. It is subtracted from the weights of all clauses.
    """

    clauses: Mapping[ClauseId, float]
    statements: Mapping[StatementId, float]
    elsewhere: float = 0.0


# A set of concepts, and the weights that apply when a text has them all.
Pattern = tuple[frozenset[str], TargetWeights]


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the campaign: a meaning that several words share.

    `cost` is subtracted from the weight of each clause to which the concept adds none. `patterns` are patterns that
    include this concept. A pattern is stored only in the first of its concepts by alphabet.
    """

    weights: TargetWeights
    cost: float
    topic: TopicId | None
    is_greeting: bool
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Matcher:
    """A campaign with everything that is needed to search it, loaded once.

    `concept_languages` are the languages in which the concepts have words. Questions in other languages are compared
    with texts and example questions only. `requests` finds texts that ask for a screen of the bot.
    """

    campaign: Campaign
    references: ReferenceFinder
    vocabulary: Vocabulary
    concepts: Mapping[str, Concept]
    quotations: QuotationIndex
    texts: TextEvidence = field(default_factory=TextEvidence)
    concept_languages: frozenset[Lang] = frozenset()
    requests: RequestFinder = field(default_factory=RequestFinder)

    def understand(self, text: str, lang_hint: Lang | None = None) -> BotRequest | SearchResult:
        """Return the request for a screen of the bot that `text` makes, or else the result of searching for it.

        If both are likely, the result has suggestions and the request, so that the person can choose.
        """
        request = self.requests.find(text, lang_hint, read_senses=self.read_senses)
        if request is None:
            return self.find(text, lang_hint)
        lang = self.vocabulary.detector.detect(text, (), lang_hint)
        if lang and lang != lang_hint:
            request = self.requests.find(text, lang, read_senses=self.read_senses) or request
        if request.certainty >= CERTAIN_WITHOUT_SEARCH:
            return request
        return decided(request, self.find(text, lang_hint))

    def find_request(self, text: str, lang_hint: Lang | None = None) -> BotRequest | None:
        """Return the request for a screen that `text` clearly makes; None if it might be about the campaign."""
        understood = self.understand(text, lang_hint)
        return understood if isinstance(understood, BotRequest) else None

    def read_senses(self, words: Sequence[str]) -> Sequence[str]:
        """Return the senses (concepts and the like) in the folded `words` of a text. The models can use them."""
        return telling_senses(read_concepts(list(words), self.vocabulary), self.concepts)

    def with_commands(self, optional: frozenset[str]) -> "Matcher":
        """Return a matcher that also finds requests for the commands `optional`, which only some bots have."""
        return replace(self, requests=replace(self.requests, existing=optional))

    def find(self, text: str, lang_hint: Lang | None = None) -> SearchResult:
        """Find the clauses and statements that answer `text`, which can be anything that a person types.

        `lang_hint` is the language of that person.
        """
        text = _HASHTAG.sub(_split_hashtag, text[:_MAX_CHARACTERS])
        words = folded_words(text)
        reading = read_text(text, words, self.vocabulary)
        has_concept = any(self.vocabulary.senses.get(word) in self.concepts for word in words)
        reference = self.references.find(text, self.campaign, accept_typos=not has_concept)
        if reference is not None:
            # A number tells nothing about the language: only letters outweigh the hint.
            lang = self.vocabulary.detector.detect(text, (), lang_hint)
            if reference.clause is None:
                return SearchResult(ResultKind.NONE, number=reference.number, lang=lang)
            return SearchResult(ResultKind.CLAUSE, (reference.clause, *reference.others)[:_MAX_CLAUSES], lang=lang)
        lang = self.vocabulary.detector.detect(text, reading.word_languages, lang_hint, folded=words)
        quotation = self.quotations.find(words)
        if quotation is not None and len(words) >= _CERTAIN_QUOTATION:
            clause, statements = quotation
            topics = self._topics_of(statements)
            return SearchResult(ResultKind.ANSWER, (clause,), statements, topics, lang=lang, weight=math.inf)
        return self._weighed(words, reading, lang, quotation)

    def _weighed(
        self, words: list[str], reading: ConceptReading, lang: Lang | None, quotation: Quotation | None
    ) -> SearchResult:
        """Return a result with the clauses of the greatest total weights, or no clauses if all weights are small.

        `lang` is the language of the text. If the text is a `quotation`, the quoted clause gets additional weight.
        """
        patterns = self._patterns(reading, quotation)
        if self._has_concepts_for(reading, lang):
            trust = _trust_in_model(reading) if patterns else 1.0
            totals = self._totals_by_concepts(words, reading, patterns, trust)
            is_sure = not is_doubtful(words, reading, self.texts, self.concepts.keys())
            answer_from = _ANSWER_FROM - _LESS_FOR_ANSWER * trust if is_sure else math.inf
            suggest_from = _SUGGEST_FROM - _LESS_FOR_SUGGESTION * trust
        else:
            totals = self._totals_by_texts(words, reading)
            answer_from, suggest_from = _ANSWER_FROM, _SUGGEST_FROM
        ranked = sorted(totals, key=lambda clause: -totals[clause])
        best = totals[ranked[0]] if ranked else -math.inf
        is_greeting = best < answer_from and self._is_greeting(reading)
        if best < suggest_from or is_greeting:
            topics = self._topics(reading)
            return SearchResult(ResultKind.NONE, is_greeting=is_greeting, topics=topics, lang=lang)
        least = max(suggest_from, min(best * _NEAR_BEST, best - _NEAR))
        near = tuple(clause for clause in ranked if totals[clause] >= least)
        statements = self._best_statements(near[0], patterns) or self._statements_like(words, near[0])
        topics = self._topics(reading) or self._topics_of(statements)
        kind = ResultKind.ANSWER if best >= answer_from else ResultKind.SUGGEST
        return SearchResult(kind, near[:_MAX_CLAUSES], statements, topics, lang=lang, weight=best)

    def _patterns(self, reading: ConceptReading, quotation: Quotation | None) -> list[Pattern]:
        """Return the patterns that apply to a text. A single concept or a quotation counts as a pattern, too."""
        patterns: list[Pattern] = []
        distinct = reading.distinct_concepts
        for name in dict.fromkeys(reading.concepts):  # in order: of equal weights, that of the first word wins
            if name not in self.concepts:
                continue
            concept = self.concepts[name]
            patterns.append((frozenset((name,)), concept.weights))
            patterns += [pattern for pattern in concept.patterns if pattern[0] <= distinct]
        if quotation is not None:
            clause, statements = quotation
            weights = TargetWeights({clause: _QUOTATION_WEIGHT}, dict.fromkeys(statements, _QUOTATION_WEIGHT))
            patterns.append((frozenset(), weights))
        return patterns

    def _has_concepts_for(self, reading: ConceptReading, lang: Lang | None) -> bool:
        if self.campaign.languages.keys() <= self.concept_languages:
            return True
        return lang in self.concept_languages or any(concept in self.concepts for concept in reading.concepts)

    def _totals_by_texts(self, words: list[str], reading: ConceptReading) -> dict[ClauseId, float]:
        """Return the total weight of each clause whose texts or example questions resemble `words`.

        Concepts in `reading` add no weight, but words about subjects that the campaign lacks reduce all weights.
        """
        cost = _OTHER_SUBJECT_COST_OF_TEXTS * reading.concepts.count(ELSEWHERE)
        ignored = self._ignored(words)
        fillers = frozenset(word for word in words if self.vocabulary.senses.get(word) == "filler")
        senses = telling_senses(reading, self.concepts)
        weights = self.texts.weights_alone(words, senses, ignored, fillers)
        if ignored and max(weights.values(), default=0.0) < _SUGGEST_FROM:
            weights = self._weights_of_stop_words(words, senses, ignored)
        return {clause: weight - cost for clause, weight in weights.items()}

    def _weights_of_stop_words(
        self, words: list[str], senses: tuple[str, ...], ignored: list[str]
    ) -> dict[ClauseId, float]:
        """Return small weights for clauses that contain a long stop word of the text.

        `ignored` are the stop words. A long one can be the subject, as the German "Haltung" (keeping of animals).
        """
        weights = self.texts.weights_alone(words, senses, [word for word in ignored if len(word) < _LONG_STOP_WORD])
        return {clause: min(weight, _MOST_OF_STOP_WORDS) for clause, weight in weights.items()}

    def _ignored(self, words: list[str]) -> list[str]:
        """Return those of `words` that say nothing about the subject, such as stop words."""
        return [word for word in words if self.vocabulary.senses.get(word) in _IGNORED]

    def _totals_by_concepts(
        self, words: list[str], reading: ConceptReading, patterns: list[Pattern], trust: float
    ) -> dict[ClauseId, float]:
        """Return the total weight of each clause to which `patterns`, texts or example questions give weight.

        Unknown words reduce all totals. A concept reduces the totals of clauses to which it gives no weight. The
        weights from the model of example questions are multiplied by `trust`, from 0 to 1.
        """
        senses = telling_senses(reading, self.concepts)
        totals = self.texts.weights_with_concepts(words, senses, self._ignored(words), trust=trust)
        explained: dict[ClauseId, set[str]] = {}
        cost = cost_of_unknown(reading) + _OTHER_SUBJECT_COST * max(0, reading.concepts.count(ELSEWHERE) - 1)
        for concepts, pattern_weights in patterns:
            cost += pattern_weights.elsewhere
            for clause, weight in pattern_weights.clauses.items():
                totals[clause] = totals.get(clause, 0.0) + weight
                explained.setdefault(clause, set()).update(concepts)
        costs = {concept: self._cost(concept) for concept in reading.distinct_concepts}
        cost += sum(costs.values())
        return {
            clause: total - cost + sum([costs.get(concept, 0.0) for concept in explained.get(clause, ())])
            for clause, total in totals.items()
        }

    def _cost(self, concept: str) -> float:
        return _COSTS[concept] if concept in _COSTS else self.concepts[concept].cost

    def _best_statements(self, clause: ClauseId, patterns: list[Pattern]) -> tuple[StatementId, ...]:
        """Return the best statement of `clause` by `patterns`, and a second one if its weight is nearly as great."""
        totals = {statement.id: 0.0 for statement in self.campaign.statements_of(clause)}
        for _, weights in patterns:
            for statement, weight in weights.statements.items():
                if statement in totals:
                    totals[statement] += weight
        least = max(totals.values(), default=0.0) * _NEAR_BEST_STATEMENT
        near = [statement for statement, total in totals.items() if total > 0 and total >= least]
        return tuple(sorted(near, key=lambda statement: -totals[statement])[:_MAX_STATEMENTS])

    def _statements_like(self, words: list[str], clause: ClauseId) -> tuple[StatementId, ...]:
        candidates = (statement.id for statement in self.campaign.statements_of(clause))
        return self.texts.best_statements(words, candidates)

    def _topics(self, reading: ConceptReading) -> tuple[TopicId, ...]:
        topics = (self.concepts[concept].topic for concept in reading.concepts if concept in self.concepts)
        return tuple(dict.fromkeys(topic for topic in topics if topic))

    def _topics_of(self, statements: Iterable[StatementId]) -> tuple[TopicId, ...]:
        wanted = set(statements)
        groups = (statement.topics for statement in self.campaign.statements if statement.id in wanted)
        return tuple(dict.fromkeys(topic for topics in groups for topic in topics))

    def _is_greeting(self, reading: ConceptReading) -> bool:
        """Return whether a text greets, thanks or says goodbye, and hardly says anything else."""
        greets = any(concept == "greeting" or self._greets(concept) for concept in reading.distinct_concepts)
        return greets and ELSEWHERE not in reading.distinct_concepts and reading.unknown_weight <= 1

    def _greets(self, concept: str) -> bool:
        return concept in self.concepts and self.concepts[concept].is_greeting


def _trust_in_model(reading: ConceptReading) -> float:
    """Return the factor, from 0 to 1, for the weights that the model of example questions adds to those of concepts.

    The factor grows with the length of the text. A single known word is clear without the model, which would guess
    from a few letters.
    """
    size = len(reading.concepts) + reading.unknown_weight
    return max(0.0, min(1.0, (size - 1) / _SIZE_FOR_FULL_TRUST))


def _split_hashtag(hashtag: re.Match[str]) -> str:
    """Return the words of a hashtag with spaces between them: "Let Girls Learn" for #LetGirlsLearn."""
    return _CAMEL_HUMP.sub(" ", hashtag[0])
