"""Protect the memory of this process, which holds the bot token, from core dumps and from other processes."""

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def keep_memory_private() -> None:
    """Disable core dumps. On Linux, also keep other processes of the same user from reading this process's memory.

    They can then neither attach to this process with a debugger nor read /proc/PID/mem.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
