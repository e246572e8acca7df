"""Finding: from a word or a question to the clauses and statements that speak to it, or to nothing.

A text is read as a set of concepts. Each concept, and each pattern of concepts, points with a weight to clauses and
statements; what is left unexplained counts against every clause it does not speak for.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from content.model import Campaign, ClauseId, Lang, StatementId, TopicId
from content.search.clause_references import ReferenceFinder
from content.search.concept_reader import Reading, read_senses
from content.search.folding import words
from content.search.language_detection import tongue_of
from content.search.quotations import Passages
from content.search.vocabulary import ELSEWHERE, Vocabulary

_HASHTAG = re.compile(r"#\w+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST = 600  # characters that are looked at
_SURE = 3.7
_UNSURE = 1.5
_UNKNOWN = 3.0  # what an unknown word costs among few
_FEW = 2  # words; among more of them it costs less
_SHOWN = 3
_SURELY_QUOTED = 5  # words that do not stand together by chance; fewer only add weight
_QUOTED = 2.5
_OTHER_SUBJECT = 8.0
_COSTS = {"elsewhere": _OTHER_SUBJECT, "filler": 0.15, "stop": 0.0, "greeting": 0.0}


class ResultKind(StrEnum):
    """How sure the matcher is."""

    ANSWER = "answer"
    CLAUSE = "clause"  # a clause was named
    SUGGEST = "suggest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a text asks for. `number` is that of a clause which does not exist; `lang` None is undecidable."""

    kind: ResultKind
    clauses: tuple[ClauseId, ...] = ()
    statements: tuple[StatementId, ...] = ()
    topics: tuple[TopicId, ...] = ()
    greeting: bool = False
    number: int | None = None
    lang: Lang | None = None


