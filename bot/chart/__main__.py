"""`python -m bot.chart`: a picture as JSON on stdin, its PNG on stdout. The bot starts it for each chart."""

import contextlib
import os
import resource
import sys
from pathlib import Path

_MEMORY = 1 << 30  # bytes of addresses; measured: 70 MB in use
_SECONDS = 30  # of CPU


def _keep_modest() -> None:
    """Whatever happens here, the bot goes on: this process waits for it, and is ended first when memory is short."""
    os.nice(5)
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of addresses
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    with contextlib.suppress(OSError):  # Linux alone has it
        Path("/proc/self/oom_score_adj").write_text("1000")


def main() -> None:
    _keep_modest()
    from bot.chart import draw, serialization

    sys.stdout.buffer.write(draw.png(serialization.decoded(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
