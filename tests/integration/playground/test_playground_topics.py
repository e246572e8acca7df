"""The group as a supergroup with topics, messages sent on behalf of a chat, and edits by people."""

from typing import Any

import pytest

from tests.support.playground.bot_api_schema import check_object
from tests.support.playground.client import (
    EMMA,
    GROUP,
    MARYAM,
    PlaygroundClient,
    SimulatorErrorResponse,
    playground_client,
)

CHANNEL = {"id": -1002777, "type": "channel", "title": "Reading channel"}


async def make_forum(client: PlaygroundClient) -> dict[str, Any]:
    """Make the group a supergroup with topics; return its Chat."""
    return await client.post(f"chats/{GROUP}/group", person=EMMA, forum=True)


async def single_update(client: PlaygroundClient, update_type: str = "message") -> dict[str, Any]:
    """Return the content of the only pending update, which must be valid in the Bot API."""
    [update] = await client.updates()
    assert check_object("Update", update) == []
    return dict(update[update_type])


async def test_a_group_becomes_a_supergroup_with_topics() -> None:
    async with playground_client() as client:
        assert await make_forum(client) == {
            "id": GROUP,
            "type": "supergroup",
            "title": "Reading circle",
            "is_forum": True,
        }
        await client.send_text("/help", chat=GROUP, message_thread_id=7)
        message = await single_update(client)

        assert (message["message_thread_id"], message["is_topic_message"]) == (7, True)
        assert message["chat"]["is_forum"] is True


async def test_a_message_in_general_has_no_topic() -> None:
    async with playground_client() as client:
        await make_forum(client)
        await client.send_text("/help", chat=GROUP)

        assert "message_thread_id" not in await single_update(client)


async def test_a_bot_writes_to_a_topic_in_which_somebody_has_written() -> None:
    async with playground_client() as client:
        await make_forum(client)
        await client.send_text("/help", chat=GROUP, message_thread_id=7)
        sent = await client.result("sendMessage", chat_id=GROUP, text="x", message_thread_id=7)
        await client.result("sendChatAction", chat_id=GROUP, action="typing", message_thread_id=7)

        assert (sent["message_thread_id"], sent["is_topic_message"]) == (7, True)
        error = await client.error("sendMessage", chat_id=GROUP, text="x", message_thread_id=8)
        assert error == "Bad Request: message thread not found"


async def test_a_chat_that_is_not_a_forum_has_no_topics() -> None:
    async with playground_client() as client:
        await client.start()
        for chat in (GROUP, client.bot):
            with pytest.raises(SimulatorErrorResponse, match="This chat has no topics"):
                await client.send_text("/help", chat=chat, message_thread_id=7)
        assert "thread not found" in await client.error("sendMessage", chat_id=EMMA, text="x", message_thread_id=7)


@pytest.mark.parametrize(
    ("send_as", "user", "chat"),
    [
        ("anonymous_admin", 1087968824, {"id": GROUP, "type": "group", "title": "Reading circle"}),
        ("channel", 136817688, CHANNEL),
        ("automatic_forward", 777000, CHANNEL),
    ],
)
async def test_a_message_on_behalf_of_a_chat_names_the_chat_and_not_the_person(
    send_as: str, user: int, chat: dict[str, Any]
) -> None:
    async with playground_client() as client:
        await client.send_text("/help", chat=GROUP, send_as=send_as)
        message = await single_update(client)

        assert (message["from"]["id"], message["sender_chat"]) == (user, chat)
        assert message["from"]["is_bot"] is (send_as != "automatic_forward")
        assert message.get("is_automatic_forward", False) is (send_as == "automatic_forward")
        assert str(EMMA) not in str(message)


async def test_only_a_group_accepts_messages_on_behalf_of_a_chat() -> None:
    async with playground_client() as client:
        with pytest.raises(SimulatorErrorResponse, match="Only in a group"):
            await client.send_text("/help", send_as="channel")
        with pytest.raises(SimulatorErrorResponse, match='"send_as" must be one of'):
            await client.send_text("/help", chat=GROUP, send_as="ghost")
        with pytest.raises(SimulatorErrorResponse, match="Only a group can become"):
            await client.post(f"chats/{client.bot}/group", person=EMMA, forum=True)


async def test_the_bot_gets_an_update_when_a_person_edits_a_text() -> None:
    async with playground_client() as client:
        first = await client.start()
        await client.updates()
        await client.post(f"chats/{client.bot}/edit", person=EMMA, message_id=first["message_id"], text="/forget")
        message = await single_update(client, "edited_message")

        assert (message["message_id"], message["text"]) == (first["message_id"], "/forget")
        assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 7}]
        assert message["edit_date"] >= message["date"]
        assert [message["text"] for message in await client.messages()] == ["/forget"]


async def test_the_bot_gets_an_update_when_a_person_edits_a_caption() -> None:
    async with playground_client() as client:
        await client.start()
        photo = await client.post(f"chats/{client.bot}/send", person=EMMA, kind="photo", caption="one")
        await client.updates()
        await client.post(f"chats/{client.bot}/edit", person=EMMA, message_id=photo["message_id"], text="two #tag")
        message = await single_update(client, "edited_message")

        assert message["caption"] == "two #tag"
        assert message["caption_entities"] == [{"type": "hashtag", "offset": 4, "length": 4}]
        assert "photo" in message


async def test_people_can_edit_only_their_own_messages() -> None:
    async with playground_client() as client:
        message = await client.send_text("hello", chat=GROUP)
        with pytest.raises(SimulatorErrorResponse, match="Maryam cannot edit message"):
            await client.post(f"chats/{GROUP}/edit", person=MARYAM, message_id=message["message_id"], text="x")
        with pytest.raises(SimulatorErrorResponse, match="write 1 to 4096 characters"):
            await client.post(f"chats/{GROUP}/edit", person=EMMA, message_id=message["message_id"], text=" ")


async def test_a_bot_without_edited_message_in_its_allowed_updates_gets_no_edits() -> None:
    async with playground_client() as client:
        first = await client.start()
        await client.updates(allowed_updates=["message"])
        await client.post(f"chats/{client.bot}/edit", person=EMMA, message_id=first["message_id"], text="x")

        assert await client.updates() == []
