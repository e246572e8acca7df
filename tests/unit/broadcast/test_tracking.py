"""Addresses are cleaned of tracking parameters, and the formatting stays on the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcast.authoring.checks.lint import entity_text
from bot.broadcast.authoring.checks.tracking import clean_links, clean_piece, clean_url, tracking_parameter
from bot.model.announcement import LinkButton, LinkPreview, Piece
from content.screens.screen import units


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://example.org/?utm_source=x", "https://example.org/"),
        ("https://example.org/a?page=2&utm_source=x&b=3", "https://example.org/a?page=2&b=3"),
        ("https://example.org/a?fbclid=x&page=2", "https://example.org/a?page=2"),
        ("https://example.org/a?page=2;gclid=x#part", "https://example.org/a?page=2#part"),
        ("https://example.org/a#utm_source=x", "https://example.org/a"),
        ("https://example.org/a?IGSHID=x", "https://example.org/a"),
        ("https://example.org/a?page=2#part", "https://example.org/a?page=2#part"),
        ("https://example.org/a?b=c&&d", "https://example.org/a?b=c&&d"),
    ],
)
def test_only_tracking_parameters_are_removed(url: str, clean: str) -> None:
    assert clean_url(url) == clean


def test_text_links_buttons_and_preview_are_cleaned_and_formatting_stays_in_place() -> None:
    text = "😀 See https://example.org/?utm_source=x&a=1 or https://example.org/b?fbclid=2 on Friday."
    start = units(text[: text.index("Friday")])
    bold = {"type": "bold", "offset": start, "length": 6}
    link = {"type": "text_link", "offset": 3, "length": 3, "url": "https://example.org/?gclid=1"}
    piece = Piece(text, (link, bold), preview=LinkPreview("https://example.org/?utm_id=2"))
    cleaned = clean_piece(piece)

    assert cleaned.text == "😀 See https://example.org/?a=1 or https://example.org/b on Friday."
    assert entity_text(cleaned.text, cleaned.entities[1]) == "Friday"
    assert entity_text(cleaned.text, cleaned.entities[0]) == "See"
    assert cleaned.entities[0]["url"] == "https://example.org/"
    assert cleaned.preview == LinkPreview("https://example.org/")
    assert clean_links([LinkButton("a", "https://example.org/?si=1")]) == (LinkButton("a", "https://example.org/"),)


@given(
    st.lists(
        st.sampled_from(["https://example.org/a?b=1&utm_source=x", "example.org/?si=2&c", "متن", "😀", "a", " "])
    ),
    st.integers(0, 60),
    st.integers(1, 60),
)
def test_any_text_can_be_cleaned(words: list[str], offset: int, length: int) -> None:
    text = " ".join(words)
    cleaned = clean_piece(Piece(text, ({"type": "bold", "offset": offset, "length": length},)))
    entity = cleaned.entities[0]

    assert not tracking_parameter(cleaned.text)
    assert clean_piece(cleaned).text == cleaned.text
    assert entity["offset"] >= 0
    assert entity["length"] >= 0
    if text == cleaned.text and offset + length <= units(text):
        assert (entity["offset"], entity["length"]) == (offset, length)
