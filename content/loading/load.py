"""Loading a campaign: from its checked files to the model. A campaign with a mistake is refused with all of them."""

import re
from collections.abc import Mapping
from pathlib import Path

from content.loading.check import find_problems_in
from content.loading.concept_files import gather_concepts
from content.loading.matcher_builder import matcher_of
from content.loading.parse import Files, gather
from content.loading.problems import InvalidCampaign
from content.loading.schema import CampaignFile, DeclarationFile, StatementRow, flat
from content.model import (
    Addressee,
    AddresseeId,
    Campaign,
    Clause,
    ClauseId,
    Edition,
    Kind,
    Lang,
    Language,
    Phrasebook,
    Statement,
    StatementId,
    Topic,
    TopicId,
    Words,
)
from content.paths import SHIPPED_CAMPAIGN as SHIPPED_CAMPAIGN  # for others, too
from content.search.matcher import Matcher

_COMMAND = re.compile(r"(?<= )/(?=[a-z])")


def load_campaign(directory: Path = SHIPPED_CAMPAIGN) -> Campaign:
    """The campaign in `directory`; raises InvalidCampaign with every mistake in it."""
    return load_matcher(directory).campaign


def load_matcher(directory: Path = SHIPPED_CAMPAIGN) -> Matcher:
    """The campaign in `directory` and its words for finding; raises InvalidCampaign with every mistake in them."""
    files, words = gather(directory), gather_concepts(directory)
    found = find_problems_in(files, words)
    if found:
        raise InvalidCampaign(str(directory), found)
    return matcher_of(_campaign(files), words)


def _campaign(files: Files) -> Campaign:
    assert files.campaign
    assert files.statements
    assert files.topics
    shape = files.campaign.shape
    languages = _languages(shape)
    declarations = {Lang(lang): sheet.shape for lang, sheet in files.declarations.items()}
    return Campaign(
        id=shape.id,
        source=_words(shape.source),
        languages=languages,
        editions={lang: _edition(lang, file) for lang, file in declarations.items()},
        clauses=_clauses(declarations),
        statements=tuple(_statement(row) for row in files.statements.shape.rows),
        addressees=tuple(Addressee(AddresseeId(row.id), _words(row.name)) for row in shape.addressees),
        topics=tuple(Topic(row.number, TopicId(row.id), _words(row.name)) for row in files.topics.shape.rows),
        phrasebooks={
            code: _phrasebook(language, flat(files.phrases[code].data)) for code, language in languages.items()
        },
    )


def _phrasebook(language: Language, phrases: Mapping[str, str]) -> Phrasebook:
    """Inside a line that runs leftwards, the slash of /mydata would jump to its other end: a mark keeps it."""
    if language.rtl:
        phrases = {key: _COMMAND.sub("\u200e/", text) for key, text in phrases.items()}
    return Phrasebook(language, phrases)


def _languages(shape: CampaignFile) -> dict[Lang, Language]:
    return {
        Lang(code): Language(Lang(code), row.name, row.digits, row.direction == "rtl", tuple(row.also))
        for code, row in shape.languages.items()
    }


def _edition(lang: Lang, file: DeclarationFile) -> Edition:
    return Edition(lang, file.title, file.date, file.official, file.reviewed_by)


def _clauses(declarations: Mapping[Lang, DeclarationFile]) -> tuple[Clause, ...]:
    by_place = zip(*(file.clauses for file in declarations.values()), strict=True)
    return tuple(
        Clause(
            ClauseId(rows[0].id),
            {lang: row.title for lang, row in zip(declarations, rows, strict=True)},
            {lang: row.text for lang, row in zip(declarations, rows, strict=True)},
        )
        for rows in by_place
    )


def _statement(row: StatementRow) -> Statement:
    return Statement(
        StatementId(row.id),
        ClauseId(row.clause),
        Kind(row.kind),
        tuple(AddresseeId(one) for one in row.to),
        tuple(TopicId(one) for one in row.topics),
        _words(row.quote),
    )


def _words(words: Mapping[str, str]) -> Words:
    return {Lang(lang): text for lang, text in words.items()}
