"""Texts, entities, keyboards and HTML as the box takes and refuses them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import Refused
from playground.messages.keyboard import inline_keyboard
from playground.messages.markup import parsed
from playground.messages.text import MAX_TEXT, found_entities, units, with_found, written
from tests.support.playground.client import keyboard

FLAG = "🇦🇫"


def entity(offset: int, length: int, kind: str = "bold", **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def refusal(*arguments: Any) -> str:
    with pytest.raises(Refused) as no:
        written(*arguments)
    return no.value.description


def found(text: str) -> list[tuple[str, str]]:
    raw = text.encode("utf-16-le")
    return [
        (one["type"], raw[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le"))
        for one in found_entities(text)
    ]


def test_length_is_counted_in_utf16_units() -> None:
    assert units("سلام") == 4
    assert units(FLAG) == 4
    assert written(FLAG * (MAX_TEXT // 4), None)[0] == FLAG * (MAX_TEXT // 4)
    assert refusal(FLAG * (MAX_TEXT // 4) + "!", None) == "Bad Request: message is too long"


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_a_text_of_nothing_is_empty(text: str) -> None:
    assert refusal(text, None) == "Bad Request: message text is empty"


def test_a_text_is_trimmed_and_its_entities_move_along() -> None:
    kept, entities = written(" \n one two  ", [entity(0, 6), entity(7, 5, "italic"), entity(10, 2, "code")])

    assert kept == "one two"
    assert entities == [entity(0, 3), entity(4, 3, "italic")]


def test_trimming_counts_before_the_limit() -> None:
    assert written("  " + "a" * MAX_TEXT + "  ", None)[0] == "a" * MAX_TEXT


def test_half_a_character_is_refused() -> None:
    assert refusal("\ud83d", None) == "Bad Request: strings must be encoded in UTF-8"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
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
def test_entities_outside_the_text_or_unknown_are_refused(wrong: Any, sentence: str) -> None:
    assert refusal(FLAG, [wrong]) == "Bad Request: " + sentence


def test_more_than_a_hundred_entities_are_dropped_and_no_error() -> None:
    _, entities = written("a" * 101, [entity(at, 1) for at in range(101)])

    assert len(entities) == 100


def test_empty_entities_and_links_that_are_none_are_dropped() -> None:
    given = [entity(0, 0), entity(0, 2, "text_link", url="no link"), entity(0, 2, "text_link", url="https://a.org")]

    assert written("ab", given)[1] == [given[2]]


@pytest.mark.parametrize(
    ("text", "pieces"),
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
def test_the_server_marks_links_mentions_commands_and_tags(text: str, pieces: list[tuple[str, str]]) -> None:
    assert found(text) == pieces


def test_what_is_given_as_code_or_link_gets_no_second_mark() -> None:
    code = entity(0, 6, "code")

    assert with_found("/start", [code]) == [code]
    assert with_found("/start", [entity(0, 6)]) == [entity(0, 6), entity(0, 6, "bot_command")]


@given(st.text(alphabet="ab /@#.:🙂\u200cس1_-", max_size=60))
def test_found_entities_lie_within_any_text(text: str) -> None:
    for one in found_entities(text):
        assert 0 <= one["offset"] < one["offset"] + one["length"] <= units(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.data())
def test_an_entity_covers_the_same_letters_after_trimming(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    if not text.strip(" \n\t\r\v\f\u2028\u2029"):
        return
    kept, entities = written(text, [entity(units(text[:start]), units(text[start:end]))])
    raw = kept.encode("utf-16-le")
    for one in entities:
        covered = raw[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le")
        assert covered
        assert covered in text[start:end]


@pytest.mark.parametrize(
    ("button", "sentence"),
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
def test_wrong_buttons_are_refused(button: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as no:
        inline_keyboard(keyboard(button))

    assert no.value.description == f"Bad Request: {sentence}"


def test_all_buttons_that_reading_needs_are_kept_as_given() -> None:
    buttons: list[dict[str, Any]] = [
        {"text": "a", "callback_data": "ی" * 32, "style": "primary"},
        {"text": "b", "url": "https://example.org/"},
        {"text": "c", "switch_inline_query": ""},
        {"text": "d", "switch_inline_query_current_chat": "x"},
        {"text": "e", "switch_inline_query_chosen_chat": {"query": "q", "allow_user_chats": True}},
        {"text": "f", "copy_text": {"text": "a" * 256}},
    ]

    assert inline_keyboard(keyboard(*buttons)) == keyboard(*buttons)


def test_a_keyboard_without_buttons_is_none_and_a_huge_one_too_long() -> None:
    assert inline_keyboard({"inline_keyboard": [[]]}) is None
    with pytest.raises(Refused, match="reply markup is too long"):
        inline_keyboard(keyboard(*[{"text": "x", "callback_data": "a"}] * 101))


def test_html_becomes_entities() -> None:
    said = '<b>سلام &amp; <i>you</i></b> <a href="https://a.org">here</a> <blockquote expandable>q</blockquote>'

    assert parsed(said, "HTML") == (
        "سلام & you here q",
        [
            entity(7, 3, "italic"),
            entity(0, 10),
            entity(11, 4, "text_link", url="https://a.org"),
            entity(16, 1, "expandable_blockquote"),
        ],
    )


@pytest.mark.parametrize(
    ("said", "mode", "sentence"),
    [
        ("<b>open", "HTML", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("<h1>x</h1>", "HTML", 'can\'t parse entities: Unsupported start tag "h1"'),
        ("<b>x</i>", "HTML", 'can\'t parse entities: Unexpected end tag "i"'),
        ("*x*", "MarkdownV2", "unsupported parse_mode: the box reads HTML, not 'MarkdownV2'; or send entities"),
    ],
)
def test_html_that_is_none_is_refused(said: str, mode: str, sentence: str) -> None:
    with pytest.raises(Refused) as no:
        parsed(said, mode)

    assert no.value.description == f"Bad Request: {sentence}"
