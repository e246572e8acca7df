"""Making the matcher: where a campaign's concepts and patterns point, from its files to what is weighed."""

from collections.abc import Mapping

from content.loading.concept_files import ConceptFiles
from content.loading.vocabulary_builder import references, vocabulary_of
from content.model import Campaign, ClauseId, StatementId, TopicId
from content.search.matcher import Concept, Matcher, Pointing
from content.search.quotations import Passages
from content.search.vocabulary import ELSEWHERE


def matcher_of(campaign: Campaign, files: ConceptFiles) -> Matcher:
    """The matcher of a campaign and its words, which have been checked."""
    vocabulary = vocabulary_of(files.rows())
    return Matcher(campaign, references(), vocabulary, _concepts(files, campaign), Passages.of(campaign))


def _concepts(files: ConceptFiles, campaign: Campaign) -> dict[str, Concept]:
    homes = {one.id: one.clause for one in campaign.statements}
    patterns: dict[str, list[tuple[frozenset[str], Pointing]]] = {}
    for row in files.patterns.shape.rows if files.patterns else ():
        for way in row.ways():
            patterns.setdefault(min(way), []).append((way, _pointing(row.points, homes)))
    return {
        row.id: Concept(
            _pointing(row.points, homes),
            row.cost,
            TopicId(row.topic) if row.topic else None,
            row.greeting,
            tuple(patterns.get(row.id, ())),
        )
        for row in files.rows()
    }


def _pointing(points: Mapping[str, float], homes: Mapping[StatementId, ClauseId]) -> Pointing:
    """A clause gets the greatest weight among its own and its statements'."""
    clauses: dict[ClauseId, float] = {}
    statements: dict[StatementId, float] = {}
    for target, weight in points.items():
        if target == ELSEWHERE:
            continue
        clause = homes.get(StatementId(target), ClauseId(target))
        clauses[clause] = max(weight, clauses.get(clause, 0.0))
        if StatementId(target) in homes:
            statements[StatementId(target)] = weight
    return Pointing(clauses, statements, points.get(ELSEWHERE, 0.0))
