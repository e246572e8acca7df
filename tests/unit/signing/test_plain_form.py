"""The plain form of a message shows what formatting hides, and does not change on the way from one app to another."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.announcement import LinkButton, LinkPreview, Piece
from bot.signing.plain_form import forms, normalized, plain_form
from tests.support.signing import DARI_TEXT, ENGLISH_TEXT, FORGERIES, ON_THE_WAY, PIECE, Change

SIGNS = "\ufe0f\ufe0e\u20e3©❤1 \n\r\t\u00a0\u0301e"  # those that a form leaves out or joins


def entity(kind: str, offset: int, length: int, **more: object) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


def test_the_addresses_behind_links_and_buttons_are_written_out() -> None:
    assert plain_form(PIECE) == (
        "We meet (https://example.org/place) tomorrow at noon. ❤\n\n"
        "Bring a friend, and read https://example.org/plan first.\n\n"
        "Programme: https://example.org/programme"
    )


def test_ordinary_formatting_and_addresses_that_telegram_finds_change_nothing() -> None:
    formatted = Piece(
        ENGLISH_TEXT,
        (entity("bold", 0, 2), entity("custom_emoji", 26, 2, custom_emoji_id="5"), entity("url", 54, 24),
         entity("blockquote", 0, 20), entity("spoiler", 3, 4)),
    )  # fmt: skip

    assert plain_form(formatted) == plain_form(Piece(ENGLISH_TEXT)) == normalized(ENGLISH_TEXT)


@pytest.mark.parametrize(
    ("message", "form"),
    [
        (Piece("We will not go", (entity("strikethrough", 8, 4),)), "We will ~~not ~~go"),
        (Piece("Come at 1", (entity("date_time", 8, 1, unix_time=1796000000),)), "Come at 1 (2026-11-30 00:53 UTC)"),
        (Piece("Ask me", (entity("text_mention", 4, 2),)), "Ask me (text_mention)"),
        (Piece("x", (entity("text_link", 0, 1),)), "x (text_link)"),
        (Piece("x", preview=LinkPreview("https://example.org/a")), "x\n\nhttps://example.org/a"),
        (Piece("https://example.org", preview=LinkPreview("https://example.org/")), "https://example.org"),
        (Piece("😀 here", (entity("text_link", 3, 4, url="example.org"),)), "😀 here (http://example.org/)"),
        (Piece("https://a.org/", (entity("text_link", 0, 14, url="https://a.org/"),)), "https://a.org/"),
        (Piece("x", buttons=((LinkButton("Map", "HTTPS://Example.org"),),)), "x\n\nMap: https://example.org/"),
    ],
)  # fmt: skip
def test_what_a_person_would_not_see_is_written_out(message: Piece, form: str) -> None:
    assert plain_form(message) == form


def test_a_link_that_telegram_split_at_bold_words_is_one_link() -> None:
    url = "https://example.org/"
    whole = Piece("read this now", (entity("text_link", 0, 9, url=url),))
    split = Piece("read this now", (entity("text_link", 0, 5, url=url), entity("text_link", 5, 4, url=url)))

    assert plain_form(whole) == plain_form(split) == "read this (https://example.org/) now"


def test_a_message_without_its_buttons_or_links_is_one_of_its_forms_but_not_one_with_other_links() -> None:
    other_link = {**PIECE.entities[0], "url": "https://example.net/"}

    for part in (replace(PIECE, buttons=()), replace(PIECE, entities=()), Piece(ENGLISH_TEXT)):
        assert plain_form(part) in forms(PIECE)
    for forged in (
        replace(PIECE, entities=(other_link,)),
        replace(PIECE, entities=(*PIECE.entities, entity("strikethrough", 0, 2))),
        replace(PIECE, buttons=((LinkButton("Programme", "https://example.net/"),),)),
        replace(PIECE, buttons=((LinkButton("Programme", ""),),)),
        replace(PIECE, preview=LinkPreview("https://example.net/")),
    ):
        assert plain_form(forged) not in forms(PIECE)


@pytest.mark.parametrize("text", [ENGLISH_TEXT, DARI_TEXT])
@pytest.mark.parametrize(("name", "change"), ON_THE_WAY)
def test_what_apps_change_on_the_way_changes_no_form(name: str, change: Change, text: str) -> None:
    assert normalized(unicodedata.normalize("NFD", change(text))) == normalized(text), name


@pytest.mark.parametrize(("name", "change"), FORGERIES)
def test_every_forgery_changes_the_form(name: str, change: Change) -> None:
    assert normalized(change(ENGLISH_TEXT)) != normalized(ENGLISH_TEXT), name


@given(st.text(alphabet=st.one_of(st.characters(exclude_categories=()), st.sampled_from(SIGNS)), max_size=12))
def test_a_form_is_its_own_form(text: str) -> None:
    assert normalized(normalized(text)) == normalized(text)
