"""Edits of sent announcements and of drafts, as transcripts: captions, one picture, clean links, marked changes."""

import asyncio
from pathlib import Path

from tests.support.announcement_admins import (
    NOON,
    SEND,
    new_subscriber,
    only_admin,
    open_check_page,
    two_admins,
    write_draft,
)
from tests.support.person import labels


async def test_the_second_admin_sees_what_changes_and_the_report_says_who_was_changed(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader, discreet = await new_subscriber(admins.place), await new_subscriber(admins.place)
        await discreet.press("Discreet delivery")
        await admins.send()
        await admins.writer.press_under("Sending has ended", "Edit the text")
        await admins.writer.press_under("This changes announcement no. 1", "✓ English")
        shown = await admins.writer.sees("The text so far (tap it to copy):")
        await admins.writer.say("Tomorrow at two")
        await admins.writer.press_under("This changes announcement no. 1", "Review and send")
        await admins.writer.press_under("has to confirm", SEND)
        question = await admins.other.sees("what is new is bold, and what is removed is struck through")
        await admins.other.press_under("is struck through", "Approve: change for everyone")
        await reader.sees("Tomorrow at two")
        announced = await admins.writer.sees("Announcement no. 1 is being changed for everyone.")
        async with asyncio.timeout(60):  # the progress moves to the end of the chat
            while (report := await admins.writer.sees("Done: 1"))["message_id"] < announced["message_id"]:
                await asyncio.sleep(0.05)

    assert NOON in shown["text"]
    assert "Copy the text" in labels(shown)
    assert "Tomorrow at noon two" in question["text"]
    kinds = {entity["type"] for entity in question["entities"]}
    assert {"bold", "strikethrough"} <= kinds
    assert "Left as they are: discreet notices, which open the new text: 1" in report["text"]


async def test_one_picture_is_sent_with_a_caption_in_each_language(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        english, dari = await new_subscriber(admins.place), await new_subscriber(admins.place, "fa")
        await admins.writer.say("/broadcast")
        await admins.writer.press_under("Announcement", "English")
        await admins.writer.sees("Now send what those who read English")
        await admins.writer.send("photo")
        await admins.writer.press_under("For English: a photo", "✓ English")
        await admins.writer.sees("Now send what those who read English")
        await admins.writer.say("We meet on Friday")
        answer = await admins.writer.sees("The picture or file stays, and your text is its new caption.")
        await admins.writer.press_under("The picture or file stays", "دری")
        await admins.writer.sees("Now send what those who read Dari")
        await admins.writer.say("روز جمعه گرد هم می‌آییم")
        panel = await admins.writer.sees("For Dari: a photo, ")
        check = await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.confirm()
        shown = [await english.sees("We meet on Friday"), await dari.sees("روز جمعه گرد هم می‌آییم")]

    assert "For English: a photo, " in answer["text"]
    assert "✓ Same picture or file for all" in labels(panel)
    assert "• In Dari: the text stands under the picture or file that was sent for another language." in check
    assert all(message["photo"] for message in shown)


async def test_the_picture_can_be_kept_to_one_language(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await write_draft(admins.writer)
        await admins.writer.press_under("When: ", "دری")
        await admins.writer.sees("Now send what those who read Dari")
        await admins.writer.send("photo")
        shared = await admins.writer.sees("For English: a photo, ")
        await admins.writer.press_under("For English: a photo, ", "✓ Same picture or file for all")
        apart = await admins.writer.sees("For English: a text, ")

    assert shared["message_id"] == apart["message_id"]


async def test_tracking_codes_are_removed_on_request(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await write_draft(admins.writer, "See https://example.org/?page=2&utm_source=x")
        await open_check_page(admins.writer)
        await admins.writer.press_under("a link has a tracking code", "Remove tracking codes")
        clean = await admins.writer.sees("See https://example.org/?page=2\n")

    assert "utm_source" not in clean["text"]
    assert any(label.startswith(SEND) for label in labels(clean))
