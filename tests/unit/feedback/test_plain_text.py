"""Admins get what a person types as it is seen: no hidden characters, no files, nothing forwarded."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feedback.plain_text import cleaned, joined, typed_text
from bot.model.events import ChatId, OtherMessage, Sender, TextMessage, UserId
from content.invisible import is_invisible
from content.screens.screen import TEXT_LIMIT, units

TYPED = TextMessage(ChatId(5), Sender(UserId(5)), 1, " The well is dry. ", is_private=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u202eevil\u202c text\u200b", "evil text"),
        ("سلام\u2067 دنیا\u2069", "سلام دنیا"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\U000e0041b", "ab"),
        ("one\r\ntwo\u2028three\tfour", "one\ntwo\nthree four"),
        ("\ud800x", "\ufffdx"),
        ("\u2800\u3164 \u200b", ""),
    ],
)
def test_hidden_characters_are_left_out_and_joiners_stay(text: str, expected: str) -> None:
    assert cleaned(text) == expected


@given(st.text())
def test_a_cleaned_text_has_nothing_hidden_and_stays_as_it_is(text: str) -> None:
    once = cleaned(text)

    assert cleaned(once) == once
    assert all(char in "\u200c\u200d \n\u00a0\u202f" or not is_invisible(char) for char in once)


def test_only_what_a_person_typed_is_taken() -> None:
    assert typed_text(TYPED) == "The well is dry."
    assert typed_text(replace(TYPED, is_forwarded=True)) == ""
    assert typed_text(replace(TYPED, is_caption=True)) == ""
    assert typed_text(OtherMessage(ChatId(5), Sender(UserId(5)), 1, is_private=True)) == ""


@given(st.text(max_size=50), st.integers(0, 60))
def test_several_messages_become_one_of_at_most_the_limit(after: str, room: int) -> None:
    before = "x" * (TEXT_LIMIT - room)
    whole = joined(before, after)

    assert (whole is None) == (units(f"{before}\n{after}") > TEXT_LIMIT)
    assert joined("", after) == after
