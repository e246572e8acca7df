"""getUpdates: offsets, long polls, conflicts, expiry, and privacy mode in groups."""

import asyncio
import time

import pytest

from playground.world.update_queue import MAX_UPDATES, UpdateQueue
from tests.support.playground.client import (
    EMMA,
    GROUP,
    MARYAM,
    Clock,
    PlaygroundClient,
    keyboard,
    playground_client,
)


async def texts(client: PlaygroundClient) -> list[str]:
    """Return the texts of the pending messages, and confirm them."""
    return [update["message"]["text"] for update in await client.updates()]


async def test_updates_are_repeated_until_they_are_confirmed() -> None:
    async with playground_client() as client:
        await client.start()
        first = await client.result("getUpdates")
        again = await client.result("getUpdates", offset=first[0]["update_id"])
        after = await client.result("getUpdates", offset=first[0]["update_id"] + 1)

        assert len(first) == 1
        assert again == first
        assert after == []
        assert await client.pending_updates() == []


async def test_a_negative_offset_keeps_only_the_last_updates() -> None:
    async with playground_client() as client:
        for text in ("one", "two", "three"):
            await client.send_text(text)

        assert [update["message"]["text"] for update in await client.result("getUpdates", offset=-1)] == ["three"]
        assert [update["message"]["text"] for update in await client.result("getUpdates")] == ["three"]


async def test_a_limit_returns_the_oldest_updates_in_order() -> None:
    async with playground_client() as client:
        for text in ("one", "two", "three"):
            await client.send_text(text)

        assert [update["message"]["text"] for update in await client.result("getUpdates", limit=2)] == ["one", "two"]


async def test_a_long_poll_returns_as_soon_as_there_is_an_update() -> None:
    async with playground_client() as client:
        poll = asyncio.create_task(client.result("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        started = time.monotonic()
        await client.start()

        assert [update["message"]["text"] for update in await poll] == ["/start"]
        assert time.monotonic() - started < 1


async def test_a_long_poll_returns_nothing_after_its_timeout() -> None:
    async with playground_client() as client:
        assert await client.result("getUpdates", timeout=1) == []


async def test_the_older_of_two_polls_gets_the_conflict() -> None:
    async with playground_client() as client:
        older = asyncio.create_task(client.call("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        younger = asyncio.create_task(client.call("getUpdates", timeout=30))
        body = await older

        assert body == {
            "ok": False,
            "error_code": 409,
            "description": "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running",
        }
        await client.start()
        assert len((await younger)["result"]) == 1


async def test_allowed_updates_are_remembered_when_left_out() -> None:
    async with playground_client() as client:
        await client.result("getUpdates", allowed_updates=["callback_query"])
        await client.pending_updates()
        await client.start()

        assert await client.updates() == []
        assert (await client.result("getWebhookInfo"))["allowed_updates"] == ["callback_query"]

        await client.pending_updates(allowed_updates=[])
        await client.send_text("now")
        assert await texts(client) == ["now"]


async def test_messages_expire_after_a_day_and_callback_queries_after_150_seconds() -> None:
    clock = Clock()
    async with playground_client(clock=clock) as client:
        await client.start()
        message = await client.result(
            "sendMessage", chat_id=EMMA, text="x", reply_markup=keyboard({"text": "b", "callback_data": "d"})
        )
        pressing = asyncio.create_task(
            client.post(f"chats/{client.bot}/press", person=EMMA, message_id=message["message_id"], row=0, column=0)
        )
        await asyncio.sleep(0.05)
        before = [set(update) - {"update_id"} for update in await client.pending_updates()]
        clock.now += 151
        after = [set(update) - {"update_id"} for update in await client.pending_updates()]
        clock.now += 24 * 3600

        assert before == [{"message"}, {"callback_query"}]
        assert after == [{"message"}]
        assert await client.pending_updates() == []
        pressing.cancel()


async def test_the_queue_is_limited_and_drops_the_oldest_update() -> None:
    queue = UpdateQueue(first_update_id=1)
    for _ in range(MAX_UPDATES + 5):
        queue.push(0.0, "message", {})

    assert len(queue) == MAX_UPDATES
    assert [update["update_id"] for update in await queue.poll(lambda: 0.0, 0, 1, 0)] == [6]


@pytest.mark.parametrize(
    ("text", "is_received"),
    [
        ("hello all", False),
        ("/start", True),
        ("/start@declaration_bot", True),
        ("/start@other_bot", False),
        ("@Declaration_Bot what?", True),
        ("@other_bot what?", False),
        ("سلام 🙂 /help", True),
    ],
)
async def test_in_groups_a_bot_gets_only_commands_and_mentions(text: str, is_received: bool) -> None:
    async with playground_client() as client:
        await client.send_text(text, chat=GROUP)

        assert await texts(client) == ([text] if is_received else [])


async def test_in_groups_a_bot_gets_replies_to_its_messages() -> None:
    async with playground_client() as client:
        message = await client.result("sendMessage", chat_id=GROUP, text="hello")
        await client.send_text("a reply", chat=GROUP, reply_to=message["message_id"])
        [update] = await client.updates()

        assert update["message"]["reply_to_message"]["text"] == "hello"
        assert update["message"]["chat"] == {"id": GROUP, "type": "group", "title": "Reading circle"}


async def test_in_groups_a_command_without_username_goes_to_the_bot_that_wrote_last() -> None:
    async with playground_client(bots=("1:a@first_bot", "2:b@second_bot")) as client:
        await client.result("sendMessage", chat_id=GROUP, text="I am first")
        await client.send_text("/help", chat=GROUP)

        assert [len(bot.queue) for bot in client.server.state.bots.values()] == [1, 0]


async def test_blocking_and_unblocking_each_cause_one_update() -> None:
    async with playground_client() as client:
        await client.start()
        await client.updates()
        for blocked in (True, True, False):
            await client.post(f"chats/{client.bot}/block", person=EMMA, blocked=blocked)
        changes = [update["my_chat_member"] for update in await client.updates()]

        assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]
        assert changes[0]["from"]["language_code"] == "en"
        assert changes[0]["chat"] == {"id": EMMA, "type": "private", "first_name": "Emma"}


async def test_delete_webhook_drops_pending_updates() -> None:
    async with playground_client() as client:
        await client.start(MARYAM)
        pending = (await client.result("getWebhookInfo"))["pending_update_count"]
        await client.result("deleteWebhook", drop_pending_updates=True)

        assert pending == 1
        assert await client.updates() == []


async def test_setting_a_webhook_gets_an_error() -> None:
    async with playground_client() as client:
        assert await client.error("setWebhook", url="https://example.org/") == (
            "Bad Request: bad webhook: the playground has no webhooks, use getUpdates"
        )
