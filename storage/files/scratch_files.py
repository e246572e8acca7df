"""Files that a backup or a restore works in: gone with it, and at the next start where it was killed."""

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import StorageRefused
from storage.files import owner, plain_file

log = logging.getLogger(__name__)


def scratch(database: Path) -> Path:
    """A name beside `database` that `remove` knows."""
    return database.with_name(f"{database.name}.backup-{secrets.token_hex(4)}")


@contextmanager
def held(path: Path) -> Iterator[Path]:
    """An empty file for this user alone, held while it is in use, and gone afterwards."""
    try:
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as broken:
        remedy = owner.why_not(path.parent, "let this user write there")
        raise StorageRefused(
            f"The data folder {path.parent}, where a copy is made, cannot be written ({broken.strerror}): {remedy}."
        ) from None
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield path
    finally:
        path.unlink(missing_ok=True)
        os.close(opened)


def remove(database: Path) -> None:
    """What killed backups and restores left behind; those that are held belong to one under way."""
    for path in database.parent.glob(f"{database.name}.backup-*"):
        try:
            _remove_unless_held(path)
        except (FileNotFoundError, BlockingIOError):
            pass
        except OSError as broken:
            log.warning("%s was left by a backup and cannot be removed (%s): remove it", path, broken.strerror)


def _remove_unless_held(path: Path) -> None:
    with os.fdopen(plain_file.opened(path), "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
