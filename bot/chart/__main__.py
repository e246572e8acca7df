"""Draw one chart and exit: `python -m bot.chart` reads the chart as JSON from stdin and writes a PNG to stdout."""

import contextlib
import os
import resource
import sys
from pathlib import Path

_MEMORY = 1 << 30  # bytes of address space; measured: 70 MiB resident
_SECONDS = 30  # of CPU


def _limit_resources() -> None:
    """Limit the memory and the CPU time of this process and lower its priority, so that it cannot disturb the bot.

    When the system has too little memory, the kernel kills this process before the bot.
    """
    os.nice(5)
    with contextlib.suppress(ValueError, OSError):  # macOS has no limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    with contextlib.suppress(OSError):  # Linux alone has it
        Path("/proc/self/oom_score_adj").write_text("1000")


def main() -> None:
    """Read a chart as JSON from stdin, draw it, and write it as a PNG to stdout."""
    _limit_resources()
    from bot.chart import draw, serialization

    sys.stdout.buffer.write(draw.png(serialization.decode(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
