"""Announcements before they are sent, as transcripts: a sample, the minute of an only admin, a schedule."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from tests.support.announcement_admins import (
    NOON,
    SEND,
    TwoAdmins,
    only_admin,
    open_check_page,
    two_admins,
    two_admins_stopped,
    write_draft,
)
from tests.support.person import Json, Person, labels, place_of

MINUTE = 60.0


async def test_a_sample_is_sent_to_its_writer_only(tmp_path: Path) -> None:
    async with two_admins(tmp_path, people=5) as admins:
        await write_draft(admins.writer)
        await admins.writer.press_under("When: ", "Send me a test")
        assert admins.writer.toast == "Sent to you only."
        trial = await wait_for(admins.writer, NOON)
        panel = await next_message(admins.writer, trial)
        others = [message.get("text") for message in await admins.other.messages()]

        assert "Review and send" in labels(panel)
        assert NOON not in others
        assert admins.received_counts() == {0: 5}


async def test_the_announcement_of_an_only_admin_is_sent_once_after_a_minute(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, reader):
        await write_draft(admins.writer)
        await open_check_page(admins.writer)
        check = await admins.writer.sees("Recipients")
        tap = (check["message_id"], *place_of(SEND, check))
        await asyncio.gather(admins.writer.press_at(*tap), admins.writer.press_at(*tap))  # a thumb that trembles
        await admins.writer.sees("It will be sent in 60 s.")
        admins.clock.ahead += MINUTE - 10
        counted = await admins.writer.sees("It will be sent in 10 s.")
        assert counted["message_id"] == check["message_id"]
        assert labels(counted) == ["Cancel", "All announcements"]
        assert not await received(reader)
        admins.clock.ahead += 10
        await reader.sees(NOON)
        await admins.writer.sees("Sending has ended")
        await asyncio.sleep(1.5)
        shown = [
            message for message in await admins.writer.messages() if message["message_id"] == check["message_id"]
        ]

        assert await received(reader) == [NOON]
        assert "Announcement no. 1 is on its way. You are the only admin." in shown[0]["text"]
        assert labels(shown[0]) == [], "what is sent has a button to cancel it"


async def test_an_announcement_cancelled_within_the_minute_is_never_sent(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, reader):
        await write_draft(admins.writer)
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.writer.press_under("It will be sent in", "Cancel")
        cancelled = await admins.writer.sees("Cancelled. Nothing was sent.")
        admins.clock.ahead += MINUTE + 1
        await asyncio.sleep(1.5)

        assert "Review and send" in labels(cancelled)
        assert not await received(reader)


async def test_nothing_is_sent_if_the_minute_ended_while_the_bot_was_down(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, reader):
        await write_draft(admins.writer)
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        waiting = await admins.writer.sees("It will be sent in")
        admins.clock.ahead += MINUTE + 121
        await admins.writer.sees("Your announcement was not sent")
        await check_closed(admins, waiting)

        assert not await received(reader)


async def test_a_refused_draft_goes_back_to_its_writer(tmp_path: Path) -> None:
    async with two_admins(tmp_path, people=5) as admins:
        await admins.request()
        waiting = await admins.writer.sees("Waiting for another admin to confirm. Admins asked: 1.")
        await admins.other.press_under("Another admin wants", "Reject")
        await admins.other.sees("You rejected it. Nothing will be sent.")
        await admins.writer.sees("Another admin rejected your announcement.")
        await check_closed(admins, waiting)
        panel = await admins.writer.say("/broadcast")

        assert "For English: a text, " in panel["text"]
        assert admins.received_counts() == {0: 5}


async def test_a_pending_request_is_closed_when_the_draft_is_changed_elsewhere(tmp_path: Path) -> None:
    async with two_admins(tmp_path, people=5) as admins:
        await admins.request()
        waiting = await admins.writer.sees("Waiting for another admin to confirm")
        assert "about to be sent. Any change here stops that" in (await admins.writer.say("/broadcast"))["text"]
        await admins.writer.press_under("about to be sent", "Recipients")
        await admins.writer.press_under("Choose who gets it", "English")
        await check_closed(admins, waiting)
        await admins.confirm()
        await admins.other.sees("This request is no longer valid")

        assert admins.received_counts() == {0: 5}


async def test_a_scheduled_announcement_shows_its_time_zone_and_is_sent_on_time(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path, people=5, language="fa") as admins:
        admins.clock.ahead = datetime(2031, 6, 1, 12, tzinfo=UTC).timestamp() - admins.clock()
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await write_draft(admins.writer)
            await admins.writer.press_under("When: ", "When")
            await admins.writer.press_under("Choose a time, or write one", "Time zone: Kabul")
            await admins.writer.press_under("Choose your time zone", "Vienna, Berlin")
            await admins.writer.sees("Time zone: Vienna, Berlin.")
            assert "This time has passed." in (await admins.writer.say("2031-06-01 14:00"))["text"]
            assert (
                "When: Sunday, 2031-06-01 18:30 (Vienna, Berlin)"
                in (await admins.writer.say("2031-06-01 18:30"))["text"]
            )
            assert "When: Sunday, 2031-06-01 18:30 (Vienna, Berlin)" in await open_check_page(admins.writer)
            await admins.writer.press_under("Recipients", SEND)
            question = await admins.other.sees(admins.phrase("broadcast.question"))
            assert "۲۰۳۱/۰۶/۰۱ ۱۸:۳۰" in question["text"]
            assert admins.phrase("zone.europe-berlin") in question["text"]
            await admins.confirm()
            await admins.writer.sees("Will be sent: Sunday, 2031-06-01 18:30 (Vienna, Berlin)")
            admins.clock.ahead += 4.4 * 3600  # at 18:24 there
            await asyncio.sleep(1.5)
            assert admins.received_counts() == {0: 5}
            admins.clock.ahead += 0.1 * 3600
            await admins.writer.sees("Sending has ended")

    assert admins.received_counts() == {1: 5}


async def received(reader: Person) -> list[str]:
    """Return the announcements that a subscriber has received."""
    return [
        message["text"]
        for message in await reader.messages()
        if message.get("text") == NOON and not message.get("out")
    ]


async def wait_for(admin: Person, text: str) -> Json:
    """Wait for a message of the bot that is exactly this text."""
    async with asyncio.timeout(60):
        while True:
            shown = [
                message
                for message in await admin.messages()
                if message.get("text") == text and not message.get("out")
            ]
            if shown:
                return shown[0]
            await asyncio.sleep(0.02)


async def next_message(admin: Person, message: Json) -> Json:
    """Wait for the message after this one."""
    async with asyncio.timeout(60):
        while (last := (await admin.messages())[-1])["message_id"] == message["message_id"]:
            await asyncio.sleep(0.02)
    return last


async def check_closed(admins: TwoAdmins, waiting: Json) -> None:
    """Check that the message that showed the request says it is not sent, and has no buttons."""
    shown = await admins.writer.sees("Not sent: it was changed, rejected, or not confirmed in time.")

    assert shown["message_id"] == waiting["message_id"]
    assert labels(shown) == []
