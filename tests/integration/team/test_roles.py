"""Editors write, approvers confirm and owners change the team; a suspended person may do nothing any more."""

import asyncio
from pathlib import Path

from storage import sqlite
from tests.integration.dispatch.test_admin_data import my_data
from tests.support.announcement_admins import (
    NOON,
    open_check_page,
    two_admins_stopped,
    write_draft,
)
from tests.support.bot_and_playground import at_work
from tests.support.person import Person, labels
from tests.support.team import DAY, join, only_owner, owners, press_in_team, suspend

UNKNOWN_COMMAND = "I don’t know that command"


async def request(writer: Person, text: str = NOON) -> None:
    """Write an announcement and ask for its approval."""
    await write_draft(writer, text)
    await open_check_page(writer)
    await writer.press_under("Recipients", "Ask for approval")
    await writer.sees("Waiting for another admin")


async def schedule(writer: Person) -> None:
    """Write an announcement for tomorrow, and ask for its approval."""
    await write_draft(writer)
    await writer.press_under("When: at once", "When")
    await writer.press_under("Choose a time, or write one", "Tomorrow 09:00")
    await open_check_page(writer)
    await writer.press_under("Recipients", "Ask for approval")


async def confirm(approver: Person) -> None:
    await approver.press_under("Another admin wants to send", "Approve")


async def test_an_editor_writes_and_asks_and_an_owner_confirms(tmp_path: Path) -> None:
    async with only_owner(tmp_path) as team:
        editor = await join(team, team.writer, "Editor")
        await request(editor)
        await confirm(team.writer)
        report = await editor.sees("Sending has ended")

        assert "another admin confirmed it" in (await editor.sees("is on its way"))["text"]
        assert labels(report) == ["Edit the text", "Show the texts", "All announcements"]
        assert team.phrase("button.recall") in labels(await team.writer.sees("Sending has ended"))
        assert UNKNOWN_COMMAND in (await editor.say("/team"))["text"]


async def test_an_editor_gets_no_question_and_cannot_press_what_their_role_forbids(tmp_path: Path) -> None:
    async with only_owner(tmp_path) as team:
        editor = await join(team, team.writer, "Editor")
        approver = await join(team, team.writer, "Approver")
        await request(team.writer)
        await approver.sees("Another admin wants to send")
        assert "wants to send" not in str(await editor.messages())
        question = await approver.sees("Another admin wants to send")
        assert "Approve" in labels(question)[0]
        await press_in_team(team.writer, "Approver 1", "Change the role to: Editor")
        await approver.press_at(question["message_id"], 0, 0)

        assert approver.toast == "Your role in the team does not allow this."


async def test_a_new_approver_of_two_owners_confirms_only_after_a_day(tmp_path: Path) -> None:
    async with owners(tmp_path) as team:
        approver = await join(team, team.writer, "Approver")
        assert "You can confirm announcements in about 24 hours." in str(await approver.messages())
        await request(team.writer)
        await team.other.sees("Another admin wants to send")
        assert "Another admin wants" not in str(await approver.messages())
        team.clock.ahead += DAY
        await team.writer.sees("Your announcement was not sent")
        await request(team.writer)
        await confirm(approver)

        await team.writer.sees("Sending has ended")


async def test_who_suspends_the_only_other_approver_sends_alone_only_after_a_day(tmp_path: Path) -> None:
    async with owners(tmp_path) as team:
        await press_in_team(team.writer, "Owner", "Suspend")
        await team.other.sees("Another owner suspended you.")
        await write_draft(team.writer)
        await open_check_page(team.writer)
        await team.writer.press_under("Recipients", "Send in 1 minute")
        await team.writer.sees("you can send without a confirmation in about 24 hours")
        assert NOON not in str(await team.other.messages())


async def test_a_suspended_admin_is_a_stranger_and_their_request_is_void(tmp_path: Path) -> None:
    async with only_owner(tmp_path) as team:
        editor = await join(team, team.writer, "Editor")
        await request(editor)
        question = await team.writer.sees("Another admin wants to send")
        listed = await editor.say("/announcements")
        await suspend(team.writer, "Editors")
        await team.writer.press_at(question["message_id"], 0, 0)
        await team.writer.sees("This request is no longer valid")

        assert UNKNOWN_COMMAND in (await editor.say("/broadcast"))["text"]
        assert "For admins" not in (await editor.say("/help"))["text"]
        await editor.press_at(listed["message_id"], 0, 0)
        assert editor.toast == "You are not subscribed."
        await team.writer.say("/team")
        await team.writer.press_under("suspended", "Restore")
        await editor.sees("You are in the team again.")
        assert NOON in (await editor.say("/broadcast"))["text"] or "Announcement" in str(await editor.messages())


