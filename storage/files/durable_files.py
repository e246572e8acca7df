"""Write files that only the user who runs this process can read.

Even after a power cut, a file is either complete or absent.
"""

import os
from pathlib import Path

from storage.files import plain_file


def make_folder(folder: Path) -> None:
    """Create a folder that only the user of this process can open, and missing folders above it.

    An existing folder is accepted.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_whole(path: Path, content: bytes, *, overwrite: bool = True) -> None:
    """Replace the file at `path` atomically. Raises OSError.

    With `overwrite` the old content is overwritten with zeros afterwards, as far as the disk allows it.
    """
    unfinished = path.with_name(path.name + ".new")
    _write(unfinished, content)
    old = _open_existing(path) if overwrite else None
    unfinished.replace(path)
    sync_folder(path.parent)
    if old is not None:
        _overwrite_and_close(old)


def destroy(path: Path) -> None:
    """Overwrite a file with zeros, and delete it. A missing file is accepted. Raises OSError.

    The file is overwritten before it is deleted. If the process is killed in between, the file is still there, and a
    second call can complete the work. A file with another hard link is deleted, but not overwritten.
    """
    descriptor = _open_existing(path)
    if descriptor is not None:
        _overwrite_and_close(descriptor, links=1)
        path.unlink()
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


sync_folder = sync_file  # a folder is synced as a file is


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # left by a kill, perhaps of another user; a link planted there is not followed
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _open_existing(path: Path) -> int | None:
    try:
        return plain_file.open_file(path, os.O_WRONLY)
    except FileNotFoundError:
        return None


def _overwrite_and_close(descriptor: int, links: int = 0) -> None:
    """Fill an open file with zeros, and close it. If it has more than `links` hard links, only close it.

    More hard links mean that another path still uses the content. Pass 1 for a file that is about to be deleted. Pass
    0 for the old content of a file that was replaced, because its path now has the new file.
    """
    try:
        status = os.fstat(descriptor)
        if status.st_nlink <= links:
            os.pwrite(descriptor, bytes(status.st_size), 0)
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
