"""Files that are whole or not there, also after a power cut, and that nobody else may read."""

import os
from pathlib import Path

from storage.files import plain_file


def make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_whole(path: Path, content: bytes, *, overwrite: bool = True) -> None:
    """Replaces `path` in one step; with `overwrite` what it held before is overwritten, as far as the disk allows."""
    making = path.with_name(path.name + ".new")
    _write(making, content)
    before = _opened(path) if overwrite else None
    making.replace(path)
    sync_folder(path.parent)
    if before is not None:
        _overwrite_and_close(before)


def destroy(path: Path) -> None:
    """Removes a file and overwrites what it held; a file that is not there is fine."""
    held = _opened(path)
    if held is not None:
        path.unlink()
        sync_folder(path.parent)
        _overwrite_and_close(held)


def sync_file(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


sync_folder = sync_file  # a folder is synced as a file is


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # of a kill, perhaps of another user; a link that was put there is not followed
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "wb") as file:
        os.fchmod(opened, 0o600)
        file.write(content)
        file.flush()
        os.fsync(opened)


def _opened(path: Path) -> int | None:
    try:
        return plain_file.opened(path, os.O_WRONLY)
    except FileNotFoundError:
        return None


def _overwrite_and_close(opened: int) -> None:
    """A file that still has a name elsewhere (a hard link: somebody's copy) is left alone."""
    try:
        told = os.fstat(opened)
        if told.st_nlink == 0:
            os.pwrite(opened, bytes(told.st_size), 0)
            os.fsync(opened)
    finally:
        os.close(opened)
