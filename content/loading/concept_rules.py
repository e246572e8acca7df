"""Check a campaign's concepts and example questions.

No two concepts may share a word. If one concept has words in a language of the campaign, all concepts must have words
in it. The weights of concepts and patterns, and the example questions, must be for clauses and statements that the
campaign has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from content.loading.concept_files import ConceptFiles, ConceptRow, expressions
from content.loading.language_packs.pack_files import packs_for
from content.loading.learning.example_questions import question_problems
from content.loading.parse import CampaignFiles
from content.loading.problems import Problem
from content.loading.yaml_source import Document, KeyPath
from content.search.vocabulary import ELSEWHERE


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The ids that the files for searching may use: languages, topics, clauses and statements.

    `clause_of` maps the id of each clause and statement to the id of its clause. `topics` or `clause_of` is None if
    the file that defines its ids could not be parsed. Then these ids are not checked.
    """

    languages: frozenset[str]
    topics: frozenset[str] | None
    clause_of: Mapping[str, str] | None

    def may_be_target(self, name: str) -> bool:
        """Return whether a concept can give weight to `name`.

        It can if `name` is the id of a clause or statement, or ELSEWHERE, which stands for subjects that the campaign
        does not have. Return True for every name if the ids of the campaign are not known.
        """
        return self.clause_of is None or name in self.clause_of or name == ELSEWHERE

    @classmethod
    def in_files(cls, files: CampaignFiles) -> "KnownNames":
        """Collect the ids from the files of a campaign. The files can still have errors."""
        clauses = {row.id: row.id for file in files.declarations.values() for row in file.content.clauses}
        statements = {row.id: row.clause for row in (files.statements.content.rows if files.statements else ())}
        return cls(
            frozenset(files.campaign.content.languages if files.campaign else ()),
            frozenset(row.id for row in files.topics.content.rows) if files.topics else None,
            statements | clauses if files.statements else None,
        )


def concept_problems(files: ConceptFiles, known: KnownNames) -> list[Problem]:
    """Return every problem in the campaign's concepts, patterns and questions, sorted by file and line."""
    problems = list(files.problems)
    problems += _duplicates(files, known)
    covered = frozenset(language for row in files.concept_rows() for language in row.words)
    for document, path, row in _concepts(files):
        problems += _row_problems(document, path, row, known)
        problems += _missing_words(document, path, row, known.languages & covered)
    problems += _pattern_problems(files, known)
    problems += _unused_concepts(files)
    problems += question_problems(files.questions, known.clause_of)
    return sorted(set(problems))


def _duplicates(files: ConceptFiles, known: KnownNames) -> Iterator[Problem]:
    """Report each id that two concepts have, and each word that is listed under two concepts."""
    owners: dict[tuple[str, ...], str] = {}
    ids: set[str] = set()
    for document, path, row in _concepts(files):
        if row.id in ids:
            yield document.problem(path, f"the concept {row.id} appears twice", "merge the two")
        ids.add(row.id)
        for language, listed in row.words.items():
            for expression in expressions(listed, sorted(known.languages)):
                owner = owners.setdefault(expression, row.id)
                if owner != row.id:
                    message = f"{' '.join(expression)!r} is a word of both {row.id} and {owner}"
                    yield document.problem((*path, "words", language), message, "remove it from one of the two")


def _concepts(files: ConceptFiles) -> Iterator[tuple[Document, KeyPath, ConceptRow]]:
    """Yield each concept with the document in which it is, and the path of the concept in that document."""
    for file in files.concepts:
        for i, row in enumerate(file.content.rows):
            yield file.document, ("rows", i), row


def _row_problems(document: Document, path: KeyPath, row: ConceptRow, known: KnownNames) -> Iterator[Problem]:
    yield from _target_problems(document, (*path, "points"), row.points, known)
    if row.topic and known.topics is not None and row.topic not in known.topics:
        remedy = f"choose one of {', '.join(sorted(known.topics))}"
        yield document.problem((*path, "topic"), f"unknown topic {row.topic}", remedy)
    variants = {pack.language for pack in packs_for(sorted(known.languages)) if pack.is_variant}
    for language in row.words.keys() - known.languages - variants:
        remedy = "add it to campaign.yaml, or remove it"
        yield document.problem((*path, "words", language), f"unknown language {language}", remedy)


def _missing_words(
    document: Document, path: KeyPath, row: ConceptRow, languages: frozenset[str]
) -> Iterator[Problem]:
    """Report each of `languages` in which the concept `row` has no words.

    `languages` are the languages of the campaign in which at least one concept has words.
    """
    for lang in sorted(languages - row.words.keys()):
        message = f"the concept {row.id} has no words in {lang}"
        yield document.problem((*path, "words"), message, f"add `{lang}:`")


def _target_problems(
    document: Document, path: KeyPath, points: dict[str, float], known: KnownNames
) -> Iterator[Problem]:
    for target in points:
        if not known.may_be_target(target):
            message = f"{target} is neither a clause nor a statement"
            remedy = "use an id from declaration.*.yaml or statements.yaml"
            yield document.problem((*path, target), message, remedy)


def _pattern_problems(files: ConceptFiles, known: KnownNames) -> Iterator[Problem]:
    """Report unknown concepts in patterns, unknown clauses and statements, and patterns that appear twice."""
    if files.patterns is None:
        return
    known_concepts = {row.id for row in files.concept_rows()}
    seen: set[frozenset[str]] = set()
    document = files.patterns.document
    for i, row in enumerate(files.patterns.content.rows):
        path: KeyPath = ("rows", i, "all")
        yield from _target_problems(document, ("rows", i, "points"), row.points, known)
        for concepts in row.alternatives():
            for concept in sorted(concepts - known_concepts):
                message = f"the pattern has {concept}, which is not a concept"
                yield document.problem(path, message, "correct its name, or add the concept")
            if concepts in seen:
                message = f"the pattern {' '.join(sorted(concepts))} appears twice"
                yield document.problem(path, message, "merge the two")
            seen.add(concepts)


def _unused_concepts(files: ConceptFiles) -> Iterator[Problem]:
    """Report each concept that no search can use: it has no weights and no topic, and is in no pattern."""
    used = {concept for row in files.pattern_rows() for concepts in row.alternatives() for concept in concepts}
    for document, path, row in _concepts(files):
        if not row.points and row.id not in used and not row.topic:
            message = f"the concept {row.id} points nowhere and is in no pattern"
            yield document.problem(path, message, "give it `points:`, or use it in patterns.yaml")
