"""Owners and invited members of a team for tests, and their usual steps in one call."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.support.announcement_admins import TwoAdmins, two_admins_stopped
from tests.support.bot_and_playground import at_work
from tests.support.person import Json, Person

DAY = 24 * 3600.0
LINK = re.compile(r"https://t\.me/\w+\?start=\S+")


@asynccontextmanager
async def owners(folder: Path, language: str = "en", people: int = 0) -> AsyncIterator[TwoAdmins]:
    """Yield two owners of ADMIN_IDS who have pressed Start in a running bot, and `people` quiet subscribers."""
    async with two_admins_stopped(folder, people, language=language) as admins, admins.running_bot():
        await admins.writer.start()
        await admins.other.start()
        yield admins


@asynccontextmanager
async def only_owner(folder: Path) -> AsyncIterator[TwoAdmins]:
    """Yield an only owner, as `writer`, of a running bot; `other` is a stranger."""
    async with two_admins_stopped(folder) as admins, at_work(admins.place, admins.clock):
        await admins.writer.start()
        yield admins


async def invite(owner: Person, role: str) -> str:
    """Make an invitation in the chat, and return the payload of its link."""
    earlier = {message.get("text") for message in await owner.messages()}
    await owner.say("/team")
    await owner.press_under("Owners", "Invite a person")
    await owner.press_under("Which role shall the invited person have?", role)
    while (shown := await owner.sees("Send this link"))["text"] in earlier:
        await asyncio.sleep(0.02)  # still the link of an earlier invitation
    return payload_in(str(shown["text"]))


def payload_in(text: str) -> str:
    """Return the payload of the link in `text`."""
    link = LINK.search(text)
    assert link, f"no link in {text!r}"
    return parse_qs(urlsplit(link[0]).query)["start"][0]


async def join(admins: TwoAdmins, owner: Person, role: str, name: str = "") -> Person:
    """Let a newcomer join by an invitation of `owner`, under `name` if there is one; return the newcomer."""
    payload = await invite(owner, role)
    member = await admins.place.newcomer()
    await member.start(payload)
    if name:
        await member.press("Choose a name")
        await member.say(name)
    await member.press("Join the team")
    await member.sees("You are in the team.")
    return member


async def suspend(owner: Person, role: str) -> None:
    """Suspend the last member of the list in one tap; `role` is the heading above that member."""
    await owner.say("/team")
    screen = await owner.sees(role)
    row = max(number for number, row in enumerate(_labels(screen)) if "Suspend" in row)
    await owner.press_at(screen["message_id"], row, 1)


def _labels(screen: Json) -> list[list[str]]:
    return [[button["text"] for button in row] for row in screen["reply_markup"]["inline_keyboard"]]


async def press_in_team(owner: Person, name: str, action: str) -> None:
    """Open the list of the team, open a member, and press a button of that member."""
    await owner.say("/team")
    await owner.press_under("Owners", name)
    await owner.press_under("Role: ", action)
