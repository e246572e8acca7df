"""Measure the start of the bot: seconds from process start to the first getUpdates, and the memory when idle."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

import playground

_SECONDS_TO_REST = 3.0  # seconds after which the bot is at rest


def measure(rounds: int) -> dict[str, float]:
    """Return the seconds to the first getUpdates and the megabytes of the idle bot, as medians of `rounds` starts."""
    seconds, megabytes = zip(*(asyncio.run(_measure_once()) for _ in range(rounds)), strict=True)
    return {
        "seconds to the first getUpdates": statistics.median(seconds),
        "MB resident at rest": statistics.median(megabytes),
    }


async def _measure_once() -> tuple[float, float]:
    async with playground.running(port=0) as server:
        with tempfile.TemporaryDirectory() as folder:
            env = {
                "PATH": os.environ["PATH"],
                "BOT_TOKEN": server.token,
                "BOT_API_URL": server.url,
                "DATABASE_URL": f"sqlite:///{folder}/data/bot.db",
                "SEAL_KEY_FILE": f"{folder}/keys/seal.key",
                "LISTEN": "127.0.0.1:0",
                "LOG_LEVEL": "WARNING",
            }
            start = time.monotonic()
            bot = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=env, cwd=Path(__file__).parents[1]
            )
            try:
                while not any(call["method"] == "getUpdates" for call in server.state.calls.since(0)):
                    await asyncio.sleep(0.005)
                seconds = time.monotonic() - start
                await asyncio.sleep(_SECONDS_TO_REST)
                return seconds, psutil.Process(bot.pid).memory_info().rss / 1e6
            finally:
                bot.terminate()
                await bot.wait()
