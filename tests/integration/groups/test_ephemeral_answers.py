"""A command that only its sender sees in a group gets an answer that only they see. Nobody else learns of either."""

from pathlib import Path

import pytest

from bot import connection
from playground.methods.support import posting
from tests.integration.groups.group_people import ask, declare_ephemeral, member_of_group
from tests.integration.telegram_api.test_calls import CALLS, Recorder
from tests.support.bot_and_playground import GROUP, BotAndPlayground, bot_and_playground
from tests.support.person import Person
from tests.support.playground.bot_api_schema import check_call
from tests.support.subscriptions import BOOKS, EN, deliver, wait_until

POSITION = BOOKS[EN].say("clause.position", number=4, total=11)
PRIVATE_ONLY = BOOKS[EN].say("group.private_only")


async def whisper(place: BotAndPlayground, member: Person, text: str) -> None:
    """Send a command that only the bot sees, as an app does for an ephemeral command of the menu."""
    declare_ephemeral(place, text.split()[0].removeprefix("/"))
    await ask(member, text, ephemeral_to=place.bot_id)


def late_command(member: Person, text: str) -> dict[str, object]:
    """Return a message to which an ephemeral answer is no longer possible."""
    person = {"id": member.id, "is_bot": False, "first_name": "N", "language_code": "en"}
    group = {"id": GROUP, "type": "supergroup", "title": "G"}
    return {"message_id": 0, "ephemeral_message_id": 9, "date": 0, "chat": group, "from": person, "text": text}


@pytest.mark.parametrize(("command", "answer"), [("/clause 4", POSITION), ("/mydata", PRIVATE_ONLY)])
async def test_nobody_else_sees_a_command_of_the_menu_and_its_answer(
    tmp_path: Path, command: str, answer: str
) -> None:
    async with bot_and_playground(tmp_path) as place:
        member, other = await member_of_group(place), await member_of_group(place)
        await whisper(place, member, command)
        shown = await member.sees(answer)

        assert shown["ephemeral"] is True
        assert await other.messages() == []


async def test_a_button_of_such_an_answer_changes_it_for_this_person_only(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member, other = await member_of_group(place), await member_of_group(place)
        await whisper(place, member, "/declaration")
        shown = await member.sees("")
        await member.press_at(shown["message_id"], 0, 0)

        async def is_edited() -> bool:
            return "edited" in await member.screen()

        await wait_until(is_edited)
        assert (await member.screen())["message_id"] == shown["message_id"]
        assert await other.messages() == []


async def test_a_button_of_an_answer_that_has_disappeared_sends_it_again_to_this_person_only(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member, other = await member_of_group(place), await member_of_group(place)
        await whisper(place, member, "/declaration")
        shown = await member.sees("")
        gone = {
            "kind": "refused",
            "methods": ["editEphemeralMessageText"],
            "description": "Bad Request: MESSAGE_ID_INVALID",
        }
        await member.post("faults", faults=[gone])
        await member.press_at(shown["message_id"], 0, 0)

        async def has_another() -> bool:
            return bool((await member.screen())["message_id"] != shown["message_id"])

        await wait_until(has_another)
        assert (await member.screen())["ephemeral"] is True
        assert await other.messages() == []


async def test_an_answer_that_comes_too_late_goes_to_the_private_chat_and_never_to_the_group(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await member_of_group(place)
        private = place.person(member.id)
        await private.start()
        deliver(place, "message", late_command(member, "/clause 4"))
        await private.sees(POSITION)

        assert await member.messages() == []


async def test_an_answer_that_the_server_shows_to_everybody_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "receiver_of", lambda call, chat: None)
    monkeypatch.setattr(posting, "_reply_to", lambda parameters, chat: None)
    async with bot_and_playground(tmp_path) as place:
        member = await member_of_group(place)
        private = place.person(member.id)
        await private.start()
        deliver(place, "message", late_command(member, "/clause 4"))
        await private.sees(POSITION)

        assert place.playground.state.received(GROUP) == 1
        assert await member.messages() == []


async def test_a_person_without_a_private_chat_gets_no_late_answer_and_nothing_fails(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = await member_of_group(place)
        deliver(place, "message", late_command(member, "/clause 4"))
        await whisper(place, member, "/clause 4")
        await member.sees(POSITION)

        assert len([message for message in await member.messages() if not message.get("out")]) == 1
        assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def has_set_group_menu() -> bool:
    menus = [call["commands"] for name, call in CALLS if name == "setMyCommands" and "scope" in call]
    return any(command["is_ephemeral"] for menu in menus for command in menu)


async def test_calls_for_one_person_match_the_bot_api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "Transport", Recorder)
    CALLS.clear()
    async with bot_and_playground(tmp_path) as place:
        member = await member_of_group(place)
        await whisper(place, member, "/declaration")
        await member.press_at((await member.sees(""))["message_id"], 0, 0)
        await wait_until(has_set_group_menu)
    calls = [call for call in CALLS if call[0] in {"setMyCommands", "sendMessage", "editEphemeralMessageText"}]

    assert {name for name, _ in calls} == {"setMyCommands", "sendMessage", "editEphemeralMessageText"}
    assert [problem for name, parameters in calls for problem in check_call(name, parameters)] == []
