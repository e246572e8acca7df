"""Announcements as transcripts: admins write, check, confirm, follow and recall them; subscribers read them."""

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
    two_admins_stopped,
    wait_until_gone,
    write_draft,
)
from tests.support.bot_and_playground import (
    ADMIN,
    CAMPAIGN,
    DARI,
    GROUP,
    at_work,
    bot_and_playground,
    playground_alone,
)
from tests.support.person import Person, labels, place_of
from tests.support.subscriptions import BOOKS, EN

NOTICE = "There is something new to read."


async def test_the_command_does_not_exist_for_others_or_in_groups(tmp_path: Path) -> None:
    unknown = {book.say("answer.unknown_command") for book in CAMPAIGN.phrasebooks.values()}
    async with bot_and_playground(tmp_path) as place:
        answer = await place.person(DARI).say("/broadcast")
        group = place.person(ADMIN, GROUP)
        await group.post(f"chats/{GROUP}/send", text="/broadcast")
        after = await group.say("/privacy")

    assert answer["text"] in unknown
    assert "Announcement" not in str(after)


async def test_an_announcement_that_another_admin_confirms_arrives(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await write_draft(admins.writer)
        assert "Recipients: 1" in await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.writer.sees("Waiting for another admin to confirm")
        await admins.other.sees("Another admin wants to send the announcement above")
        await admins.other.sees(NOON)
        await admins.confirm()
        await reader.sees(NOON)
        await admins.writer.sees("You wrote it, and another admin confirmed it")
        await admins.other.sees("Another admin wrote it, and you confirmed it")
        report = await admins.writer.sees("Sending has ended")

        assert "Sent: 1" in report["text"]
        assert "Total: 1" in report["text"]
        assert labels(report) == ["Edit the text", "Delete for everyone", "Show the texts", "All announcements"]

        await admins.writer.press_under("Sending has ended", "Delete for everyone")
        await admins.writer.press_under("in every chat? Some people", "Yes, delete it everywhere")
        await admins.writer.sees("Deletions in every chat")
        await wait_until_gone(reader, NOON)
        await admins.writer.sees("Done: 1")


async def test_an_edit_voids_the_request_for_confirmation(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.request()
        await admins.other.sees("Another admin wants")
        await write_draft(admins.writer, "Tomorrow at one")
        await admins.other.press_under("Another admin wants", "Approve")
        await admins.other.sees("This request is no longer valid")

        assert not any("Tomorrow" in message.get("text", "") for message in await reader.messages())


async def test_an_only_admin_can_cancel(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await write_draft(admins.writer)
        assert "sent one minute after you press" in await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.writer.press_under("It will be sent in", "Cancel")
        await admins.writer.sees("Cancelled. Nothing was sent.")


async def test_a_deceptive_text_cannot_be_sent(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await write_draft(admins.writer, "See https://example.org/?utm_source=x")
        text = await open_check_page(admins.writer)
        screen = await admins.writer.sees("Recipients")

    assert "✗ In English: a link has a tracking code" in text
    assert "utm_source" in text
    assert not any(label.startswith(SEND) for label in labels(screen))


@pytest.mark.parametrize(
    ("kind", "why"), [("poll", "Polls cannot"), ("album", "Albums cannot"), ("sticker", "Stickers, round videos")]
)
async def test_messages_that_cannot_be_announced_are_refused(tmp_path: Path, kind: str, why: str) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await admins.writer.say("/broadcast")
        await admins.writer.press_under("Announcement", "English")
        await admins.writer.sees("Now send what")
        answer = await admins.writer.send(kind)

    assert why in answer["text"]


async def test_a_draft_survives_a_restart_and_its_preview_shows_every_language(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        admin = place.person(ADMIN)
        async with at_work(place):
            await admin.start()
            await write_draft(admin, "Tomorrow at noon")
            await admin.press_under("When: ", "دری")
            await admin.sees("Now send what those who read Dari")
            await admin.send("photo")
            await admin.sees("For Dari: a photo")
        async with at_work(place):
            panel = await admin.say("/broadcast")

            assert "For English: a photo, " in panel["text"]
            assert "For Pashto: the text in English" in panel["text"]

            await admin.press_under("When: ", "Preview")
            await admin.sees("There is something new to read.")
            shown = [message for message in await admin.messages() if not message.get("out")]
            seen = [message["caption"] for message in shown if message.get("caption")]

    assert seen.count("Tomorrow at noon") == 2
    assert any("photo" in message for message in shown)


async def test_an_announcement_can_be_scheduled_in_any_digits(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await write_draft(admins.writer)
        await admins.writer.press_under("When: ", "When")
        await admins.writer.sees("Choose a time, or write one")
        assert "has passed" in (await admins.writer.say("2020-01-01 10:00"))["text"]
        assert "When: Tuesday, 2027-06-01 18:30 (Kabul)" in (await admins.writer.say("۲۰۲۷-۰۶-۰۱ ۱۸:۳۰"))["text"]
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.confirm()
        report = await admins.writer.sees("Will be sent: Tuesday, 2027-06-01 18:30 (Kabul)")

        assert labels(report) == [
            *("Edit the text", "Change the time", "Send now", "Do not send"),
            *("Show the texts", "All announcements"),
        ]

        await admins.writer.press_under("Will be sent", "Do not send")
        await admins.writer.press_under("for good?", "Yes, stop it")
        await admins.writer.sees("Stopped by an admin.")


async def test_latest_shows_missed_announcements_and_a_discreet_notice_opens(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        late = await admins.place.newcomer()
        assert "There is no announcement" in (await late.say("/latest"))["text"]
        discreet = await new_subscriber(admins.place)
        await discreet.press("Discreet delivery")
        await admins.send()
        notice = await discreet.sees("There is something new to read.")
        await discreet.press_at(notice["message_id"], 0, 0)
        opened = await discreet.sees(NOON)
        await discreet.press_under(NOON, "Hide")
        hidden = await discreet.sees("There is something new to read.")
        await discreet.press_under("There is something new to read.", "Open")
        await discreet.sees(NOON)
        await late.say("/latest")
        await late.sees(NOON)
        await late.press_under(BOOKS[EN].say("latest.title"), "Main menu")
        await late.press_under(BOOKS[EN].say("home.text", example="4"), "Latest")
        await late.sees(BOOKS[EN].say("latest.title"))
        await admins.writer.press_under("Sending has ended", "Delete for everyone")
        await admins.writer.press_under("in every chat? Some people", "Yes, delete it everywhere")
        await admins.writer.sees("Done: 1")
        await late.say("/latest")
        await late.sees("There is no announcement")

    assert opened["message_id"] == notice["message_id"] == hidden["message_id"]
    assert labels(hidden) == ["Open"]


async def notices_of(person: Person, number: int) -> list[dict[str, Any]]:
    """Return the discreet notices of a person once there are `number` of them."""
    notices: list[dict[str, Any]] = []
    while len(notices) < number:
        await asyncio.sleep(0.05)
        notices = [shown for shown in await person.messages() if shown.get("text") == NOTICE]
    return notices


async def test_a_discreet_notice_opens_the_last_three_announcements(tmp_path: Path) -> None:
    texts = ["First of four", "Second of four", "Third of four", "Fourth of four"]
    async with two_admins(tmp_path) as admins:
        discreet = await new_subscriber(admins.place)
        await discreet.press("Discreet delivery")
        for number, text in enumerate(texts, 1):
            await admins.send(text)
            notices = await notices_of(discreet, number)
        await discreet.press_at(notices[-1]["message_id"], 0, 0)
        opened = await discreet.sees(texts[-1])
        await discreet.press_under(texts[-1], "Hide")
        await discreet.press_at(notices[0]["message_id"], 0, 0)
        first = await discreet.sees(texts[0])

    assert len(notices) == 4
    positions = [opened["text"].find(text) for text in reversed(texts)]
    assert positions[:3] == sorted(positions[:3])
    assert positions[3] == -1
    assert all(text in first["text"] for text in (texts[0], texts[3], texts[2]))


async def test_under_an_announcement_settings_open_and_leaving_is_one_further_tap(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.send()
        announcement = await reader.sees(NOON)
        assert labels(announcement) == ["Settings"]
        await reader.press_under(NOON, "Settings")
        await reader.press_under("You are subscribed.", "Unsubscribe")
        await reader.sees("You are unsubscribed")
        still_there = await reader.sees(NOON)

    assert still_there["message_id"] == announcement["message_id"]


async def test_a_sent_announcement_is_changed_in_every_chat_once_another_admin_confirms(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.send()
        before = await reader.sees(NOON)
        await admins.writer.press_under("Sending has ended", "Edit the text")
        await admins.writer.press_under("This changes announcement no. 1", "✓ English")
        await admins.writer.sees("Now send what those who read English")
        await admins.writer.say("Tomorrow at two")
        await admins.writer.press_under("This changes announcement no. 1", "Review and send")
        await admins.writer.press_under("has to confirm", SEND)
        await admins.other.press_under("with the one above", "Approve")
        after = await reader.sees("Tomorrow at two")

    assert after["message_id"] == before["message_id"]
    assert labels(after) == labels(before) == ["Settings"]


async def test_leaving_removes_a_person_from_the_ledgers_and_deletes_their_notice(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        discreet = await new_subscriber(admins.place)
        await discreet.press("Discreet delivery")
        await admins.send()
        await discreet.sees("There is something new to read.")
        await discreet.say("/unsubscribe")
        await wait_until_gone(discreet, "There is something new to read.")


async def test_nothing_is_sent_when_no_other_admin_can_be_reached(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins, admins.running_bot():
        await admins.writer.start()
        await admins.request()
        await admins.writer.sees("No other admin could be reached")
        panel = await admins.writer.say("/broadcast")

    assert "about to be sent" not in panel["text"]
    assert "Review and send" in labels(panel)


async def test_a_second_confirmation_sends_nothing(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.request()
        question = await admins.other.sees("Another admin wants")
        at = (question["message_id"], *place_of("Approve", question))
        await asyncio.gather(admins.other.press_at(*at), admins.other.press_at(*at), return_exceptions=True)
        await admins.writer.sees("Sending has ended")
        await asyncio.sleep(1.5)
        announcements = [message for message in await reader.messages() if "Tomorrow" in message.get("text", "")]

    assert len(announcements) == 1
