"""The simulator API: the actions of people, what they see, and the errors for wrong requests."""

import asyncio
import json
from typing import Any

import pytest

from playground.messages.sample_messages import SAMPLE_KINDS
from tests.support.playground.client import (
    ADMIN,
    EMMA,
    GROUP,
    MARYAM,
    PlaygroundClient,
    SimulatorErrorResponse,
    keyboard,
    playground_client,
)


async def listed_chat(client: PlaygroundClient, person: int, chat: int) -> dict[str, Any]:
    """Return a chat from a person's list of chats."""
    chats = (await client.get("chats", person=person))["chats"]
    [match] = [entry for entry in chats if entry["id"] == chat]
    return dict(match)


async def test_there_are_five_people_at_first_and_more_can_be_added() -> None:
    async with playground_client() as client:
        new = await client.post("people", first_name="Gul", language_code="fa-AF")
        people = (await client.get("people"))["people"]

        assert [(person["id"], person["language_code"], person["admin"]) for person in people] == [
            (1001, "fa", False),
            (1002, "ps", False),
            (1003, "en", False),
            (ADMIN, "en", True),
            (ADMIN + 1, "en", True),
            (new["id"], "fa-AF", False),
        ]
        assert people[0] == {"id": 1001, "first_name": "Maryam", "language_code": "fa", "admin": False, "unread": 0}


async def test_everybody_has_chats_with_the_bot_the_group_and_saved_messages() -> None:
    async with playground_client() as client:
        chats = (await client.get("chats", person=EMMA))["chats"]

        assert [(chat["id"], chat["type"], chat["started"]) for chat in chats] == [
            (client.bot, "private", False),
            (GROUP, "group", True),
            (EMMA, "saved", True),
        ]
        assert chats[0]["bot"] == {"id": client.bot, "username": "declaration_bot"}
        assert (await client.get("bots"))["bots"] == [
            {"id": client.bot, "username": "declaration_bot", "first_name": "Declaration bot"}
        ]


