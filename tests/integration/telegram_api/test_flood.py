"""Flood the bot from one account (promise P8): twenty other people are answered, and the bot's memory stays small.

The first messages of the flooder hold up everybody once, until polling skips a slow chat after 2 s.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.support.bot_and_playground import BotAndPlayground, bot_env, playground_alone, start_bot
from tests.support.person import Person

READERS = 20
SLOWEST = 2.0  # seconds
GROWTH = 20.0  # megabytes
QUESTIONS = ("4", "8", "girls schools", "/help", "/topics", "مکتب دختران", "11", "/demands")


@dataclass
class Measured:
    """`replies` are seconds until an answer was there; `growth` is the bot's memory at its most, in megabytes."""

    replies: list[float] = field(default_factory=list)
    growth: float = 0.0
    to_flooder: int = 0

    def within(self, share: float) -> float:
        """The seconds in which this share of the answers came."""
        return sorted(self.replies)[int(len(self.replies) * share)]


async def flood(folder: Path, messages: int, seconds: float) -> Measured:
    measured = Measured()
    async with playground_alone(folder) as place:
        bot = await start_bot(bot_env(place.playground, folder, LOG_LEVEL="WARNING"))
        flooder, *readers = [await place.newcomer() for _ in range(READERS + 1)]
        for reader in readers:
            await reader.start()
        process = psutil.Process(bot.pid)
        before = process.memory_info().rss
        pouring = asyncio.create_task(pour(flooder, messages, seconds))
        asking = [asyncio.create_task(ask(place, reader, at, seconds, measured)) for at, reader in enumerate(readers)]
        while not pouring.done():
            measured.growth = max(measured.growth, (process.memory_info().rss - before) / 1e6)
            await asyncio.sleep(0.1)
        await asyncio.gather(pouring, *asking)
        measured.growth = max(measured.growth, (process.memory_info().rss - before) / 1e6)
        measured.to_flooder = place.playground.state.received(flooder.id)
        bot.kill()  # a stop would give the flooder's last ones a few seconds
        await bot.wait()
    return measured


async def pour(flooder: Person, messages: int, seconds: float) -> None:
    """As fast as it takes for all to be sent in time."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for sent in range(messages):
        await flooder.post(f"chats/{flooder.chat}/send", text=QUESTIONS[sent % len(QUESTIONS)])
        await asyncio.sleep(max(0.0, begun + sent * seconds / messages - loop.time()))


async def ask(place: BotAndPlayground, reader: Person, at: int, seconds: float, measured: Measured) -> None:
    """Once a second, each at another moment of it; the next question waits for the answer, as people do."""
    loop = asyncio.get_running_loop()
    begun = loop.time() + at / READERS
    for turn in range(int(seconds)):
        await asyncio.sleep(max(0.0, begun + turn - loop.time()))
        received, asked = place.playground.state.received(reader.id), loop.time()
        await reader.post(f"chats/{reader.chat}/send", text=QUESTIONS[(turn + at) % len(QUESTIONS)])
        async with asyncio.timeout(60):
            while place.playground.state.received(reader.id) == received:
                await asyncio.sleep(0.005)
        measured.replies.append(loop.time() - asked)


@pytest.mark.timing
async def test_2000_messages_of_one_account_in_8_seconds_starve_nobody(tmp_path: Path) -> None:
    measured = await flood(tmp_path, 2000, 8)

    assert len(measured.replies) == READERS * 8
    assert measured.within(0.85) < SLOWEST
    assert measured.growth < GROWTH
    assert 5 <= measured.to_flooder <= 20  # the gate's, at the pace of one chat


@pytest.mark.torture
async def test_10000_messages_of_one_account_in_a_minute_starve_nobody(tmp_path: Path) -> None:
    measured = await flood(tmp_path, 10_000, 60)

    assert len(measured.replies) == READERS * 60
    assert measured.within(0.95) < SLOWEST
    assert measured.growth < GROWTH
