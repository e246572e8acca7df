"""Owners freeze the bot in an emergency: nothing is sent, nobody can subscribe, and reading and leaving go on."""

import asyncio
from pathlib import Path

from bot.panic.panic_record import WAITING
from tests.support.announcement_admins import TwoAdmins, new_subscriber, only_admin, two_admins, two_admins_stopped
from tests.support.person import Person, labels, place_of

FROZEN = "The bot is frozen"


async def freeze(admin: Person) -> None:
    """Freeze the bot with two taps."""
    await admin.say("/panic")
    await admin.press_under("Emergency", "Freeze the bot")
    await admin.press_under("Stop all sending", "Yes, freeze")
    await admin.sees("The bot has been frozen since")


async def end_freeze(admin: Person) -> None:
    await admin.say("/panic")
    await admin.press_under("The bot has been frozen since", "End the freeze")
    await admin.press_under("End the freeze?", "Yes, end the freeze")
    await admin.sees("The freeze is over")


def received(admins: TwoAdmins) -> int:
    return sum(messages * people for messages, people in admins.received_counts().items())


async def test_a_frozen_bot_accepts_nobody_and_still_lets_people_read_and_leave(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        subscriber, stranger = await new_subscriber(admins.place), await admins.place.newcomer()
        await stranger.say("/settings")
        await freeze(admins.writer)

        notice = await admins.other.sees(FROZEN)
        assert "frozen by: Owner" in notice["text"]
        offer = await stranger.screen()
        await stranger.press_at(offer["message_id"], *place_of("Subscribe", offer))
        assert stranger.toast == "Subscribing is not possible at the moment. Please try again later."
        assert "not possible" in (await stranger.say("/subscribe"))["text"]
        assert "not subscribed" in (await stranger.say("/settings"))["text"]
        assert "not possible" not in (await stranger.start("clause-1"))["text"]
        assert (await subscriber.say("/forget"))["text"] != ""
        assert "not subscribed" in (await subscriber.say("/settings"))["text"]

        await end_freeze(admins.other)
        await admins.writer.sees("The freeze is over")
        assert "not possible" not in (await stranger.say("/subscribe"))["text"]


async def test_for_others_the_command_does_not_exist(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        stranger = await admins.place.newcomer()
        known, unknown = await stranger.say("/panic"), await stranger.say("/unheard")

        assert known["text"].replace("panic", "") == unknown["text"].replace("unheard", "")


async def test_a_freeze_stops_an_announcement_at_once_and_afterwards_nobody_gets_it_twice(tmp_path: Path) -> None:
    people = 120
    async with two_admins_stopped(tmp_path, people) as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await admins.begin_sending()
            while received(admins) < 20:
                await asyncio.sleep(0.02)
            await freeze(admins.writer)
            await asyncio.sleep(0.5)  # what was in flight has arrived
            stopped_at = received(admins)
            await asyncio.sleep(1.5)
            assert stopped_at == received(admins) < people
        async with admins.running_bot():  # a restart does not end the freeze
            await asyncio.sleep(2.5)
            assert received(admins) == stopped_at
            await end_freeze(admins.other)
            await admins.writer.sees("Sending has ended")

        assert admins.received_counts() == {1: people}


async def test_a_freeze_returns_requests_to_their_writers_and_no_draft_is_sent_meanwhile(tmp_path: Path) -> None:
    async with two_admins(tmp_path, people=1) as admins:
        await admins.request()
        await admins.other.sees("Another admin wants to send")
        await freeze(admins.other)
        await admins.writer.sees("Your announcement was not sent: the bot is frozen")
        await admins.other.press_under("Another admin wants to send", "Approve")
        await admins.other.sees("no longer valid")

        await admins.writer.say("/broadcast")
        await admins.writer.press_under("When: ", "Review and send")
        await admins.writer.press_under("Recipients", "Ask for approval")
        await admins.writer.sees("The bot is frozen: nothing is sent now")
        assert received(admins) == 0


async def test_who_froze_the_bot_waits_ten_minutes_and_another_owner_does_not(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await freeze(admins.writer)
        await admins.writer.press_under("You can end this or destroy the list from", "End the freeze")
        assert admins.writer.toast == "You cannot do this yet."

        admins.clock.ahead = WAITING + 1
        await admins.writer.press_under("You can end this or destroy the list from", "End the freeze")
        await admins.writer.press_under("End the freeze?", "Yes, end the freeze")
        await admins.writer.sees("The freeze is over")


async def test_a_clock_in_doubt_does_not_end_the_waiting(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await freeze(admins.writer)
        admins.clock.wrong = 2 * WAITING  # somebody has set the clock of the server
        await admins.writer.press_under("The bot has been frozen since", "End the freeze")

        assert admins.writer.toast == "You cannot do this yet."


async def test_an_old_button_does_not_act_on_a_later_freeze(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await freeze(admins.writer)
        await admins.other.say("/panic")
        await admins.other.press_under("The bot has been frozen since", "Destroy the list")
        old = await admins.other.sees("Destroy the list for ever?")
        await end_freeze(admins.other)
        admins.clock.ahead = 5
        await freeze(admins.writer)
        row = next(number for number, label in enumerate(labels(old)) if label.startswith("Yes, destroy"))
        await admins.other.press_at(old["message_id"], row, 0)

        await admins.other.sees("The bot has been frozen since")
        assert (admins.place.settings().keys).exists()
