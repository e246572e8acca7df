"""Run a bot with feedback for tests, and do the usual steps of a writer and of an admin in one call."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.announcement_admins import TwoAdmins, two_admins_stopped
from tests.support.bot_and_playground import at_work
from tests.support.person import Json, Person

TEXT = "The well in our village is dry. Ask @somebody, see https://example.org/a and /start"
ASK, ONLY = "Send; answer within 48 hours", "Send without an answer"


@asynccontextmanager
async def running_bot(admins: TwoAdmins) -> AsyncIterator[None]:
    """Run a bot with feedback for two owners."""
    owners = f"{admins.writer.id},{admins.other.id}"
    async with at_work(admins.place, admins.clock, ADMIN_IDS=owners, FEEDBACK="on"):
        yield


@asynccontextmanager
async def feedback_bot(folder: Path, language: str = "en") -> AsyncIterator[tuple[TwoAdmins, Person]]:
    """Yield two owners who have pressed Start in a bot with feedback, and a person who is not subscribed."""
    async with two_admins_stopped(folder, language=language) as admins, running_bot(admins):
        await admins.writer.start()
        await admins.other.start()
        yield admins, await admins.place.newcomer()


async def write(person: Person, text: str = TEXT) -> Json:
    """Open feedback and write a text; return the preview."""
    await person.say("/feedback")
    return await person.say(text)


async def write_and_send(person: Person, button: str = ASK, text: str = TEXT) -> str:
    """Write to the campaign; return the number of the conversation."""
    await write(person, text)
    await person.press_under("Exactly this will be sent", button)
    return number_in(await person.sees("umber is "))


def number_in(message: Json) -> str:
    """Return the number of a conversation in a message."""
    match = re.search(r"(?<![\d-])\d{4}(?![\d-])", str(message["text"]))
    assert match, f"no number in {message['text']!r}"
    return match[0]


async def answer(admin: Person, number: str, text: str = "Thank you.") -> None:
    """Answer the message with this number."""
    await begin_answer(admin, number, text)
    await admin.press_under("Exactly this will be sent to", "Send the answer")


async def begin_answer(admin: Person, number: str, text: str = "Thank you.") -> None:
    """Write an answer, without sending it."""
    await admin.press_under(f"Message to the campaign, number {number}", "Answer")
    await admin.sees("Write the answer to")
    await admin.say(text)


async def texts(person: Person) -> list[str]:
    """Return the texts that the bot has sent to a person."""
    return [str(message.get("text", "")) for message in await person.messages() if not message.get("out")]
