"""Build a campaign from its files. Refuse a campaign with errors, and list all of the errors."""

from collections.abc import Mapping
from pathlib import Path

from content.loading.check import find_problems_in
from content.loading.concept_files import parse_concept_files
from content.loading.matcher_builder import build_matcher
from content.loading.parse import CampaignFiles, parse_campaign_files
from content.loading.phrases.locales import describe_language
from content.loading.phrases.phrasebooks import build_phrasebooks
from content.loading.problems import InvalidCampaign, Severity
from content.loading.schema import AddresseeRow, CampaignFile, DeclarationFile, StatementRow
from content.model import (
    Addressee,
    AddresseeId,
    Campaign,
    Clause,
    ClauseId,
    Contact,
    Edition,
    Lang,
    Language,
    Statement,
    StatementId,
    Topic,
    TopicId,
    Words,
)
from content.search.matcher import Matcher


def build_from_files(directory: Path) -> Matcher:
    """Build the matcher of the campaign in `directory`: the campaign and everything for searching it.

    Raises InvalidCampaign if the files have errors.
    """
    files, concepts = parse_campaign_files(directory), parse_concept_files(directory)
    errors = [problem for problem in find_problems_in(files, concepts) if problem.severity is Severity.ERROR]
    if errors:
        raise InvalidCampaign(str(directory), errors)
    return build_matcher(_campaign(files), concepts)


def _campaign(files: CampaignFiles) -> Campaign:
    """Build the Campaign from parsed files that have no errors."""
    assert files.campaign
    content = files.campaign.content
    languages = _languages(content)
    declarations = {Lang(lang): file.content for lang, file in files.declarations.items()}
    editions = {
        lang: _edition(lang, declaration, next(iter(languages))) for lang, declaration in declarations.items()
    }
    return Campaign(
        id=content.id,
        source=_words(content.source),
        languages=languages,
        editions=editions,
        clauses=_clauses(declarations),
        statements=tuple(_statement(row) for row in files.statement_rows()),
        addressees=tuple(_addressee(row) for row in content.addressees),
        topics=tuple(Topic(row.number, TopicId(row.id), _words(row.name)) for row in files.topic_rows()),
        phrasebooks=build_phrasebooks(languages, editions, {lang: file.data for lang, file in files.phrases.items()}),
        has_letters=content.letters,
        public_key=content.public_key,
    )


def _addressee(row: AddresseeRow) -> Addressee:
    contact = Contact(row.contact.email or "", _words(row.contact.address), row.contact.web or "")
    return Addressee(AddresseeId(row.id), _words(row.name), contact)


def _languages(content: CampaignFile) -> dict[Lang, Language]:
    return {
        Lang(code): describe_language(
            code,
            other_codes=tuple(row.also),
            name=row.name,
            digits=row.digits,
            rtl=row.direction == "rtl" if row.direction else None,
        )
        for code, row in content.languages.items()
    }


def _edition(lang: Lang, declaration: DeclarationFile, original: Lang) -> Edition:
    return Edition(lang, declaration.title, declaration.date, lang == original, reviewed_by=declaration.reviewed_by)


def _clauses(declarations: Mapping[Lang, DeclarationFile]) -> tuple[Clause, ...]:
    """Combine the clauses of all languages: each Clause gets its title and text in every language.

    Every declaration must have the same clauses in the same order.
    """
    translations_of_clauses = zip(*(declaration.clauses for declaration in declarations.values()), strict=True)
    return tuple(
        Clause(
            ClauseId(rows[0].id),
            {lang: row.title for lang, row in zip(declarations, rows, strict=True)},
            {lang: row.text for lang, row in zip(declarations, rows, strict=True)},
        )
        for rows in translations_of_clauses
    )


def _statement(row: StatementRow) -> Statement:
    return Statement(
        StatementId(row.id),
        ClauseId(row.clause),
        addressees=tuple(AddresseeId(addressee) for addressee in row.to),
        topics=tuple(TopicId(topic) for topic in row.topics),
        quotes=_words(row.quote),
    )


def _words(words: Mapping[str, str]) -> Words:
    return {Lang(lang): text for lang, text in words.items()}
