"""Owners invite people by links that work once, for an hour; wrong links are answered like any unknown link."""

from pathlib import Path

from tests.support.announcement_admins import two_admins_stopped
from tests.support.bot_and_playground import at_work
from tests.support.person import Person, labels
from tests.support.team import invite, only_owner, owners

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
