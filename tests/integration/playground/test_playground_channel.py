"""The channel of the playground: bots with the right to post write there, everybody reads, nobody else writes."""

import pytest

from tests.support.playground.client import (
    ADMIN,
    EMMA,
    Clock,
    PlaygroundClient,
    SimulatorErrorResponse,
    playground_client,
)

CHANNEL = -1002778
NO_MEMBER = "Forbidden: bot is not a member of the channel chat"
NO_RIGHT = "Bad Request: need administrator rights in the channel chat"


async def set_rights(client: PlaygroundClient, *rights: str) -> None:
    await client.post(f"chats/{CHANNEL}/rights", person=ADMIN, rights=list(rights))


async def test_a_bot_posts_edits_and_deletes_in_the_channel_by_its_name_and_people_read_it() -> None:
    async with playground_client() as client:
        post = await client.result("sendMessage", chat_id="@campaign_channel", text="Now")
        before = await client.messages(chat=CHANNEL)
        await client.result("editMessageText", chat_id=CHANNEL, message_id=post["message_id"], text="Later")
        after = await client.messages(chat=CHANNEL)
        await client.result("deleteMessage", chat_id=CHANNEL, message_id=post["message_id"])

        assert (post["sender_chat"]["type"], "from" in post) == ("channel", False)
        assert [message["text"] for message in (*before, *after)] == ["Now", "Later"]
        assert await client.messages(chat=CHANNEL) == []


async def test_people_see_the_channel_once_it_has_a_post_and_cannot_write_there() -> None:
    async with playground_client() as client:
        before = [chat["id"] for chat in (await client.get("chats", person=EMMA))["chats"]]
        await client.result("sendMessage", chat_id=CHANNEL, text="Now")
        after = [chat["id"] for chat in (await client.get("chats", person=EMMA))["chats"]]

        assert (CHANNEL in before, CHANNEL in after) == (False, True)
        with pytest.raises(SimulatorErrorResponse, match="Only bots"):
            await client.send_text("Hello", chat=CHANNEL)


@pytest.mark.parametrize(("rights", "error", "status"), [([], NO_RIGHT, "administrator"), (None, NO_MEMBER, "left")])
async def test_without_the_right_a_bot_can_do_nothing_in_the_channel(
    rights: list[str] | None, error: str, status: str
) -> None:
    async with playground_client() as client:
        post = await client.result("sendMessage", chat_id=CHANNEL, text="Now")
        await client.post(f"chats/{CHANNEL}/rights", person=ADMIN, rights=rights)
        place = {"chat_id": CHANNEL, "message_id": post["message_id"]}
        member = await client.result("getChatMember", chat_id=CHANNEL, user_id=client.bot)

        assert await client.error("sendMessage", chat_id=CHANNEL, text="Later") == error
        assert await client.error("editMessageText", **place, text="Later") == error
        assert await client.error("deleteMessage", **place) == error
        assert (member["status"], member.get("can_post_messages", False)) == (status, False)


async def test_the_right_to_post_can_be_given_back() -> None:
    async with playground_client() as client:
        await set_rights(client)
        await set_rights(client, "can_post_messages", "can_delete_messages")
        member = await client.result("getChatMember", chat_id=CHANNEL, user_id=client.bot)

        assert [name for name, value in member.items() if value is True and name.startswith("can_")] == [
            "can_delete_messages",
            "can_post_messages",
        ]
        assert (await client.result("getChat", chat_id=CHANNEL))["username"] == "campaign_channel"


async def test_a_post_can_be_edited_but_not_deleted_after_48_hours() -> None:
    clock = Clock()
    async with playground_client(clock=clock) as client:
        post = await client.result("sendMessage", chat_id=CHANNEL, text="Now")
        clock.now += 48 * 3600 + 1
        place = {"chat_id": CHANNEL, "message_id": post["message_id"]}

        await client.result("editMessageText", **place, text="Later")
        assert await client.error("deleteMessage", **place) == "Bad Request: message can't be deleted for everyone"
