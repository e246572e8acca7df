"""An announcement before it is sent, as transcripts: a trial, a lone admin's minute, and an hour that was set."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from tests.support.announcement_admins import NOON, Office, at_check, closed_office, lone_admin, office, write
from tests.support.person import Json, Person, labels, place_of

MINUTE = 60.0


async def test_a_trial_comes_to_its_writer_alone(tmp_path: Path) -> None:
    async with office(tmp_path, people=5) as one:
        await write(one.writer)
        await one.writer.press_under("When: ", "Send it to me only")
        assert one.writer.toast == "Sent to you alone."
        trial = await came(one.writer, NOON)
        panel = await below(one.writer, trial)
        others = [said.get("text") for said in await one.other.messages()]

        assert "Check and send" in labels(panel)
        assert NOON not in others
        assert one.got() == {0: 5}


async def test_a_lone_admins_minute_runs_out_and_it_is_sent_once(tmp_path: Path) -> None:
    async with lone_admin(tmp_path) as (one, reader):
        await write(one.writer)
        await at_check(one.writer)
        check = await one.writer.sees("Recipients")
        tap = (check["message_id"], *place_of("Send now", check))
        await asyncio.gather(one.writer.press_at(*tap), one.writer.press_at(*tap))  # a thumb that trembles
        await one.writer.sees("It will be sent in 60 seconds.")
        one.clock.ahead += MINUTE - 10
        await asyncio.sleep(1.5)
        assert not await heard(reader)
        one.clock.ahead += 10
        await reader.sees(NOON)
        await one.writer.sees("Sending has ended")
        await asyncio.sleep(1.5)
        shown = [said for said in await one.writer.messages() if said["message_id"] == check["message_id"]]

        assert await heard(reader) == [NOON]
        assert "Announcement no. 1 is on its way. You are the only admin." in shown[0]["text"]
        assert labels(shown[0]) == [], "what is sent has a button to cancel it"


async def test_what_is_cancelled_in_the_minute_is_not_sent_after_it(tmp_path: Path) -> None:
    async with lone_admin(tmp_path) as (one, reader):
        await write(one.writer)
        await at_check(one.writer)
        await one.writer.press_under("Recipients", "Send now")
        await one.writer.press_under("It will be sent in", "Cancel")
        cancelled = await one.writer.sees("Cancelled. Nothing was sent.")
        one.clock.ahead += MINUTE + 1
        await asyncio.sleep(1.5)

        assert "Check and send" in labels(cancelled)
        assert not await heard(reader)


async def test_a_minute_that_ran_out_while_the_bot_stood_still_sends_nothing(tmp_path: Path) -> None:
    async with lone_admin(tmp_path) as (one, reader):
        await write(one.writer)
        await at_check(one.writer)
        await one.writer.press_under("Recipients", "Send now")
        waiting = await one.writer.sees("It will be sent in")
        one.clock.ahead += MINUTE + 121
        await one.writer.sees("Your announcement was not sent")
        await closed(one, waiting)

        assert not await heard(reader)


async def test_what_another_admin_refuses_is_given_back_to_its_writer(tmp_path: Path) -> None:
    async with office(tmp_path, people=5) as one:
        await one.ask()
        waiting = await one.writer.sees("Waiting for the confirmation of another admin. Admins asked: 1.")
        await one.other.press_under("Another admin wants", "Refuse")
        await one.other.sees("You refused it. Nothing is sent.")
        await one.writer.sees("Another admin refused your announcement.")
        await closed(one, waiting)
        panel = await one.writer.say("/broadcast")

        assert "For English: a text of its own" in panel["text"]
        assert one.got() == {0: 5}


async def test_what_waits_is_closed_when_it_is_changed_elsewhere(tmp_path: Path) -> None:
    async with office(tmp_path, people=5) as one:
        await one.ask()
        waiting = await one.writer.sees("Waiting for the confirmation")
        assert "about to be sent. Any change here stops that" in (await one.writer.say("/broadcast"))["text"]
        await one.writer.press_under("about to be sent", "For whom")
        await one.writer.press_under("Choose who gets it", "English")
        await closed(one, waiting)
        await one.confirm()
        await one.other.sees("This request is void")

        assert one.got() == {0: 5}


async def test_an_hour_is_shown_with_its_zone_and_then_it_is_sent(tmp_path: Path) -> None:
    async with closed_office(tmp_path, people=5, language="fa") as one:
        one.clock.ahead = datetime(2031, 6, 1, 12, tzinfo=UTC).timestamp() - one.clock()
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            await write(one.writer)
            await one.writer.press_under("When: ", "When")
            await one.writer.press_under("write date and hour like this", "Time zone: Kabul")
            await one.writer.press_under("Choose the time zone", "Vienna, Berlin")
            await one.writer.sees("They hold in this time zone: Vienna, Berlin.")
            assert "This moment has passed." in (await one.writer.say("2031-06-01 14:00"))["text"]
            assert "When: 2031-06-01 18:30 (Vienna, Berlin)" in (await one.writer.say("2031-06-01 18:30"))["text"]
            assert "When: 2031-06-01 18:30 (Vienna, Berlin)" in await at_check(one.writer)
            await one.writer.press_under("Recipients", "Schedule")
            question = await one.other.sees(one.word("broadcast.question"))
            assert "۲۰۳۱/۰۶/۰۱ ۱۸:۳۰" in question["text"]
            assert one.word("zone.europe-berlin") in question["text"]
            await one.confirm()
            await one.writer.sees("Will be sent: 2031-06-01 18:30 (Vienna, Berlin)")
            one.clock.ahead += 4.4 * 3600  # at 18:24 there
            await asyncio.sleep(1.5)
            assert one.got() == {0: 5}
            one.clock.ahead += 0.1 * 3600
            await one.writer.sees("Sending has ended")

    assert one.got() == {1: 5}


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


async def closed(one: Office, waiting: Json) -> None:
    """What was shown as waiting says that it is not sent, and has no button any more."""
    shown = await one.writer.sees("Not sent: it was changed, refused, or not confirmed in time.")

    assert shown["message_id"] == waiting["message_id"]
    assert labels(shown) == []
