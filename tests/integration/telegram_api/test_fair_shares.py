"""Share the bot fairly: floods by many accounts, readers during an announcement, flood waits with a scope."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from content.model import Lang
from storage.store import opened
from tests.support.announcement_admins import TwoAdmins, two_admins_stopped
from tests.support.bot_and_playground import (
    CAMPAIGN,
    BotAndPlayground,
    bot_and_playground,
    bot_env,
    playground_alone,
    start_bot,
)
from tests.support.broadcast_sender import add_subscribers, today
from tests.support.person import Person

LEFT = CAMPAIGN.phrasebooks[Lang("en")].say("panel.left")
QUESTIONS = ("4", "8", "girls schools", "/help", "/topics", "مکتب دختران", "11", "/demands")


@dataclass
class Waits:
    """The seconds that people waited for an answer."""

    seconds: list[float] = field(default_factory=list)

    def within(self, share: float) -> float:
        """Return the seconds in which this share of the answers came."""
        return sorted(self.seconds)[int(len(self.seconds) * share)]


@asynccontextmanager
async def bot_process(folder: Path, people: int = 0) -> AsyncIterator[BotAndPlayground]:
    """The bot in a process of its own, with so many quiet subscribers."""
    async with playground_alone(folder, bulk_users=people) as place:
        chosen = place.settings()
        async with opened(chosen.database, chosen.keys, today(), place.bot_id) as store:  # type: ignore[arg-type]
            await add_subscribers(store, people)
        bot = await start_bot(bot_env(place.playground, folder, LOG_LEVEL="WARNING"))
        try:
            yield place
        finally:
            bot.kill()
            await bot.wait()


@asynccontextmanager
async def office_process(folder: Path, people: int) -> AsyncIterator[TwoAdmins]:
    """Two admins who have pressed Start, and the bot in a process of its own."""
    async with two_admins_stopped(folder, people) as closed:
        admins = f"{closed.writer.id},{closed.other.id}"
        bot = await start_bot(bot_env(closed.place.playground, folder, LOG_LEVEL="WARNING", ADMIN_IDS=admins))
        try:
            await closed.writer.start()
            await closed.other.start()
            yield closed
        finally:
            bot.kill()
            await bot.wait()


async def ask(place: BotAndPlayground, reader: Person, text: str, waits: Waits) -> None:
    """Ask once, and wait for the answer."""
    before, asked = place.playground.state.received(reader.id), time.monotonic()
    await reader.post(f"chats/{reader.chat}/send", text=text)
    async with asyncio.timeout(60):
        while place.playground.state.received(reader.id) == before:
            await asyncio.sleep(0.005)
    waits.seconds.append(time.monotonic() - asked)


async def ask_on(place: BotAndPlayground, reader: Person, times: int, waits: Waits, every: float = 1.0) -> None:
    """Ask `times` times; the next question waits for the answer, as people do."""
    for turn in range(times):
        begun = time.monotonic()
        await ask(place, reader, QUESTIONS[turn % len(QUESTIONS)], waits)
        await asyncio.sleep(max(0.0, begun + every - time.monotonic()))


async def pour(person: Person, a_second: float, seconds: float) -> None:
    """Send messages without waiting for answers."""
    begun = time.monotonic()
    for sent in range(int(a_second * seconds)):
        await person.post(f"chats/{person.chat}/send", text=QUESTIONS[sent % len(QUESTIONS)])
        await asyncio.sleep(max(0.0, begun + (sent + 1) / a_second - time.monotonic()))


async def flooded(folder: Path, accounts: int, a_second: float, seconds: int) -> tuple[Waits, Waits, int]:
    """Return what ten honest people waited, what newcomers waited, and what still came 5 s after the flood."""
    honest_waits, newcomer_waits = Waits(), Waits()
    async with bot_process(folder) as place:
        flooders = [await place.newcomer() for _ in range(accounts)]
        honest = [await place.newcomer() for _ in range(10)]
        newcomers = [await place.newcomer() for _ in range(seconds)]
        for person in (*flooders, *honest):
            await person.start()
        pouring = [asyncio.create_task(pour(flooder, a_second, seconds)) for flooder in flooders]
        asking = [asyncio.create_task(ask_on(place, person, seconds, honest_waits)) for person in honest]
        for newcomer in newcomers:
            begun = time.monotonic()
            await ask(place, newcomer, "/start", newcomer_waits)
            await asyncio.sleep(max(0.0, begun + 1 - time.monotonic()))
        await asyncio.gather(*pouring, *asking)
        await asyncio.sleep(5)
        before = sum(place.playground.state.received(flooder.id) for flooder in flooders)
        await asyncio.sleep(2)
        after = sum(place.playground.state.received(flooder.id) for flooder in flooders)
    return honest_waits, newcomer_waits, after - before


@pytest.mark.parametrize(
    ("accounts", "a_second"),
    [(5, 8.0), pytest.param(10, 30.0, marks=pytest.mark.torture)],  # more needs a core for the flood alone
)
@pytest.mark.timing
async def test_a_few_accounts_that_flood_starve_nobody(tmp_path: Path, accounts: int, a_second: float) -> None:
    honest, newcomers, late = await flooded(tmp_path, accounts, a_second, 8)

    assert honest.within(0.95) < 2.0
    assert max(newcomers.seconds) < 2.0
    assert late == 0


@pytest.mark.torture
async def test_a_minute_of_flood_by_20_accounts_starves_nobody(tmp_path: Path) -> None:
    honest, newcomers, late = await flooded(tmp_path, 20, 30.0, 60)

    assert honest.within(0.95) < 2.0
    assert max(newcomers.seconds) < 2.0
    assert late == 0


@pytest.mark.timing
async def test_readers_and_an_announcement_each_keep_their_share(tmp_path: Path) -> None:
    """50 people ask once a second while an announcement runs: it keeps a quarter, and a newcomer waits under 2 s."""
    newcomer_waits = Waits()
    async with office_process(tmp_path, 400) as admins:
        place = admins.place
        readers = [await place.newcomer() for _ in range(50)]
        newcomers = [await place.newcomer() for _ in range(5)]
        await admins.begin_sending()
        await admins.writer.sees("Is being sent.")
        asking = [asyncio.create_task(pour(reader, 1.0, 8)) for reader in readers]
        await asyncio.sleep(2)
        before, begun = sum(admins.received_counts().get(got, 0) for got in (1, 2)), time.monotonic()
        for newcomer in newcomers:
            await ask(place, newcomer, "/start", newcomer_waits)
            await asyncio.sleep(0.8)
        sent = sum(admins.received_counts().get(got, 0) for got in (1, 2)) - before
        took = time.monotonic() - begun
        await asyncio.gather(*asking)
    assert sent / took >= 0.9 * 30 / 4
    assert max(newcomer_waits.seconds) < 2.0


@pytest.mark.timing
async def test_a_flood_wait_on_the_profile_silences_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    waits = Waits()
    async with playground_alone(tmp_path) as place:
        place.playground.state.faults.replace([{"kind": "429", "methods": ["setMyDescription"], "seconds": 3600.0}])
        bot = await start_bot(bot_env(place.playground, tmp_path))
        try:
            person = await place.newcomer()
            await person.start()
            await ask_on(place, person, 6, waits, every=0.5)
            calls = place.playground.state.calls.since(0)
        finally:
            bot.kill()
            await bot.wait()
    assert max(waits.seconds) < 1.0
    assert sum(call["method"] == "setMyDescription" for call in calls) == 1
    assert sum(call["method"] == "setMyCommands" for call in calls) == 4, "the other parts were held up"


@pytest.mark.timing
async def test_a_flood_wait_on_the_display_of_progress_stops_neither_readers_nor_the_announcement(
    tmp_path: Path,
) -> None:
    waits = Waits()
    async with office_process(tmp_path, 150) as admins:
        reader = await admins.place.newcomer()
        await reader.start()
        await admins.begin_sending()
        await admins.writer.sees("Is being sent.")
        here = [admins.writer.id, admins.other.id]
        admins.place.playground.state.faults.replace(
            [{"kind": "429", "methods": ["editMessageText"], "chats": here, "seconds": 60.0, "times": 2}]
        )
        asking = asyncio.create_task(ask_on(admins.place, reader, 4, waits))
        begun, before = time.monotonic(), admins.received_counts().get(1, 0)
        async with asyncio.timeout(60):
            while admins.received_counts().get(1, 0) < 150:
                await asyncio.sleep(0.02)
        took = time.monotonic() - begun
        await asking

    assert took < (150 - before) / 30 / 0.95 + 1.0
    assert max(waits.seconds) < 1.0


@pytest.mark.timing
async def test_leaving_goes_before_everything_that_the_same_person_asked(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        await person.say("/subscribe")
        for number in range(12):
            await person.post(f"chats/{person.chat}/send", text=str(number + 1))
        begun = time.monotonic()
        await person.post(f"chats/{person.chat}/send", text="/forget")
        await person.sees(LEFT)
        assert time.monotonic() - begun < 1.0


@pytest.mark.timing
async def test_an_admin_stops_an_announcement_at_once_while_others_flood(tmp_path: Path) -> None:
    async with office_process(tmp_path, 600) as admins:
        flooders = [await admins.place.newcomer() for _ in range(6)]
        await admins.begin_sending()
        await admins.writer.sees("Is being sent.")
        pouring = [asyncio.create_task(pour(flooder, 20.0, 6)) for flooder in flooders]
        await asyncio.sleep(2)
        begun = time.monotonic()
        await admins.writer.press_under("Is being sent.", "Stop")
        await admins.writer.press_under("?", "Yes")
        assert time.monotonic() - begun < 2.0
        await asyncio.gather(*pouring)


@pytest.mark.torture
async def test_200_people_who_press_a_button_at_once_are_answered_within_2_seconds(tmp_path: Path) -> None:
    async with bot_process(tmp_path) as place:
        people = [await place.newcomer() for _ in range(200)]
        screens = [await person.start() for person in people]  # at the budget's pace: 7 s
        begun = time.monotonic()

        async def press(person: Person, screen: Any) -> float:
            await person.press_at(screen["message_id"], 0, 0)
            return time.monotonic() - begun

        waits = await asyncio.gather(*map(press, people, screens))
    assert max(waits) < 2.0
