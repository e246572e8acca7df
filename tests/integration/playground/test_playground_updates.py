"""How updates wait for the bot: offsets, long polls, conflicts, expiry, privacy in groups."""

import asyncio
import time

import pytest

from playground.world.update_queue import MOST, Queue
from tests.support.playground.client import EMMA, GROUP, MARYAM, Clock, Hands, hands, keyboard


async def texts(place: Hands) -> list[str]:
    return [update["message"]["text"] for update in await place.updates()]


async def test_what_is_not_confirmed_comes_again() -> None:
    async with hands() as place:
        await place.start()
        first = await place.result("getUpdates")
        again = await place.result("getUpdates", offset=first[0]["update_id"])
        after = await place.result("getUpdates", offset=first[0]["update_id"] + 1)

        assert len(first) == 1
        assert again == first
        assert after == []
        assert await place.waiting() == []


async def test_a_negative_offset_keeps_the_last_ones_only() -> None:
    async with hands() as place:
        for text in ("one", "two", "three"):
            await place.say(text)

        assert [one["message"]["text"] for one in await place.result("getUpdates", offset=-1)] == ["three"]
        assert [one["message"]["text"] for one in await place.result("getUpdates")] == ["three"]


async def test_limit_is_kept_and_order_too() -> None:
    async with hands() as place:
        for text in ("one", "two", "three"):
            await place.say(text)

        assert [one["message"]["text"] for one in await place.result("getUpdates", limit=2)] == ["one", "two"]


async def test_a_long_poll_answers_when_something_happens() -> None:
    async with hands() as place:
        poll = asyncio.create_task(place.result("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        started = time.monotonic()
        await place.start()

        assert [one["message"]["text"] for one in await poll] == ["/start"]
        assert time.monotonic() - started < 1


async def test_a_long_poll_ends_empty_after_its_time() -> None:
    async with hands() as place:
        assert await place.result("getUpdates", timeout=1) == []


async def test_the_older_of_two_polls_gets_the_conflict() -> None:
    async with hands() as place:
        older = asyncio.create_task(place.call("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        younger = asyncio.create_task(place.call("getUpdates", timeout=30))
        told = await older

        assert told == {
            "ok": False,
            "error_code": 409,
            "description": "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running",
        }
        await place.start()
        assert len((await younger)["result"]) == 1


async def test_allowed_updates_are_remembered_when_left_out() -> None:
    async with hands() as place:
        await place.result("getUpdates", allowed_updates=["callback_query"])
        await place.waiting()
        await place.start()

        assert await place.updates() == []
        assert (await place.result("getWebhookInfo"))["allowed_updates"] == ["callback_query"]

        await place.waiting(allowed_updates=[])
        await place.say("now")
        assert await texts(place) == ["now"]


async def test_messages_wait_a_day_and_presses_150_seconds() -> None:
    clock = Clock()
    async with hands(clock=clock) as place:
        await place.start()
        message = await place.result(
            "sendMessage", chat_id=EMMA, text="x", reply_markup=keyboard({"text": "b", "callback_data": "d"})
        )
        press = asyncio.create_task(
            place.post(f"chats/{place.bot}/press", person=EMMA, message_id=message["message_id"], row=0, column=0)
        )
        await asyncio.sleep(0.05)
        before = [set(update) - {"update_id"} for update in await place.waiting()]
        clock.now += 151
        after = [set(update) - {"update_id"} for update in await place.waiting()]
        clock.now += 24 * 3600

        assert before == [{"message"}, {"callback_query"}]
        assert after == [{"message"}]
        assert await place.waiting() == []
        press.cancel()


async def test_the_line_is_bounded_and_the_oldest_goes_first() -> None:
    queue = Queue(first_id=1)
    for _ in range(MOST + 5):
        queue.push(0.0, "message", {})

    assert len(queue) == MOST
    assert [one["update_id"] for one in await queue.poll(lambda: 0.0, 0, 1, 0)] == [6]


@pytest.mark.parametrize(
    ("text", "heard"),
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
async def test_in_groups_a_bot_hears_commands_and_mentions_only(text: str, heard: bool) -> None:
    async with hands() as place:
        await place.say(text, chat=GROUP)

        assert await texts(place) == ([text] if heard else [])


async def test_in_groups_a_bot_hears_replies_to_itself() -> None:
    async with hands() as place:
        said = await place.result("sendMessage", chat_id=GROUP, text="hello")
        await place.say("a reply", chat=GROUP, reply_to=said["message_id"])
        [update] = await place.updates()

        assert update["message"]["reply_to_message"]["text"] == "hello"
        assert update["message"]["chat"] == {"id": GROUP, "type": "group", "title": "Reading circle"}


async def test_a_bare_command_in_a_group_goes_to_the_bot_that_spoke_last() -> None:
    async with hands(bots=("1:a@first_bot", "2:b@second_bot")) as place:
        await place.result("sendMessage", chat_id=GROUP, text="I am first")
        await place.say("/help", chat=GROUP)

        assert [len(bot.queue) for bot in place.box.state.bots.values()] == [1, 0]


async def test_blocking_is_told_in_private_and_once() -> None:
    async with hands() as place:
        await place.start()
        await place.updates()
        for blocked in (True, True, False):
            await place.post(f"chats/{place.bot}/block", person=EMMA, blocked=blocked)
        changes = [update["my_chat_member"] for update in await place.updates()]

        assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]
        assert changes[0]["from"]["language_code"] == "en"
        assert changes[0]["chat"] == {"id": EMMA, "type": "private", "first_name": "Emma"}


async def test_drop_pending_updates_drops_them() -> None:
    async with hands() as place:
        await place.start(MARYAM)
        pending = (await place.result("getWebhookInfo"))["pending_update_count"]
        await place.result("deleteWebhook", drop_pending_updates=True)

        assert pending == 1
        assert await place.updates() == []


async def test_webhooks_are_said_to_be_missing() -> None:
    async with hands() as place:
        assert await place.refusal("setWebhook", url="https://example.org/") == (
            "Bad Request: bad webhook: the box has no webhooks yet, use getUpdates"
        )
