"""A reply to an answer asks the bot without a mention. What members of a group say to each other gets no answer."""

from pathlib import Path
from typing import Any

import pytest

from bot.flows import requests, router
from bot.flows.context import FlowContext
from bot.model.events import ChatId, Sender, TextMessage, UserId
from bot.telegram_api.updates.update_parser import BotIdentity, parse_update
from content.screens.reader import Reader
from tests.integration.groups.group_people import SMALL_TALK, answer_to, ask, member_of_group
from tests.support.bot_and_playground import CAMPAIGN, GROUP, MATCHER, bot_and_playground
from tests.support.subscriptions import BOOKS, EN
from tests.unit.telegram_api.test_update_parser import GROUP as CHAT
from tests.unit.telegram_api.test_update_parser import message

ME = BotIdentity(7, "declaration_bot")
BY_ME = {"message_id": 1, "from": {"id": 7, "is_bot": True}, "chat": CHAT, "date": 0}
BY_ANOTHER = BY_ME | {"from": {"id": 8, "is_bot": True}}


def parsed(**fields: Any) -> TextMessage | None:
    event = parse_update(message(CHAT, **fields), ME)
    assert event is None or isinstance(event, TextMessage)
    return event


def test_only_a_reply_to_a_message_that_the_bot_wrote_addresses_it() -> None:
    mere = parsed(text="girls", reply_to_message=BY_ME)
    mentioned = parsed(text="@declaration_bot girls", reply_to_message=BY_ME)

    assert mere is not None
    assert (mere.text, mere.is_mere_reply) == ("girls", True)
    assert mentioned is not None
    assert (mentioned.text, mentioned.is_mere_reply) == ("girls", False)
    for quoted in (BY_ANOTHER, {}, {"from": "7"}, {"from": {"id": "7"}}, {"from": None}, None):
        assert parsed(text="girls", reply_to_message=quoted) is None
    assert parsed(text="/help@other_bot", reply_to_message=BY_ME) is None
    assert parsed(photo=[], caption="girls", reply_to_message=BY_ME) is None


@pytest.mark.parametrize(
    ("more", "ephemeral"), [({}, None), ({"ephemeral_message_id": 5}, 5), ({"ephemeral_message_id": None}, None)]
)
def test_a_message_that_only_the_bot_sees_is_for_the_bot(more: dict[str, Any], ephemeral: int | None) -> None:
    event = parsed(text="/clause 4", **more)
    plain = parsed(text="girls", **more)

    assert event is not None
    assert event.ephemeral == ephemeral
    assert (plain is not None) is (ephemeral is not None)


@pytest.mark.parametrize("words", SMALL_TALK)
def test_a_remark_below_an_answer_is_no_question_and_no_request(words: str) -> None:
    event = TextMessage(ChatId(-5), Sender(UserId(5)), 1, words, is_private=False, is_mere_reply=True)
    context = FlowContext(Reader(CAMPAIGN, EN), MATCHER, "declaration_bot")

    assert router.decide(requests.recognized(event, MATCHER, EN), context) == ()


@pytest.mark.parametrize("words", ["5", "clause 5", "what about girls’ schools?", "مکتب دختران؟"])
def test_a_question_below_an_answer_is_answered(words: str) -> None:
    event = TextMessage(ChatId(-5), Sender(UserId(5)), 1, words, is_private=False, is_mere_reply=True)
    context = FlowContext(Reader(CAMPAIGN, EN), MATCHER, "declaration_bot")

    assert len(router.decide(requests.recognized(event, MATCHER, EN), context)) == 1


async def test_a_question_in_reply_to_an_answer_is_answered_in_its_topic(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await member_of_group(place, forum=True)
        first = await answer_to(member, await ask(member, "@declaration_bot clause 4", message_thread_id=7))
        reply = await ask(member, "clause 5", message_thread_id=7, reply_to=first["message_id"])
        second = await answer_to(member, reply)

        assert second["text"].startswith(BOOKS[EN].say("clause.position", number=5, total=11))
        assert second["message_thread_id"] == 7


async def test_what_members_say_to_each_other_below_an_answer_gets_no_answer(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await member_of_group(place)
        first = await answer_to(member, await ask(member, "@declaration_bot clause 4"))
        for words in SMALL_TALK[:3]:  # more at once would be a flood
            await ask(member, words, reply_to=first["message_id"])
        await answer_to(member, await ask(member, "clause 5", reply_to=first["message_id"]))

        assert place.playground.state.received(GROUP) == 2
