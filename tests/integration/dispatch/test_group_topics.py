"""In a group the bot answers in the topic of the question, and reveals nothing that was chosen in private."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot import connection
from bot.model.events import ButtonPress, OtherMessage, TextMessage, is_public
from bot.telegram_api.updates.update_parser import BotIdentity, parse_update, sender_of
from tests.integration.telegram_api.test_calls import CALLS, Recorder
from tests.support.bot_and_playground import ENGLISH, MATCHER, BotAndPlayground, bot_and_playground
from tests.support.bot_and_playground import GROUP as CIRCLE
from tests.support.person import Json, Person
from tests.support.playground.bot_api_schema import check_call
from tests.support.subscriptions import BOOKS, EN, FA, deliver, press_data
from tests.unit.telegram_api.test_update_parser import ANA, GROUP, HOME, message

ME = BotIdentity(7, "declaration_bot")
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_USER = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHANNEL = {"id": -1002777, "type": "channel", "title": "C"}
BOT = {"id": 9, "is_bot": True, "first_name": "B"}


def test_an_anonymous_admin_of_the_group_is_answered_as_anybody_else() -> None:
    update = message(GROUP, text="/help", **{"from": ANONYMOUS, "sender_chat": GROUP})
    event = parse_update(update, ME)

    assert isinstance(event, TextMessage)
    assert event.sender.id == ANONYMOUS["id"]
    assert event.sender.language_code == ""
    assert sender_of(update) == GROUP["id"]


@pytest.mark.parametrize(
    "more",
    [
        {"from": TELEGRAM, "sender_chat": CHANNEL, "is_automatic_forward": True},
        {"from": TELEGRAM, "sender_chat": CHANNEL},
        {"from": TELEGRAM},
        {"from": CHANNEL_USER, "sender_chat": CHANNEL},
        {"from": CHANNEL_USER, "sender_chat": {"id": -5, "type": "supergroup"}},
        {"from": BOT},
        {"from": ANONYMOUS},
        {"via_bot": BOT},
        {"sender_business_bot": BOT},
        {"chat": {"id": -5, "type": "supergroup", "is_direct_messages": True}},
        {"chat": CHANNEL},
    ],
)
def test_channels_other_bots_and_automatic_forwards_are_never_answered(more: Json) -> None:
    for words in ("text", "caption"):
        assert parse_update(message(**{"chat": GROUP, words: "/help", "photo": [], **more}), ME) is None


def test_an_event_keeps_its_topic_but_not_a_thread_of_replies() -> None:
    in_topic = parse_update(message(GROUP, text="/help", message_thread_id=7, is_topic_message=True), ME)
    in_replies = parse_update(message(GROUP, text="/help", message_thread_id=7), ME)
    under = {"message_id": 5, "chat": GROUP, "date": 0, "message_thread_id": 7, "is_topic_message": True}
    pressed = parse_update({"callback_query": {"id": "9", "from": ANA, "data": "x", "message": under}}, ME)

    assert isinstance(in_topic, TextMessage)
    assert isinstance(in_replies, TextMessage)
    assert isinstance(pressed, ButtonPress)
    assert (in_topic.thread, in_replies.thread, pressed.thread) == (7, None, 7)


def test_captions_in_a_group_are_read_only_with_a_command_for_the_bot_and_edits_never() -> None:
    caption = parse_update(message(GROUP, photo=[], caption="/clause@declaration_bot 4"), ME)

    assert isinstance(caption, TextMessage)
    assert caption.is_caption
    assert parse_update(message(GROUP, photo=[], caption="/clause@other_bot 4"), ME) is None
    assert parse_update(message(GROUP, photo=[], caption="@declaration_bot look"), ME) is None
    assert parse_update({"edited_message": message(GROUP, text="/forget")["message"]}, ME) is None
    assert isinstance(parse_update(message(HOME, photo=[]), ME), OtherMessage)


def test_an_inline_query_is_public_unless_it_is_typed_in_private() -> None:
    for kind, public in (("sender", False), ("private", False), ("group", True), ("supergroup", True), (None, True)):
        query = {"id": "9", "from": ANA, "query": "4", "offset": "", **({"chat_type": kind} if kind else {})}
        event = parse_update({"inline_query": query}, ME)
        assert event is not None
        assert is_public(event) is public


async def in_group(place: BotAndPlayground, language: str = "en", forum: bool = False) -> Person:
    private = await place.newcomer(language)
    member = place.person(private.id, CIRCLE)
    if forum:
        await member.post(f"chats/{CIRCLE}/group", forum=True)
    return member


async def ask(member: Person, text: str, **more: Any) -> Json:
    """Return the message that was sent."""
    sent: Json = await member.post(f"chats/{CIRCLE}/send", text=text, **more)
    return sent


async def answer_to(member: Person, question: Json) -> Json:
    async with asyncio.timeout(60):
        while True:
            for message in await member.messages():
                if message.get("reply_to_message", {}).get("message_id") == question["message_id"]:
                    return message
            await asyncio.sleep(0.02)


async def test_an_answer_is_a_reply_in_the_topic_of_the_question(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await in_group(place, forum=True)
        first = await answer_to(member, await ask(member, "/clause 4", message_thread_id=7))
        general = await answer_to(member, await ask(member, "/clause 5"))
        second = await answer_to(member, await ask(member, "@declaration_bot girls schools", message_thread_id=8))

        assert (first["message_thread_id"], first["is_topic_message"]) == (7, True)
        assert "message_thread_id" not in general
        assert second["message_thread_id"] == 8


async def test_calls_into_a_topic_match_the_bot_api_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "Transport", Recorder)
    CALLS.clear()
    async with bot_and_playground(tmp_path) as place:
        member = await in_group(place, forum=True)
        await answer_to(member, await ask(member, "/clause 4", message_thread_id=7))
    sent = [parameters for name, parameters in CALLS if name == "sendMessage"]

    assert [parameters["message_thread_id"] for parameters in sent] == [7]
    assert [problem for parameters in sent for problem in check_call("sendMessage", parameters)] == []


async def test_a_private_answer_is_not_a_reply(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        assert "reply_to_message" not in await place.person(ENGLISH).say("/clause 4")


async def test_a_question_that_was_deleted_meanwhile_is_still_answered(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await in_group(place, forum=True)
        await answer_to(member, await ask(member, "/clause 4", message_thread_id=7))
        deleted = {"message_id": 999_999, "date": 0, "chat": {"id": CIRCLE, "type": "supergroup", "title": "G"}}
        topic = {"message_thread_id": 7, "is_topic_message": True}
        person = {"id": member.id, "is_bot": False, "first_name": "N", "language_code": "en"}
        deliver(place, "message", deleted | topic | {"from": person, "text": "/clause 5"})
        shown = await member.sees(BOOKS[EN].say("clause.position", number=5, total=11))

        assert shown["message_thread_id"] == 7


async def test_a_deleted_topic_is_not_an_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await in_group(place, forum=True)
        question = await ask(member, "/clause 4", message_thread_id=7)
        await answer_to(member, question)
        place.playground.state.group.topics.clear()
        in_topic = {"message_thread_id": 7, "is_topic_message": True, "from": ANA, "text": "/clause 5"}
        deliver(place, "message", question | in_topic)
        await answer_to(member, await ask(member, "/clause 6"))

        assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_screen_in_a_topic_is_edited_in_place(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await in_group(place, forum=True)
        shown = await answer_to(member, await ask(member, "/declaration", message_thread_id=7))
        await member.press_at(shown["message_id"], 0, 0)
        async with asyncio.timeout(60):
            while not (edited := (await member.messages())[-1]).get("edited"):
                await asyncio.sleep(0.02)

        assert edited["message_id"] == shown["message_id"]
        assert edited["message_thread_id"] == 7


async def test_an_anonymous_admin_is_answered_and_forwards_and_channels_are_not(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await in_group(place, forum=True)
        for guise in ("automatic_forward", "channel"):
            await ask(member, "/clause 5", send_as=guise, message_thread_id=7)
        shown = await answer_to(
            member, await ask(member, "/clause 4", send_as="anonymous_admin", message_thread_id=7)
        )

        assert shown["message_thread_id"] == 7
        assert place.playground.state.received(CIRCLE) == 1


async def chose_dari(place: BotAndPlayground, stored: bool) -> tuple[Person, Person]:
    """Return a person with an English phone who reads Dari, in private and in the group; `stored` subscribes them."""
    private = await place.newcomer("en")
    if stored:
        await private.say("/subscribe")
        await private.say("/language")
        await private.press(MATCHER.campaign.languages[FA].name)
    else:
        await private.start("lang-fa")
    assert (await private.say("/topics"))["text"].startswith(BOOKS[FA].say("topics.title"))
    return private, place.person(private.id, CIRCLE)


@pytest.mark.parametrize("stored", [True, False])
async def test_a_language_chosen_in_private_does_not_show_in_a_group(tmp_path: Path, stored: bool) -> None:
    async with bot_and_playground(tmp_path) as place:
        _, member = await chose_dari(place, stored)
        topics = await answer_to(member, await ask(member, "/topics"))
        undecided = await answer_to(member, await ask(member, "@declaration_bot 99"))
        pressed = await press_data(place, member, "r.C.xx.4")
        unknown = await press_data(place, member, "?")

        assert topics["text"].startswith(BOOKS[EN].say("topics.title"))
        assert undecided["text"] == BOOKS[EN].say("answer.no_clause", number=99, first=1, last=11)
        assert pressed["text"].startswith(BOOKS[EN].say("clause.position", number=4, total=11))
        assert unknown["text"].startswith(BOOKS[EN].say("answer.old_button"))


async def test_in_a_group_the_question_decides_the_language(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await in_group(place, "en")
        shown = await answer_to(member, await ask(member, "@declaration_bot مکتب دختران"))

        assert BOOKS[FA].say("button.topics") in str(shown["reply_markup"]) or "ماد" in shown["text"]


async def test_a_language_chosen_in_private_does_not_show_in_a_groups_inline_list(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        private, member = await chose_dari(place, stored=False)
        in_private = await private.inline("clause-4")
        in_group = await member.post("inline", bot=place.bot_id, chat=CIRCLE, query="clause-4", offset="")

        assert [card["id"] for card in in_private["results"]] == ["4.fa"]
        assert [card["id"] for card in in_group["results"]] == ["4.en"]
