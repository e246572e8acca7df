"""Run commands of the bot in processes that are forked from one which has imported the bot.

To start Python and import the bot takes a second of CPU for each command. A test of many commands saves that here,
unless it tests the start itself.
"""

import asyncio
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.main import main

_CONTEXT = multiprocessing.get_context("forkserver")
_COMMANDS = ("bot.app", "bot.cli.maintenance", "bot.cli.stats", "storage.backup", __name__)
_LATER = ("concurrent.futures.thread", "encodings.utf_8_sig")  # another user may be unable to read Python's library
_CONTEXT.set_forkserver_preload([*_COMMANDS, *_LATER])


@dataclass(frozen=True, slots=True)
class _Start:
    """All that a process needs to become a command."""

    arguments: list[str]
    env: dict[str, str]
    folder: str
    output: str  # the file for its output
    user: int | None
    python: str


async def run_forked(
    env: Mapping[str, str],
    arguments: Sequence[str],
    *,
    folder: Path,
    within: float = 30,
    user: int | None = None,
    python: str = sys.executable,
) -> tuple[int, str]:
    """Run a command in `folder`, with an environment of PATH and `env` only, and nothing to read.

    The command runs as `user`, by default the user of the tests, and starts its own subprocesses with `python`.

    Return its exit code, and its standard output and error together. Raises TimeoutError after `within` seconds.
    """
    with tempfile.NamedTemporaryFile() as output:
        start = _Start(list(arguments), {"PATH": os.environ["PATH"], **env}, str(folder), output.name, user, python)
        process = _CONTEXT.Process(target=_run, args=(start,))
        process.start()
        await asyncio.to_thread(process.join, within)
        code = process.exitcode
        if code is None:
            process.kill()
            process.join()
        process.close()
        if code is None:
            raise TimeoutError
        return code, Path(output.name).read_text()


def _run(start: _Start) -> None:
    """Become the command. Multiprocessing has already made the standard input empty."""
    os.environ.clear()
    os.environ.update(start.env)
    descriptor = os.open(start.output, os.O_WRONLY)
    os.dup2(descriptor, sys.stdout.fileno())
    os.dup2(descriptor, sys.stderr.fileno())
    sys.executable = start.python
    if start.user is not None:
        os.setgroups([])
        os.setgid(start.user)
        os.setuid(start.user)
    os.chdir(start.folder)
    sys.exit(main(start.arguments))
