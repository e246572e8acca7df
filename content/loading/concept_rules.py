"""What a campaign's concepts must keep to: one concept a word, known targets, no language left out."""

from collections.abc import Iterator
from dataclasses import dataclass

from content.loading.concept_files import ConceptFiles, ConceptRow, expressions
from content.loading.parse import Files
from content.loading.problems import Problem
from content.loading.yaml_source import Document, Path_
from content.search.vocabulary import ELSEWHERE, LATIN


@dataclass(frozen=True, slots=True)
class Known:
    """What concepts may name: languages, topics, and the clauses and statements to point to.

    None where a file that says so cannot be read: that is the mistake, and not every name in it.
    """

    languages: frozenset[str]
    topics: frozenset[str] | None
    targets: frozenset[str] | None

    @classmethod
    def in_files(cls, files: Files) -> "Known":
        """Of a campaign that may still have mistakes."""
        declarations = (row.id for sheet in files.declarations.values() for row in sheet.shape.clauses)
        statements = (row.id for row in (files.statements.shape.rows if files.statements else ()))
        return cls(
            frozenset(files.campaign.shape.languages if files.campaign else ()),
            frozenset(row.id for row in files.topics.shape.rows) if files.topics else None,
            frozenset((*declarations, *statements, ELSEWHERE)) if files.statements else None,
        )


def concept_mistakes(files: ConceptFiles, known: Known) -> list[Problem]:
    """Every mistake in the campaign's words for finding, by file and line."""
    found = list(files.mistakes)
    found += _claimed_twice(files)
    for sheet in files.concepts:
        for i, row in enumerate(sheet.shape.rows):
            found += _row(sheet.document, ("rows", i), row, known)
    found += _patterns(files, known)
    found += _reaching_nothing(files)
    return sorted(set(found))


def _claimed_twice(files: ConceptFiles) -> Iterator[Problem]:
    """Ids and words that two concepts have; nobody could tell which is meant."""
    owners: dict[tuple[str, ...], str] = {}
    ids: set[str] = set()
    for document, path, row in _rows(files):
        if row.id in ids:
            yield document.mistake(path, f"the concept {row.id} is here twice", "join the two")
        ids.add(row.id)
        for tongue, listed in row.words.items():
            for expression in expressions(listed):
                owner = owners.setdefault(expression, row.id)
                if owner != row.id:
                    what = f"{' '.join(expression)!r} of {row.id} is claimed by {owner} too"
                    yield document.mistake((*path, "words", tongue), what, "leave it to one of the two")


def _rows(files: ConceptFiles) -> Iterator[tuple[Document, Path_, ConceptRow]]:
    for sheet in files.concepts:
        for i, row in enumerate(sheet.shape.rows):
            yield sheet.document, ("rows", i), row


def _row(document: Document, path: Path_, row: ConceptRow, known: Known) -> Iterator[Problem]:
    yield from _targets(document, (*path, "points"), row.points, known)
    if row.topic and known.topics is not None and row.topic not in known.topics:
        remedy = f"choose one of {', '.join(sorted(known.topics))}"
        yield document.mistake((*path, "topic"), f"unknown topic {row.topic}", remedy)
    for lang in sorted(known.languages):
        if lang not in row.words:
            what = f"the concept {row.id} has no words in {lang}"
            yield document.mistake((*path, "words"), what, f"add `{lang}:`")
    for tongue in row.words.keys() - known.languages - {LATIN}:
        yield document.mistake((*path, "words", tongue), f"unknown language {tongue}", "name it in campaign.yaml")


def _targets(document: Document, path: Path_, points: dict[str, float], known: Known) -> Iterator[Problem]:
    for target in points:
        if known.targets is not None and target not in known.targets:
            what = f"{target} is neither a clause nor a statement"
            yield document.mistake((*path, target), what, "take an id of declaration.*.yaml or statements.yaml")


def _patterns(files: ConceptFiles, known: Known) -> Iterator[Problem]:
    if files.patterns is None:
        return
    concepts = {row.id for row in files.rows()}
    seen: set[frozenset[str]] = set()
    document = files.patterns.document
    for i, row in enumerate(files.patterns.shape.rows):
        yield from _targets(document, ("rows", i, "points"), row.points, known)
        for way in row.ways():
            for one in sorted(way - concepts):
                what = f"nobody can reach this pattern, no concept is called {one}"
                yield document.mistake(("rows", i, "all"), what, "correct its name, or add the concept")
            if way in seen:
                yield document.mistake(("rows", i, "all"), f"{' '.join(sorted(way))} is here twice", "join the two")
            seen.add(way)


def _reaching_nothing(files: ConceptFiles) -> Iterator[Problem]:
    """Concepts that point nowhere and are in no pattern: their words would be asked in vain."""
    used = {one for row in (files.patterns.shape.rows if files.patterns else ()) for way in row.ways() for one in way}
    for document, path, row in _rows(files):
        if not row.points and row.id not in used and not row.topic:
            what = f"the concept {row.id} points nowhere and no pattern has it"
            yield document.mistake(path, what, "give it `points:`, or use it in patterns.yaml")
