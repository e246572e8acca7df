"""Open regular files only. A pipe would block the process, and reading a device might never end."""

import errno
import os
import stat
from pathlib import Path

_OTHER_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a named pipe"),
    (stat.S_ISSOCK, "it is a socket"),
    (stat.S_ISCHR, "it is a device"),
    (stat.S_ISBLK, "it is a device"),
)


class NotAFile(OSError):
    """There is no regular file at a path, or the file is too large. `strerror` says which."""


def open_file(path: Path, flags: int = os.O_RDONLY, mode: int = 0o600) -> int:
    """Open a regular file, and return its descriptor. `flags` and `mode` are those of `os.open`.

    Raises NotAFile, an OSError, when something other than a regular file is at `path`. Raises OSError for other
    failures.
    """
    refuse_other_kinds(path)
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, mode)
    try:
        _refuse_mode(os.fstat(descriptor).st_mode)  # it may have been replaced since it was checked above
    except NotAFile:
        os.close(descriptor)
        raise
    return descriptor


def read(path: Path, max_size: int) -> bytes:
    """Return the content of a regular file of at most `max_size` bytes.

    Raises NotAFile when the file is larger or is not a regular file. Raises another OSError when it cannot be read.
    """
    with os.fdopen(open_file(path), "rb") as file:
        content = file.read(max_size + 1)
    if len(content) > max_size:
        raise NotAFile(errno.EFBIG, f"it is larger than {max_size:,} bytes")
    return content


def refuse_other_kinds(path: Path) -> None:
    """Raise NotAFile when something other than a regular file is at `path`. A missing file is accepted."""
    try:
        _refuse_mode(path.stat().st_mode)
    except FileNotFoundError:
        if path.is_symlink():
            raise NotAFile(errno.ENOENT, f"it is a link to {path.readlink()}, which does not exist") from None


def _refuse_mode(mode: int) -> None:
    for is_kind, sentence in _OTHER_KINDS:
        if is_kind(mode):
            raise NotAFile(errno.EINVAL, sentence)
