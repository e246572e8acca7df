"""A change that somebody saw confirmed survives, even when the bot is killed right after the confirmation.

Several people join or leave at once. At a random confirmation the bot gets kill -9, and the database is checked for
everybody who had read theirs. A power cut may leave less of a file: see test_power_cut.py for the same operations.
"""

import asyncio
import random
from pathlib import Path

import pytest

from tests.support.bot_and_playground import BotAndPlayground, bot_env, playground_alone, start_bot
from tests.support.person import Person
from tests.support.subscriptions import BOOKS, FA, stored_subscriber

SAY = BOOKS[FA].say
# The confirmations of a command: the first time and again, since after a kill an update may arrive twice.
CONFIRMS = {
    "/subscribe": (SAY("panel.joined"), SAY("panel.subscribed")),
    "/forget": (SAY("panel.left"), SAY("panel.nothing_left")),
}


class Crowd:
    """People who all join at once, and all leave at once."""

    def __init__(self, place: BotAndPlayground, people: list[Person]) -> None:
        self.place = place
        self.people = people
        self.command = ""
        self.since = 0  # the id of the first message with the current command

    async def send(self, command: str) -> None:
        sends = (person.post(f"chats/{person.chat}/send", text=command) for person in self.people)
        messages = await asyncio.gather(*sends)
        self.command, self.since = command, min(message["message_id"] for message in messages)

    async def wait_for_answers(self, number: int, pause: float = 0.001) -> None:
        """Return when `number` people have their answer; look every `pause` seconds."""
        async with asyncio.timeout(60):
            while len(self.confirmed()) < number:
                await asyncio.sleep(pause)

    def confirmed(self) -> list[Person]:
        return [person for person in self.people if self._has_read(person)]

    def _has_read(self, person: Person) -> bool:
        """Tell whether one of the newest messages in the chat confirms the current command."""
        newest = self.place.playground.state.messages(person.id)[-4:]
        texts = [message["text"] for message in newest if message["message_id"] >= self.since]
        return any(confirmation in text for text in texts for confirmation in CONFIRMS[self.command])


async def count_confirmations(folder: Path, kills: int, size: int) -> int:
    """Kill the bot `kills` times. Check that every confirmed change is on disk, and return how many there were."""
    chance, confirmed = random.Random(kills), 0
    async with playground_alone(folder, rate=10_000) as place:
        env = bot_env(place.playground, folder, LOG_LEVEL="ERROR")
        crowd = Crowd(place, [await place.newcomer("fa") for _ in range(size)])
        bot = await start_bot(env)
        for turn in range(kills):
            joining = turn % 2 == 0
            await crowd.send("/subscribe" if joining else "/forget")
            await crowd.wait_for_answers(chance.randint(max(1, size // 2), size))
            bot.kill()
            read = crowd.confirmed()
            await bot.wait()
            for person in read:
                assert (await stored_subscriber(place, person) is not None) == joining, f"lost at kill {turn}"
            confirmed += len(read)
            bot = await start_bot(env)
            await crowd.wait_for_answers(size, pause=0.02)
        bot.terminate()
        await bot.wait()
    return confirmed


async def test_25_confirmations_survive_a_kill_right_after_they_were_read(tmp_path: Path) -> None:
    assert await count_confirmations(tmp_path, 2, 26) >= 25


@pytest.mark.torture
async def test_a_single_confirmation_survives_each_of_100_kills(tmp_path: Path) -> None:
    assert await count_confirmations(tmp_path, 100, 1) == 100


@pytest.mark.torture
async def test_confirmations_among_many_people_survive_40_kills(tmp_path: Path) -> None:
    assert await count_confirmations(tmp_path, 40, 20) >= 400
