"""Files that a backup or a restore works in: gone with it, and at the next start where it was killed."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def scratch(database: Path) -> Path:
    """A name beside `database` that `remove` knows."""
    return database.with_name(f"{database.name}.backup-{secrets.token_hex(4)}")


@contextmanager
def held(path: Path) -> Iterator[Path]:
    """An empty file for this user alone, held while it is in use, and gone afterwards."""
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield path
    finally:
        path.unlink(missing_ok=True)
        os.close(opened)


def remove(database: Path) -> None:
    """What killed backups and restores left behind; those that are held belong to one under way."""
    for path in database.parent.glob(f"{database.name}.backup-*"):
        with suppress(FileNotFoundError), path.open("rb") as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
