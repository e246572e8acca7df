"""Build the matcher of a campaign from its concepts and patterns."""

from collections.abc import Mapping

from content.loading.concept_files import ConceptFiles
from content.loading.request_words import load_request_finder
from content.loading.vocabulary_builder import build_vocabulary, reference_finder
from content.model import Campaign, ClauseId, StatementId, TopicId
from content.search.matcher import Concept, Matcher, Pattern, TargetWeights
from content.search.quotations import QuotationIndex
from content.search.vocabulary import ELSEWHERE


def build_matcher(campaign: Campaign, files: ConceptFiles) -> Matcher:
    """Build the matcher from a campaign and its concepts. Both must be free of errors."""
    vocabulary, references = build_vocabulary(files.concept_rows()), reference_finder()
    return Matcher(
        campaign,
        references,
        vocabulary,
        _concepts(files, campaign),
        QuotationIndex.of(campaign),
        load_request_finder(campaign, vocabulary, references),
    )


def _concepts(files: ConceptFiles, campaign: Campaign) -> dict[str, Concept]:
    """Return the concepts by id. A pattern has several concepts, and is stored in the alphabetically first one."""
    clause_of = {statement.id: statement.clause for statement in campaign.statements}
    patterns: dict[str, list[Pattern]] = {}
    for row in files.pattern_rows():
        for concepts in row.alternatives():
            patterns.setdefault(min(concepts), []).append((concepts, _weights(row.points, clause_of)))
    return {
        row.id: Concept(
            _weights(row.points, clause_of),
            row.cost,
            TopicId(row.topic) if row.topic else None,
            is_greeting=row.greeting,
            patterns=tuple(patterns.get(row.id, ())),
        )
        for row in files.concept_rows()
    }


def _weights(points: Mapping[str, float], clause_of: Mapping[StatementId, ClauseId]) -> TargetWeights:
    """Separate the weights in `points` into weights of clauses and weights of statements. The keys are their ids.

    A clause gets its own weight or that of one of its statements, whichever is the greatest.
    """
    clauses: dict[ClauseId, float] = {}
    statements: dict[StatementId, float] = {}
    for target, weight in points.items():
        if target == ELSEWHERE:
            continue
        clause = clause_of.get(StatementId(target), ClauseId(target))
        clauses[clause] = max(weight, clauses.get(clause, 0.0))
        if StatementId(target) in clause_of:
            statements[StatementId(target)] = weight
    return TargetWeights(clauses, statements, points.get(ELSEWHERE, 0.0))
