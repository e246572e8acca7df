"""The time of a scheduled announcement is changed, as transcripts: confirmed by another admin, never sent twice."""

from pathlib import Path

from tests.support.announcement_admins import (
    NOON,
    SEND,
    new_subscriber,
    only_admin,
    open_check_page,
    schedule,
    two_admins,
    write_draft,
)
from tests.support.person import Person, labels

SCHEDULED = "Will be sent: Tuesday, 2027-06-01 18:30 (Kabul)"
MOVED = "Will be sent: Wednesday, 2027-06-02 09:00 (Kabul)"


async def test_a_new_time_is_confirmed_and_shown_to_every_admin(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await schedule(admins)
        await admins.other.say("/announcements")
        await admins.other.press_under("Announcements\n", f"Scheduled, no. 1: {NOON}")
        await admins.other.press_under(SCHEDULED, "Change the time")
        times = await admins.other.sees("Choose a time, or write one")
        check = await admins.other.say("2027-06-02 09:00")
        await admins.other.press_under("has to confirm the change", "Ask for approval")
        question = await admins.writer.sees("Another admin wants to change when the announcement above is sent.")
        await admins.writer.press_under("change when the announcement", "Approve: sends 2027-06-02 09:00")
        shown = [await admin.sees(MOVED) for admin in (admins.writer, admins.other)]
        await admins.writer.say("/announcements")
        listed = await admins.writer.sees("Announcements\n")
        before = await texts_of(reader)
        admins.clock.ahead += 365 * 86400
        await reader.sees(NOON)
        await admins.writer.sees("Sending has ended.")

        assert "✓ Now" not in labels(times)
        for screen in (check, question):
            assert "When: Wednesday, 2027-06-02 09:00 (Kabul)\nUntil now: Tuesday, 2027-06-01 18:30" in screen["text"]
            assert labels(shown[0])[:4] == ["Edit the text", "Change the time", "Send now", "Do not send"]
        assert "Scheduled: 1\nNo. 1: Wednesday, 2027-06-02 09:00 (Kabul)" in listed["text"]
        assert NOON not in before
        assert (await texts_of(reader)).count(NOON) == 1


async def test_a_scheduled_announcement_is_sent_now_and_once(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await schedule(admins)
        await admins.writer.press_under(SCHEDULED, "Send now")
        check = await admins.writer.sees("When: at once\nUntil now: Tuesday, 2027-06-01 18:30 (Kabul)")
        await admins.writer.press_under("has to confirm the change", "Ask for approval")
        await admins.other.press_under("change when the announcement", "Approve: send now")
        await reader.sees(NOON)
        await admins.writer.sees("Sending has ended.")
        received = await texts_of(reader)

    assert "Recipients: 1" in check["text"]
    assert received.count(NOON) == 1


async def test_a_rejected_change_leaves_the_time_and_another_draft_is_not_given_up_unasked(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await schedule(admins)
        await admins.writer.press_under(SCHEDULED, "Change the time")
        await admins.writer.say("2027-06-02 09:00")
        await admins.writer.press_under("has to confirm the change", "Ask for approval")
        await admins.other.press_under("change when the announcement", "Reject the change")
        rejected = await admins.other.sees("You rejected the change. Announcement no. 1 stays as it was.")
        await admins.writer.sees("Another admin rejected your change. Announcement no. 1 stays as it was.")
        await admins.writer.say("/announcements")
        opened = await admins.writer.sees("Announcements\n")
        await write_draft(admins.other, "Another one")
        await admins.other.press_under(SCHEDULED, "Send now")
        await admins.other.press_under("You have a draft of another announcement.", "Yes, discard")
        await admins.other.sees("When: at once")

    assert labels(rejected) == ["All announcements"]
    assert "No. 1: Tuesday, 2027-06-01 18:30 (Kabul)" in opened["text"]


async def test_text_and_time_change_together(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await schedule(admins)
        await admins.writer.press_under(SCHEDULED, "Edit the text")
        await admins.writer.press_under("which is not sent yet", "✓ English")
        await admins.writer.sees("The text so far")
        await admins.writer.say("Tomorrow at two")
        await admins.writer.press_under("which is not sent yet", "When")
        await admins.writer.press_under("Choose a time, or write one", "Now")
        await admins.writer.press_under("which is not sent yet", "Review and send")
        await admins.writer.press_under("has to confirm the change", "Ask for approval")
        question = await admins.other.sees("scheduled and not sent yet. Its new form is above.")
        await admins.other.press_under("Its new form is above", "Approve: send now")
        await reader.sees("Tomorrow at two")
        received = await texts_of(reader)

    assert "Tomorrow at noon two" in question["text"]
    assert NOON not in received


async def test_a_change_that_nobody_confirmed_in_time_ends_at_the_old_time(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await write_draft(admins.writer)
        await admins.writer.press_under("When: ", "When")
        await admins.writer.press_under("Choose a time, or write one", "In 1 hour")
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.confirm()
        await admins.writer.press_under("Will be sent: ", "Change the time")
        await admins.writer.say("2027-06-02 09:00")
        await admins.writer.press_under("has to confirm the change", "Ask for approval")
        await admins.other.sees("change when the announcement")
        admins.clock.ahead += 3700
        await admins.writer.sees("Announcement no. 1 was not changed: nobody confirmed the change in time")
        await reader.sees(NOON)
        await admins.writer.sees("Sending has ended.")
        await admins.other.press_under("change when the announcement", "Approve: sends")
        await admins.other.sees("This request is no longer valid")
        panel = await admins.writer.say("/broadcast")
        received = await texts_of(reader)

    assert received.count(NOON) == 1
    assert "When" not in labels(panel)  # what is sent has no time to change


async def test_an_only_admin_has_a_minute_to_cancel_a_new_time(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, reader):
        await write_draft(admins.writer)
        await admins.writer.press_under("When: ", "When")
        await admins.writer.say("2027-06-01 18:30")
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.writer.sees("It will be sent in")
        admins.clock.ahead += 60
        await admins.writer.press_under(SCHEDULED, "Send now")
        await admins.writer.press_under("one minute after", "Send in 1 minute")
        await admins.writer.sees("It will be changed in 60 s.")
        await admins.writer.press_under("It will be changed in", "Cancel")
        await admins.writer.sees("Cancelled. Nothing was changed.")
        await admins.writer.press_under("which is not sent yet", "Review and send")
        await admins.writer.press_under("one minute after", "Send in 1 minute")
        await admins.writer.sees("It will be changed in 60 s.")
        admins.clock.ahead += 60
        await reader.sees(NOON)


async def texts_of(person: Person) -> list[str]:
    """Return the texts of the messages in a person's chat."""
    return [message.get("text", "") for message in await person.messages()]
