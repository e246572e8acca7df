"""Find all errors in the files of a campaign. Also find contradictions between two files."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from content.loading.concept_files import ConceptFiles, parse_concept_files
from content.loading.concept_rules import KnownNames, concept_problems
from content.loading.parse import CampaignFiles, ParsedFile, parse_campaign_files
from content.loading.phrases.phrase_rules import phrase_problems
from content.loading.problems import Problem
from content.loading.schema import ClauseRow, DeclarationFile, StatementRow, TopicsFile
from content.loading.yaml_source import Document, KeyPath


def find_problems(directory: Path) -> list[Problem]:
    """Return every problem of the campaign in `directory`, sorted by file and line.

    If the list is empty, the bot can use the campaign.
    """
    return find_problems_in(parse_campaign_files(directory), parse_concept_files(directory))


def find_problems_in(files: CampaignFiles, concepts: ConceptFiles) -> list[Problem]:
    """Return every problem of a campaign whose files have been parsed, sorted by file and line."""
    problems = [*files.problems, *concepts.problems]
    if files.campaign:
        languages = list(files.campaign.content.languages)
        original = languages[0]
        problems += _name_problems(files, languages)
        problems += _declaration_problems(files, original)
        problems += (problem for phrases in files.phrases.values() for problem in phrase_problems(phrases))
        problems += _statement_problems(files, languages, original)
        problems += _unused_names(files)
        problems += concept_problems(concepts, KnownNames.in_files(files))
    return sorted(set(problems))


def _name_problems(files: CampaignFiles, languages: list[str]) -> Iterator[Problem]:
    """Check that addressees and topics have unique ids, and a name in every language.

    The text `source` of `campaign.yaml`, which says where the declaration comes from, must be in every language as
    well.
    """
    assert files.campaign
    document, content = files.campaign.document, files.campaign.content
    if content.source:
        yield from _translation_problems(document, ("source",), content.source, languages)
    yield from _duplicates(document, ((("addressees", i), row.id) for i, row in enumerate(content.addressees)))
    for i, row in enumerate(content.addressees):
        yield from _translation_problems(document, ("addressees", i, "name"), row.name, languages)
        yield from _unknown_languages(
            document, ("addressees", i, "contact", "address"), row.contact.address, languages
        )
    if files.topics:
        yield from _topic_problems(files.topics, languages)


def _topic_problems(topics: ParsedFile[TopicsFile], languages: list[str]) -> Iterator[Problem]:
    rows = topics.content.rows
    yield from _duplicates(topics.document, ((("rows", i), row.id) for i, row in enumerate(rows)))
    yield from _duplicates(topics.document, ((("rows", i), str(row.number)) for i, row in enumerate(rows)), "number")
    for i, row in enumerate(rows):
        yield from _translation_problems(topics.document, ("rows", i, "name"), row.name, languages)


def _duplicates(document: Document, ids: Iterable[tuple[KeyPath, str]], kind: str = "id") -> Iterator[Problem]:
    """Report every id that occurs twice in `document`.

    `ids` has a pair for each entry: the path of the entry in the document, and its id. `kind` is what the message
    calls the id: "id" or "number".
    """
    seen: set[str] = set()
    for path, name in ids:
        if name in seen:
            yield document.problem(path, f"the {kind} {name} appears twice", f"give each entry its own {kind}")
        seen.add(name)


def _translation_problems(
    document: Document, path: KeyPath, translations: dict[str, str], languages: list[str]
) -> Iterator[Problem]:
    """Report each of `languages` without a translation, and each translation into any other language."""
    for lang in languages:
        if lang not in translations:
            yield document.problem(path, f"the translation into {lang} is missing", f"add `{lang}:`")
    yield from _unknown_languages(document, path, translations, languages)


def _unknown_languages(
    document: Document, path: KeyPath, translations: dict[str, str], languages: list[str]
) -> Iterator[Problem]:
    """Report each language in `translations` that is not one of `languages`."""
    for lang in translations.keys() - set(languages):
        yield document.problem((*path, lang), f"unknown language {lang}", "add it to campaign.yaml, or remove it")


def _declaration_problems(files: CampaignFiles, original: str) -> Iterator[Problem]:
    """Check the declaration in each language. A translation must have the same clauses as the original."""
    first = files.declarations.get(original)
    for lang, declaration in files.declarations.items():
        content, document = declaration.content, declaration.document
        if content.language != lang:
            message = f"the language is {content.language}, but the file's name says {lang}"
            yield document.problem(("language",), message, f"write {lang}")
        if content.official is not None and content.official != (lang == original):
            remedy = f"write {str(lang == original).lower()}"
            yield document.problem(("official",), "only the original is official", remedy)
        yield from _duplicates(document, ((("clauses", i), row.id) for i, row in enumerate(content.clauses)))
        if lang == original:
            yield from _numbering_problems(declaration)
        elif first:
            yield from _clause_problems(first.content, declaration)


def _numbering_problems(original: ParsedFile[DeclarationFile]) -> Iterator[Problem]:
    """Check that the clauses are numbered from 1 without a gap, because the bot shows the first and last number."""
    numbered = [(i, row.id) for i, row in enumerate(original.content.clauses) if row.id.isdecimal()]
    for number, (i, clause) in enumerate(numbered, 1):
        if clause != str(number):
            message = f"clause {clause} is in the place of clause {number}"
            yield original.document.problem(("clauses", i), message, "number the clauses 1, 2, 3 and so on")
            return


def _clause_problems(original: DeclarationFile, translation: ParsedFile[DeclarationFile]) -> Iterator[Problem]:
    """Check that a translation has the clauses of the original in the same order."""
    expected = [row.id for row in original.clauses]
    actual = [row.id for row in translation.content.clauses]
    for clause in expected:
        if clause not in actual:
            yield translation.document.problem(("clauses",), f"clause {clause} is missing", "translate it")
    for i, clause in enumerate(actual):
        if clause not in expected:
            message = f"the original has no clause {clause}"
            yield translation.document.problem(("clauses", i), message, "remove it, or correct its id")
    if sorted(expected) == sorted(actual) and expected != actual:
        i = next(i for i, clause in enumerate(actual) if clause != expected[i])
        message = f"clause {actual[i]} is in the place of clause {expected[i]}"
        yield translation.document.problem(("clauses", i), message, "keep the order of the original")


def _statement_problems(files: CampaignFiles, languages: list[str], original: str) -> Iterator[Problem]:
    """Check that statements use known clauses, addressees and topics, and that each quote is in its clause."""
    if not files.statements or not files.campaign:
        return
    document, rows = files.statements.document, files.statements.content.rows
    addressees = {row.id for row in files.campaign.content.addressees}
    is_known = files.topics is not None or not any(problem.file == "topics.yaml" for problem in files.problems)
    topics = {row.id for row in files.topic_rows()} if is_known else None
    texts = {lang: _text_by_clause(file.content.clauses) for lang, file in files.declarations.items()}
    yield from _duplicates(document, ((("rows", i), row.id) for i, row in enumerate(rows)))
    for i, row in enumerate(rows):
        path: KeyPath = ("rows", i)
        if original in texts and row.clause not in texts[original]:
            remedy = "use the id of a clause in the original"
            yield document.problem((*path, "clause"), f"unknown clause {row.clause}", remedy)
        yield from _unknown_names(document, (*path, "to"), row.to, addressees, "addressee")
        if topics is not None:
            yield from _unknown_names(document, (*path, "topics"), row.topics, topics, "topic")
        yield from _kind_problems(document, (*path, "kind"), row)
        yield from _translation_problems(document, (*path, "quote"), row.quote, languages)
        yield from _quote_problems(document, (*path, "quote"), row, texts)


def _unknown_names(
    document: Document, path: KeyPath, names: list[str], known: set[str], kind: str
) -> Iterator[Problem]:
    for name in set(names) - known:
        remedy = f"choose one of {', '.join(sorted(known))}" if known else "remove it: the campaign has none"
        yield document.problem(path, f"unknown {kind} {name}", remedy)


def _kind_problems(document: Document, path: KeyPath, row: StatementRow) -> Iterator[Problem]:
    """Check that a statement of the kind `ask` has addressees, and that other statements have none."""
    if row.kind == "ask" and not row.to:
        yield document.problem(path, f"{row.id} is an ask without addressees", "add `to:`, or correct `kind:`")
    if row.kind not in ("ask", None) and row.to:
        yield document.problem(path, f"{row.id} has addressees, but is no ask", "remove `to:`, or correct `kind:`")


def _quote_problems(
    document: Document, path: KeyPath, row: StatementRow, texts: dict[str, dict[str, str]]
) -> Iterator[Problem]:
    """Check that the clause of a statement contains its quotes. `texts[LANG][CLAUSE]` is the text of a clause."""
    for lang, quote in row.quote.items():
        text = texts.get(lang, {}).get(row.clause)
        if text is not None and quote not in text:
            message = f"the {lang} quote of {row.id} is not in clause {row.clause}"
            remedy = f"copy it from declaration.{lang}.yaml, letter by letter"
            yield document.problem((*path, lang), message, remedy)


def _text_by_clause(clauses: list[ClauseRow]) -> dict[str, str]:
    return {row.id: row.text for row in clauses}


def _unused_names(files: CampaignFiles) -> Iterator[Problem]:
    """Report each topic or addressee that no statement uses, because its screen would be empty."""
    if not files.statements or not files.campaign:
        return
    rows = files.statements.content.rows
    used_addressees = {addressee for row in rows for addressee in row.to}
    for i, addressee in enumerate(files.campaign.content.addressees):
        if addressee.id not in used_addressees:
            message, remedy = f"no statement asks anything of {addressee.id}", "add a statement, or remove it"
            yield files.campaign.document.problem(("addressees", i), message, remedy)
    used_topics = {topic for row in rows for topic in row.topics}
    for i, topic in enumerate(files.topic_rows()):
        if topic.id not in used_topics and files.topics:
            message = f"no statement has the topic {topic.id}"
            yield files.topics.document.problem(("rows", i), message, "add a statement, or remove it")
