"""Announcing in the chat, as transcripts: admins write, check, confirm, watch and take back; supporters read."""

import asyncio
from pathlib import Path

import pytest

from tests.person import Person, labels, place_of
from tests.town import ADMIN, CAMPAIGN, DARI, GROUP, Town, at_work, empty_town, town


async def write(admin: Person, text: str = "Tomorrow at noon") -> None:
    """A draft with an English text."""
    await admin.say("/broadcast")
    panel = await admin.screen()
    await admin.press_under("Announcement", next(label for label in labels(panel) if "English" in label))
    await admin.sees("Now send what those who read English")
    await admin.say(text)


async def at_check(admin: Person) -> str:
    await admin.press_under("When: ", "Check and send")
    return str((await admin.sees("Recipients"))["text"])


async def two_admins(place: Town) -> tuple[Person, Person, dict[str, str]]:
    second = await place.newcomer()
    return place.person(ADMIN), second, {"ADMIN_IDS": f"{ADMIN},{second.id}"}


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
    async with empty_town(tmp_path) as place:
        writer, other, setting = await two_admins(place)
        async with at_work(place, **setting):
            reader = await place.newcomer()
            await reader.say("/subscribe")
            await other.start()
            await writer.start()
            await write(writer)
            assert "Recipients: 1" in await at_check(writer)
            await writer.press_under("Recipients", "Send now")
            await writer.sees("Waiting for the confirmation of another admin")
            await other.sees("Another admin wants to send the announcement above")
            await other.sees("Tomorrow at noon")
            await other.press_under("Another admin wants", "Confirm")
            await reader.sees("Tomorrow at noon")
            await writer.sees("You wrote it, another admin confirmed it")
            await other.sees("Another admin wrote it, you confirmed it")
            report = await writer.sees("Sending has ended")

            assert "Sent: 1" in report["text"]
            assert "Together: 1" in report["text"]
            assert labels(report) == ["Change the text", "Take it back"]

            await writer.press_under("Sending has ended", "Take it back")
            await writer.press_under("in every chat? What was read", "Yes, delete it everywhere")
            await writer.sees("Deletion in every chat")
            await _gone(reader, "Tomorrow at noon")
            await writer.sees("Done: 1")


async def _gone(person: Person, text: str) -> None:
    async with asyncio.timeout(10):
        while any(text in one.get("text", "") for one in await person.messages()):
            await asyncio.sleep(0.02)


async def test_an_edit_voids_the_question_and_the_own_press_does_not_count(tmp_path: Path) -> None:
    async with empty_town(tmp_path) as place:
        writer, other, setting = await two_admins(place)
        async with at_work(place, **setting):
            reader = await place.newcomer()
            await reader.say("/subscribe")
            await other.start()
            await writer.start()
            await write(writer)
            await at_check(writer)
            await writer.press_under("Recipients", "Send now")
            await other.sees("Another admin wants")
            await write(writer, "Tomorrow at one")
            await other.press_under("Another admin wants", "Confirm")
            await other.sees("This request is void")

            assert not any("Tomorrow" in one.get("text", "") for one in await reader.messages())


