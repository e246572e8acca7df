"""Convert SQLite's exceptions to those of `storage.errors`, each with a sentence for the operator."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import Damaged, DatabaseBusy, DiskFull, ReadOnly, StorageTrouble


@contextmanager
def translate_errors(path: Path | None = None) -> Iterator[None]:
    """Convert SQLite's exceptions in this block to StorageTrouble. `path` is named in the message, if given."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translated(error, str(path) if path else "The database") from error


def _translated(error: sqlite3.Error, name: str) -> StorageTrouble:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:  # the primary code (sqlite.org/rescode.html)
        case sqlite3.SQLITE_FULL:
            return DiskFull(f"{name} cannot grow, the disk is full: make room.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseBusy(f"{name} is held by another process: stop that one if it lasts.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return ReadOnly(f"{name} cannot be opened or written: let this user write the file and its folder.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Damaged(f"{name} is damaged: stop the bot, keep the file, and restore a backup.")
        case sqlite3.SQLITE_IOERR:
            return StorageTrouble(f"{name} cannot be read or written, the disk fails: look at the disk.")
        case _:
            return StorageTrouble(f"{name} refused a statement ({type(error).__name__}): this is a bug, report it.")
