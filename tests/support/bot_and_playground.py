"""A town for tests: the box and the real bot, in this process or as a process of its own that can be killed."""

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
from bot.settings import Settings, settings
from content.loading.load import SHIPPED_CAMPAIGN, load_matcher
from tests.support.person import Person

ROOT = Path(__file__).parents[2]
MATCHER = load_matcher(SHIPPED_CAMPAIGN)
CAMPAIGN = MATCHER.campaign
DARI, PASHTO, ENGLISH, ADMIN, GROUP = 1001, 1002, 1003, 1009, -2001


def bot_env(box: Any, data: Path, **more: str) -> dict[str, str]:
    """What a bot of this box is told."""
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
class Town:
    box: Any
    session: aiohttp.ClientSession
    data: Path

    @property
    def bot_id(self) -> int:
        return int(self.box.token.split(":")[0])

    def person(self, who: int, chat: int | None = None) -> Person:
        return Person(self.box.url, self.session, who, self.bot_id if chat is None else chat)

    def answered(self) -> int:
        """How many messages the bot has sent."""
        return sum(call["method"] == "sendMessage" for call in self.box.state.calls.since(0))

    async def newcomer(self, language: str = "en") -> Person:
        """Somebody who has never been here."""
        told = await self.person(ENGLISH).post("people", first_name="New", language_code=language)
        return self.person(told["id"])

    def settings(self, **more: str) -> Settings:
        return settings(bot_env(self.box, self.data, **more))


@asynccontextmanager
async def empty_town(data: Path, **options: Any) -> AsyncIterator[Town]:
    """The box alone; `options` are the playground's."""
    async with playground.running(port=0, **options) as box, aiohttp.ClientSession() as session:
        yield Town(box, session, data)


@asynccontextmanager
async def town(data: Path, **options: Any) -> AsyncIterator[Town]:
    """The box with the bot at work in this process."""
    async with empty_town(data, **options) as place, at_work(place):
        yield place


@asynccontextmanager
async def at_work(place: Town, now: Callable[[], float] = time.time, **more: str) -> AsyncIterator[None]:
    """The bot at work in this process while the block runs; `more` are settings."""
    stopping = asyncio.Event()
    clock = getattr(now, "steady", steady_clock)
    running = asyncio.create_task(app.run(place.settings(**more), MATCHER, stopping, now, clock))
    try:
        yield
    finally:
        stopping.set()
        await running


async def start_bot(env: Mapping[str, str], *arguments: str, **more: Any) -> asyncio.subprocess.Process:
    """The bot as an operator starts it, with nothing else in its environment."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *(arguments or ("run",)),
        env={"PATH": os.environ["PATH"], **env},
        cwd=ROOT,
        **more,
    )