async def test_start_has_its_payload_and_bot_and_person_see_each_other_as_the_chat() -> None:
    async with playground_client() as client:
        sent = await client.start(EMMA, "c_5")
        received = (await client.updates())[0]["message"]

        assert (sent["text"], sent["out"], sent["chat"]["id"]) == ("/start c_5", True, client.bot)
        assert (received["text"], received["chat"]["id"]) == ("/start c_5", EMMA)
        assert received["from"] == {"id": EMMA, "is_bot": False, "first_name": "Emma", "language_code": "en"}
        assert received["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
        assert (await listed_chat(client, EMMA, client.bot))["started"] is True


async def test_messages_are_unread_until_the_chat_is_read() -> None:
    async with playground_client() as client:
        await client.start()
        for text in ("one", "two"):
            await client.result("sendMessage", chat_id=EMMA, text=text)
        unread = await listed_chat(client, EMMA, client.bot)
        await client.post(f"chats/{client.bot}/read", person=EMMA)

        assert (unread["unread"], unread["last"]["text"]) == (2, "two")
        assert (await listed_chat(client, EMMA, GROUP))["unread"] == 0
        await client.send_text("mine", EMMA, GROUP)
        assert (await listed_chat(client, EMMA, GROUP))["unread"] == 0
        assert (await listed_chat(client, MARYAM, GROUP))["unread"] == 1
        assert (await listed_chat(client, EMMA, client.bot))["unread"] == 0
        assert (await client.get("people"))["people"][2]["unread"] == 0


async def test_clearing_a_chat_removes_messages_only_from_ones_own_view() -> None:
    async with playground_client() as client:
        await client.send_text("to all", chat=GROUP)
        await client.post(f"chats/{GROUP}/clear", person=EMMA)
        await client.send_text("later", chat=GROUP)

        assert [message["text"] for message in await client.messages(EMMA, GROUP)] == ["later"]
        assert [message["text"] for message in await client.messages(MARYAM, GROUP)] == ["to all", "later"]


async def test_a_cleared_chat_with_a_bot_offers_start_again() -> None:
    async with playground_client() as client:
        await client.start()
        await client.post(f"chats/{client.bot}/clear", person=EMMA)

        assert (await listed_chat(client, EMMA, client.bot))["started"] is False
        assert (await client.call("sendMessage", chat_id=EMMA, text="x"))["ok"]


@pytest.mark.parametrize("kind", sorted(SAMPLE_KINDS))
async def test_messages_of_all_other_kinds_reach_the_bot(kind: str) -> None:
    async with playground_client() as client:
        await client.post(f"chats/{client.bot}/send", person=EMMA, kind=kind)
        [update] = await client.updates()

        assert kind in update["message"]
        assert "text" not in update["message"]


async def test_start_unblocks_a_bot_and_a_text_does_not() -> None:
    async with playground_client() as client:
        await client.start()
        await client.post(f"chats/{client.bot}/block", person=EMMA, blocked=True)
        with pytest.raises(
            SimulatorErrorResponse, match="Emma has blocked @declaration_bot: unblock it or press Start"
        ):
            await client.send_text("hello")
        await client.start()

        assert (await listed_chat(client, EMMA, client.bot))["blocked"] is False


async def test_a_bot_that_does_not_answer_is_given_up_after_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.people.user_actions.CALLBACK_TIMEOUT", 0.05)
    monkeypatch.setattr("playground.people.user_actions.INLINE_TIMEOUT", 0.05)
    async with playground_client() as client:
        await client.start()
        button = {"text": "b", "callback_data": "d"}
        message = await client.result("sendMessage", chat_id=EMMA, text="x", reply_markup=keyboard(button))
        target = {"person": EMMA, "message_id": message["message_id"], "row": 0, "column": 0}

        assert await client.post(f"chats/{client.bot}/press", **target) == {"answer": None}
        assert (
            "did not answer"
            in (await client.post("inline", person=EMMA, bot=client.bot, chat=EMMA, query=""))["error"]
        )


@pytest.mark.parametrize(
    ("path", "values", "message"),
    [
        ("chats/7000001/send", {"person": 7, "text": "x"}, "There is no person 7: GET /box/people lists all."),
        ("chats/5/send", {"person": EMMA, "text": "x"}, "Emma has no chat 5"),
        ("chats/7000001/send", {"person": EMMA, "text": ""}, "write 1 to 4096 characters"),
        ("chats/7000001/send", {"person": EMMA}, '"text" must be a string, not None.'),
        ("chats/7000001/send", {"person": EMMA, "kind": "smell"}, "There is no kind of message 'smell'"),
        ("chats/7000001/start", {"person": EMMA, "payload": "a b"}, "A start payload is at most 64"),
        ("chats/-2001/start", {"person": EMMA}, "Only a private chat with a bot can be started"),
        ("chats/-2001/block", {"person": EMMA, "blocked": True}, "Only a private chat with a bot can be blocked"),
        ("chats/7000001/block", {"person": EMMA, "blocked": 1}, '"blocked" must be true or false, not 1.'),
        ("chats/7000001/press", {"person": EMMA, "message_id": 5, "row": 0, "column": 0}, "There is no message 5"),
        ("refusals", {"people": [EMMA], "reason": "user is deactivated"}, '"people" must be a list of ids of bulk'),
        ("refusals", {"people": [], "reason": "tired"}, "\"reason\" must be 'bot was blocked by the user' or"),
        ("inline", {"person": EMMA, "bot": 5, "chat": EMMA, "query": ""}, "There is no bot 5"),
        (
            "inline/choose",
            {"person": EMMA, "chat": EMMA, "id": "1", "result_id": "1"},
            "Emma has no open inline list '1'",
        ),
        ("people", {"first_name": "", "language_code": "en"}, '"first_name" must have 1 to 64 characters, not 0.'),
        ("people", {"first_name": "A", "language_code": "!"}, '"language_code" must be a language tag'),
        ("nothing", {}, "There is no POST /box/nothing"),
    ],
)
async def test_an_impossible_request_gets_an_error_in_a_sentence(
    path: str, values: dict[str, Any], message: str
) -> None:
    async with playground_client() as client:
        with pytest.raises(SimulatorErrorResponse) as error:
            await client.post(path, **values)

        assert message in str(error.value)


async def test_buttons_without_callback_data_cannot_be_pressed() -> None:
    async with playground_client() as client:
        await client.start()
        link = keyboard({"text": "Open", "url": "https://example.org"})
        message = await client.result("sendMessage", chat_id=EMMA, text="x", reply_markup=link)
        target = {"person": EMMA, "message_id": message["message_id"]}
        with pytest.raises(SimulatorErrorResponse, match="The button 'Open' has no callback_data"):
            await client.post(f"chats/{client.bot}/press", **target, row=0, column=0)
        with pytest.raises(SimulatorErrorResponse, match="has no button in row 1, column 0"):
            await client.post(f"chats/{client.bot}/press", **target, row=1, column=0)


async def test_a_reset_restores_the_initial_people_and_update_ids_continue() -> None:
    async with playground_client() as client:
        await client.start()
        [first] = await client.result("getUpdates")
        await client.post("people", first_name="Gul", language_code="fa")
        await client.post("reset")
        await client.send_text("again", EMMA)
        [second] = await client.result("getUpdates", offset=first["update_id"] + 1)

        assert second["message"]["text"] == "again"
        assert len((await client.get("people"))["people"]) == 5
        assert [message["text"] for message in await client.messages()] == ["again"]


async def test_calls_are_logged_without_texts() -> None:
    async with playground_client() as client:
        await client.start()
        await client.call("sendMessage", chat_id=EMMA, text="a secret")
        await client.call("sendMessage", chat_id=EMMA, text="")
        log = await client.get("calls", since=1)

        assert log["next"] == 2
        assert [
            (call["n"], call["method"], call["ok"], call["error_code"], call["chat_id"]) for call in log["calls"]
        ] == [(1, "sendMessage", False, 400, EMMA)]
        assert "secret" not in json.dumps(await client.get("calls"))


async def listen(client: PlaygroundClient, person: int) -> tuple[asyncio.Task[None], asyncio.Queue[dict[str, Any]]]:
    """Open a person's event stream; return the task that reads it and the events."""
    events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    opened = asyncio.Event()

    async def read() -> None:
        async with client.session.get(f"{client.server.url}/box/events", params={"person": person}) as stream:
            assert stream.content_type == "text/event-stream"
            async for line in stream.content:
                opened.set()
                if line.startswith(b"data: "):
                    events.put_nowait(json.loads(line.removeprefix(b"data: ")))

    reading = asyncio.create_task(read())
    await asyncio.wait_for(opened.wait(), 5)
    return reading, events


async def test_an_open_page_gets_events_of_messages_edits_deletions_and_new_people() -> None:
    async with playground_client() as client:
        reading, stream = await listen(client, EMMA)
        await client.start()
        message = await client.result("sendMessage", chat_id=EMMA, text="one")
        await client.result("editMessageText", chat_id=EMMA, message_id=message["message_id"], text="two")
        await client.result("deleteMessage", chat_id=EMMA, message_id=message["message_id"])
        await client.start(MARYAM)
        await client.post("people", first_name="Gul", language_code="fa")
        events = [await stream.get() for _ in range(6)]
        reading.cancel()

        assert [event["type"] for event in events] == ["chat", "message", "message", "edited", "deleted", "people"]
        assert [event.get("message", {}).get("text") for event in events[1:4]] == ["/start", "one", "two"]
        assert events[4] == {"type": "deleted", "chat": client.bot, "message_ids": [message["message_id"]]}


async def test_an_event_stream_for_an_unknown_person_gets_an_error() -> None:
    async with playground_client() as client:
        with pytest.raises(SimulatorErrorResponse, match="There is no person 5"):
            await client.get("events", person=5)
