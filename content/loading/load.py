"""Load a campaign: check its files and build the model. Refuse a campaign with errors, and list all of the errors."""

import re
from collections.abc import Mapping
from pathlib import Path

from content.loading.check import find_problems_in
from content.loading.concept_files import parse_concept_files
from content.loading.matcher_builder import build_matcher
from content.loading.parse import CampaignFiles, parse_campaign_files
from content.loading.problems import InvalidCampaign
from content.loading.schema import CampaignFile, DeclarationFile, StatementRow, flat_phrases
from content.model import (
    Addressee,
    AddresseeId,
    Campaign,
    Clause,
    ClauseId,
    Edition,
    Lang,
    Language,
    Phrasebook,
    Statement,
    StatementId,
    Topic,
    TopicId,
    Words,
)
from content.paths import SHIPPED_CAMPAIGN
from content.search.matcher import Matcher

_COMMAND_SLASH = re.compile(r"(?<=[ («])/(?=[a-z]|\{command\})")
_LEFT_TO_RIGHT_MARK = "\u200e"


def load_matcher(directory: Path = SHIPPED_CAMPAIGN) -> Matcher:
    """Load the campaign in `directory`. Return a matcher, which has the campaign and everything for searching it.

    Raises InvalidCampaign if its files have errors.
    """
    files, concepts = parse_campaign_files(directory), parse_concept_files(directory)
    problems = find_problems_in(files, concepts)
    if problems:
        raise InvalidCampaign(str(directory), problems)
    return build_matcher(_campaign(files), concepts)


def _campaign(files: CampaignFiles) -> Campaign:
    """Build the model from files that have no errors."""
    assert files.campaign
    assert files.statements
    assert files.topics
    content = files.campaign.content
    languages = _languages(content)
    declarations = {Lang(lang): file.content for lang, file in files.declarations.items()}
    return Campaign(
        id=content.id,
        source=_words(content.source),
        languages=languages,
        editions={lang: _edition(lang, declaration) for lang, declaration in declarations.items()},
        clauses=_clauses(declarations),
        statements=tuple(_statement(row) for row in files.statements.content.rows),
        addressees=tuple(Addressee(AddresseeId(row.id), _words(row.name)) for row in content.addressees),
        topics=tuple(Topic(row.number, TopicId(row.id), _words(row.name)) for row in files.topics.content.rows),
        phrasebooks={
            code: _phrasebook(language, flat_phrases(files.phrases[code].data))
            for code, language in languages.items()
        },
    )


def _phrasebook(language: Language, phrases: Mapping[str, str]) -> Phrasebook:
    """Build a phrasebook. In right-to-left languages, add marks that keep the slash of a command before its name."""
    if language.rtl:
        phrases = {key: _COMMAND_SLASH.sub(f"{_LEFT_TO_RIGHT_MARK}/", text) for key, text in phrases.items()}
    return Phrasebook(language, phrases)


def _languages(content: CampaignFile) -> dict[Lang, Language]:
    return {
        Lang(code): Language(Lang(code), row.name, row.digits, row.direction == "rtl", tuple(row.also))
        for code, row in content.languages.items()
    }


def _edition(lang: Lang, declaration: DeclarationFile) -> Edition:
    return Edition(
        lang, declaration.title, declaration.date, declaration.official, reviewed_by=declaration.reviewed_by
    )


def _clauses(declarations: Mapping[Lang, DeclarationFile]) -> tuple[Clause, ...]:
    """Join the clauses of all languages, which are in the same order in every declaration."""
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