async def test_what_a_suspended_approver_confirmed_waits_for_another_one(tmp_path: Path) -> None:
    async with only_owner(tmp_path) as team:
        approver = await join(team, team.writer, "Approver")
        editor = await join(team, team.writer, "Editor")
        await schedule(editor)
        await confirm(approver)
        await team.writer.sees("Will be sent")
        await press_in_team(team.writer, "Approver 1", "Suspend")
        await team.writer.sees("Waiting for another confirmation")
        assert "Announcements that have not begun and that you wrote or confirmed: 1" in await my_data(editor)
        team.clock.ahead += 2 * DAY
        await asyncio.sleep(1.5)
        assert "Started" not in str(await team.writer.messages())
        await team.writer.press_under("Waiting for another confirmation", "Confirm it again")
        await team.writer.sees("Sending has ended")
        assert not any("that you wrote or confirmed" in line for line in await my_data(editor))


async def test_the_author_cannot_confirm_again_what_a_suspended_approver_confirmed(tmp_path: Path) -> None:
    async with owners(tmp_path) as team:
        approver = await join(team, team.writer, "Approver")
        team.clock.ahead += DAY
        await schedule(team.writer)
        await confirm(approver)
        await team.writer.sees("Will be sent")
        await press_in_team(team.other, "Approver 1", "Suspend")
        await team.writer.press_under("Waiting for another confirmation", "Confirm it again")
        assert team.writer.toast == "Another admin has to confirm it."
        await team.other.press_under("Waiting for another confirmation", "Confirm it again")
        await team.writer.sees("Will be sent")


async def test_an_edit_of_an_editor_voids_the_approval_that_was_asked_for(tmp_path: Path) -> None:
    async with only_owner(tmp_path) as team:
        editor = await join(team, team.writer, "Editor")
        await request(editor)
        await team.writer.sees("Another admin wants to send")
        await write_draft(editor, "Something else")
        await confirm(team.writer)
        await team.writer.sees("This request is no longer valid")


async def test_the_last_owner_and_an_owner_of_the_settings_cannot_be_removed(tmp_path: Path) -> None:
    async with owners(tmp_path) as team:
        await team.writer.say("/team")
        await team.writer.press_under("Owners", "Owner")
        screen = await team.writer.sees("The settings on the server name this owner.")
        assert labels(screen) == ["Suspend", "Back"], "the role of this owner could be changed"
        await team.other.say("/team")
        await team.other.sees("Owners")
        await team.writer.press_under("The settings on the server", "Suspend")
        await team.writer.sees("suspended")
        await team.other.sees("Another owner suspended you")
        await team.other.press_under("Owners", "Owner")
        await team.other.say("/team")

        assert await team.other.sees(UNKNOWN_COMMAND)
        assert "Owners" in (await team.writer.say("/team"))["text"]


async def test_a_member_who_is_forgotten_leaves_the_team_and_the_owners_are_notified(tmp_path: Path) -> None:
    async with only_owner(tmp_path) as team:
        editor = await join(team, team.writer, "Editor", name="Amina")
        await write_draft(editor)
        await editor.say("/forget")
        await editor.sees("You have left the team")
        await team.writer.sees("Amina has left the team")
        assert "Nothing is stored about you" in (await editor.say("/mydata"))["text"]
        assert "Amina" not in (await team.writer.say("/team"))["text"]


async def test_after_a_restore_invited_members_wait_until_an_owner_lets_them_in(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as team:
        async with at_work(team.place, team.clock):
            await team.writer.start()
            editor = await join(team, team.writer, "Editor")
        sqlite.mark_copy(team.place.settings().database)
        async with at_work(team.place, team.clock):
            await team.writer.sees("The bot’s data was restored from a backup")
            assert UNKNOWN_COMMAND in (await editor.say("/broadcast"))["text"]
            await team.writer.say("/team")
            await team.writer.press_under("suspended since the restore", "Restore all members")
            await editor.sees("You are in the team again. Role: Editor")
