"""kill -9 while people press buttons: after the restart every unconfirmed update is handled, none is lost."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.support.bot_and_playground import bot_env, playground_alone, start_bot

A_SECOND = 30  # answers, at most


async def kills(tmp_path: Path, size: int, times: int) -> None:
    """`size` people ask for clause after clause while the bot is killed `times` times; everybody gets everything."""
    chance = random.Random(7)
    asked = times + 1
    async with playground_alone(tmp_path, rate=10_000) as place:
        env = bot_env(place.playground, tmp_path, LOG_LEVEL="ERROR")
        people = [await place.newcomer() for _ in range(size)]
        bot = await start_bot(env)
        for turn in range(asked):
            clause = str(turn % 11 + 1)
            await asyncio.gather(*(person.post(f"chats/{person.chat}/send", text=clause) for person in people))
            if turn:
                before = place.answered()
                while place.answered() < before + chance.randrange(1, size // 2):
                    await asyncio.sleep(0.002)
                bot.kill()
                await bot.wait()
                bot = await start_bot(env)
        async with asyncio.timeout(60 + 2 * size * asked / A_SECOND):
            for person in people:
                while missing(await person.messages(), asked):
                    await asyncio.sleep(0.05)
        bot.terminate()
        await bot.wait()


def missing(messages: list[dict[str, object]], asked: int) -> set[str]:
    """The clauses that were asked for and have no answer in the chat yet."""
    wanted = {f"Clause {turn % 11 + 1} of 11" for turn in range(asked)}
    return {title for title in wanted if not any(title in str(message.get("text")) for message in messages)}


async def test_nothing_is_lost_when_the_bot_is_killed_while_100_people_ask(tmp_path: Path) -> None:
    await kills(tmp_path, 100, 2)


@pytest.mark.torture
async def test_nothing_is_lost_in_20_kills(tmp_path: Path) -> None:
    await kills(tmp_path, 200, 20)
