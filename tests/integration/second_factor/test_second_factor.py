"""Admins confirm with codes of an authenticator app what a thief of their account must not do."""

import asyncio
from pathlib import Path

import pyotp
import pytest

from bot.second_factor.code_prompts import VALID_FOR
from tests.support.announcement_admins import only_admin, open_check_page, two_admins, two_admins_stopped, write_draft
from tests.support.authenticator import require, require_for_both, scanned_secret, set_up
from tests.support.person import Person, labels, pauses

ASKED = "Please send the code of your authenticator app, to confirm the announcement."


async def texts(person: Person) -> str:
    return "\n".join(m.get("text") or m.get("caption") or "" for m in await person.messages())


async def gone(person: Person, text: str) -> None:
    """Wait until no message of the chat contains `text`, not even one that the person sent."""
    for pause in pauses():
        if text not in await texts(person):
            return
        await asyncio.sleep(pause)
    raise AssertionError(f"{text!r} is still shown")


async def test_setting_up_leaves_no_secret_in_the_chat_and_shows_recovery_codes_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with two_admins(tmp_path) as admins:
        app = await set_up(admins.writer, admins.clock)
        await gone(admins.writer, app.secret)
        await gone(admins.writer, app.code())
        assert len(set(app.recovery)) == 10
        await admins.other.sees("has set up a second factor")
        await admins.writer.press_under("Recovery codes\n", "I have written them down")
        await gone(admins.writer, app.recovery[0])
        assert "Second factor for the team: set up" in (await admins.writer.say("/mydata"))["text"]

    assert [word for word in (app.secret, app.code(), *app.recovery) if word in caplog.text] == []