async def test_a_lone_admin_may_cancel(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        admin = place.person(ADMIN)
        await admin.start()
        await write(admin)
        assert "sent a minute after you press" in await at_check(admin)
        await admin.press_under("Recipients", "Send now")
        await admin.press_under("It will be sent in", "Cancel")
        await admin.sees("Cancelled. Nothing was sent.")


async def test_what_deceives_cannot_be_sent(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        admin = place.person(ADMIN)
        await admin.start()
        await write(admin, "See https://example.org/?utm_source=x")
        told = await at_check(admin)
        screen = await admin.sees("Recipients")

    assert "✗ In English: an address carries a mark that tells who follows it" in told
    assert "utm_source" in told
    assert "Send now" not in labels(screen)


@pytest.mark.parametrize(("kind", "why"), [("poll", "A poll"), ("album", "An album"), ("sticker", "This kind")])
async def test_what_cannot_be_announced_is_refused_in_a_sentence(tmp_path: Path, kind: str, why: str) -> None:
    async with town(tmp_path) as place:
        admin = place.person(ADMIN)
        await admin.start()
        await admin.say("/broadcast")
        await admin.press_under("Announcement", "English")
        await admin.sees("Now send what")
        answer = await admin.send(kind)

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
    async with empty_town(tmp_path) as place:
        writer, other, setting = await two_admins(place)
        async with at_work(place, **setting):
            await other.start()
            await writer.start()
            await write(writer)
            await writer.press_under("When: ", "When")
            await writer.sees("write date and hour like this")
            assert "has passed" in (await writer.say("2020-01-01 10:00"))["text"]
            assert "When: 2027-06-01 18:30 (Kabul)" in (await writer.say("۲۰۲۷-۰۶-۰۱ ۱۸:۳۰"))["text"]
            await at_check(writer)
            await writer.press_under("Recipients", "Schedule")
            await other.press_under("Another admin wants", "Confirm")
            report = await writer.sees("Will be sent: 2027-06-01 18:30 (Kabul)")

            assert labels(report) == ["Pause", "Stop"]

            await writer.press_under("Will be sent", "Stop")
            await writer.press_under("for good?", "Yes, stop it")
            await writer.sees("Stopped by an admin.")


async def sent(writer: Person, other: Person, text: str) -> None:
    await write(writer, text)
    await at_check(writer)
    await writer.press_under("Recipients", "Send now")
    await other.press_under("Another admin wants", "Confirm")
    await writer.sees("Sending has ended")


async def test_latest_shows_what_was_missed_and_a_discreet_notice_opens(tmp_path: Path) -> None:
    async with empty_town(tmp_path) as place:
        writer, other, setting = await two_admins(place)
        async with at_work(place, **setting):
            discreet, late = await place.newcomer(), await place.newcomer()
            assert "There is no announcement" in (await late.say("/latest"))["text"]
            await discreet.say("/subscribe")
            await discreet.press("Discreet delivery")
            await other.start()
            await writer.start()
            await sent(writer, other, "Tomorrow at noon")
            notice = await discreet.sees("There is something new to read.")
            await discreet.press_at(notice["message_id"], 0, 0)
            opened = await discreet.sees("Tomorrow at noon")
            await late.say("/latest")
            await late.sees("Tomorrow at noon")
            await writer.press_under("Sending has ended", "Take it back")
            await writer.press_under("in every chat? What was read", "Yes, delete it everywhere")
            await writer.sees("Done: 1")
            await late.say("/latest")
            await late.sees("There is no announcement")

    assert opened["message_id"] == notice["message_id"]


async def test_what_was_sent_is_changed_in_every_chat_when_another_admin_confirms(tmp_path: Path) -> None:
    async with empty_town(tmp_path) as place:
        writer, other, setting = await two_admins(place)
        async with at_work(place, **setting):
            reader = await place.newcomer()
            await reader.say("/subscribe")
            await other.start()
            await writer.start()
            await sent(writer, other, "Tomorrow at noon")
            before = await reader.sees("Tomorrow at noon")
            await writer.press_under("Sending has ended", "Change the text")
            await writer.press_under("This changes announcement no. 1", "✓ English")
            await writer.sees("Now send what those who read English")
            await writer.say("Tomorrow at two")
            await writer.press_under("This changes announcement no. 1", "Check and send")
            await writer.press_under("has to confirm", "Change it everywhere")
            await other.press_under("into the one above", "Confirm")
            after = await reader.sees("Tomorrow at two")

    assert after["message_id"] == before["message_id"]


async def test_who_leaves_is_taken_out_of_the_ledgers_and_a_notice_is_deleted(tmp_path: Path) -> None:
    async with empty_town(tmp_path) as place:
        writer, other, setting = await two_admins(place)
        async with at_work(place, **setting):
            discreet = await place.newcomer()
            await discreet.say("/subscribe")
            await discreet.press("Discreet delivery")
            await other.start()
            await writer.start()
            await sent(writer, other, "Tomorrow at noon")
            await discreet.sees("There is something new to read.")
            await discreet.say("/unsubscribe")
            await _gone(discreet, "There is something new to read.")


async def test_where_no_other_admin_can_be_reached_nothing_is_sent(tmp_path: Path) -> None:
    async with empty_town(tmp_path) as place:
        writer, _, setting = await two_admins(place)
        async with at_work(place, **setting):
            await writer.start()
            await write(writer)
            await at_check(writer)
            await writer.press_under("Recipients", "Send now")
            await writer.sees("No other admin could be reached")
            panel = await writer.say("/broadcast")

    assert "about to be sent" not in panel["text"]
    assert "Check and send" in labels(panel)


async def test_a_second_confirmation_sends_nothing_again(tmp_path: Path) -> None:
    async with empty_town(tmp_path) as place:
        writer, other, setting = await two_admins(place)
        async with at_work(place, **setting):
            reader = await place.newcomer()
            await reader.say("/subscribe")
            await other.start()
            await writer.start()
            await write(writer)
            await at_check(writer)
            await writer.press_under("Recipients", "Send now")
            question = await other.sees("Another admin wants")
            at = (question["message_id"], *place_of("Confirm", question))
            await asyncio.gather(other.press_at(*at), other.press_at(*at), return_exceptions=True)
            await writer.sees("Sending has ended")
            await asyncio.sleep(1.5)
            got = [one for one in await reader.messages() if "Tomorrow" in one.get("text", "")]

    assert len(got) == 1
