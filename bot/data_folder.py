"""The folder that holds everything the bot writes: made when missing, checked, and held by one bot at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.refusals import Refused, TwoBots


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds `folder` for this process; the lock goes with the process, however it ends."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "bot.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as broken:
        raise Refused(
            f"The data folder {folder} cannot be written ({broken.strerror}): "
            "let this user write there, or set DATABASE_URL to another folder."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise TwoBots(f"Another bot is running on the data folder {folder}: stop it first.") from None
    try:
        yield
    finally:
        os.close(lock)
