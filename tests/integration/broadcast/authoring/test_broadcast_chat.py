"""Announcing in the chat, as transcripts: admins write, check, confirm, watch and take back; supporters read."""

import asyncio
from pathlib import Path

import pytest

from tests.support.announcement_admins import (
    NOON,
    at_check,
    closed_office,
    gone,
    lone_admin,
    office,
    subscriber,
    write,
)
from tests.support.bot_and_playground import ADMIN, CAMPAIGN, DARI, GROUP, at_work, empty_town, town
from tests.support.person import labels, place_of


async def test_for_others_and_in_groups_the_command_does_not_exist(tmp_path: Path) -> None:
    unknown = {book.say("answer.unknown_command") for book in CAMPAIGN.phrasebooks.values()}
    async with town(tmp_path) as place:
        answer = await place.person(DARI).say("/broadcast")
        group = place.person(ADMIN, GROUP)
        await group.post(f"chats/{GROUP}/send", text="/broadcast")
        after = await group.say("/privacy")

    assert answer["text"] in unknown
    assert "Announcement" not in str(after)


async def test_one_admin_confirms_what_another_wrote_and_it_arrives(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        await write(one.writer)
        assert "Recipients: 1" in await at_check(one.writer)
        await one.writer.press_under("Recipients", "Send now")
        await one.writer.sees("Waiting for the confirmation of another admin")
        await one.other.sees("Another admin wants to send the announcement above")
        await one.other.sees(NOON)
        await one.confirm()
        await reader.sees(NOON)
        await one.writer.sees("You wrote it, another admin confirmed it")
        await one.other.sees("Another admin wrote it, you confirmed it")
        report = await one.writer.sees("Sending has ended")

        assert "Sent: 1" in report["text"]
        assert "Together: 1" in report["text"]
        assert labels(report) == ["Change the text", "Take it back"]

        await one.writer.press_under("Sending has ended", "Take it back")
        await one.writer.press_under("in every chat? What was read", "Yes, delete it everywhere")
        await one.writer.sees("Deletion in every chat")
        await gone(reader, NOON)
        await one.writer.sees("Done: 1")


async def test_an_edit_voids_the_question_and_the_own_press_does_not_count(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        await one.ask()
        await one.other.sees("Another admin wants")
        await write(one.writer, "Tomorrow at one")
        await one.other.press_under("Another admin wants", "Confirm")
        await one.other.sees("This request is void")

        assert not any("Tomorrow" in said.get("text", "") for said in await reader.messages())


async def test_a_lone_admin_may_cancel(tmp_path: Path) -> None:
    async with lone_admin(tmp_path) as (one, _):
        await write(one.writer)
        assert "sent a minute after you press" in await at_check(one.writer)
        await one.writer.press_under("Recipients", "Send now")
        await one.writer.press_under("It will be sent in", "Cancel")
        await one.writer.sees("Cancelled. Nothing was sent.")


async def test_what_deceives_cannot_be_sent(tmp_path: Path) -> None:
    async with lone_admin(tmp_path) as (one, _):
        await write(one.writer, "See https://example.org/?utm_source=x")
        told = await at_check(one.writer)
        screen = await one.writer.sees("Recipients")

    assert "✗ In English: an address carries a mark that tells who follows it" in told
    assert "utm_source" in told
    assert "Send now" not in labels(screen)


@pytest.mark.parametrize(("kind", "why"), [("poll", "A poll"), ("album", "An album"), ("sticker", "A sticker")])
async def test_what_cannot_be_announced_is_refused_in_a_sentence(tmp_path: Path, kind: str, why: str) -> None:
    async with lone_admin(tmp_path) as (one, _):
        await one.writer.say("/broadcast")
        await one.writer.press_under("Announcement", "English")
        await one.writer.sees("Now send what")
        answer = await one.writer.send(kind)

    assert why in answer["text"]


async def test_a_draft_survives_a_restart_and_a_preview_shows_every_language(tmp_path: Path) -> None:
    async with empty_town(tmp_path) as place:
        admin = place.person(ADMIN)
        async with at_work(place):
            await admin.start()
            await write(admin, "Tomorrow at noon")
            await admin.press_under("When: ", "دری")
            await admin.sees("Now send what those who read دری")
            await admin.send("photo")
            await admin.sees("For دری: a photo of its own")
        async with at_work(place):
            panel = await admin.say("/broadcast")

            assert "For English: a text of its own" in panel["text"]
            assert "For پښتو: the text in English" in panel["text"]

            await admin.press_under("When: ", "Preview")
            await admin.sees("There is something new to read.")
            shown = [one for one in await admin.messages() if not one.get("out")]
            seen = [one["text"] for one in shown if "text" in one]

    assert seen.count("Tomorrow at noon") == 2
    assert any("photo" in one for one in shown)


async def test_it_can_be_scheduled_in_kabul_in_any_digits(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        await write(one.writer)
        await one.writer.press_under("When: ", "When")
        await one.writer.sees("write date and hour like this")
        assert "has passed" in (await one.writer.say("2020-01-01 10:00"))["text"]
        assert "When: 2027-06-01 18:30 (Kabul)" in (await one.writer.say("۲۰۲۷-۰۶-۰۱ ۱۸:۳۰"))["text"]
        await at_check(one.writer)
        await one.writer.press_under("Recipients", "Schedule")
        await one.confirm()
        report = await one.writer.sees("Will be sent: 2027-06-01 18:30 (Kabul)")

        assert labels(report) == ["Pause", "Stop"]

        await one.writer.press_under("Will be sent", "Stop")
        await one.writer.press_under("for good?", "Yes, stop it")
        await one.writer.sees("Stopped by an admin.")


async def test_latest_shows_what_was_missed_and_a_discreet_notice_opens(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        late = await one.place.newcomer()
        assert "There is no announcement" in (await late.say("/latest"))["text"]
        discreet = await subscriber(one.place)
        await discreet.press("Discreet delivery")
        await one.send()
        notice = await discreet.sees("There is something new to read.")
        await discreet.press_at(notice["message_id"], 0, 0)
        opened = await discreet.sees(NOON)
        await late.say("/latest")
        await late.sees(NOON)
        await one.writer.press_under("Sending has ended", "Take it back")
        await one.writer.press_under("in every chat? What was read", "Yes, delete it everywhere")
        await one.writer.sees("Done: 1")
        await late.say("/latest")
        await late.sees("There is no announcement")

    assert opened["message_id"] == notice["message_id"]


async def test_what_was_sent_is_changed_in_every_chat_when_another_admin_confirms(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        await one.send()
        before = await reader.sees(NOON)
        await one.writer.press_under("Sending has ended", "Change the text")
        await one.writer.press_under("This changes announcement no. 1", "✓ English")
        await one.writer.sees("Now send what those who read English")
        await one.writer.say("Tomorrow at two")
        await one.writer.press_under("This changes announcement no. 1", "Check and send")
        await one.writer.press_under("has to confirm", "Change it everywhere")
        await one.other.press_under("into the one above", "Confirm")
        after = await reader.sees("Tomorrow at two")

    assert after["message_id"] == before["message_id"]


async def test_who_leaves_is_taken_out_of_the_ledgers_and_a_notice_is_deleted(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        discreet = await subscriber(one.place)
        await discreet.press("Discreet delivery")
        await one.send()
        await discreet.sees("There is something new to read.")
        await discreet.say("/unsubscribe")
        await gone(discreet, "There is something new to read.")


async def test_where_no_other_admin_can_be_reached_nothing_is_sent(tmp_path: Path) -> None:
    async with closed_office(tmp_path) as one, one.at_work():
        await one.writer.start()
        await one.ask()
        await one.writer.sees("No other admin could be reached")
        panel = await one.writer.say("/broadcast")

    assert "about to be sent" not in panel["text"]
    assert "Check and send" in labels(panel)


async def test_a_second_confirmation_sends_nothing_again(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        await one.ask()
        question = await one.other.sees("Another admin wants")
        at = (question["message_id"], *place_of("Confirm", question))
        await asyncio.gather(one.other.press_at(*at), one.other.press_at(*at), return_exceptions=True)
        await one.writer.sees("Sending has ended")
        await asyncio.sleep(1.5)
        got = [said for said in await reader.messages() if "Tomorrow" in said.get("text", "")]

    assert len(got) == 1
