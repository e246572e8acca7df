"""Run the bot and the playground with two admins who write announcements, and do their usual steps in one call."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.runtime.clock_guard import steady_clock
from content.model import Lang
from storage.store import opened
from tests.support.bot_and_playground import ADMIN, CAMPAIGN, BotAndPlayground, at_work, playground_alone
from tests.support.broadcast_sender import add_subscribers
from tests.support.person import Json, Person, Silence, labels, pauses

NOON = "Tomorrow at noon"
SEND = ("Ask for approval", "Send in 1 minute", "Send: ", "Change for everyone")  # the button that ends the check


@dataclass
class Clock:
    """A wall clock and a steady clock. `ahead` moves both forward; `wrong` moves the wall clock alone. In seconds."""

    ahead: float = 0.0
    wrong: float = 0.0

    def __call__(self) -> float:
        """Return the time of the wall clock, in Unix time."""
        return self.true() + self.wrong

    def true(self) -> float:
        """Return the Unix time that Telegram has."""
        return time.time() + self.ahead

    def steady(self) -> float:
        """Return the time of the steady clock, in seconds."""
        return steady_clock() + self.ahead


@dataclass
class TwoAdmins:
    """The two admins of a bot. `writer` reads English and writes; `other` reads `language` and confirms."""

    place: BotAndPlayground
    writer: Person
    other: Person
    language: str
    clock: Clock = field(default_factory=Clock)
    rate: str = "30"

    @asynccontextmanager
    async def running_bot(self) -> AsyncIterator[None]:
        """Run the bot for these two admins."""
        admins = f"{self.writer.id},{self.other.id}"
        async with at_work(self.place, self.clock, ADMIN_IDS=admins, SEND_RATE=self.rate):
            yield

    def phrase(self, key: str, **values: str | int) -> str:
        """Return a phrase as the bot says it to the other admin."""
        return CAMPAIGN.phrasebooks[Lang(self.language)].say(key, **values)

    def received_counts(self) -> dict[int, int]:
        """Return how many of the quiet subscribers received how many messages: {messages: people}."""
        return dict(self.place.playground.state.bulk_users.histogram())

    async def request(self, text: str = NOON) -> None:
        """Write an announcement and request that it be sent at once."""
        await write_draft(self.writer, text)
        await open_check_page(self.writer)
        await self.writer.press_under("Recipients", SEND)

    async def begin_sending(self, text: str = NOON) -> None:
        """Request an announcement and confirm it."""
        await self.request(text)
        await self.confirm()

    async def confirm(self) -> None:
        """Let the other admin confirm the request."""
        await self.other.press_under(
            self.phrase("broadcast.question"), self.phrase("button.confirm").partition(":")[0]
        )

    async def send(self, text: str = NOON) -> Json:
        """Send an announcement to the end; return the writer's progress screen."""
        await self.begin_sending(text)
        return await self.writer.sees("Sending has ended")


@asynccontextmanager
async def two_admins_stopped(
    folder: Path, people: int = 0, rate: str = "30", language: str = "en", **options: Any
) -> AsyncIterator[TwoAdmins]:
    """Yield two admins and `people` quiet subscribers; the bot is not running yet.

    `options` are those of the playground.
    """
    clock = Clock()
    async with playground_alone(folder, bulk_users=people, clock=clock.true, **options) as place:
        if people:
            settings = place.settings()
            async with opened(settings.database, settings.keys, datetime.now(UTC).date(), place.bot_id) as store:
                await add_subscribers(store, people)
        yield TwoAdmins(place, place.person(ADMIN), await place.newcomer(language), language, clock, rate)


@asynccontextmanager
async def two_admins(
    folder: Path, people: int = 0, rate: str = "30", language: str = "en"
) -> AsyncIterator[TwoAdmins]:
    """Yield two admins who have pressed Start in a running bot, which has `people` quiet subscribers."""
    async with two_admins_stopped(folder, people, rate, language) as admins, admins.running_bot():
        await admins.writer.start()
        await admins.other.start()
        yield admins


@asynccontextmanager
async def only_admin(folder: Path) -> AsyncIterator[tuple[TwoAdmins, Person]]:
    """Yield an only admin, as `writer`, of a running bot, and a subscriber; `other` is not an admin."""
    async with two_admins_stopped(folder) as admins, at_work(admins.place, admins.clock):
        await admins.writer.start()
        yield admins, await new_subscriber(admins.place)


async def new_subscriber(place: BotAndPlayground, language: str = "en") -> Person:
    """Return a person who has just subscribed."""
    person = await place.newcomer(language)
    await person.say("/subscribe")
    return person


async def write_draft(admin: Person, text: str = NOON, entities: Sequence[Json] = ()) -> None:
    """Write a draft with an English text. `entities` are its formatting."""
    await admin.say("/broadcast")
    await admin.press_under("Announcement", await _label_of_english(admin))
    await admin.sees("Now send what those who read English")
    await admin.send_formatted(text, entities)


async def _label_of_english(admin: Person) -> str:
    """Wait for the editor, which may come after the buttons of the screen before it are gone; return the label."""
    for pause in pauses():
        for label in labels(await admin.screen()):
            if "English" in label:
                return label
        await asyncio.sleep(pause)
    raise Silence("no button for the English text")


async def open_check_page(admin: Person) -> str:
    """Open the check page of a draft; return its text."""
    await admin.press_under("When: ", "Review and send")
    return str((await admin.sees("Recipients"))["text"])


async def schedule(admins: TwoAdmins) -> None:
    """Write an announcement, schedule it, and let the other admin confirm."""
    await write_draft(admins.writer)
    await admins.writer.press_under("When: ", "When")
    await admins.writer.sees("Choose a time, or write one")
    await admins.writer.say("2027-06-01 18:30")
    await open_check_page(admins.writer)
    await admins.writer.press_under("Recipients", SEND)
    await admins.confirm()
    await admins.writer.sees("Will be sent: Tuesday, 2027-06-01 18:30 (Kabul)")
    await admins.other.sees("Will be sent: Tuesday, 2027-06-01 18:30 (Kabul)")


async def wait_until_gone(person: Person, text: str) -> None:
    """Wait until no message of a chat contains `text`."""
    for pause in pauses():
        if not any(text in message.get("text", "") for message in await person.messages()):
            return
        await asyncio.sleep(pause)
    raise AssertionError(f"{text!r} is still shown")


def count_in(report: Json, name: str) -> int:
    """Return the number in the line `name` of a progress screen, in any digits; 0 if there is no such line."""
    text = str(report["text"])
    match = re.search(rf"^{re.escape(name)}: (?:about )?([\d,]+)$", text, re.MULTILINE)
    assert re.search("^Sent: ", text, re.MULTILINE), f"no results in {text!r}"
    return int(match[1].replace(",", "")) if match else 0
