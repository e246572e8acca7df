"""Limit the memory and CPU time of a subprocess."""

import contextlib
import os
import resource
from pathlib import Path

_MEMORY = 1 << 30  # bytes of address space; measured: 70 MiB resident for a picture
_SECONDS = 30  # of CPU


def limit_resources() -> None:
    """Limit the memory and the CPU time of this process and lower its priority, so that it cannot disturb the bot.

    If the system runs out of memory, the kernel kills this process before the bot.
    """
    os.nice(5)
    with contextlib.suppress(ValueError, OSError):  # macOS has no limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    with contextlib.suppress(OSError):  # Linux alone has it
        Path("/proc/self/oom_score_adj").write_text("1000")
