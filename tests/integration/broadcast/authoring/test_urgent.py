"""An urgent announcement needs another admin and does not wait for the end of quiet hours."""

from datetime import UTC, datetime
from pathlib import Path

from storage.subscriptions.subscriber import QuietHours
from tests.support.announcement_admins import (
    NOON,
    SEND,
    TwoAdmins,
    new_subscriber,
    only_admin,
    open_check_page,
    two_admins,
    write_draft,
)
from tests.support.person import Person, labels
from tests.support.subscriptions import stored_subscriber

URGENT = "Urgent: at once for everybody"


async def fall_asleep(admins: TwoAdmins, person: Person) -> None:
    """Let quiet hours begin that last at this moment."""
    hour = datetime.now(UTC).hour
    await person.say("/settings")
    await person.press_under("You are subscribed", "Delivery times")
    await person.press_under("Announcements arrive: at once", "Time zone")
    await person.press_under("Choose your time zone", "UTC")
    await person.press_under("Announcements arrive: at once", "At once, except in quiet hours")
    await person.press_under("In your quiet hours announcements wait", "Other hours")
    await person.press_under("When do your quiet hours begin", f"{(hour - 1) % 24:02}:00")
    await person.press_under("When do they end", f"{(hour + 2) % 24:02}:00")
    await person.sees("Announcements arrive: at once, except from ")
    stored = await stored_subscriber(admins.place, person)
    assert stored
    assert stored.quiet_hours == QuietHours((hour - 1) % 24, (hour + 2) % 24, "UTC")


async def got(person: Person, text: str) -> bool:
    return text in [message.get("text") for message in await person.messages()]


async def test_an_announcement_waits_for_a_sleeper_and_an_urgent_one_does_not(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        sleeper, reader = await new_subscriber(admins.place), await new_subscriber(admins.place)
        await fall_asleep(admins, sleeper)
        await admins.begin_sending()
        await reader.sees(NOON)
        progress = await admins.writer.sees("Sent to everybody who gets announcements at once.")
        assert "Waiting for the time that they chose: fewer than 10" in progress["text"]

        await write_draft(admins.writer, "The hall is closed")
        await admins.writer.press_under("When: ", URGENT)
        await admins.writer.sees("Urgent: arrives at once")
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        question = await admins.other.sees("Urgent: arrives at once")
        assert "Approve: send now" in labels(question)
        await admins.confirm()
        await sleeper.sees("The hall is closed")
        assert not await got(sleeper, NOON)

        admins.clock.ahead += 4 * 3600
        await sleeper.sees(NOON)


async def test_an_only_admin_reads_that_urgent_needs_another_one_and_nothing_is_sent(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await write_draft(admins.writer)
        await admins.writer.press_under("When: ", URGENT)
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        await admins.writer.sees("another admin has to confirm them. You are the only admin.")
        await admins.writer.press_under("When: ", f"✓ {URGENT}")
        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)

        await admins.writer.sees("It will be sent in 60 s.")
