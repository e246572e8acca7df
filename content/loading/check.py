"""All mistakes of a campaign in one pass: form first (gather), then what the files say of each other."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from content.loading.concept_files import ConceptFiles, gather_concepts
from content.loading.concept_rules import Known, concept_mistakes
from content.loading.parse import Files, Sheet, gather
from content.loading.phrase_rules import phrase_mistakes
from content.loading.problems import Problem
from content.loading.schema import ClauseRow, DeclarationFile, TopicsFile
from content.loading.yaml_source import Document, Path_


def find_problems(directory: Path) -> list[Problem]:
    """Every mistake of the campaign in `directory`, by file and line; an empty list when it can be served."""
    return find_problems_in(gather(directory), gather_concepts(directory))


def find_problems_in(files: Files, words: ConceptFiles) -> list[Problem]:
    found = [*files.mistakes, *words.mistakes]
    if files.campaign:
        languages = list(files.campaign.shape.languages)
        original = languages[0]
        found += _names(files, languages)
        found += _declarations(files, original)
        found += (slip for phrases in files.phrases.values() for slip in phrase_mistakes(phrases))
        found += _statements(files, languages, original)
        found += _unused(files)
        found += concept_mistakes(words, Known.in_files(files))
    return sorted(set(found))


def _names(files: Files, languages: list[str]) -> Iterator[Problem]:
    """The source, addressees and topics: named in every language, each once."""
    assert files.campaign
    yield from _languages(files.campaign.document, ("source",), files.campaign.shape.source, languages)
    addressees = files.campaign.shape.addressees
    rows = [(("addressees", i), row.id, row.name) for i, row in enumerate(addressees)]
    yield from _twice(files.campaign.document, [(path, one) for path, one, _ in rows])
    for path, _, names in rows:
        yield from _languages(files.campaign.document, (*path, "name"), names, languages)
    if files.topics:
        yield from _topics(files.topics, languages)


def _topics(topics: Sheet[TopicsFile], languages: list[str]) -> Iterator[Problem]:
    rows = topics.shape.rows
    yield from _twice(topics.document, [(("rows", i), row.id) for i, row in enumerate(rows)])
    yield from _twice(topics.document, [(("rows", i), f"number {row.number}") for i, row in enumerate(rows)])
    for i, row in enumerate(rows):
        yield from _languages(topics.document, ("rows", i, "name"), row.name, languages)


def _twice(document: Document, named: Iterable[tuple[Path_, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, name in named:
        if name in seen:
            yield document.mistake(path, f"{name} is here twice", "give it one of its own")
        seen.add(name)


def _languages(document: Document, path: Path_, words: dict[str, str], languages: list[str]) -> Iterator[Problem]:
    for lang in languages:
        if lang not in words:
            yield document.mistake(path, f"no translation into {lang}", f"add `{lang}:`")
    for lang in words.keys() - set(languages):
        yield document.mistake((*path, lang), f"unknown language {lang}", "name it in campaign.yaml or remove it")


def _declarations(files: Files, original: str) -> Iterator[Problem]:
    first = files.declarations.get(original)
    for lang, sheet in files.declarations.items():
        shape, document = sheet.shape, sheet.document
        if shape.language != lang:
            yield document.mistake(("language",), f"the language is {shape.language}", f"write {lang}")
        if shape.official != (lang == original):
            yield document.mistake(("official",), "only the original is official", f"only {original} is true")
        rows = [(("clauses", i), row.id) for i, row in enumerate(shape.clauses)]
        yield from _twice(document, rows)
        if lang == original:
            yield from _numbering(sheet)
        elif first:
            yield from _order(first.shape, sheet)


def _numbering(sheet: Sheet[DeclarationFile]) -> Iterator[Problem]:
    """Readers are told "from 1 to 11": so the clauses with a number run from 1 without a gap."""
    numbered = [(i, row.id) for i, row in enumerate(sheet.shape.clauses) if row.id.isdecimal()]
    for wanted, (i, clause) in enumerate(numbered, 1):
        if clause != str(wanted):
            what = f"clause {clause} stands where {wanted} is due"
            yield sheet.document.mistake(("clauses", i), what, "number the clauses 1, 2, 3 and so on")
            return


def _order(first: DeclarationFile, sheet: Sheet[DeclarationFile]) -> Iterator[Problem]:
    wanted = [row.id for row in first.clauses]
    found = [row.id for row in sheet.shape.clauses]
    for clause in wanted:
        if clause not in found:
            yield sheet.document.mistake(("clauses",), f"clause {clause} is missing", "translate it")
    for i, clause in enumerate(found):
        if clause not in wanted:
            what = f"the original has no clause {clause}"
            yield sheet.document.mistake(("clauses", i), what, "remove it, or correct its id")
    if sorted(wanted) == sorted(found) and wanted != found:
        i = next(i for i, (a, b) in enumerate(zip(wanted, found, strict=True)) if a != b)
        what = f"clause {found[i]} stands where the original has {wanted[i]}"
        yield sheet.document.mistake(("clauses", i), what, "keep the original's order")


def _statements(files: Files, languages: list[str], original: str) -> Iterator[Problem]:
    if not files.statements or not files.campaign:
        return
    document, rows = files.statements.document, files.statements.shape.rows
    addressees = {row.id for row in files.campaign.shape.addressees}
    topics = {row.id for row in files.topics.shape.rows} if files.topics else None
    texts = {lang: _texts(sheet.shape.clauses) for lang, sheet in files.declarations.items()}
    yield from _twice(document, [(("rows", i), row.id) for i, row in enumerate(rows)])
    for i, row in enumerate(rows):
        path: Path_ = ("rows", i)
        if original in texts and row.clause not in texts[original]:
            yield document.mistake((*path, "clause"), f"unknown clause {row.clause}", "name one of the original")
        for one in set(row.to) - addressees:
            remedy = f"choose one of {', '.join(sorted(addressees))}"
            yield document.mistake((*path, "to"), f"unknown addressee {one}", remedy)
        for one in set(row.topics) - topics if topics is not None else ():
            remedy = f"choose one of {', '.join(sorted(topics or ()))}"
            yield document.mistake((*path, "topics"), f"unknown topic {one}", remedy)
        if (row.kind == "ask") != bool(row.to):
            yield document.mistake((*path, "kind"), f"{row.id}: an ask has addressees, others none", "mend `to:`")
        yield from _languages(document, (*path, "quote"), row.quote, languages)
        for lang, quote in row.quote.items():
            text = texts.get(lang, {}).get(row.clause)
            if text is not None and quote not in text:
                what = f"the {lang} quote of {row.id} is not in clause {row.clause}"
                remedy = f"copy it from declaration.{lang}.yaml, letter by letter"
                yield document.mistake((*path, "quote", lang), what, remedy)


def _texts(clauses: list[ClauseRow]) -> dict[str, str]:
    return {row.id: row.text for row in clauses}


def _unused(files: Files) -> Iterator[Problem]:
    """Topics and addressees that would open an empty screen."""
    if not files.statements or not files.campaign:
        return
    rows = files.statements.shape.rows
    asked = {one for row in rows for one in row.to}
    for i, addressee in enumerate(files.campaign.shape.addressees):
        if addressee.id not in asked:
            what = f"nothing is asked of {addressee.id}"
            yield files.campaign.document.mistake(("addressees", i), what, "add a statement, or remove it")
    spoken = {one for row in rows for one in row.topics}
    for i, topic in enumerate(files.topics.shape.rows if files.topics else ()):
        if topic.id not in spoken and files.topics:
            what = f"no statement is on {topic.id}"
            yield files.topics.document.mistake(("rows", i), what, "add a statement, or remove it")
