"""A message answers the question that the bot asked last, and none that the person has left since."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.feedback import feedback_bot, write_and_send
from tests.support.person import Json, Person
from tests.support.team import invite


@dataclass(frozen=True)
class Question:
    """A question that waits for a message of an admin. `answer` is a part of what the bot says to that message."""

    ask: Callable[[Person], Awaitable[object]]
    answer: str


async def tap(admin: Person, command: str, *labels: str) -> None:
    """Send a command, then press buttons, each below the bot's last message."""
    await admin.say(command)
    for label in labels:
        await admin.press(label)


@asynccontextmanager
async def drafting_admin(folder: Path) -> AsyncIterator[Person]:
    """Yield an admin who has got feedback and has a draft. With a draft, the flood gate lets every message pass."""
    async with feedback_bot(folder) as (admins, writer):
        await write_and_send(writer)
        await tap(admins.writer, "/broadcast", "English")
        await admins.writer.say("Message 0")
        yield admins.writer


async def set_up_factor(admin: Person) -> None:
    await admin.say("/factor")
    await admin.press_under("You have not set it up", "Set it up")
    await admin.sees("Now send the code of six digits")


async def begin_answer(admin: Person) -> None:
    await admin.press_under("Message to the campaign", "Answer")
    await admin.sees("Write the answer to number")


QUESTIONS = {
    "verification": Question(lambda admin: tap(admin, "/verify"), "✗ Unknown"),
    "feedback": Question(lambda admin: tap(admin, "/feedback"), "Exactly this will be sent:"),
    "answer": Question(begin_answer, "be sent to number"),
    "channel": Question(lambda admin: tap(admin, "/team", "Our channel", "Name "), "This message names no channel."),
    "own name": Question(lambda admin: tap(admin, "/team", "My name"), "Owners"),
    "code": Question(set_up_factor, "This was not a code."),
    "draft": Question(lambda admin: tap(admin, "/broadcast", "✓ English"), "For English: a text"),
}


def text_of(message: Json) -> str:
    return str(message.get("text") or message.get("caption"))


SERIES = (
    ("verification", "own name", "feedback"),
    ("channel", "code", "draft"),
    ("answer", "draft", "verification"),
)
LEFT = {  # the draft is no such question: until it is closed, its page waits for a text
    "verification": ("/announcements",),
    "own name": ("/announcements",),
    "code": ("/help", "Main menu"),
}


async def test_of_several_questions_the_last_one_gets_the_message(tmp_path: Path) -> None:
    async with drafting_admin(tmp_path) as admin:
        wrong = []
        for number, series in enumerate(SERIES, 1):
            for name in series:
                await QUESTIONS[name].ask(admin)
            answer = text_of(await admin.say(f"Message {number}"))
            if QUESTIONS[series[-1]].answer not in answer:
                wrong.append(f"{series}: {answer[:60]!r}")

        assert wrong == []


async def test_a_question_that_was_left_with_a_command_or_a_button_gets_no_message(tmp_path: Path) -> None:
    async with drafting_admin(tmp_path) as admin:
        wrong = []
        for name, leave in LEFT.items():
            await QUESTIONS[name].ask(admin)
            await tap(admin, *leave)
            answer = text_of(await admin.say(f"girls school {len(name)}"))
            if "Clause 8" not in answer:
                wrong.append(f"{name}, then {leave}: {answer[:60]!r}")

        assert wrong == []


async def test_a_message_for_the_campaign_does_not_become_the_name_of_an_invited_person(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, invited):
        await invited.start(await invite(admins.writer, "Editor"))
        await invited.press("Choose a name")
        await tap(invited, "/feedback")

        assert "Exactly this will be sent:" in text_of(await invited.say("The well is dry"))
