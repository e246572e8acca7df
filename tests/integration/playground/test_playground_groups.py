"""Ephemeral messages of a group, and mentions of a bot in a chat of which it is not a member."""

from typing import Any

import pytest

from tests.support.playground.bot_api_schema import check_call, check_object
from tests.support.playground.client import (
    EMMA,
    GROUP,
    MARYAM,
    Clock,
    PlaygroundClient,
    SimulatorErrorResponse,
    keyboard,
    playground_client,
)

COMMANDS = [{"command": "help", "description": "Help", "is_ephemeral": True}, {"command": "open", "description": "x"}]
ARTICLE = {"type": "article", "id": "1", "title": "One", "input_message_content": {"message_text": "A clause"}}


async def whisper(client: PlaygroundClient, text: str = "/help") -> dict[str, Any]:
    """Declare the commands and send an ephemeral one as Emma; return the message as the bot receives it."""
    await client.result("setMyCommands", commands=COMMANDS, scope={"type": "all_group_chats"})
    await client.send_text(text, chat=GROUP, ephemeral_to=client.bot)
    [update] = await client.updates()
    assert check_object("Update", update) == []
    return dict(update["message"])


def for_emma(message: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of an answer that only Emma sees."""
    reply = {"ephemeral_message_id": message["ephemeral_message_id"]}
    parameters = {"receiver_user_id": EMMA}
    return {"chat_id": GROUP, "text": "x", "ephemeral_message_parameters": parameters, "reply_parameters": reply}


async def test_an_ephemeral_command_and_its_answer_are_seen_by_its_sender_and_the_bot() -> None:
    async with playground_client() as client:
        command = await whisper(client)
        call = for_emma(command)
        sent = await client.result("sendMessage", **call)

        assert (command["message_id"], sent["message_id"]) == (0, 0)
        assert sent["receiver_user"]["id"] == EMMA
        assert check_call("sendMessage", call) == []
        assert check_object("Message", sent) == []
        assert [message["ephemeral"] for message in await client.messages(chat=GROUP)] == [True, True]
        assert await client.messages(person=MARYAM, chat=GROUP) == []


async def test_only_the_methods_for_ephemeral_messages_change_them() -> None:
    async with playground_client() as client:
        button = keyboard({"text": "a", "callback_data": "a"})
        sent = await client.result("sendMessage", **for_emma(await whisper(client)), reply_markup=button)
        number = sent["ephemeral_message_id"]
        target = {"chat_id": GROUP, "receiver_user_id": EMMA, "ephemeral_message_id": number}

        assert "not found" in await client.error("editMessageText", chat_id=GROUP, message_id=number, text="y")
        assert await client.result("editEphemeralMessageText", **target, text="y") is True
        assert (await client.messages(chat=GROUP))[-1]["text"] == "y"
        for wrong in ({"receiver_user_id": MARYAM}, {"ephemeral_message_id": number - 1}):
            error = await client.error("editEphemeralMessageText", **(target | wrong), text="z")
            assert "MESSAGE_ID_INVALID" in error


async def test_a_bot_answers_in_hiding_only_what_the_person_did_in_the_last_15_seconds() -> None:
    clock = Clock()
    async with playground_client(clock=clock) as client:
        call = for_emma(await whisper(client))
        to_maryam = call | {"ephemeral_message_parameters": {"receiver_user_id": MARYAM}}
        unasked = {name: value for name, value in call.items() if name != "reply_parameters"}

        for wrong in (to_maryam, unasked):
            assert "BOT_NOT_ADMIN" in await client.error("sendMessage", **wrong)
        await client.start()
        assert "PEER_ID_INVALID" in await client.error("sendMessage", **(call | {"chat_id": EMMA}))
        clock.now += 16
        assert "BOT_NOT_ADMIN" in await client.error("sendMessage", **call)


async def test_only_a_declared_command_in_a_group_is_ephemeral() -> None:
    async with playground_client() as client:
        await whisper(client)
        for text in ("/open", "hello"):
            with pytest.raises(SimulatorErrorResponse, match="is no ephemeral command"):
                await client.send_text(text, chat=GROUP, ephemeral_to=client.bot)
        with pytest.raises(SimulatorErrorResponse, match="is no ephemeral command"):
            await client.send_text("/help", ephemeral_to=client.bot)
        with pytest.raises(SimulatorErrorResponse, match="There is no bot 1:"):
            await client.send_text("/help", chat=GROUP, ephemeral_to=1)


async def test_a_mention_elsewhere_reaches_a_bot_with_guest_mode_which_answers_once() -> None:
    async with playground_client() as client:
        client.server.state.bots[client.bot].has_guest_mode = True
        mention = await client.send_text("@declaration_bot four", chat=EMMA)
        [update] = await client.updates()
        query = update["guest_message"]["guest_query_id"]
        call = {"guest_query_id": query, "result": ARTICLE}
        sent = await client.result("answerGuestQuery", **call)
        answer = (await client.messages(chat=EMMA))[-1]

        assert check_object("Update", update) == []
        assert check_object("SentGuestMessage", sent) == []
        assert check_call("answerGuestQuery", call) == []
        assert (answer["text"], answer["guest_bot_caller_user"]["id"]) == ("A clause", EMMA)
        assert answer["reply_to_message"]["message_id"] == mention["message_id"]
        assert "too old" in await client.error("answerGuestQuery", **call)
        assert (await client.result("getMe"))["supports_guest_queries"] is True


async def test_a_bot_without_guest_mode_gets_no_mention_from_elsewhere() -> None:
    async with playground_client() as client:
        await client.send_text("@declaration_bot four", chat=EMMA)

        assert await client.updates() == []
        assert (await client.result("getMe"))["supports_guest_queries"] is False
