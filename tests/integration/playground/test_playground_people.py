"""The box API: what people do and see, and what the box says to wrong requests."""

import asyncio
import json
from typing import Any

import pytest

from playground.messages.sample_messages import KINDS
from tests.support.playground.client import ADMIN, EMMA, GROUP, MARYAM, Hands, Told, hands, keyboard


async def chat_of(place: Hands, person: int, chat: int) -> dict[str, Any]:
    listed = (await place.get("chats", person=person))["chats"]
    [found] = [one for one in listed if one["id"] == chat]
    return dict(found)


async def test_the_people_are_there_from_the_beginning_and_more_may_come() -> None:
    async with hands() as place:
        new = await place.post("people", first_name="Gul", language_code="fa-AF")
        people = (await place.get("people"))["people"]

        assert [(one["id"], one["language_code"], one["admin"]) for one in people] == [
            (1001, "fa", False),
            (1002, "ps", False),
            (1003, "en", False),
            (ADMIN, "en", True),
            (new["id"], "fa-AF", False),
        ]
        assert people[0] == {"id": 1001, "first_name": "Maryam", "language_code": "fa", "admin": False, "unread": 0}


async def test_everybody_has_the_bot_the_group_and_saved_messages() -> None:
    async with hands() as place:
        listed = (await place.get("chats", person=EMMA))["chats"]

        assert [(one["id"], one["type"], one["started"]) for one in listed] == [
            (place.bot, "private", False),
            (GROUP, "group", True),
            (EMMA, "saved", True),
        ]
        assert listed[0]["bot"] == {"id": place.bot, "username": "declaration_bot"}
        assert (await place.get("bots"))["bots"] == [
            {"id": place.bot, "username": "declaration_bot", "first_name": "Declaration bot"}
        ]


