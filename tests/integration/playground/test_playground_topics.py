"""The group of the playground: a supergroup with topics, messages in the name of a chat, and edits by people."""

from typing import Any

import pytest

from tests.support.playground.bot_api_schema import check_object
from tests.support.playground.client import EMMA, GROUP, MARYAM, Hands, Told, hands

CHANNEL = {"id": -1002777, "type": "channel", "title": "Reading channel"}


async def forum(place: Hands) -> dict[str, Any]:
    return await place.post(f"chats/{GROUP}/group", person=EMMA, forum=True)


async def heard(place: Hands, kind: str = "message") -> dict[str, Any]:
    """The one update that waits, checked against the Bot API."""
    [update] = await place.updates()
    assert check_object("Update", update) == []
    return dict(update[kind])


async def test_a_group_becomes_a_supergroup_with_topics() -> None:
    async with hands() as place:
        assert await forum(place) == {"id": GROUP, "type": "supergroup", "title": "Reading circle", "is_forum": True}
        await place.say("/help", chat=GROUP, message_thread_id=7)
        message = await heard(place)

        assert (message["message_thread_id"], message["is_topic_message"]) == (7, True)
        assert message["chat"]["is_forum"] is True


async def test_what_is_said_in_general_names_no_topic() -> None:
    async with hands() as place:
        await forum(place)
        await place.say("/help", chat=GROUP)

        assert "message_thread_id" not in await heard(place)


async def test_a_bot_writes_into_a_topic_where_somebody_has_written() -> None:
    async with hands() as place:
        await forum(place)
        await place.say("/help", chat=GROUP, message_thread_id=7)
        sent = await place.result("sendMessage", chat_id=GROUP, text="x", message_thread_id=7)
        await place.result("sendChatAction", chat_id=GROUP, action="typing", message_thread_id=7)

        assert (sent["message_thread_id"], sent["is_topic_message"]) == (7, True)
        refusal = await place.refusal("sendMessage", chat_id=GROUP, text="x", message_thread_id=8)
        assert refusal == "Bad Request: message thread not found"


async def test_a_chat_that_is_no_forum_has_no_topics() -> None:
    async with hands() as place:
        await place.start()
        for chat in (GROUP, place.bot):
            with pytest.raises(Told, match="This chat has no topics"):
                await place.say("/help", chat=chat, message_thread_id=7)
        assert "thread not found" in await place.refusal("sendMessage", chat_id=EMMA, text="x", message_thread_id=7)


@pytest.mark.parametrize(
    ("guise", "user", "chat"),
    [
        ("anonymous_admin", 1087968824, {"id": GROUP, "type": "group", "title": "Reading circle"}),
        ("channel", 136817688, CHANNEL),
        ("automatic_forward", 777000, CHANNEL),
    ],
)
async def test_a_message_in_the_name_of_a_chat_names_it_and_not_the_person(
    guise: str, user: int, chat: dict[str, Any]
) -> None:
    async with hands() as place:
        await place.say("/help", chat=GROUP, guise=guise)
        message = await heard(place)

        assert (message["from"]["id"], message["sender_chat"]) == (user, chat)
        assert message["from"]["is_bot"] is (guise != "automatic_forward")
        assert message.get("is_automatic_forward", False) is (guise == "automatic_forward")
        assert str(EMMA) not in str(message)


async def test_a_private_chat_knows_no_guise() -> None:
    async with hands() as place:
        with pytest.raises(Told, match="Only in a group"):
            await place.say("/help", guise="channel")
        with pytest.raises(Told, match='"guise" is to be one of'):
            await place.say("/help", chat=GROUP, guise="ghost")
        with pytest.raises(Told, match="Only a group can become"):
            await place.post(f"chats/{place.bot}/group", person=EMMA, forum=True)


async def test_a_person_edits_their_text_and_the_bot_hears_of_it() -> None:
    async with hands() as place:
        first = await place.start()
        await place.updates()
        await place.post(f"chats/{place.bot}/edit", person=EMMA, message_id=first["message_id"], text="/forget")
        message = await heard(place, "edited_message")

        assert (message["message_id"], message["text"]) == (first["message_id"], "/forget")
        assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 7}]
        assert message["edit_date"] >= message["date"]
        assert [one["text"] for one in await place.messages()] == ["/forget"]


async def test_a_person_edits_the_caption_under_their_picture() -> None:
    async with hands() as place:
        await place.start()
        photo = await place.post(f"chats/{place.bot}/send", person=EMMA, kind="photo", caption="one")
        await place.updates()
        await place.post(f"chats/{place.bot}/edit", person=EMMA, message_id=photo["message_id"], text="two #tag")
        message = await heard(place, "edited_message")

        assert message["caption"] == "two #tag"
        assert message["caption_entities"] == [{"type": "hashtag", "offset": 4, "length": 4}]
        assert "photo" in message


async def test_only_ones_own_message_can_be_edited() -> None:
    async with hands() as place:
        said = await place.say("hello", chat=GROUP)
        with pytest.raises(Told, match="Maryam cannot edit message"):
            await place.post(f"chats/{GROUP}/edit", person=MARYAM, message_id=said["message_id"], text="x")
        with pytest.raises(Told, match="write 1 to 4096 characters"):
            await place.post(f"chats/{GROUP}/edit", person=EMMA, message_id=said["message_id"], text=" ")


async def test_a_bot_that_does_not_ask_for_edits_hears_of_none() -> None:
    async with hands() as place:
        first = await place.start()
        await place.updates(allowed_updates=["message"])
        await place.post(f"chats/{place.bot}/edit", person=EMMA, message_id=first["message_id"], text="x")

        assert await place.updates() == []
