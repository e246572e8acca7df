"""Trying the bot without a token: our Telegram in a box as a second process, and settings that fit it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.errors import Refused
from bot.settings import Settings, settings

_START = 15.0  # seconds for the box to come up, on a slow machine
_STOP = 3.0  # seconds for it to go


@dataclass(frozen=True, slots=True)
class Box:
    """A running box: its address, and the bot's settings for it (throw-away data, the box's admin as admin)."""

    url: str
    settings: Settings
    process: asyncio.subprocess.Process

    async def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Does `work` to its end. Raises Refused when the box ends before."""
        working, ended = asyncio.ensure_future(work), asyncio.ensure_future(self.process.wait())
        try:
            await asyncio.wait([working, ended], return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise Refused("The playground has stopped, and the bot with it: start again.")
            working.result()
        finally:
            for one in (working, ended):
                one.cancel()
            await asyncio.gather(working, ended, return_exceptions=True)


@asynccontextmanager
async def box(port: int, env: Mapping[str, str]) -> AsyncIterator[Box]:
    # A session of its own: Ctrl-C reaches the bot alone, which stops the box when it has finished. Should the bot be
    # killed, the pipe to the box's stdin breaks, and the box goes too.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "playground", "--json", "--while-stdin", "--port", str(port)),
        cwd=Path(__file__).parents[
            2
        ],  # where the playground lies; a folder of that name here must not be run instead
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        told = await _first_line(process)
        with TemporaryDirectory(prefix="declaration-bot-") as folder:
            yield Box(str(told["url"]), settings(_for_box(told, Path(folder), env)), process)
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP)
    except TimeoutError:
        process.kill()
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
