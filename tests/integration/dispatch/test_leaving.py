"""Leaving works in every spelling that a phone can produce, and a text that mentions leaving erases nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.flows.subscription.subscribing import is_leaving
from bot.model.command_parsing import LEAVING, command_in, mentions_leaving
from bot.model.events import ParsedCommand, TextMessage
from bot.telegram_api.updates.raw_update import chat_of
from bot.telegram_api.updates.update_parser import BotIdentity, parse_update, sender_of
from playground.messages.text import with_detected_entities
from tests.support.announcement_admins import new_subscriber
from tests.support.bot_and_playground import ADMIN, BotAndPlayground, bot_and_playground
from tests.support.person import Person
from tests.support.subscriptions import BOOKS, EN, stored_subscriber

ME = BotIdentity(7, "declaration_bot")
SPELLINGS = [
    "/forget", "/forget.", "/unsubscribe!", "«/forget»", "/forget؟", "/Forget", "/FORGET", "/forget@declaration_bot",
    "/forget@Declaration_Bot.", "/forget please", "  /forget  ", "/forget\u200c", "\u200f/forget\u200f",
    "\ufeff/forget",
    "/\u200dforget", "/for\u200cget", "/ forget", "« / forget »", "\uff0fforget",
    "\uff0f\uff46\uff4f\uff52\uff47\uff45\uff54",
    "\\forget", "//forget", "_/forget_", "🙏 /forget 🙏", "🇦🇫/unsubscribe🇦🇫", "/forget، لطفاً", "...\n/unsubscribe\n",
]  # fmt: skip
MENTIONS = [
    ":/ forget it",
    "please /forget me",
    "What does /forget do?",
    "Unsubscribe!",
    "forget",
    "/forgetting",
    "/forget4",
]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[BotAndPlayground]:
    async with bot_and_playground(tmp_path) as there:
        yield there


def update(text: str, words: str = "text", marks: str = "entities", kind: str = "message", **more: Any) -> Any:
    """Return the update of a private message, with the commands that Telegram would mark."""
    person = {"id": 1003, "is_bot": False, "first_name": "E", "language_code": "en"}
    chat = {"id": 1003, "type": "private", "first_name": "E"}
    message = {"message_id": 5, "date": 1, "chat": chat, "from": person, words: text, **more}
    return {"update_id": 1, kind: message | {marks: with_detected_entities(text, [])}}


def asks_to_leave(update: Any) -> bool:
    event = parse_update(update, ME)
    return event is not None and is_leaving(event)


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_command_to_leave_is_read_in_any_spelling(text: str) -> None:
    assert asks_to_leave(update(text))
    assert asks_to_leave(update(text, kind="edited_message", edit_date=2))
    assert asks_to_leave(update(text, "caption", "caption_entities", photo=[]))
    assert asks_to_leave(update(text, "caption", "caption_entities", "edited_message", document={}))


@pytest.mark.parametrize("text", MENTIONS)
def test_mentioning_leaving_is_not_leaving(text: str) -> None:
    assert not asks_to_leave(update(text))


# Everything but letters, digits and underscores; a slash would start another command, and `@` another name.
around = st.text(st.characters(exclude_categories=("L", "N", "Cs"), exclude_characters="_/@<>\\⁄∕╱⧸⟋／"), max_size=20)


@given(around, st.sampled_from(LEAVING), st.sampled_from(("", "@declaration_bot")), around)
@example("", "forget", "", "\u0651")
@example("\u3200", "forget", "", "\u2f00")
@example("\U0001f469\u200d", "forget", "@declaration_bot", "\ufe0f")
def test_a_command_to_leave_is_read_with_any_signs_around_it(before: str, name: str, bot: str, behind: str) -> None:
    text = f"{before}/{name}{bot}{behind}"

    assert asks_to_leave(update(text))
    command = command_in(text)
    assert command is not None
    assert command.name == name


@given(
    st.text(),
    st.lists(st.dictionaries(st.sampled_from(["type", "offset", "length"]), st.integers() | st.just("bot_command"))),
)
def test_any_text_with_any_entities_is_read(text: str, entities: Any) -> None:
    command_in(text, entities)
    mentions_leaving(text)


def test_a_hostile_text_is_read_in_linear_time() -> None:
    for text in ("/" * 4096, " " * 4095 + "/", "/ " * 2048, "_" * 4096, "/forget" * 585):
        for _ in range(50):  # quadratic time would take many seconds
            parse_update(update(text), ME)


def test_a_command_keeps_the_text_behind_it() -> None:
    assert command_in("/Clause@Some_Bot  4 ") == ParsedCommand("clause", "4", "Some_Bot")
    assert command_in("👉 /start clause-4", [{"type": "bot_command", "offset": 3, "length": 6}]) == ParsedCommand(
        "start", "clause-4"
    )
    assert command_in("4/5") is None
    assert command_in("https://example.org/forget") is None


def test_an_edit_belongs_to_its_sender_and_chat_like_a_message() -> None:
    edit = update("x", kind="edited_message")

    assert (sender_of(edit), chat_of(edit)) == (1003, 1003)
    event = parse_update(edit, ME)
    assert isinstance(event, TextMessage)
    assert event.is_edited


async def check_leaving(place: BotAndPlayground, person: Person, action: Any) -> None:
    """Check that the bot says goodbye after `action`, and that nothing is stored."""
    assert await stored_subscriber(place, person)
    await action
    await person.sees(BOOKS[EN].say("panel.left"))
    assert await stored_subscriber(place, person) is None


@pytest.mark.parametrize("text", ["/forget.", "/unsubscribe!", "«/forget»", "／forget", "/forget please"])
async def test_a_subscriber_leaves_in_their_spelling(place: BotAndPlayground, text: str) -> None:
    person = await new_subscriber(place)

    await check_leaving(place, person, person.say(text))


async def test_a_subscriber_leaves_by_a_caption(place: BotAndPlayground) -> None:
    person = await new_subscriber(place)

    await check_leaving(
        place, person, person.post(f"chats/{person.chat}/send", kind="photo", caption="/unsubscribe.")
    )


async def test_a_subscriber_leaves_by_editing_a_message(place: BotAndPlayground) -> None:
    person = await new_subscriber(place)
    message = await person.post(f"chats/{person.chat}/send", text="/forgte")

    await check_leaving(place, person, edit_message(person, message, "/forget"))


async def test_a_subscriber_leaves_by_editing_a_caption(place: BotAndPlayground) -> None:
    person = await new_subscriber(place)
    message = await person.post(f"chats/{person.chat}/send", kind="document", caption="hello")

    await check_leaving(place, person, edit_message(person, message, "/forget!"))


async def test_an_admin_leaves_by_editing_a_message_and_their_draft_is_erased_too(place: BotAndPlayground) -> None:
    admin = place.person(ADMIN)
    await admin.say("/broadcast")
    message = await admin.post(f"chats/{admin.chat}/send", text="/forgte")
    await edit_message(admin, message, "/forget")

    await admin.sees(BOOKS[EN].say("mydata.draft_erased"))


async def test_other_edits_are_never_answered(place: BotAndPlayground) -> None:
    person = await new_subscriber(place)
    message = await person.post(f"chats/{person.chat}/send", text="/help")
    await person.sees("/clause")
    before = place.answered()
    for text in ("/topics", "4", "please /forget me"):
        await edit_message(person, message, text)
    await person.say("/privacy")

    assert place.answered() == before + 1


async def test_an_admins_edit_of_another_message_does_not_change_the_draft(place: BotAndPlayground) -> None:
    admin = place.person(ADMIN)
    await admin.say("hello")
    message = next(sent for sent in await admin.messages() if sent.get("out"))
    await admin.say("/broadcast")
    await admin.press("English")
    before = place.answered()
    await edit_message(admin, message, "hello again")
    await asyncio.sleep(0.3)

    assert place.answered() == before


async def test_a_person_who_mentions_leaving_gets_a_button_for_it(place: BotAndPlayground) -> None:
    person = await new_subscriber(place)
    shown = await person.say("please /forget me")

    assert shown["text"].startswith(BOOKS[EN].say("mydata.title"))
    await check_leaving(place, person, person.press(BOOKS[EN].say("button.unsubscribe")))


async def test_the_bare_word_shows_the_button_too(place: BotAndPlayground) -> None:
    person = await new_subscriber(place)

    assert (await person.say("Unsubscribe."))["text"].startswith(BOOKS[EN].say("mydata.title"))
    assert await stored_subscriber(place, person)


async def edit_message(person: Person, message: Any, text: str) -> None:
    await person.post(f"chats/{person.chat}/edit", message_id=message["message_id"], text=text)
