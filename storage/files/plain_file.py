"""Opening a file where something else may lie: never waits for a pipe, never reads a device without end."""

import errno
import os
import stat
from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a named pipe"),
    (stat.S_ISSOCK, "it is a socket"),
    (stat.S_ISCHR, "it is a device"),
    (stat.S_ISBLK, "it is a device"),
)


class NotAFile(OSError):
    """There is no regular file of a sensible size; `strerror` says what there is instead."""


def opened(path: Path, flags: int = os.O_RDONLY, mode: int = 0o600) -> int:
    """Open `path` when it is a regular file, or is created by this call.

    Raises OSError, whose `strerror` says what is there instead.
    """
    refuse_other_kinds(path)
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, mode)
    try:
        _refuse_mode(os.fstat(descriptor).st_mode)  # what was looked at before may have been replaced since
    except NotAFile:
        os.close(descriptor)
        raise
    return descriptor


def read(path: Path, most: int) -> bytes:
    """Return what the regular file `path` holds; raises OSError for a longer one than `most` bytes, too."""
    with os.fdopen(opened(path), "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise NotAFile(errno.EFBIG, f"it is larger than {most:,} bytes")
    return content


def refuse_other_kinds(path: Path) -> None:
    """Raises NotAFile when something other than a regular file lies at `path`; a file that is missing is fine."""
    try:
        _refuse_mode(path.stat().st_mode)
    except FileNotFoundError:
        if path.is_symlink():
            raise NotAFile(errno.ENOENT, f"it is a link to {path.readlink()}, which is not there") from None


def _refuse_mode(mode: int) -> None:
    for is_kind, sentence in _KINDS:
        if is_kind(mode):
            raise NotAFile(errno.EINVAL, sentence)
