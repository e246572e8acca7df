"""`python -m bot.chart`: read a chart as JSON from stdin and write its PNG to stdout, once for each chart."""

import contextlib
import os
import resource
import sys
from pathlib import Path

_MEMORY = 1 << 30  # bytes of address space; measured: 70 MiB resident
_SECONDS = 30  # of CPU


def _limit_resources() -> None:
    """Lower this process's priority and bound it, so that the bot goes on whatever happens here.

    When memory is short, the kernel ends this process first.
    """
    os.nice(5)
    with contextlib.suppress(ValueError, OSError):  # macOS has no limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    with contextlib.suppress(OSError):  # Linux alone has it
        Path("/proc/self/oom_score_adj").write_text("1000")


def main() -> None:
    """Draw one chart."""
    _limit_resources()
    from bot.chart import draw, serialization

    sys.stdout.buffer.write(draw.png(serialization.decode(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
