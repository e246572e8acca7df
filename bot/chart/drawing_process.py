"""Draw in a subprocess, so that the bot keeps answering meanwhile.

The imaging library then uses memory only in the subprocess, and only while it draws.
"""

import asyncio
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

DEADLINE = 20.0  # seconds; measured: 0.4 s of CPU and 70 MiB, far more time on a machine that is too busy
_ROOT = Path(__file__).parents[2]
# Nothing else of the bot's environment is passed on: the token may be in it.
_PASSED_ON = ("PYTHONDONTWRITEBYTECODE", "PYTHONOPTIMIZE", "SYSTEMROOT", "TZ")


class DrawingFailed(Exception):
    """A picture or another file could not be made in the subprocess. The message says why, for the log."""


class DrawingProcess:
    """Run modules that draw pictures or write files, each in a subprocess, and only one at a time."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._one_at_a_time = asyncio.Lock()

    async def run(self, module: str, document: bytes) -> bytes:
        """Run `python -m MODULE` with `document` as its stdin, and return what it writes to stdout.

        Further calls wait until the current one has ended. When this method ends, even by a cancellation, the
        subprocess has ended, too. Raises DrawingFailed if the subprocess fails or takes too long.
        """
        async with self._one_at_a_time:
            with TemporaryDirectory(prefix="chart-") as scratch:
                return await self._run(module, document, _environment(scratch))

    async def _run(self, module: str, document: bytes, environment: dict[str, str]) -> bytes:
        process = await _started(module, environment)
        try:
            async with asyncio.timeout(self._deadline):
                output, errors = await process.communicate(document)
        except TimeoutError:
            raise DrawingFailed(f"Drawing took longer than {self._deadline:g} s: the machine is too busy.") from None
        finally:
            await _ended(process)
        if process.returncode:
            raise DrawingFailed(f"The chart's subprocess ended with {process.returncode}: {_last_line(errors)}")
        return output


async def _started(module: str, environment: dict[str, str]) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module),
            cwd=_ROOT,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise DrawingFailed(f"The chart's subprocess did not start: {error}") from error


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _environment(scratch: str) -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"TMPDIR": scratch}


def _last_line(errors: bytes) -> str:
    return (errors.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]
