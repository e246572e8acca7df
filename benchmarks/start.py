"""How long from the start of the process to the first getUpdates, and what the bot holds in memory at rest."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

import playground

_REST = 3.0  # seconds after which the bot is at rest


def measure(rounds: int) -> dict[str, float]:
    """Seconds to the first getUpdates and resident MB at rest, medians of `rounds`."""
    seconds, megabytes = zip(*(asyncio.run(_once()) for _ in range(rounds)), strict=True)
    return {
        "seconds to the first getUpdates": statistics.median(seconds),
        "MB resident at rest": statistics.median(megabytes),
    }


async def _once() -> tuple[float, float]:
    async with playground.running(port=0) as box:
        with tempfile.TemporaryDirectory() as folder:
            env = {
                "PATH": os.environ["PATH"],
                "BOT_TOKEN": box.token,
                "BOT_API_URL": box.url,
                "DATABASE_URL": f"sqlite:///{folder}/data/bot.db",
                "SEAL_KEY_FILE": f"{folder}/keys/seal.key",
                "LISTEN": "127.0.0.1:0",
                "LOG_LEVEL": "WARNING",
            }
            begun = time.monotonic()
            bot = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=env, cwd=Path(__file__).parents[1]
            )
            try:
                while not any(call["method"] == "getUpdates" for call in box.state.calls.since(0)):
                    await asyncio.sleep(0.005)
                took = time.monotonic() - begun
                await asyncio.sleep(_REST)
                return took, psutil.Process(bot.pid).memory_info().rss / 1e6
            finally:
                bot.terminate()
                await bot.wait()
