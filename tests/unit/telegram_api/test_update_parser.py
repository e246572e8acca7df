"""From Telegram's JSON to events; odd updates become nothing, and never an exception."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.events import ButtonPress, ChatStatus, ChatStatusChanged, InlineQuery, OtherMessage, TextMessage
from bot.telegram_api.updates.raw_update import chat_of
from bot.telegram_api.updates.update_parser import BotIdentity, parse_update, sender_of

ME = BotIdentity(7, "declaration_bot")
ANA = {"id": 1001, "is_bot": False, "first_name": "A", "language_code": "fa"}
HOME = {"id": 1001, "type": "private", "first_name": "A"}
GROUP = {"id": -2001, "type": "group", "title": "G"}


def message(chat: dict[str, Any] = HOME, **more: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 5, "date": 1, "chat": chat, "from": ANA, **more}}


def test_a_text_is_said() -> None:
    event = parse_update(message(text="۴"), ME)

    assert isinstance(event, TextMessage)
    assert (event.text, event.chat, event.sender.id, event.sender.language_code) == ("۴", 1001, 1001, "fa")
    assert event.is_private


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/clause 4", "/clause 4"),
        ("/clause@declaration_bot 4", "/clause@declaration_bot 4"),
        ("/clause@Declaration_Bot", "/clause@Declaration_Bot"),
        ("/clause@other_bot 4", None),
        ("@declaration_bot clause 4", "clause 4"),
        ("see @DECLARATION_BOT 4", "see 4"),
        ("@declaration_bots 4", None),
        ("x@declaration_bot", None),
        ("clause 4", None),
    ],
)
def test_in_a_group_only_commands_and_mentions_are_read(text: str, expected: str | None) -> None:
    event = parse_update(message(GROUP, text=text), ME)

    assert (event.text if isinstance(event, TextMessage) else None) == expected


def test_a_photo_is_something_else_in_private_and_nothing_in_a_group() -> None:
    assert isinstance(parse_update(message(photo=[]), ME), OtherMessage)
    assert isinstance(parse_update(message(photo=[], caption=" "), ME), OtherMessage)
    assert parse_update(message(GROUP, photo=[]), ME) is None
    assert parse_update(message(GROUP, photo=[], caption="look @declaration_bot"), ME) is None


def test_a_caption_is_read_as_a_question() -> None:
    event = parse_update(message(photo=[], caption="girls’ schools"), ME)

    assert isinstance(event, TextMessage)
    assert (event.text, event.is_caption) == ("girls’ schools", True)


@pytest.mark.parametrize(
    "more",
    [
        {"pinned_message": {}},
        {"message_auto_delete_timer_changed": {}},
        {"text": "4", "via_bot": {"id": 7, "is_bot": True, "first_name": "B"}},
        {"text": "4", "from": ANA | {"is_bot": True}},
    ],
)
def test_what_nobody_asked_is_not_answered(more: dict[str, Any]) -> None:
    assert parse_update(message(**more), ME) is None


def test_a_button_an_inline_query_and_a_block_are_read() -> None:
    button = {"id": "9", "from": ANA, "data": "x", "message": {"message_id": 5, "chat": HOME, "date": 0}}
    pressed = parse_update({"callback_query": button}, ME)
    asked = parse_update({"inline_query": {"id": "9", "from": ANA, "query": "4", "offset": ""}}, ME)
    moved = parse_update({"my_chat_member": {"chat": HOME, "from": ANA, "new_chat_member": {"status": "kicked"}}}, ME)
    back = parse_update({"my_chat_member": {"chat": HOME, "from": ANA, "new_chat_member": {"status": "member"}}}, ME)

    assert isinstance(pressed, ButtonPress)
    assert isinstance(asked, InlineQuery)
    assert isinstance(moved, ChatStatusChanged)
    assert moved.status is ChatStatus.BLOCKED
    assert isinstance(back, ChatStatusChanged)
    assert back.status is ChatStatus.BACK


def test_the_gate_never_holds_a_block_back() -> None:
    moved = {"my_chat_member": {"chat": HOME, "from": ANA, "new_chat_member": {"status": "kicked"}}}

    assert sender_of(moved) is None
    assert sender_of(message(text="4")) == 1001


ODD: list[Any] = [
    {}, [], None, 5, "x", {"update_id": 1}, {"message": None}, {"message": {}}, {"message": {"chat": 5}},
    {"channel_post": {"message_id": 1, "date": 0, "chat": {"id": -100, "type": "channel"}, "text": "4"}},
    {"message": {"message_id": 5, "chat": {"id": -100, "type": "channel"}, "text": "4"}},
    {"callback_query": {"id": "9", "from": ANA, "data": "x"}},
    {"callback_query": {"id": "9", "from": ANA, "inline_message_id": "a", "data": "x"}},
    {"callback_query": {"id": "9", "from": ANA, "game_short_name": "g", "message": {"message_id": 1, "chat": HOME}}},
    {"inline_query": {"id": "9", "query": "4"}},
    {"my_chat_member": {"chat": GROUP, "from": ANA, "new_chat_member": {"status": "kicked"}}},
    {"message": {"message_id": 5, "chat": HOME, "from": {"id": "1001"}, "text": "4"}},
    {"message": {"message_id": True, "chat": HOME, "from": ANA, "text": "4"}},
    {"message": {"message_id": 5, "chat": HOME, "from": ANA, "text": 4}},
    {"message": {"message_id": 5, "chat": HOME, "from": ANA | {"id": 2**70}, "text": "4"}},
]  # fmt: skip


@pytest.mark.parametrize("update", ODD)
def test_odd_updates_are_nothing(update: Any) -> None:
    assert parse_update(update, ME) is None
    sender_of(update)
    chat_of(update)


def test_letters_that_are_none_are_read_all_the_same() -> None:
    for text in ("\ud800", "\x00", "a\udfff4", "\u202e4"):
        assert isinstance(parse_update(message(text=text), ME), TextMessage)
    assert isinstance(parse_update(message(text="4", date=10**12), ME), TextMessage)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["message", "edited_message", "callback_query", "inline_query", "my_chat_member", "from",
                         "guest_message", "guest_query_id", "reply_to_message", "ephemeral_message_id", "chat",
                         "id", "text", "caption", "entities", "sender_chat", "via_bot", "is_topic_message",
                         "data", "type", "message_id", "query", "new_chat_member", "status"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(json)
def test_any_json_is_read_without_an_exception(update: Any) -> None:
    parse_update(update, ME)
    sender_of(update)
    chat_of(update)


@pytest.mark.parametrize("origin", [{"type": "hidden_user"}, {"type": "user", "sender_user": ANA}])
def test_of_a_forwarded_message_only_that_it_was_forwarded_is_read(origin: dict[str, Any]) -> None:
    typed, forwarded = parse_update(message(text="a"), ME), parse_update(message(text="a", forward_origin=origin), ME)

    assert isinstance(typed, TextMessage)
    assert not typed.is_forwarded
    assert forwarded == replace(typed, is_forwarded=True)
