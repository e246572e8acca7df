"""Announcing for tests: two admins and their bot in the box, and what they do there in a word."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.runtime.clock_guard import steady_clock
from content.model import Lang
from storage.store import opened
from tests.support.bot_and_playground import ADMIN, CAMPAIGN, Town, at_work, empty_town
from tests.support.broadcast_sender import add_subscribers
from tests.support.person import Json, Person, labels

NOON = "Tomorrow at noon"


@dataclass
class Clock:
    """The wall clock, which a test puts ahead, and the steady clock with it; `wrong` moves the wall clock alone."""

    ahead: float = 0.0
    wrong: float = 0.0

    def __call__(self) -> float:
        return self.true() + self.wrong

    def true(self) -> float:
        """The time as Telegram has it."""
        return time.time() + self.ahead

    def steady(self) -> float:
        return steady_clock() + self.ahead


@dataclass
class Office:
    """`writer` reads English, `other` reads `language`. Both are admins, and nobody else is."""

    place: Town
    writer: Person
    other: Person
    language: str
    clock: Clock = field(default_factory=Clock)
    rate: str = "30"

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        admins = f"{self.writer.id},{self.other.id}"
        async with at_work(self.place, self.clock, ADMIN_IDS=admins, SEND_RATE=self.rate):
            yield

    def word(self, key: str, **values: str | int) -> str:
        """What the bot says to the other one."""
        return CAMPAIGN.phrasebooks[Lang(self.language)].say(key, **values)

    def got(self) -> dict[int, int]:
        """How many of the quiet people got so many messages."""
        return dict(self.place.box.state.quiet.spread())

    async def ask(self, text: str = NOON) -> None:
        """The writer wants to send this at once."""
        await write(self.writer, text)
        await at_check(self.writer)
        await self.writer.press_under("Recipients", "Send now")

    async def begin(self, text: str = NOON) -> None:
        """And the other one confirms."""
        await self.ask(text)
        await self.confirm()

    async def confirm(self) -> None:
        await self.other.press_under(self.word("broadcast.question"), self.word("button.confirm"))

    async def send(self, text: str = NOON) -> Json:
        """To its end; the writer's report."""
        await self.begin(text)
        return await self.writer.sees("Sending has ended")


@asynccontextmanager
async def closed_office(
    folder: Path, people: int = 0, rate: str = "30", language: str = "en", **options: Any
) -> AsyncIterator[Office]:
    """With `people` quiet subscribers; the bot does not work yet. `options` are the playground's."""
    clock = Clock()
    async with empty_town(folder, quiet_people=people, clock=clock.true, **options) as place:
        if people:
            chosen = place.settings()
            async with opened(chosen.database, chosen.keys, datetime.now(UTC).date(), place.bot_id) as store:
                await add_subscribers(store, people)
        yield Office(place, place.person(ADMIN), await place.newcomer(language), language, clock, rate)


@asynccontextmanager
async def office(folder: Path, people: int = 0, rate: str = "30", language: str = "en") -> AsyncIterator[Office]:
    """The bot works, and both admins have pressed Start."""
    async with closed_office(folder, people, rate, language) as closed, closed.at_work():
        await closed.writer.start()
        await closed.other.start()
        yield closed


@asynccontextmanager
async def lone_admin(folder: Path) -> AsyncIterator[tuple[Office, Person]]:
    """The bot at work for one admin, and a subscriber; the other person of the office is nobody."""
    async with closed_office(folder) as closed, at_work(closed.place, closed.clock):
        await closed.writer.start()
        yield closed, await subscriber(closed.place)


async def subscriber(place: Town, language: str = "en") -> Person:
    somebody = await place.newcomer(language)
    await somebody.say("/subscribe")
    return somebody


async def write(admin: Person, text: str = NOON) -> None:
    """A draft with an English text."""
    await admin.say("/broadcast")
    panel = await admin.screen()
    await admin.press_under("Announcement", next(label for label in labels(panel) if "English" in label))
    await admin.sees("Now send what those who read English")
    await admin.say(text)


async def at_check(admin: Person) -> str:
    await admin.press_under("When: ", "Check and send")
    return str((await admin.sees("Recipients"))["text"])


async def gone(person: Person, text: str) -> None:
    """Waits until their chat shows it no more."""
    async with asyncio.timeout(60):
        while any(text in one.get("text", "") for one in await person.messages()):
            await asyncio.sleep(0.02)


def count(report: Json, name: str) -> int:
    """The figure of a line of a report, in any digits."""
    found = re.search(rf"^{re.escape(name)}: (?:about )?(\d+)$", str(report["text"]), re.MULTILINE)
    assert found, f"no line {name!r} in {report['text']!r}"
    return int(found[1])
