"""Start the playground, a local imitation of Telegram, as a second process, with settings for a bot that uses it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.errors import OperatorError
from bot.settings import Settings, read_settings

_START_TIMEOUT = 15.0  # seconds, enough on a slow machine
_STOP_TIMEOUT = 3.0  # seconds
_INHERITED = ("CONTENT_DIR", "SEND_RATE", "LOG_LEVEL", "FEEDBACK", "GUEST_MODE")  # settings of the environment


@dataclass(frozen=True, slots=True)
class RunningPlayground:
    """A running playground. `settings` are for a bot that uses it, with temporary data and two admins."""

    url: str
    admins: Mapping[int, str]  # their names
    settings: Settings
    process: asyncio.subprocess.Process

    async def run_alongside(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for `work` to end. Raises the exception of `work`, or OperatorError when the playground ends first."""
        working, ended = asyncio.ensure_future(work), asyncio.ensure_future(self.process.wait())
        try:
            await asyncio.wait([working, ended], return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise OperatorError("The playground has stopped, and the bot with it: start it again.")
            working.result()
        finally:
            for task in (working, ended):
                task.cancel()
            await asyncio.gather(working, ended, return_exceptions=True)


@asynccontextmanager
async def running_playground(
    port: int, env: Mapping[str, str], *options: str, other_port: str
) -> AsyncIterator[RunningPlayground]:
    """Start the playground on `port`, and stop it after the block. Raises OperatorError when it does not start.

    `options` are further command-line arguments of the playground. `other_port` is the command with another port, to
    suggest if `port` is in use.
    """
    # In a session of its own, so that Ctrl-C reaches only the bot, which stops the playground when it has finished.
    # If the bot is killed, the pipe to the playground's stdin breaks, and the playground ends, too.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "playground", "--json", "--while-stdin", "--port", str(port), *options),
        cwd=Path(__file__).parents[3],  # so that a folder called playground elsewhere is not run
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        start = await _first_line(process)
        _refuse_errors(start, port, other_port)
        with TemporaryDirectory(prefix="declaration-bot-") as folder:
            settings = read_settings(_environment(start, Path(folder), env))
            admins = {int(number): str(name) for number, name in start["admins"].items()}
            yield RunningPlayground(str(start["url"]), admins, settings, process)
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_TIMEOUT)
    except TimeoutError:
        process.kill()
        await process.wait()


def _environment(start: dict[str, Any], folder: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a bot that uses the playground and keeps its data in `folder`.

    `start` is the JSON object that the playground printed when it was ready.
    """
    inherited = {name: env[name] for name in _INHERITED if name in env}
    return inherited | {
        "BOT_TOKEN": str(start["token"]),
        "BOT_API_URL": str(start["url"]),
        "ADMIN_IDS": ",".join(start["admins"]),
        "DATABASE_URL": f"sqlite:///{folder}/data/bot.db",
        "SEAL_KEY_FILE": f"{folder}/keys/seal.key",
        "LISTEN": "127.0.0.1:0",
    }


def _refuse_errors(start: dict[str, Any], port: int, other_port: str) -> None:
    """Raise OperatorError if `start`, the first line that the playground printed, reports an error.

    `other_port` is the command to suggest if the port is in use.
    """
    if start.get("port_in_use"):
        raise OperatorError(
            f"Port {port} is in use: stop the program that uses it, or choose another port: `{other_port}`."
        )
    if "error" in start:
        raise OperatorError(str(start["error"]))


async def _first_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """Wait for the JSON object that the playground prints when it is ready, or cannot start; return it.

    Raises OperatorError if it prints nothing in time.
    """
    assert process.stdout
    try:
        line = await asyncio.wait_for(process.stdout.readline(), _START_TIMEOUT)
    except TimeoutError:
        line = b""
    if not line:
        raise OperatorError("The playground did not start: read its messages above.")
    start: dict[str, Any] = json.loads(line)
    return start
