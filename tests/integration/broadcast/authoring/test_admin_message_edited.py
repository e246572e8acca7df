"""Admins correct announcements by editing the messages that these were made from, before and after sending."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.support.announcement_admins import (
    NOON,
    SEND,
    new_subscriber,
    only_admin,
    open_check_page,
    two_admins,
    write_draft,
)
from tests.support.bot_and_playground import ADMIN, DARI, at_work, bot_and_playground, playground_alone
from tests.support.person import Json, Person, labels

CORRECTED = "You edited your message: the announcement now has"


async def edit(person: Person, old: str, new: str, **more: Any) -> None:
    """Edit the newest message of a person that contains `old`."""
    own = [message for message in reversed(await person.messages()) if message.get("out")]
    message = next(
        message for message in reversed(own) if old in (message.get("text") or message.get("caption") or "")
    )
    await person.post(f"chats/{person.chat}/edit", message_id=message["message_id"], text=new, **more)


async def settled(person: Person) -> list[Json]:
    """Return the messages of a chat, after enough time for the bot to answer."""
    await asyncio.sleep(0.5)
    return await person.messages()


async def test_a_typo_that_is_edited_away_is_not_sent(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await write_draft(admins.writer, "Tomorow at noon")
        await edit(admins.writer, "Tomorow", NOON)
        await admins.writer.sees(CORRECTED)
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.confirm()
        await reader.sees(NOON)

        assert not any("Tomorow" in message.get("text", "") for message in await reader.messages())


async def test_a_check_page_of_the_text_before_an_edit_cannot_send_it(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await write_draft(admins.writer, "Tomorow at noon")
        assert "Tomorow at noon" in await open_check_page(admins.writer)
        await edit(admins.writer, "Tomorow", NOON)
        await admins.writer.sees(CORRECTED)
        async with asyncio.timeout(30):
            while labels(await admins.writer.sees("Tomorow at noon")):
                await asyncio.sleep(0.05)
        assert "Tomorow" not in await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.writer.sees("It will be sent in")


async def test_an_edit_voids_a_pending_confirmation(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.request("Tomorow at noon")
        await admins.other.sees("Another admin wants")
        await edit(admins.writer, "Tomorow", NOON)
        await admins.writer.sees(CORRECTED)
        await admins.writer.sees("Not sent: it was changed")
        await admins.other.press_under("Another admin wants", "Approve")
        await admins.other.sees("This request is no longer valid")

        assert not any("noon" in message.get("text", "") for message in await reader.messages())


async def test_an_edit_stops_a_delay(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, reader):
        await write_draft(admins.writer, "Tomorow at noon")
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.writer.sees("It will be sent in")
        await edit(admins.writer, "Tomorow", NOON)
        await admins.writer.sees("Not sent: it was changed")
        admins.clock.ahead = 90.0
        await settled(admins.writer)

        assert not any("noon" in message.get("text", "") for message in await reader.messages())


async def test_a_correction_is_accepted_after_a_restart(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        admin = place.person(ADMIN)
        async with at_work(place):
            await admin.start()
            await write_draft(admin, "Tomorow at noon")
        await edit(admin, "Tomorow", NOON)
        async with at_work(place):
            await admin.sees(CORRECTED)


async def test_captions_formatting_links_and_times_can_be_corrected(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        admin = admins.writer
        await admin.say("/broadcast")
        await admin.press_under("Announcement", "English")
        await admin.sees("Now send what")
        await admin.post(f"chats/{admin.chat}/send", kind="photo", caption="Tomorow")
        await admin.sees("For English: a photo, 7 characters")
        await edit(admin, "Tomorow", "Tomorrow at noon", entities=[{"type": "bold", "offset": 0, "length": 8}])
        await admin.sees("For English: a photo, 16 characters")
        await admin.press_under("You edited", "✓ English")
        await admin.press_under("Now send what", "Link buttons")
        await admin.sees("Send the link buttons")
        await admin.say("Read - https://exampel.org")
        await edit(admin, "exampel", "Read - https://example.org/page")
        await admin.sees(CORRECTED)
        await admin.press_under(CORRECTED, "When")
        await admin.sees("Choose a time, or write one")
        await admin.say("2027-06-01 18:30")
        await edit(admin, "2027-06-01 18:30", "2027-06-01 19:30")
        panel = await admin.sees("When: Tuesday, 2027-06-01 19:30")
        checked = await open_check_page(admin)
        await admin.press_under("Recipients", "Preview")
        await admin.sees("There is something new to read.")
        sample = next(message for message in await admin.messages() if "photo" in message and not message.get("out"))

    assert CORRECTED in panel["text"]
    assert "Tomorrow at noon" in checked
    assert sample["caption_entities"] == [{"type": "bold", "offset": 0, "length": 8}]
    assert sample["reply_markup"]["inline_keyboard"][0][0]["url"] == "https://example.org/page"


async def test_an_unusable_correction_is_explained_and_voids_the_request(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        admin = admins.writer
        await write_draft(admin)
        await admin.press_under("For English", "When")
        await admin.sees("Choose a time, or write one")
        await admin.say("2027-06-01 18:30")
        await open_check_page(admin)
        await admin.press_under("Recipients", SEND)
        await admin.sees("It will be sent in")
        await edit(admin, "2027-06-01 18:30", "in June")
        await admin.sees("is not a time that I can read.")
        await admin.sees("Not sent: it was changed")


@pytest.mark.parametrize("text", [NOON, f" {NOON} "])
async def test_an_edit_that_changes_nothing_sent_on_has_no_effect(tmp_path: Path, text: str) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.request()
        await admins.other.sees("Another admin wants")
        before = len(await admins.writer.messages())
        await edit(admins.writer, NOON, text)
        assert len(await settled(admins.writer)) == before
        await admins.confirm()
        await reader.sees(NOON)


async def test_editing_a_message_that_was_announced_explains_how_to_change_it(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.send()
        await edit(admins.writer, NOON, "Tomorrow at one")
        answer = await admins.writer.sees("This message was already sent as announcement no. 1.")
        assert "press “Edit the text”" in answer["text"]

        await admins.writer.press_under("Sending has ended", "Edit the text")
        await admins.writer.sees("This changes announcement no. 1")
        await edit(admins.writer, "Tomorrow at one", "Tomorrow at two")
        panel = await admins.writer.sees(CORRECTED)
        assert "Review and send" in labels(panel)
        await admins.writer.press_under(CORRECTED, "Review and send")
        await admins.writer.press_under("has to confirm", SEND)
        await admins.other.press_under("with the one above", "Approve")
        await reader.sees("Tomorrow at two")


async def test_edits_of_replaced_and_unrelated_messages_are_not_answered(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await write_draft(admins.writer, "The first text")
        await admins.writer.press_under("For English", "✓ English")
        await admins.writer.sees("Now send what")
        await admins.writer.say("The second text")
        await admins.writer.say("women")
        before = len(await settled(admins.writer))
        await edit(admins.writer, "The first text", "The third text")
        await edit(admins.writer, "women", "work")
        assert len(await settled(admins.writer)) == before
        await open_check_page(admins.writer)

        assert "The second text" in (await admins.writer.sees("Recipients"))["text"]


async def test_an_edited_question_of_a_reader_is_not_answered_again(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = place.person(DARI)
        await person.say("work")
        before = len(await person.messages())
        await edit(person, "work", "women")

        assert len(await settled(person)) == before