async def test_start_carries_its_payload_and_each_side_sees_the_other_as_the_chat() -> None:
    async with hands() as place:
        mine = await place.start(EMMA, "c_5")
        theirs = (await place.updates())[0]["message"]

        assert (mine["text"], mine["out"], mine["chat"]["id"]) == ("/start c_5", True, place.bot)
        assert (theirs["text"], theirs["chat"]["id"]) == ("/start c_5", EMMA)
        assert theirs["from"] == {"id": EMMA, "is_bot": False, "first_name": "Emma", "language_code": "en"}
        assert theirs["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
        assert (await chat_of(place, EMMA, place.bot))["started"] is True


async def test_unread_counts_until_it_is_read() -> None:
    async with hands() as place:
        await place.start()
        for text in ("one", "two"):
            await place.result("sendMessage", chat_id=EMMA, text=text)
        unread = await chat_of(place, EMMA, place.bot)
        await place.post(f"chats/{place.bot}/read", person=EMMA)

        assert (unread["unread"], unread["last"]["text"]) == (2, "two")
        assert (await chat_of(place, EMMA, GROUP))["unread"] == 0
        await place.say("mine", EMMA, GROUP)
        assert (await chat_of(place, EMMA, GROUP))["unread"] == 0
        assert (await chat_of(place, MARYAM, GROUP))["unread"] == 1
        assert (await chat_of(place, EMMA, place.bot))["unread"] == 0
        assert (await place.get("people"))["people"][2]["unread"] == 0


async def test_clearing_wipes_ones_own_view_alone() -> None:
    async with hands() as place:
        await place.say("to all", chat=GROUP)
        await place.post(f"chats/{GROUP}/clear", person=EMMA)
        await place.say("later", chat=GROUP)

        assert [one["text"] for one in await place.messages(EMMA, GROUP)] == ["later"]
        assert [one["text"] for one in await place.messages(MARYAM, GROUP)] == ["to all", "later"]


async def test_a_cleared_chat_with_a_bot_shows_start_again() -> None:
    async with hands() as place:
        await place.start()
        await place.post(f"chats/{place.bot}/clear", person=EMMA)

        assert (await chat_of(place, EMMA, place.bot))["started"] is False
        assert (await place.call("sendMessage", chat_id=EMMA, text="x"))["ok"]


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_other_kinds_than_text_reach_the_bot(kind: str) -> None:
    async with hands() as place:
        await place.post(f"chats/{place.bot}/send", person=EMMA, kind=kind)
        [update] = await place.updates()

        assert kind in update["message"]
        assert "text" not in update["message"]


async def test_start_lets_a_blocked_bot_in_again_and_writing_does_not() -> None:
    async with hands() as place:
        await place.start()
        await place.post(f"chats/{place.bot}/block", person=EMMA, blocked=True)
        with pytest.raises(Told, match="Emma has blocked @declaration_bot: unblock it or press Start"):
            await place.say("hello")
        await place.start()

        assert (await chat_of(place, EMMA, place.bot))["blocked"] is False


async def test_a_bot_that_does_not_answer_a_press_is_waited_for_and_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.people.user_actions.CALLBACK_PATIENCE", 0.05)
    monkeypatch.setattr("playground.people.user_actions.INLINE_PATIENCE", 0.05)
    async with hands() as place:
        await place.start()
        button = {"text": "b", "callback_data": "d"}
        message = await place.result("sendMessage", chat_id=EMMA, text="x", reply_markup=keyboard(button))
        where = {"person": EMMA, "message_id": message["message_id"], "row": 0, "column": 0}

        assert await place.post(f"chats/{place.bot}/press", **where) == {"answer": None}
        assert (
            "did not answer" in (await place.post("inline", person=EMMA, bot=place.bot, chat=EMMA, query=""))["error"]
        )


@pytest.mark.parametrize(
    ("path", "given", "sentence"),
    [
        ("chats/7000001/send", {"person": 7, "text": "x"}, "There is no person 7: GET /box/people lists them."),
        ("chats/5/send", {"person": EMMA, "text": "x"}, "Emma has no chat 5"),
        ("chats/7000001/send", {"person": EMMA, "text": ""}, "write 1 to 4096 characters"),
        ("chats/7000001/send", {"person": EMMA}, '"text" is to be a text, not None.'),
        ("chats/7000001/send", {"person": EMMA, "kind": "smell"}, "The box knows no kind 'smell'"),
        ("chats/7000001/start", {"person": EMMA, "payload": "a b"}, "A start payload is at most 64"),
        ("chats/-2001/start", {"person": EMMA}, "Only a private chat with a bot can be started"),
        ("chats/-2001/block", {"person": EMMA, "blocked": True}, "Only a private chat with a bot can be blocked"),
        ("chats/7000001/block", {"person": EMMA, "blocked": 1}, '"blocked" is to be true or false, not 1.'),
        ("chats/7000001/press", {"person": EMMA, "message_id": 5, "row": 0, "column": 0}, "There is no message 5"),
        ("inline", {"person": EMMA, "bot": 5, "chat": EMMA, "query": ""}, "There is no bot 5"),
        ("inline/choose", {"person": EMMA, "chat": EMMA, "id": "1", "result_id": "1"}, "No inline list '1' is open"),
        ("people", {"first_name": "", "language_code": "en"}, '"first_name" is to hold 1 to 64 characters, not 0.'),
        ("people", {"first_name": "A", "language_code": "!"}, '"language_code" is to be a language tag'),
        ("nothing", {}, "The box has no POST /box/nothing"),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_sentence(path: str, given: dict[str, Any], sentence: str) -> None:
    async with hands() as place:
        with pytest.raises(Told) as told:
            await place.post(path, **given)

        assert sentence in str(told.value)


async def test_buttons_for_the_app_alone_cannot_be_pressed() -> None:
    async with hands() as place:
        await place.start()
        link = keyboard({"text": "Open", "url": "https://example.org"})
        message = await place.result("sendMessage", chat_id=EMMA, text="x", reply_markup=link)
        where = {"person": EMMA, "message_id": message["message_id"]}
        with pytest.raises(Told, match="The button 'Open' does not call the bot"):
            await place.post(f"chats/{place.bot}/press", **where, row=0, column=0)
        with pytest.raises(Told, match="has no button in row 1, column 0"):
            await place.post(f"chats/{place.bot}/press", **where, row=1, column=0)


async def test_a_reset_brings_the_beginning_back_and_update_ids_go_on() -> None:
    async with hands() as place:
        await place.start()
        [first] = await place.result("getUpdates")
        await place.post("people", first_name="Gul", language_code="fa")
        await place.post("reset")
        await place.say("again", EMMA)
        [second] = await place.result("getUpdates", offset=first["update_id"] + 1)

        assert second["message"]["text"] == "again"
        assert len((await place.get("people"))["people"]) == 4
        assert [one["text"] for one in await place.messages()] == ["again"]


async def test_calls_are_listed_without_their_texts() -> None:
    async with hands() as place:
        await place.start()
        await place.call("sendMessage", chat_id=EMMA, text="a secret")
        await place.call("sendMessage", chat_id=EMMA, text="")
        told = await place.get("calls", since=1)

        assert told["next"] == 2
        assert [(one["n"], one["method"], one["ok"], one["error_code"], one["chat_id"]) for one in told["calls"]] == [
            (1, "sendMessage", False, 400, EMMA)
        ]
        assert "secret" not in json.dumps(await place.get("calls"))


async def events(place: Hands, person: int) -> tuple[asyncio.Task[None], asyncio.Queue[dict[str, Any]]]:
    """A page that listens, and what it hears."""
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    opened = asyncio.Event()

    async def listen() -> None:
        async with place.session.get(f"{place.box.url}/box/events", params={"person": person}) as stream:
            assert stream.content_type == "text/event-stream"
            async for line in stream.content:
                opened.set()
                if line.startswith(b"data: "):
                    heard.put_nowait(json.loads(line.removeprefix(b"data: ")))

    listening = asyncio.create_task(listen())
    await asyncio.wait_for(opened.wait(), 5)
    return listening, heard


async def test_an_open_page_hears_of_messages_edits_deletions_and_newcomers() -> None:
    async with hands() as place:
        listening, stream = await events(place, EMMA)
        await place.start()
        message = await place.result("sendMessage", chat_id=EMMA, text="one")
        await place.result("editMessageText", chat_id=EMMA, message_id=message["message_id"], text="two")
        await place.result("deleteMessage", chat_id=EMMA, message_id=message["message_id"])
        await place.start(MARYAM)
        await place.post("people", first_name="Gul", language_code="fa")
        heard = [await stream.get() for _ in range(6)]
        listening.cancel()

        assert [event["type"] for event in heard] == ["chat", "message", "message", "edited", "deleted", "people"]
        assert [event.get("message", {}).get("text") for event in heard[1:4]] == ["/start", "one", "two"]
        assert heard[4] == {"type": "deleted", "chat": place.bot, "message_ids": [message["message_id"]]}


async def test_a_page_for_nobody_gets_an_error() -> None:
    async with hands() as place:
        with pytest.raises(Told, match="There is no person 5"):
            await place.get("events", person=5)
