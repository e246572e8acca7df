"""Test that a confirmed subscription or deletion survives when the bot is killed right after its confirmation.

Several people subscribe or unsubscribe at once. After a random number of confirmations the bot gets kill -9. Then the
database must agree with every confirmation that was read. After a power cut less of a file may be left:
test_power_cut.py tests that.
"""

import asyncio
import random
from pathlib import Path

import pytest

from tests.support.bot_and_playground import BotAndPlayground, bot_env, playground_alone, start_bot
from tests.support.person import Person
from tests.support.subscriptions import BOOKS, FA, stored_subscriber

SAY = BOOKS[FA].say
# The texts that confirm a command. The second is for a repeated command: after a kill an update may come twice.
CONFIRMS = {
    "/subscribe": (SAY("panel.joined"), SAY("panel.subscribed")),
    "/forget": (SAY("panel.left"), SAY("panel.nothing_left")),
}


class Crowd:
    """Several people who send the same command at the same time."""

    def __init__(self, place: BotAndPlayground, people: list[Person]) -> None:
        self.place = place
        self.people = people
        self.command = ""
        self.since = 0  # the id of the first message with the present command

    async def send(self, command: str) -> None:
        sends = (person.post(f"chats/{person.chat}/send", text=command) for person in self.people)
        messages = await asyncio.gather(*sends)
        self.command, self.since = command, min(message["message_id"] for message in messages)

    async def answered(self, number: int) -> None:
        """Return as soon as `number` people have a confirmation of the present command. Fails after a minute."""
        async with asyncio.timeout(60):
            while len(self.confirmed()) < number:
                await asyncio.sleep(0)

    def confirmed(self) -> list[Person]:
        return [person for person in self.people if self._has_read(person)]

    def _has_read(self, person: Person) -> bool:
        """Return whether one of the newest messages of the person's chat confirms the present command."""
        newest = self.place.playground.state.messages(person.id)[-4:]
        answers = [message["text"] for message in newest if message["message_id"] >= self.since]
        return any(words in answer for answer in answers for words in CONFIRMS[self.command])


async def confirmations(folder: Path, kills: int, size: int) -> int:
    """Kill the bot `kills` times after confirmations to `size` people, and check the database each time.

    Returns the number of confirmations that had been read before the kills.
    """
    chance, seen = random.Random(kills), 0
    async with playground_alone(folder, rate=10_000) as place:
        env = bot_env(place.playground, folder, LOG_LEVEL="ERROR")
        crowd = Crowd(place, [await place.newcomer("fa") for _ in range(size)])
        bot = await start_bot(env)
        for turn in range(kills):
            joining = turn % 2 == 0
            await crowd.send("/subscribe" if joining else "/forget")
            await crowd.answered(chance.randint(max(1, size // 2), size))
            bot.kill()
            read = crowd.confirmed()
            await bot.wait()
            for person in read:
                assert (await stored_subscriber(place, person) is not None) == joining, f"lost at kill {turn}"
            seen += len(read)
            bot = await start_bot(env)
            await crowd.answered(size)
        bot.terminate()
        await bot.wait()
    return seen


async def test_25_confirmations_that_were_read_have_survived_a_kill_right_after(tmp_path: Path) -> None:
    assert await confirmations(tmp_path, 4, 12) >= 25


@pytest.mark.torture
async def test_100_times_the_only_confirmation_has_survived_a_kill_right_after(tmp_path: Path) -> None:
    assert await confirmations(tmp_path, 100, 1) == 100


@pytest.mark.torture
async def test_confirmations_among_many_have_survived_40_kills(tmp_path: Path) -> None:
    assert await confirmations(tmp_path, 40, 20) >= 400
