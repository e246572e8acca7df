"""Store when the newest backup was made, in a small file next to the database: `bot.db.last-backup`.

The file holds a Unix time and nothing else. Backups leave the server, so the bot cannot look at the backup itself.
"""

from pathlib import Path

from storage.files import durable_files, placement, plain_file

_MAX_SIZE = 64  # bytes; the note has 11


def record(database: Path, now: float) -> None:
    """Store that a backup was made at the Unix time `now`. Raises OSError."""
    durable_files.write_whole(_path(database), f"{now:.0f}\n".encode(), overwrite=False)


def begin(database: Path, now: float) -> None:
    """Store the Unix time `now` if no time is stored yet.

    Before the first backup, the age of the newest backup is counted from this time. Raises OSError.
    """
    if not _path(database).exists():
        record(database, now)


def read(database: Path) -> float:
    """Return the Unix time of the newest backup; before the first one, the time that `begin` stored.

    Raises OSError or ValueError.
    """
    return float(plain_file.read(_path(database), _MAX_SIZE))


def _path(database: Path) -> Path:
    real = placement.real(database)
    return real.with_name(real.name + ".last-backup")
