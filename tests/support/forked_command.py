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
from pathlib import Path

from bot.cli.main import main

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "bot.app",
        "bot.cli.maintenance",
        "bot.cli.stats",
        "content.loading.subprocess_loader",
        "storage.backup",
        __name__,
    ]
)


async def run_forked(
    env: Mapping[str, str], arguments: Sequence[str], folder: Path, within: float = 30
) -> tuple[int, str]:
    """Run a command in `folder`, with an environment of PATH and `env` only, and nothing to read.

    Return its exit code, and its standard output and error together. Raises TimeoutError after `within` seconds.
    """
    with tempfile.NamedTemporaryFile() as output:
        given = (list(arguments), {"PATH": os.environ["PATH"], **env}, str(folder), output.name)
        process = _CONTEXT.Process(target=_run, args=given)
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


def _run(arguments: list[str], env: dict[str, str], folder: str, output: str) -> None:
    """Become the command. Multiprocessing has already made the standard input empty."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    descriptor = os.open(output, os.O_WRONLY)
    os.dup2(descriptor, sys.stdout.fileno())
    os.dup2(descriptor, sys.stderr.fileno())
    sys.exit(main(arguments))
