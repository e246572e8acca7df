"""Trying the bot without a token: our Telegram in a box as a second process, and settings that fit it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.refusals import Refused
from bot.settings import Settings, settings

_START = 15.0  # seconds for the box to come up, on a slow machine


@asynccontextmanager
async def box(port: int, env: Mapping[str, str]) -> AsyncIterator[tuple[Settings, str]]:
    """A running box: the bot's settings for it (throw-away data, the box's admin as admin), and its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", "--json", "--port", str(port), stdout=asyncio.subprocess.PIPE
    )
    try:
        told = await _first_line(process)
        with TemporaryDirectory(prefix="declaration-bot-") as folder:
            yield settings(_for_box(told, Path(folder), env)), str(told["url"])
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def _for_box(told: dict[str, Any], folder: Path, env: Mapping[str, str]) -> dict[str, str]:
    kept = {name: env[name] for name in ("CONTENT_DIR", "SEND_RATE", "LOG_LEVEL") if name in env}
    return kept | {
        "BOT_TOKEN": str(told["token"]),
        "BOT_API_URL": str(told["url"]),
        "ADMIN_IDS": str(told["admin"]),
        "DATABASE_URL": f"sqlite:///{folder}/data/bot.db",
        "SEAL_KEY_FILE": f"{folder}/keys/seal.key",
        "LISTEN": "127.0.0.1:0",
    }


async def _first_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout
    try:
        line = await asyncio.wait_for(process.stdout.readline(), _START)
    except TimeoutError:
        line = b""
    if not line:
        raise Refused("The playground did not start; what it said stands above.")
    told: dict[str, Any] = json.loads(line)
    return told
