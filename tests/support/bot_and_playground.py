"""The playground and the real bot for tests, in this process or as a process that can be killed."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

import playground
from bot import app
from bot.runtime.clock_guard import steady_clock
from bot.settings import Settings, read_settings
from content.search.matcher import Matcher
from tests.support import shipped_campaign
from tests.support.person import Person

ROOT = Path(__file__).parents[2]
MATCHER, CAMPAIGN = shipped_campaign.MATCHER, shipped_campaign.CAMPAIGN
DARI, PASHTO, ENGLISH, ADMIN, GROUP = 1001, 1002, 1003, 1009, -2001


def bot_env(box: Any, data: Path, **more: str) -> dict[str, str]:
    """Return the environment variables of a bot that uses this playground; `more` adds or replaces some."""
    return {
        "BOT_TOKEN": box.token,
        "BOT_API_URL": box.url,
        "ADMIN_IDS": str(ADMIN),
        "DATABASE_URL": f"sqlite:///{data}/data/bot.db",
        "SEAL_KEY_FILE": f"{data}/keys/seal.key",
        "LISTEN": "127.0.0.1:0",
        **more,
    }


@dataclass
class BotAndPlayground:
    """A running playground, and the folder `data` with the files of its bot."""

    playground: Any
    session: aiohttp.ClientSession
    data: Path

    @property
    def bot_id(self) -> int:
        return int(self.playground.token.split(":")[0])

    def person(self, number: int, chat: int | None = None) -> Person:
        """Return the person with the id `number`, in the chat with the bot or another one."""
        return Person(self.playground.url, self.session, number, self.bot_id if chat is None else chat)

    def answered(self) -> int:
        """Return how many texts the bot has sent."""
        return sum(call["method"] == "sendMessage" for call in self.playground.state.calls.since(0))

    async def newcomer(self, language: str = "en") -> Person:
        """Add a person who has never used the bot."""
        added = await self.person(ENGLISH).post("people", first_name="New", language_code=language)
        return self.person(added["id"])

    def settings(self, **more: str) -> Settings:
        """Return the settings of a bot that uses this playground."""
        return read_settings(bot_env(self.playground, self.data, **more))


@asynccontextmanager
async def playground_alone(data: Path, **options: Any) -> AsyncIterator[BotAndPlayground]:
    """Run the playground without a bot; `options` are fields of PlaygroundSettings."""
    async with playground.running(port=0, **options) as box, aiohttp.ClientSession() as session:
        yield BotAndPlayground(box, session, data)


@asynccontextmanager
async def bot_and_playground(data: Path, **options: Any) -> AsyncIterator[BotAndPlayground]:
    """Run the playground and the bot in this process."""
    async with playground_alone(data, **options) as place, at_work(place):
        yield place


@asynccontextmanager
async def at_work(
    place: BotAndPlayground, now: Callable[[], float] = time.time, matcher: Matcher = MATCHER, **more: str
) -> AsyncIterator[None]:
    """Run the bot in this process while the block runs; `more` are environment variables.

    `matcher` has the campaign, by default the shipped one.
    """
    stopping = asyncio.Event()
    clock = getattr(now, "steady", steady_clock)
    running = asyncio.create_task(app.run(place.settings(**more), matcher, stopping, now, clock))
    try:
        yield
    finally:
        stopping.set()
        await running


async def start_bot(env: Mapping[str, str], *arguments: str, **more: Any) -> asyncio.subprocess.Process:
    """Start the bot as an operator does, with an environment of PATH and `env` only."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *(arguments or ("run",)),
        env={"PATH": os.environ["PATH"], **env},
        cwd=ROOT,
        **more,
    )