async def test_a_code_confirms_one_announcement_and_nothing_else(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        _, app = await require_for_both(admins)
        await admins.request("The first text")
        await admins.confirm()
        await admins.other.sees(ASKED)
        await admins.other.say("000000")
        await admins.other.sees("wrong or was used before")
        await write_draft(admins.writer, "Another text")  # which voids the request
        used = await app.send_code()
        await admins.other.sees("no longer valid")

        await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", "Ask for approval")
        await admins.confirm()
        await admins.other.sees(ASKED)
        await admins.other.say(used)
        await admins.other.sees("wrong or was used before")
        await app.send_code()
        await admins.writer.sees("Sending has ended")
        await gone(admins.other, ASKED)
        await gone(admins.other, app.code())


async def test_an_only_admin_is_asked_before_sending_and_a_recovery_code_works_once(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, subscriber):
        app = await set_up(admins.writer, admins.clock)
        await require(app)
        for code, answer in ((app.recovery[0], "Cancel"), (app.recovery[0], "wrong or was used before")):
            await write_draft(admins.writer)
            await open_check_page(admins.writer)
            await admins.writer.press_under("Recipients", "Send in 1 minute")
            await admins.writer.sees("to send the announcement")
            await admins.writer.post(f"chats/{admins.writer.chat}/send", text=code.upper())
            if answer == "Cancel":
                await admins.writer.sees("has used a recovery code")
                await admins.writer.press_under("It will be sent in", answer)
            else:
                await admins.writer.sees(answer)
        assert "Tomorrow at noon" not in await texts(subscriber)


async def test_a_lock_survives_a_restart_and_another_owner_lifts_it(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            writer_app, app = await require_for_both(admins)
            await admins.request()
            await admins.confirm()
            await admins.other.sees(ASKED)
            for number in range(6):
                await admins.other.post(f"chats/{admins.other.chat}/send", text=f"00000{number}")
            await admins.other.sees("Your codes are locked")
            await admins.writer.sees("Wrong codes: the second factor of Owner")
        async with admins.running_bot():
            await admins.confirm()
            assert admins.other.toast.startswith("Your codes are locked")
            await admins.writer.say("/factor")
            await admins.writer.press_under(
                "It is required", locked_member(await admins.writer.sees("It is required"))
            )
            await admins.writer.press_under("Has this person lost the phone?", "Lift the lock")
            await admins.writer.sees("to lift the lock of a member")
            await writer_app.send_code()
            await admins.other.sees("The lock of Owner")
            await admins.confirm()
            await admins.other.sees(ASKED)
            await app.send_code()
            await admins.writer.sees("Sending has ended")


def locked_member(screen: dict[str, object]) -> str:
    return next(label for label in labels(screen) if label.endswith(": locked"))


async def test_a_question_expires_after_five_minutes(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        _, app = await require_for_both(admins)
        await admins.request()
        await admins.confirm()
        await admins.other.sees(ASKED)
        admins.clock.ahead += VALID_FOR
        admins.clock.ahead += 30
        await admins.other.say(app.code())  # an ordinary text now
        assert "Sending" not in await texts(admins.writer)

        await admins.confirm()
        await app.send_code()
        await admins.writer.sees("Sending has ended")


async def test_the_picture_is_deleted_after_a_crash_and_its_secret_is_worth_nothing(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await admins.writer.say("/factor")
            await admins.writer.press_under("You have not set it up", "Set it up")
            secret = await scanned_secret(admins.writer)
            await admins.writer.sees("code of six digits")
        admins.clock.ahead += 61
        async with admins.running_bot():
            await gone(admins.writer, secret)
            await admins.writer.say("/factor")
            assert "You have not set it up" in (await admins.writer.screen())["text"]


async def test_whoever_has_no_factor_needs_the_permission_of_an_owner(tmp_path: Path) -> None:
    """A thief of an account without a second factor cannot set up their own."""
    async with two_admins(tmp_path) as admins:
        app = await set_up(admins.writer, admins.clock)
        await require(app)
        await admins.request()
        await admins.confirm()
        assert admins.other.toast.startswith("This needs a second factor")
        await admins.other.say("/factor")
        screen = await admins.other.sees("An owner has to allow it first")
        assert "Set it up" not in labels(screen)

        await admins.writer.say("/factor")
        screen = await admins.writer.sees("It is required")
        row = next(label for label in labels(screen) if label.endswith(": not set up"))
        await admins.writer.press_under("It is required", row)
        await admins.writer.press_under("Has this person lost the phone?", "Let them set up")
        await admins.writer.sees("to let a member set up")
        await app.send_code()
        await admins.other.sees("may set up a new second factor until tomorrow")
        other = await set_up(admins.other, admins.clock)
        await admins.confirm()
        await other.send_code()
        await admins.writer.sees("Sending has ended")


async def test_the_panic_asks_for_a_code_too_and_reading_does_not(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        app = await set_up(admins.writer, admins.clock)
        await require(app)
        await admins.writer.say("/panic")
        await admins.writer.press_under("Emergency", "Freeze the bot")
        await admins.writer.press_under("Stop all sending", "Yes, freeze")
        await admins.writer.sees("to freeze the bot")
        assert "Subscribers" in str(await admins.writer.say("/stats"))
        await admins.writer.sees("to freeze the bot")
        await app.send_code()
        await admins.writer.sees("The bot has been frozen since")


async def test_a_wrong_clock_of_the_server_is_named_as_the_reason(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        _, app = await require_for_both(admins)
        await admins.request()
        await admins.confirm()
        await admins.other.sees(ASKED)
        admins.clock.wrong = 1000.0
        await admins.confirm()
        await gone(admins.other, "may be wrong")
        await admins.other.sees(ASKED)
        await admins.other.say(str(pyotp.TOTP(app.secret).at(int(admins.clock.true()))))
        await admins.other.sees("The server’s clock may be wrong")


async def test_a_stolen_account_without_the_app_cannot_weaken_the_factor(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await require_for_both(admins)
        thief = admins.other
        for button in ("Stop requiring it", "Set up another phone", "New recovery codes"):
            await thief.say("/factor")
            await thief.press_under("It is required", button)
            await thief.sees("Please send the code")
            await thief.press_under("Please send the code", "Cancel")
        await thief.say("/forget")  # erases the factor, and with it the right to act
        await thief.say("/factor")
        await thief.sees("An owner has to allow it first")
