"""Test texts to copy: verbatim, with their source, and without a link or a name of the bot."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.model import AddresseeId, Campaign, ClauseId, Contact, Lang, TopicId
from content.screens.copying.copy_data import CopyKind, CopyRequest, from_copy_data, to_copy_data
from content.screens.copying.copy_screen import copy_screen, text_button
from content.screens.copying.letters import letter_button, letter_screen
from content.screens.navigation.button_data import from_data
from content.screens.navigation.places import AtClause, AtDemand, AtTopic, PassOn
from content.screens.passing_on import pass_on
from content.screens.reader import Reader
from content.screens.screen import (
    COPY_LIMIT,
    DATA_LIMIT,
    TEXT_LIMIT,
    CallbackButton,
    CopyButton,
    Screen,
    Style,
    UrlButton,
    units,
)
from content.screens.split import split_screen
from tests.support.shipped_campaign import CAMPAIGN
from tests.unit.content.test_navigation import IDS, LANGS, ORIGINS

BOT = "declaration_bot"
ORIGIN = re.compile(r"declaration_bot|@|t\.me|https?:|tg:|/start", re.IGNORECASE)
SUBJECTS: list[AtClause | AtDemand] = [
    *(AtClause(clause.id, in_original=flag) for clause in CAMPAIGN.clauses for flag in (False, True)),
    *(AtDemand(addressee.id, in_original=flag) for addressee in CAMPAIGN.addressees for flag in (False, True)),
]
DEMANDS = [subject for subject in SUBJECTS if isinstance(subject, AtDemand)]
UN = AtDemand(AddresseeId("un"))


def reader_of(lang: str, campaign: Campaign = CAMPAIGN) -> Reader:
    return Reader(campaign, Lang(lang), BOT)


def shown(lang: str, kind: CopyKind, subject: AtClause | AtDemand) -> Screen:
    screen = copy_screen(reader_of(lang), CopyRequest(kind, subject))
    assert screen, subject
    return screen


def copied_texts(lang: str) -> Iterator[tuple[AtClause | AtDemand, str]]:
    """Yield everything that can be copied in a language."""
    for subject in SUBJECTS:
        yield subject, shown(lang, CopyKind.TEXT, subject).text
    for subject in DEMANDS:
        yield subject, shown(lang, CopyKind.LETTER_TEXT, subject).text


def quotes(lang: Lang, subject: AtClause | AtDemand) -> list[str]:
    if isinstance(subject, AtClause):
        return [CAMPAIGN.clause_by_id[subject.clause].texts[lang]]
    return [statement.quotes[lang] for statement in CAMPAIGN.statements_to(subject.addressee)]


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_every_text_to_copy_is_verbatim_and_does_not_say_where_it_comes_from(lang: Lang) -> None:
    for subject, text in copied_texts(lang):
        shown_lang = CAMPAIGN.original if subject.in_original else lang
        notice = Reader(CAMPAIGN, shown_lang).edition_notice()

        assert all(quote in text for quote in quotes(shown_lang, subject)), subject
        assert CAMPAIGN.editions[shown_lang].title in text
        assert (notice in text) == (shown_lang != CAMPAIGN.original)
        assert not ORIGIN.search(text), subject


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_a_message_to_copy_has_nothing_but_the_text_in_one_block(lang: Lang) -> None:
    for kind, subjects in ((CopyKind.TEXT, SUBJECTS), (CopyKind.LETTER_TEXT, DEMANDS)):
        for subject in subjects:
            screen = shown(lang, kind, subject)
            (entity,) = screen.entities

            assert (entity.type, entity.offset, entity.length) == ("pre", 0, units(screen.text))
            assert not any(isinstance(button, UrlButton) for button in chain.from_iterable(screen.rows))


def test_a_text_too_long_for_one_message_comes_in_blocks_that_lose_no_letter() -> None:
    long = replace(CAMPAIGN.clauses[1], texts=dict.fromkeys(CAMPAIGN.languages, "اعلامیه است. " * 900))
    campaign = replace(CAMPAIGN, clauses=(long, *CAMPAIGN.clauses[2:]))

    screen = copy_screen(reader_of("fa", campaign), CopyRequest(CopyKind.TEXT, AtClause(long.id)))
    assert screen
    parts = split_screen(screen)

    assert len(parts) == 3
    assert "".join(part.text for part in parts) == screen.text
    for part in parts:
        assert units(part.text) <= TEXT_LIMIT
        assert [entity.length for entity in part.entities] == [units(part.text)]


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_a_button_opens_a_text_that_is_too_long_to_be_copied_at_once(lang: Lang) -> None:
    for subject in SUBJECTS:
        button = text_button(reader_of(lang), subject)

        assert units(shown(lang, CopyKind.TEXT, subject).text) > COPY_LIMIT
        assert isinstance(button, CallbackButton)
        assert from_copy_data(button.data) == (CopyRequest(CopyKind.TEXT, subject), lang)


@given(st.integers(1, 300), st.booleans())
def test_a_button_copies_a_text_of_at_most_256_units(length: int, in_original: bool) -> None:
    short = replace(CAMPAIGN.clauses[1], texts=dict.fromkeys(CAMPAIGN.languages, "x" * length))
    reader = reader_of("fa", replace(CAMPAIGN, clauses=(short,), statements=()))
    subject = AtClause(short.id, in_original=in_original)
    screen = copy_screen(reader, CopyRequest(CopyKind.TEXT, subject))
    assert screen

    match text_button(reader, subject):
        case CopyButton(text=text):
            assert text == screen.text
            assert units(text) <= COPY_LIMIT
        case _:
            assert units(screen.text) > COPY_LIMIT


@example(CopyKind.TEXT, "x" * 30, False, AtTopic(TopicId("y" * 24)), Lang("en"))  # 64 bytes without the prefix
@given(st.sampled_from(CopyKind), IDS, st.booleans(), st.none() | ORIGINS, LANGS)
def test_a_request_in_a_button_is_read_again(
    kind: CopyKind, name: str, in_original: bool, origin: AtTopic | None, lang: Lang
) -> None:
    subject: AtClause | AtDemand = AtDemand(AddresseeId(name), in_original, origin)
    if kind is CopyKind.TEXT:
        subject = AtClause(ClauseId(name), "", in_original, origin)
    data = to_copy_data(CopyRequest(kind, subject), lang)
    target = from_copy_data(data)

    assert len(data) <= DATA_LIMIT
    assert target
    assert target[1] == lang
    assert replace(target[0].subject, origin=None) == replace(subject, origin=None)


@given(st.text(max_size=64) | st.from_regex(r"[kwn]\.r\.[A-Za-z]\.(en|fa)\.[a-z0-9+_-]{1,20}", fullmatch=True))
def test_any_other_data_is_no_request(data: str) -> None:
    target = from_copy_data(data)

    assert target is None or to_copy_data(*target) == data
    assert from_data(data) is None or target is None


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_a_letter_is_offered_in_the_readers_language_and_in_the_original(lang: Lang) -> None:
    screen = shown(lang, CopyKind.LETTER, UN)
    data = [button.data for button in chain.from_iterable(screen.rows) if isinstance(button, CallbackButton)]
    letters = [target[0].subject.in_original for row in data if (target := from_copy_data(row))]

    assert letters == ([False] if lang == CAMPAIGN.original else [False, True])
    for phrase in ("letter.steps", "letter.sender", "letter.no_contact"):
        assert CAMPAIGN.phrasebooks[lang].say(phrase) in screen.text


def test_contact_details_are_shown_and_the_subject_is_copied_by_a_button() -> None:
    contact = Contact("office@un.example", {Lang("en"): "1 Lake Road\nGeneva"}, "https://un.example/contact")
    addressees = [
        replace(addressee, contact=contact) if addressee.id == "un" else addressee
        for addressee in CAMPAIGN.addressees
    ]
    reader = reader_of("fa", replace(CAMPAIGN, addressees=tuple(addressees)))

    about, letter = letter_screen(reader, UN), copy_screen(reader, CopyRequest(CopyKind.LETTER_TEXT, UN))
    assert about
    assert letter

    assert "office@un.example" in about.text
    assert "1 Lake Road\nGeneva" in about.text
    assert reader.say("letter.no_contact") not in about.text
    assert UrlButton(reader.say("letter.web"), contact.web) in chain.from_iterable(about.rows)
    copies = [button.text for button in chain.from_iterable(letter.rows) if isinstance(button, CopyButton)]
    subject = reader.say("letter.subject", declaration=CAMPAIGN.editions[Lang("fa")].title)
    assert sorted(copies) == sorted([subject, contact.email])
    assert contact.email not in letter.text


def test_a_campaign_that_wants_no_letters_offers_none() -> None:
    reader = reader_of("en", replace(CAMPAIGN, has_letters=False))
    ways = pass_on(reader, PassOn(UN))

    assert letter_button(reader, UN) is None
    assert all(copy_screen(reader, CopyRequest(kind, UN)) is None for kind in (CopyKind.LETTER, CopyKind.LETTER_TEXT))
    assert ways
    assert reader.say("letter.button") not in [button.label for button in chain.from_iterable(ways.rows)]


@pytest.mark.parametrize("kind", CopyKind)
def test_texts_that_the_campaign_no_longer_has_are_not_shown(kind: CopyKind) -> None:
    for subject in (AtClause(ClauseId("99")), AtDemand(AddresseeId("nobody"))):
        assert copy_screen(reader_of("en"), CopyRequest(kind, subject)) is None
    assert text_button(reader_of("en"), AtClause(ClauseId("99"))) is None


def test_a_text_to_copy_is_marked_as_one_block() -> None:
    assert [span.style for span in shown("en", CopyKind.TEXT, SUBJECTS[0]).spans] == [Style.BLOCK]
