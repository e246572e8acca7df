"""/announcements as transcripts: what is drafted, waiting, scheduled, running and sent is found and opened."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot.broadcast.overview.list_screen import PAGE
from bot.model import announcement as announcement_model
from bot.model.announcement import Announcement, Piece
from storage.deliveries.broadcast_state import Job, Status, Work
from storage.store import opened
from tests.support.announcement_admins import (
    NOON,
    new_subscriber,
    schedule,
    two_admins,
    two_admins_stopped,
    wait_until_gone,
    write_draft,
)
from tests.support.bot_and_playground import CAMPAIGN, DARI, bot_and_playground
from tests.support.person import Json, Person, labels, place_of

LIST = "Announcements\n"


async def test_for_others_the_list_does_not_exist(tmp_path: Path) -> None:
    unknown = {book.say("answer.unknown_command") for book in CAMPAIGN.phrasebooks.values()}
    async with bot_and_playground(tmp_path) as place:
        answer = await place.person(DARI).say("/announcements")

    assert answer["text"] in unknown


async def test_an_empty_list_offers_to_write_an_announcement(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        shown = await admins.writer.say("/announcements")
        await admins.writer.press("Write an announcement")
        panel = await admins.writer.sees("Choose a language and send its text")

    assert "There are no announcements yet." in shown["text"]
    assert panel["message_id"] == shown["message_id"]


async def test_a_draft_is_found_again_and_only_by_its_writer(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        shown = await admins.writer.say("/announcements")
        others = await admins.other.say("/announcements")
        await admins.writer.press("Draft: Tomorrow at noon")
        panel = await admins.writer.sees("For English: a text")

    assert "Drafts: 1" in shown["text"]
    assert panel["message_id"] == shown["message_id"]
    assert NOON not in str(others)


async def test_a_request_is_found_and_approved_from_the_list(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.request()
        await admins.other.sees("Another admin wants")
        shown = await admins.other.say("/announcements")
        await admins.other.press("For approval: Tomorrow at noon")
        async with asyncio.timeout(10):
            while (await admins.other.sees("Another admin wants"))["message_id"] < shown["message_id"]:
                await asyncio.sleep(0.02)
        await admins.other.press_under("Another admin wants", "Approve")
        await reader.sees(NOON)

    assert "Waiting for approval: 1" in shown["text"]


async def test_a_scheduled_announcement_is_found_changed_and_withdrawn(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await schedule(admins)
        shown = await admins.other.say("/announcements")
        assert "Scheduled: 1\nNo. 1: Tuesday, 2027-06-01 18:30 (Kabul)" in shown["text"]
        await admins.other.press("Scheduled, no. 1: Tomorrow at noon")
        opened_screen = await admins.other.sees("Will be sent: Tuesday, 2027-06-01 18:30 (Kabul)")
        assert opened_screen["message_id"] == shown["message_id"]
        await admins.other.press_under("Will be sent", "Edit the text")
        await admins.other.sees("This changes announcement no. 1")
        await admins.other.press_under("Will be sent", "Do not send")
        await admins.other.press_under("for good?", "Yes, stop it")
        await admins.other.sees("Stopped by an admin.")
        await admins.other.say("/announcements")
        ended = await admins.other.sees(LIST)

    assert "Scheduled" not in ended["text"]
    assert "Sent or ended: 1" in ended["text"]


async def test_a_sent_announcement_is_opened_shown_and_deleted_from_the_list(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.send()
        await admins.writer.say("/announcements")
        await admins.writer.press_under(LIST, "No. 1: Tomorrow at noon")
        await admins.writer.press_under("Sent: 1", "Show the texts")
        text = await admins.writer.sees(NOON)
        await admins.writer.press_under("Sent: 1", "All announcements")
        again = await admins.writer.sees(LIST)
        await admins.writer.press_under("Sent: 1", "Delete for everyone")
        await admins.writer.press_under("in every chat? Some people", "Yes, delete it everywhere")
        await wait_until_gone(reader, NOON)

    assert again["message_id"] > text["message_id"]


async def test_an_edit_does_not_replace_another_draft_unasked(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await new_subscriber(admins.place)
        await admins.send()
        await write_draft(admins.writer, "Another one")
        await admins.writer.press_under("Sending has ended", "Edit the text")
        question = await admins.writer.sees("You have a draft of another announcement.")
        panel = await admins.writer.say("/broadcast")
        assert "This changes announcement" not in panel["text"]
        await admins.writer.press_at(question["message_id"], 0, 0)
        await admins.writer.sees("This changes announcement no. 1 in every chat.")


async def test_broadcast_continues_a_draft_or_begins_another(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        await admins.writer.sees("For English: a text")
        panel = await admins.writer.say("/broadcast")
        assert "This is your draft. Continue it here, or begin another one." in panel["text"]
        await admins.writer.press("Begin another")
        await admins.writer.press_under("Discard this draft?", "Back")
        await admins.writer.press_under("For English: a text", "Discard")
        await admins.writer.press_under("Discard this draft?", "Back")
        await admins.writer.sees("For English: a text")
        await admins.writer.say("/broadcast")
        await admins.writer.press_under("This is your draft", "Begin another")
        await admins.writer.press_under("Discard this draft?", "Yes, discard")
        empty = await admins.writer.sees("Choose a language and send its text")

    assert "Begin another" not in labels(empty)


async def test_old_announcements_are_on_further_pages_and_the_oldest_are_left_out(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        settings = admins.place.settings()
        async with opened(settings.database, settings.keys, datetime.now(UTC).date(), admins.place.bot_id) as store:
            await store.broadcasts.load()
            for number in range(1, 36):
                content = announcement_model.encode(Announcement("en", {"en": Piece(f"Meeting {number}")}))
                await store.broadcasts.create(content, Job(Work.SEND, 0.0, Status.OVER), 0.0)
        async with admins.running_bot():
            first = await admins.writer.say("/announcements")
            pages = [first]
            while "Older →" in labels(pages[-1]):
                following = f"No. {35 - PAGE * len(pages)}: Meeting"
                pages.append(await press_in(admins.writer, pages[-1], "Older →", following))
            screen = await press_in(admins.writer, pages[-1], "No. 6: Meeting 6", "Announcement no. 6")
            await admins.writer.press_at(screen["message_id"], *place_of("All announcements", screen))
            await admins.writer.sees(LIST)  # in place, or below the reports that have arrived since
    numbers = [label for page in pages for label in labels(page) if label.startswith("No. ")]

    assert "Sent or ended: 30" in first["text"]
    assert numbers == [f"No. {number}: Meeting {number}" for number in range(35, 5, -1)]
    assert len(labels(first)) == PAGE + 4  # older ones, write, the menu of commands, the main menu
    assert screen["message_id"] == first["message_id"]


async def press_in(admin: Person, message: Json, label: str, expected: str) -> Json:
    """Press a button of `message`; return this message once it shows `expected`, whatever else arrives."""
    await admin.press_at(message["message_id"], *place_of(label, message))
    async with asyncio.timeout(60):
        while True:
            for shown in await admin.messages():
                if shown["message_id"] == message["message_id"] and expected in f"{shown}\n{shown['text']}":
                    return dict(shown)
            await asyncio.sleep(0.02)
