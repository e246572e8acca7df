"""The web page repeats every clause letter by letter, needs nothing from outside, and stays small."""

import re
from dataclasses import replace

import pytest

from bot.export.document import Part, document, documents
from bot.export.web_page import web_page
from content.model import Lang
from tests.support.exported_files import DOCUMENTS, RIGHT_TO_LEFT, texts
from tests.support.parsed_markup import ParsedClauses
from tests.support.shipped_campaign import CAMPAIGN
from tests.support.signing import SIGNING_CAMPAIGN

PAGE = web_page(documents(CAMPAIGN))
PARSED = ParsedClauses(PAGE.decode())
MAX_SIZE = 40_000  # bytes


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_every_clause_equals_the_campaign_letter_by_letter(lang: str) -> None:
    clauses = [f"{lang}-{clause.id}" for clause in CAMPAIGN.clauses]

    assert [PARSED.texts[clause] for clause in clauses] == texts(lang)
    assert [PARSED.headings[clause] for clause in clauses] == [part.heading for part in DOCUMENTS[lang].parts]


@pytest.mark.parametrize("text", ["a <b> & \"c\" 'd'", "one\ntwo\n\n\nthree", "&lt; &#39;"])
def test_no_text_is_read_as_markup(text: str) -> None:
    document = replace(DOCUMENTS["en"], parts=(Part("1", text.split("\n")[0], text),))
    parsed = ParsedClauses(web_page([document]).decode())

    assert parsed.texts["en-1"] == text
    assert parsed.headings["en-1"] == text.split("\n")[0]


def test_it_is_small_and_the_same_each_time() -> None:
    assert len(PAGE) < MAX_SIZE
    assert web_page(documents(CAMPAIGN)) == PAGE


def test_it_fetches_nothing_and_runs_nothing() -> None:
    names = {tag for tag, _ in PARSED.tags}
    addresses = [value or "" for _, attributes in PARSED.tags for key, value in attributes.items() if key == "href"]

    assert not names & {"script", "img", "link", "iframe", "form", "base", "object"}
    assert all(address.startswith("#") for address in addresses)
    assert not re.search(rb"://|url\(|@import|\son\w+=|t\.me", PAGE)


def test_a_browser_s_history_shows_a_neutral_name() -> None:
    assert b"<title>text</title>" in PAGE


def test_each_link_of_the_contents_has_its_target() -> None:
    ids = {attributes["id"] for _, attributes in PARSED.tags if "id" in attributes}
    links = {(attributes["href"] or "")[1:] for tag, attributes in PARSED.tags if tag == "a"}

    assert links <= ids
    assert {f"{lang}-{clause.id}" for lang in CAMPAIGN.languages for clause in CAMPAIGN.clauses} <= links


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_each_language_says_its_name_and_direction(lang: str) -> None:
    (section,) = (attributes for tag, attributes in PARSED.tags if tag == "section" and attributes["id"] == lang)

    assert section["lang"] == lang
    assert section["dir"] == ("rtl" if lang in RIGHT_TO_LEFT else "ltr")


def test_a_footer_is_below_the_text_of_each_language() -> None:
    page = web_page([replace(each, footer=("line <1>",)) for each in documents(CAMPAIGN)]).decode()

    assert page.count('<p class="note">line &lt;1&gt;</p>') == len(CAMPAIGN.languages)


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_the_key_of_the_campaign_is_the_last_line_below_its_explanation(lang: Lang) -> None:
    without, with_key = document(CAMPAIGN, lang), document(SIGNING_CAMPAIGN, lang)
    explanation = CAMPAIGN.phrasebooks[lang].say("signing.key")

    assert with_key.footer == (*without.footer, explanation, SIGNING_CAMPAIGN.public_key)
    assert replace(with_key, footer=without.footer) == without
    page = web_page([with_key]).decode()
    assert page.index(f'<p class="note">{SIGNING_CAMPAIGN.public_key}</p>') > page.index(with_key.notice)
