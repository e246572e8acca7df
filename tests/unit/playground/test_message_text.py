"""Validation of texts, entities, inline keyboards and HTML, with Telegram's error descriptions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import BotApiError
from playground.messages.keyboard import inline_keyboard
from playground.messages.markup import parse_markup
from playground.messages.text import (
    MAX_TEXT,
    checked_text,
    detected_entities,
    utf16_length,
    with_detected_entities,
)
from tests.support.playground.client import keyboard

FLAG = "🇦🇫"


def entity(offset: int, length: int, entity_type: str = "bold", **fields: Any) -> dict[str, Any]:
    """Return a MessageEntity."""
    return {"type": entity_type, "offset": offset, "length": length, **fields}


def error_for(text: str, entities: Any) -> str:
    """Return the description of the error that a text with these entities causes."""
    with pytest.raises(BotApiError) as error:
        checked_text(text, entities)
    return error.value.description


def covered_text(text: str, covering: dict[str, Any]) -> str:
    """Return the part of a text that an entity covers."""
    start, end = covering["offset"], covering["offset"] + covering["length"]
    return text.encode("utf-16-le")[start * 2 : end * 2].decode("utf-16-le")


def test_length_is_counted_in_utf16_units() -> None:
    assert utf16_length("سلام") == 4
    assert utf16_length(FLAG) == 4
    assert checked_text(FLAG * (MAX_TEXT // 4), None)[0] == FLAG * (MAX_TEXT // 4)
    assert error_for(FLAG * (MAX_TEXT // 4) + "!", None) == "Bad Request: message is too long"


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_a_text_of_spaces_is_empty(text: str) -> None:
    assert error_for(text, None) == "Bad Request: message text is empty"


def test_a_text_is_trimmed_and_its_entities_move_along() -> None:
    trimmed, entities = checked_text(" \n one two  ", [entity(0, 6), entity(7, 5, "italic"), entity(10, 2, "code")])

    assert trimmed == "one two"
    assert entities == [entity(0, 3), entity(4, 3, "italic")]


def test_a_text_is_trimmed_before_its_length_is_checked() -> None:
    assert checked_text("  " + "a" * MAX_TEXT + "  ", None)[0] == "a" * MAX_TEXT


def test_half_a_surrogate_pair_is_refused() -> None:
    assert error_for("\ud83d", None) == "Bad Request: strings must be encoded in UTF-8"


@pytest.mark.parametrize(
    ("invalid", "description"),
    [
        (entity(0, 99), "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 99"),
        (entity(1, 3), "entity begins in a middle of a UTF-16 symbol at UTF-16 offset 1"),
        (entity(0, 3), "entity ends in a middle of a UTF-16 symbol at UTF-16 offset 3"),
        (entity(-1, 3), "receive an entity with incorrect offset -1 or length 3"),
        (entity(0, 2, "bolt"), "can't parse MessageEntity: Unsupported type specified"),
        (entity(0, 2, "text_link"), "can't parse MessageEntity: Can't find field \"url\""),
        (
            {"type": "bold", "offset": "a"},
            'can\'t parse MessageEntity: Field "offset" and field "length" must be Integers',
        ),
        ("bold", "can't parse MessageEntity: Expected an Object"),
    ],
)
def test_invalid_entities_are_refused(invalid: Any, description: str) -> None:
    assert error_for(FLAG, [invalid]) == "Bad Request: " + description


def test_entities_after_the_hundredth_are_dropped_without_an_error() -> None:
    _, entities = checked_text("a" * 101, [entity(offset, 1) for offset in range(101)])

    assert len(entities) == 100


def test_empty_entities_and_invalid_links_are_dropped() -> None:
    entities = [
        entity(0, 0),
        entity(0, 2, "text_link", url="no link"),
        entity(0, 2, "text_link", url="https://a.org"),
    ]

    assert checked_text("ab", entities)[1] == [entities[2]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start x", [("bot_command", "/start")]),
        ("see /clause@declaration_bot.", [("bot_command", "/clause@declaration_bot")]),
        ("and/or 1/2", []),
        (f"{FLAG} @declaration_bot سلام", [("mention", "@declaration_bot")]),
        ("https://t.me/a?start=b_c, yes", [("url", "https://t.me/a?start=b_c")]),
        ("mail me@example.org now", [("email", "me@example.org")]),
        ("on example.org/x.", [("url", "example.org/x")]),
        ("#زنان and #1", [("hashtag", "#زنان")]),
        ("a sentence.Another one", []),
    ],
)
def test_links_mentions_commands_and_hashtags_are_detected(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(item["type"], covered_text(text, item)) for item in detected_entities(text)] == expected


def test_text_inside_code_or_a_link_gets_no_detected_entity() -> None:
    code = entity(0, 6, "code")

    assert with_detected_entities("/start", [code]) == [code]
    assert with_detected_entities("/start", [entity(0, 6)]) == [entity(0, 6), entity(0, 6, "bot_command")]


@given(st.text(alphabet="ab /@#.:🙂\u200cس1_-", max_size=60))
def test_detected_entities_lie_within_any_text(text: str) -> None:
    for detected in detected_entities(text):
        assert 0 <= detected["offset"] < detected["offset"] + detected["length"] <= utf16_length(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.data())
def test_an_entity_covers_the_same_letters_after_trimming(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    if not text.strip(" \n\t\r\v\f\u2028\u2029"):
        return
    trimmed, entities = checked_text(text, [entity(utf16_length(text[:start]), utf16_length(text[start:end]))])
    for remaining in entities:
        covered = covered_text(trimmed, remaining)
        assert covered
        assert covered in text[start:end]


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "ی" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "copy_text": {"text": "a" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": " ", "callback_data": "a"}, "BUTTON_TEXT_INVALID"),
        ({"text": "x", "callback_data": "a", "url": "https://a.org"}, "BUTTON_TYPE_INVALID"),
        ({"text": "x", "url": "nowhere"}, "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
        (
            {"text": "x", "style": "pink", "url": "a.org"},
            "can't parse inline keyboard button: invalid button style specified",
        ),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "a"}, "can't parse inline keyboard button: Can't find field \"text\""),
    ],
)
def test_invalid_buttons_are_refused(button: dict[str, Any], description: str) -> None:
    with pytest.raises(BotApiError) as error:
        inline_keyboard(keyboard(button))

    assert error.value.description == f"Bad Request: {description}"


def test_valid_buttons_are_unchanged() -> None:
    buttons: list[dict[str, Any]] = [
        {"text": "a", "callback_data": "ی" * 32, "style": "primary"},
        {"text": "b", "url": "https://example.org/"},
        {"text": "c", "switch_inline_query": ""},
        {"text": "d", "switch_inline_query_current_chat": "x"},
        {"text": "e", "switch_inline_query_chosen_chat": {"query": "q", "allow_user_chats": True}},
        {"text": "f", "copy_text": {"text": "a" * 256}},
    ]

    assert inline_keyboard(keyboard(*buttons)) == keyboard(*buttons)


def test_a_keyboard_without_buttons_is_none_and_one_with_101_is_too_long() -> None:
    assert inline_keyboard({"inline_keyboard": [[]]}) is None
    with pytest.raises(BotApiError, match="reply markup is too long"):
        inline_keyboard(keyboard(*[{"text": "x", "callback_data": "a"}] * 101))


def test_html_becomes_entities() -> None:
    markup = '<b>سلام &amp; <i>you</i></b> <a href="https://a.org">here</a> <blockquote expandable>q</blockquote>'

    assert parse_markup(markup, "HTML") == (
        "سلام & you here q",
        [
            entity(7, 3, "italic"),
            entity(0, 10),
            entity(11, 4, "text_link", url="https://a.org"),
            entity(16, 1, "expandable_blockquote"),
        ],
    )


@pytest.mark.parametrize(
    ("markup", "mode", "description"),
    [
        ("<b>open", "HTML", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("<h1>x</h1>", "HTML", 'can\'t parse entities: Unsupported start tag "h1"'),
        ("<b>x</i>", "HTML", 'can\'t parse entities: Unexpected end tag "i"'),
        ("*x*", "MarkdownV2", "unsupported parse_mode: the playground supports HTML or entities, not 'MarkdownV2'"),
    ],
)
def test_invalid_markup_is_refused(markup: str, mode: str, description: str) -> None:
    with pytest.raises(BotApiError) as error:
        parse_markup(markup, mode)

    assert error.value.description == f"Bad Request: {description}"
