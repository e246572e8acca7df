"""What somebody saw confirmed has survived: the bot is killed right after a confirmation appeared, again and again.

Several people join or leave at once; at a random confirmation the bot gets kill -9, and the database, as it then lies
there, is asked about everybody who had read theirs. (For power cuts, where less of a file may be left, see
test_power_cut.py; there the same operations of the memory are cut off.)
"""

import asyncio
import random
from pathlib import Path

import pytest

from tests.support.bot_and_playground import BotAndPlayground, bot_env, playground_alone, start_bot
from tests.support.person import Person
from tests.support.subscriptions import BOOKS, FA, stored_subscriber

SAY = BOOKS[FA].say
# What confirms a command; a second time it is said otherwise, and after a kill an update may come a second time.
CONFIRMS = {
    "/subscribe": (SAY("panel.joined"), SAY("panel.subscribed")),
    "/forget": (SAY("panel.left"), SAY("panel.nothing_left")),
}


class Crowd:
    """People who join all together, and leave all together."""

    def __init__(self, place: BotAndPlayground, people: list[Person]) -> None:
        self.place = place
        self.people = people
        self.command = ""
        self.since = 0  # the message at which the present command begins

    async def send(self, command: str) -> None:
        said = await asyncio.gather(*(one.post(f"chats/{one.chat}/send", text=command) for one in self.people))
        self.command, self.since = command, min(one["message_id"] for one in said)

    async def answered(self, number: int) -> None:
        """Returns at the very moment when so many have their answer: looks without resting."""
        async with asyncio.timeout(60):
            while len(self.confirmed()) < number:
                await asyncio.sleep(0)

    def confirmed(self) -> list[Person]:
        return [one for one in self.people if self._has_read(one)]

    def _has_read(self, one: Person) -> bool:
        """Whether the newest messages of the chat confirm the present command."""
        news = (
            said for said in self.place.playground.state.messages(one.id)[-4:] if said["message_id"] >= self.since
        )
        return any(words in said["text"] for said in news for words in CONFIRMS[self.command])


async def confirmations(folder: Path, kills: int, size: int) -> int:
    """How many had been read when the bot was killed; every one of them was on the disk."""
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
            for one in read:
                assert (await stored_subscriber(place, one) is not None) == joining, f"lost at kill {turn}"
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
