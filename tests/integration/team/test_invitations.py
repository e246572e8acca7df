"""Owners invite people by links that work once, for an hour; wrong links are answered like any unknown link."""

import asyncio
from pathlib import Path

from tests.support.announcement_admins import two_admins_stopped
from tests.support.bot_and_playground import at_work
from tests.support.person import Person, labels
from tests.support.team import invite, join, only_owner, owners, suspend

HOUR = 3600.0
UNKNOWN = "nonsense-nobody-made"


async def answer_to(person: Person, payload: str) -> tuple[str, list[str]]:
    """Return the text and the buttons with which the bot answers a link."""
    screen = await person.start(payload)
    return str(screen["text"]), labels(screen)


async def test_an_invited_person_sees_the_role_chooses_a_name_and_joins(tmp_path: Path) -> None:
    async with owners(tmp_path) as team:
        payload = await invite(team.writer, "Editor")
        assert len(payload) <= 64
        guest = await team.place.newcomer()
        question = await guest.start(payload)
        assert "You are invited to its team of admins, as: Editor." in question["text"]
        assert "Name that the owners see: Editor 1" in question["text"]
        await guest.press("Choose a name")
        assert "This name does not work" in (await guest.say("t.me/somebody"))["text"]
        assert "Name that the owners see: Amina" in (await guest.say("  Amina "))["text"]
        await guest.press("Join the team")

        assert "Role: Editor. Name: Amina" in (await guest.sees("You are in the team."))["text"]
        await team.writer.sees("Amina has joined the team as: Editor.")
        await team.other.sees("Amina has joined the team as: Editor.")
        assert "Write an announcement" in (await guest.say("/help"))["text"]
        assert "Your role in the team: Editor; your name there: Amina" in (await guest.say("/mydata"))["text"]


async def test_used_expired_cancelled_and_wrong_links_are_answered_like_any_unknown_link(tmp_path: Path) -> None:
    async with owners(tmp_path) as team:
        used = await invite(team.writer, "Editor")
        guest = await team.place.newcomer()
        await guest.start(used)
        await guest.press("Join the team")
        cancelled = await invite(team.writer, "Owner")
        await team.writer.say("/team")
        await team.writer.press_under("Owners", "Cancel the invitation: Owner")
        expired = await invite(team.writer, "Approver")
        team.clock.ahead += HOUR + 1
        stranger = await team.place.newcomer()
        expected = await answer_to(stranger, UNKNOWN)

        for payload in (used, cancelled, expired, "join-", "join-" + "A" * 22):
            assert await answer_to(stranger, payload) == expected


async def test_a_link_that_two_people_opened_lets_only_the_first_one_join(tmp_path: Path) -> None:
    async with owners(tmp_path) as team:
        payload = await invite(team.writer, "Owner")
        first, second = await team.place.newcomer(), await team.place.newcomer()
        await first.start(payload)
        await second.start(payload)
        await first.press("Join the team")
        await first.sees("You are in the team.")
        screen = await second.screen()
        await second.press_at(screen["message_id"], 0, 0)

        assert second.toast == "This button no longer works."
        assert "For admins" not in (await second.say("/help"))["text"]


async def test_no_guess_succeeds_and_after_five_the_right_link_does_not_either(tmp_path: Path) -> None:
    async with owners(tmp_path) as team:
        payload = await invite(team.writer, "Owner")
        guesser = await team.place.newcomer()
        expected = await answer_to(team.other, UNKNOWN)
        for number in range(5):
            assert await answer_to(guesser, f"join-{number:022}") == expected
        await asyncio.sleep(2)  # the flood gate lets a person send one message a second

        assert await answer_to(guesser, payload) == expected
        guest = await team.place.newcomer()
        assert "You are invited" in (await guest.start(payload))["text"]


async def test_a_member_and_a_suspended_member_cannot_use_another_invitation(tmp_path: Path) -> None:
    async with owners(tmp_path) as team:
        editor = await join(team, team.writer, "Editor")
        payload = await invite(team.writer, "Owner")
        expected = await answer_to(editor, UNKNOWN)
        assert await answer_to(editor, payload) == expected
        await suspend(team.writer, "Editors")
        assert await answer_to(editor, payload) == expected


async def test_a_person_who_declines_is_not_stored_and_the_buttons_of_strangers_do_nothing(tmp_path: Path) -> None:
    async with only_owner(tmp_path) as team:
        payload = await invite(team.writer, "Editor")
        guest = await team.place.newcomer()
        await guest.start(payload)
        assert "Nothing is stored about you" in (await guest.press("Do not join"))["text"]
        assert "Nothing is stored about you" in (await guest.say("/mydata"))["text"]
        assert "You are invited" in (await guest.start(payload))["text"]


async def test_an_invitation_survives_a_restart(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as team:
        async with at_work(team.place, team.clock):
            await team.writer.start()
            payload = await invite(team.writer, "Approver")
            guest = await team.place.newcomer()
            await guest.start(payload)
        async with at_work(team.place, team.clock):
            await guest.press("Join the team")
            await guest.sees("You are in the team. Role: Approver.")