@dataclass(frozen=True, slots=True)
class Pointing:
    """Where a concept or a pattern points, by clause and by statement."""

    clauses: Mapping[ClauseId, float]
    statements: Mapping[StatementId, float]
    elsewhere: float = 0.0


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept as the matcher weighs it."""

    pointing: Pointing
    cost: float
    topic: TopicId | None
    greeting: bool
    patterns: tuple[tuple[frozenset[str], Pointing], ...]  # those that this concept is the first of


@dataclass(frozen=True, slots=True)
class Matcher:
    """A campaign's words, loaded once."""

    campaign: Campaign
    references: ReferenceFinder
    vocabulary: Vocabulary
    concepts: Mapping[str, Concept]
    passages: Passages

    def find(self, text: str, lang_hint: Lang | None = None) -> SearchResult:
        """What `text` asks for; any text is answered. `lang_hint` is the person's own language."""
        text = _HASHTAG.sub(_parted, text[:_LONGEST])
        said = words(text)
        reading = read_senses(said, self.vocabulary)
        lang = tongue_of(text, reading.tongues, lang_hint)
        means_something = any(self.vocabulary.senses.get(word) in self.concepts for word in said)
        named = self.references.find(text, self.campaign, forgiving=not means_something)
        if named is not None:
            lang = tongue_of(text, (), lang_hint)  # a number is no question: only letters weigh against a choice
            if named.clause is None:
                return SearchResult(ResultKind.NONE, number=named.number, lang=lang)
            return SearchResult(ResultKind.CLAUSE, (named.clause,), lang=lang)
        quoted = self.passages.find(said)
        if quoted is not None and len(said) >= _SURELY_QUOTED:
            clause, statements = quoted
            return SearchResult(ResultKind.ANSWER, (clause,), statements, self._topics_of(statements), lang=lang)
        return self._weighed(reading, lang, quoted)

    def _weighed(
        self, reading: Reading, lang: Lang | None, quoted: tuple[ClauseId, tuple[StatementId, ...]] | None
    ) -> SearchResult:
        pointings = self._pointings(reading)
        if quoted is not None:
            clause, theirs = quoted
            pointings.append((frozenset(), Pointing({clause: _QUOTED}, dict.fromkeys(theirs, _QUOTED))))
        totals = self._totals(reading, pointings)
        ranked = sorted(totals, key=lambda clause: -totals[clause])
        best = totals[ranked[0]] if ranked else 0.0
        if best < _UNSURE:
            return SearchResult(
                ResultKind.NONE, greeting=self._greets(reading), topics=self._topics(reading), lang=lang
            )
        near = tuple(clause for clause in ranked if totals[clause] >= max(_UNSURE, best * 0.35))[:_SHOWN]
        statements = self._statements(near[0], pointings)
        topics = self._topics(reading) or self._topics_of(statements)
        return SearchResult(
            ResultKind.ANSWER if best >= _SURE else ResultKind.SUGGEST, near, statements, topics, lang=lang
        )

    def _pointings(self, reading: Reading) -> list[tuple[frozenset[str], Pointing]]:
        """What the concepts point to, alone and in patterns."""
        found: list[tuple[frozenset[str], Pointing]] = []
        for one in dict.fromkeys(reading.order):  # of clauses with the same weight, that of the first word wins
            if one not in self.concepts:
                continue
            concept = self.concepts[one]
            found.append((frozenset((one,)), concept.pointing))
            found += [pattern for pattern in concept.patterns if pattern[0] <= reading.concepts]
        return found

    def _totals(self, reading: Reading, pointings: list[tuple[frozenset[str], Pointing]]) -> dict[ClauseId, float]:
        """The weight of every clause that something points to, less what is left unexplained."""
        totals: dict[ClauseId, float] = {}
        explained: dict[ClauseId, set[str]] = {}
        cost = _unexplained(reading) + _OTHER_SUBJECT * max(0, reading.order.count(ELSEWHERE) - 1)
        for concepts, pointing in pointings:
            cost += pointing.elsewhere
            for clause, weight in pointing.clauses.items():
                totals[clause] = totals.get(clause, 0.0) + weight
                explained.setdefault(clause, set()).update(concepts)
        for clause in totals:
            stray = reading.concepts - explained[clause]
            totals[clause] -= cost + sum(self._cost(one) for one in stray)
        return totals

    def _cost(self, concept: str) -> float:
        return _COSTS[concept] if concept in _COSTS else self.concepts[concept].cost

    def _statements(
        self, clause: ClauseId, pointings: list[tuple[frozenset[str], Pointing]]
    ) -> tuple[StatementId, ...]:
        """The statements of `clause` that fit best, at most two and only near ones."""
        totals = {one.id: 0.0 for one in self.campaign.statements_of(clause)}
        for _, pointing in pointings:
            for statement, weight in pointing.statements.items():
                if statement in totals:
                    totals[statement] += weight
        best = max(totals.values(), default=0.0)
        near = [one for one, total in totals.items() if total > 0 and total >= best * 0.8]
        return tuple(sorted(near, key=lambda one: -totals[one])[:2])

    def _topics(self, reading: Reading) -> tuple[TopicId, ...]:
        found = (self.concepts[one].topic for one in reading.order if one in self.concepts)
        return tuple(dict.fromkeys(topic for topic in found if topic))

    def _topics_of(self, statements: Iterable[StatementId]) -> tuple[TopicId, ...]:
        wanted = set(statements)
        rows = (one.topics for one in self.campaign.statements if one.id in wanted)
        return tuple(dict.fromkeys(topic for topics in rows for topic in topics))

    def _greets(self, reading: Reading) -> bool:
        """Whether a greeting is the main thing said."""
        greeting = any(one == "greeting" or self._is_greeting(one) for one in reading.concepts)
        return greeting and ELSEWHERE not in reading.concepts and reading.unknown <= 1

    def _is_greeting(self, concept: str) -> bool:
        return concept in self.concepts and self.concepts[concept].greeting


def _unexplained(reading: Reading) -> float:
    """What the unknown words cost: beside one other word they are the subject, in a long sentence they say little."""
    said = len(reading.order) + reading.unknown
    return _UNKNOWN * reading.unknown * min(1.0, _FEW / said) if said else 0.0


def _parted(hashtag: re.Match[str]) -> str:
    """#LetGirlsLearn in words."""
    return _HUMP.sub(" ", hashtag[0])
