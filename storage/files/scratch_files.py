"""Create temporary files for backups and restores.

These files are deleted at the end of the backup or restore. If that process is killed, the next start of the bot
deletes them.
"""

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


def scratch_path(database: Path) -> Path:
    """Return a new path for a temporary file in the folder of `database`.

    `remove_abandoned` finds files with such names.
    """
    return database.with_name(f"{database.name}.backup-{secrets.token_hex(4)}")


@contextmanager
def held_file(path: Path) -> Iterator[Path]:
    """Create an empty file that only this user can open. Lock it during the block, and delete it at the end."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        remedy = owner.permission_remedy(path.parent, "let this user write there")
        raise StorageRefused(
            f"The data folder {path.parent}, where a copy is made, cannot be written ({error.strerror}): {remedy}."
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield path
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def remove_abandoned(database: Path) -> None:
    """Delete temporary files of backups and restores that were killed.

    Files that are in use are locked, and are kept.
    """
    for path in database.parent.glob(f"{database.name}.backup-*"):
        try:
            _remove_unless_locked(path)
        except (FileNotFoundError, BlockingIOError):
            pass
        except OSError as error:
            log.warning("%s was left by a backup and cannot be removed (%s): remove it", path, error.strerror)


def _remove_unless_locked(path: Path) -> None:
    with os.fdopen(plain_file.open_file(path), "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
