"""An announcement before it is sent, as transcripts: a trial, a lone admin's minute, and an hour that was set."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from tests.support.announcement_admins import (
    NOON,
    TwoAdmins,
    only_admin,
    open_check_page,
    two_admins,
    two_admins_stopped,
    write_draft,
)
from tests.support.person import Json, Person, labels, place_of

MINUTE = 60.0


async def test_a_trial_comes_to_its_writer_alone(tmp_path: Path) -> None:
    async with two_admins(tmp_path, people=5) as admins:
        await write_draft(admins.writer)
        await admins.writer.press_under("When: ", "Send it to me only")
        assert admins.writer.toast == "Sent to you alone."
        trial = await came(admins.writer, NOON)
        panel = await below(admins.writer, trial)
        others = [said.get("text") for said in await admins.other.messages()]

        assert "Check and send" in labels(panel)
        assert NOON not in others
        assert admins.received_counts() == {0: 5}


async def test_a_lone_admins_minute_runs_out_and_it_is_sent_once(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, reader):
        await write_draft(admins.writer)
        await open_check_page(admins.writer)
        check = await admins.writer.sees("Recipients")
        tap = (check["message_id"], *place_of("Send now", check))
        await asyncio.gather(admins.writer.press_at(*tap), admins.writer.press_at(*tap))  # a thumb that trembles
        await admins.writer.sees("It will be sent in 60 seconds.")
        admins.clock.ahead += MINUTE - 10
        await asyncio.sleep(1.5)
        assert not await heard(reader)
        admins.clock.ahead += 10
        await reader.sees(NOON)
        await admins.writer.sees("Sending has ended")
        await asyncio.sleep(1.5)
        shown = [said for said in await admins.writer.messages() if said["message_id"] == check["message_id"]]

        assert await heard(reader) == [NOON]
        assert "Announcement no. 1 is on its way. You are the only admin." in shown[0]["text"]
        assert labels(shown[0]) == [], "what is sent has a button to cancel it"


async def test_what_is_cancelled_in_the_minute_is_not_sent_after_it(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, reader):
        await write_draft(admins.writer)
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", "Send now")
        await admins.writer.press_under("It will be sent in", "Cancel")
        cancelled = await admins.writer.sees("Cancelled. Nothing was sent.")
        admins.clock.ahead += MINUTE + 1
        await asyncio.sleep(1.5)

        assert "Check and send" in labels(cancelled)
        assert not await heard(reader)


async def test_a_minute_that_ran_out_while_the_bot_stood_still_sends_nothing(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, reader):
        await write_draft(admins.writer)
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", "Send now")
        waiting = await admins.writer.sees("It will be sent in")
        admins.clock.ahead += MINUTE + 121
        await admins.writer.sees("Your announcement was not sent")
        await closed(admins, waiting)

        assert not await heard(reader)


async def test_what_another_admin_refuses_is_given_back_to_its_writer(tmp_path: Path) -> None:
    async with two_admins(tmp_path, people=5) as admins:
        await admins.request()
        waiting = await admins.writer.sees("Waiting for the confirmation of another admin. Admins asked: 1.")
        await admins.other.press_under("Another admin wants", "Refuse")
        await admins.other.sees("You refused it. Nothing is sent.")
        await admins.writer.sees("Another admin refused your announcement.")
        await closed(admins, waiting)
        panel = await admins.writer.say("/broadcast")

        assert "For English: a text of its own" in panel["text"]
        assert admins.received_counts() == {0: 5}


async def test_what_waits_is_closed_when_it_is_changed_elsewhere(tmp_path: Path) -> None:
    async with two_admins(tmp_path, people=5) as admins:
        await admins.request()
        waiting = await admins.writer.sees("Waiting for the confirmation")
        assert "about to be sent. Any change here stops that" in (await admins.writer.say("/broadcast"))["text"]
        await admins.writer.press_under("about to be sent", "For whom")
        await admins.writer.press_under("Choose who gets it", "English")
        await closed(admins, waiting)
        await admins.confirm()
        await admins.other.sees("This request is void")

        assert admins.received_counts() == {0: 5}


async def test_an_hour_is_shown_with_its_zone_and_then_it_is_sent(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path, people=5, language="fa") as admins:
        admins.clock.ahead = datetime(2031, 6, 1, 12, tzinfo=UTC).timestamp() - admins.clock()
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await write_draft(admins.writer)
            await admins.writer.press_under("When: ", "When")
            await admins.writer.press_under("write date and hour like this", "Time zone: Kabul")
            await admins.writer.press_under("Choose the time zone", "Vienna, Berlin")
            await admins.writer.sees("They hold in this time zone: Vienna, Berlin.")
            assert "This moment has passed." in (await admins.writer.say("2031-06-01 14:00"))["text"]
            assert "When: 2031-06-01 18:30 (Vienna, Berlin)" in (await admins.writer.say("2031-06-01 18:30"))["text"]
            assert "When: 2031-06-01 18:30 (Vienna, Berlin)" in await open_check_page(admins.writer)
            await admins.writer.press_under("Recipients", "Schedule")
            question = await admins.other.sees(admins.phrase("broadcast.question"))
            assert "۲۰۳۱/۰۶/۰۱ ۱۸:۳۰" in question["text"]
            assert admins.phrase("zone.europe-berlin") in question["text"]
            await admins.confirm()
            await admins.writer.sees("Will be sent: 2031-06-01 18:30 (Vienna, Berlin)")
            admins.clock.ahead += 4.4 * 3600  # at 18:24 there
            await asyncio.sleep(1.5)
            assert admins.received_counts() == {0: 5}
            admins.clock.ahead += 0.1 * 3600
            await admins.writer.sees("Sending has ended")

    assert admins.received_counts() == {1: 5}


async def heard(reader: Person) -> list[str]:
    """What came to a subscriber of the announcement."""
    return [said["text"] for said in await reader.messages() if said.get("text") == NOON and not said.get("out")]


async def came(admin: Person, text: str) -> Json:
    """The message of the bot that is this text, once it is there."""
    async with asyncio.timeout(60):
        while True:
            shown = [said for said in await admin.messages() if said.get("text") == text and not said.get("out")]
            if shown:
                return shown[0]
            await asyncio.sleep(0.02)


async def below(admin: Person, one: Json) -> Json:
    """The message that comes after this one."""
    async with asyncio.timeout(60):
        while (last := (await admin.messages())[-1])["message_id"] == one["message_id"]:
            await asyncio.sleep(0.02)
    return last


async def closed(admins: TwoAdmins, waiting: Json) -> None:
    """What was shown as waiting says that it is not sent, and has no button any more."""
    shown = await admins.writer.sees("Not sent: it was changed, refused, or not confirmed in time.")

    assert shown["message_id"] == waiting["message_id"]
    assert labels(shown) == []
