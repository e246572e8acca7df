"""Cache loaded campaigns on the disk, so that only the first start after a change has to read and train everything.

A campaign is stored pickled. The name of its file is a digest of the campaign's files and of the files of the package
`content`. Trained models are stored separately, each named by a digest of its examples, because most changes of a
campaign do not change the examples. Unpickling runs code. Therefore a file is read only if no other user of the
operating system has access to it. The files hold public texts only. Without a cache directory everything works, but
starts more slowly. The container's image has the shipped campaign in a cache that is read-only.
"""

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_MAX_FILES = 12  # a campaign takes 2.5 MB, and each of its two models 0.5 MB
_MAX_BYTES = 4_000_000  # of a file; a campaign with a larger one is refused
_PRIVATE = 0o077  # permissions of others


def read_cached(directory: Path) -> bytes | None:
    """Return the pickled campaign of `directory` from the cache.

    Return None if the cache does not have it, for instance because a file of the campaign has changed.
    """
    try:
        return read_stored(_digest(directory))
    except (OSError, RuntimeError):  # RuntimeError: a link leads to itself
        return None


def write_cached(directory: Path, pickled: bytes) -> None:
    """Store the pickled campaign that was loaded from `directory`. Do nothing if the cache cannot be written."""
    with suppress(OSError, RuntimeError):
        store(_digest(directory), pickled)


def read_stored(name: str) -> bytes | None:
    """Return the content of the file `name` in the cache.

    Return None if the file is missing, or if another user of the operating system has access to it.
    """
    try:
        return _read_private(_cache_directory() / name)
    except (OSError, RuntimeError):  # RuntimeError: this user has no home directory
        return None


def store(name: str, pickled: bytes) -> None:
    """Store `pickled` in the cache. `name` is a digest of what it was made from.

    Do nothing if the cache cannot be written.
    """
    with suppress(OSError, RuntimeError):
        cache = _cache_directory()
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(cache.stat()):
            return
        with tempfile.NamedTemporaryFile(dir=cache, delete=False) as file:  # only this user may read it
            file.write(pickled)
        Path(file.name).replace(cache / name)
        _remove_oldest(cache)


def _cache_directory() -> Path:
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(chosen) if chosen.startswith("/") else Path.home() / ".cache") / "declaration-bot"


def _read_private(path: Path) -> bytes | None:
    with path.open("rb") as file:
        if not _is_private(path.parent.stat()) or not _is_private(os.fstat(file.fileno())):
            return None
        pickled = file.read()
    with suppress(OSError):  # the cache may be read-only, as in the container
        path.touch()  # it is in use, so that others are removed first
    return pickled


def _is_private(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & _PRIVATE


def _remove_oldest(cache: Path) -> None:
    newest_first = sorted(cache.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[_MAX_FILES:]:
        path.unlink(missing_ok=True)


def _digest(directory: Path) -> str:
    """Return the digest of everything from which the campaign in `directory` is made.

    Raises OSError for a file that cannot be read, or is too large for a campaign.
    """
    digest = hashlib.sha256(f"{sys.version} {directory.resolve()}".encode())
    for path in (*_files(directory), *_files(_PACKAGE)):
        if path.stat().st_size > _MAX_BYTES:
            raise OSError(f"{path} is larger than any file of a campaign may be.")
        content = path.read_bytes()
        digest.update(f"{path} {len(content)}\n".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


def _files(directory: Path) -> Iterator[Path]:
    """Yield the regular files of a campaign or of the package `content`, in a fixed order.

    Files in subfolders are included for the package, and left out for a campaign.
    """
    for path in sorted(directory.rglob("*") if directory == _PACKAGE else directory.iterdir()):
        if path.is_file() and path.suffix != ".pyc":
            yield path
