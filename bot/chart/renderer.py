"""Has a picture drawn by a subprocess, so that the bot neither grows by a plotting library nor waits for it."""

import asyncio
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.chart.progress_curve import Curve
from bot.chart.serialization import encoded
from bot.chart.stats_chart import Picture

DEADLINE = 20.0  # seconds; measured: 1.1 s of CPU, and 6 s on a machine with twice the work it can do
_ROOT = Path(__file__).parents[2]
_PNG = b"\x89PNG\r\n\x1a\n"
# Nothing else of the bot's environment is handed on: the token may be in it.
_HANDED_ON = ("PYTHONDONTWRITEBYTECODE", "SYSTEMROOT", "TZ")


class ChartFailed(Exception):
    """No chart this time; the figures can still be told in text."""


class ChartRenderer:
    """Draws one picture at a time, however many ask."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._alone = asyncio.Lock()

    async def drawn(self, picture: Picture | Curve) -> bytes:
        """A PNG. Raises ChartFailed; a subprocess is never left behind."""
        async with self._alone:
            with TemporaryDirectory(prefix="chart-") as scratch:
                return await self._asked(encoded(picture), _environment(scratch))

    async def _asked(self, document: bytes, environment: dict[str, str]) -> bytes:
        try:
            pencil = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.chart"),
                cwd=_ROOT,
                env=environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as trouble:
            raise ChartFailed(f"The chart's subprocess did not start: {trouble}") from trouble
        try:
            async with asyncio.timeout(self._deadline):
                png, complaints = await pencil.communicate(document)
        except TimeoutError:
            raise ChartFailed(f"The chart took longer than {self._deadline:g} s: the machine is too busy.") from None
        finally:
            await _ended(pencil)
        if pencil.returncode or not png.startswith(_PNG):
            raise ChartFailed(f"The chart's subprocess ended with {pencil.returncode}: {_last_line(complaints)}")
        return png


async def _ended(pencil: asyncio.subprocess.Process) -> None:
    if pencil.returncode is None:
        pencil.kill()
        await pencil.wait()


def _environment(scratch: str) -> dict[str, str]:
    handed_on = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    # matplotlib writes down the fonts it finds; with more threads the algebra library sets aside memory for each.
    return handed_on | {"MPLCONFIGDIR": scratch, "TMPDIR": scratch, "OPENBLAS_NUM_THREADS": "1"}


def _last_line(complaints: bytes) -> str:
    return (complaints.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]
