"""Store the starts of the bot that did not end properly, in a small file next to the database: `bot.db.starts`.

The file holds times and nothing else. They show a crash loop, which a single process could not notice.
"""

from collections.abc import Iterable
from pathlib import Path

from storage.files import durable_files, placement, plain_file

_REMEMBERED = 20  # starts
_MAX_SIZE = 4096  # bytes; 20 times have 220


def record_start(database: Path, now: float) -> list[float]:
    """Store a start at the Unix time `now`. Return the times of all starts since the last proper end, with this one.

    Only the latest starts are stored. Before the first start there is no data folder, and nothing is written. Raises
    OSError or ValueError.
    """
    times = [*_read(database), now][-_REMEMBERED:]
    if database.parent.exists():
        _write(database, times)
    return times


def record_end(database: Path) -> None:
    """Delete all stored starts. Call this when the bot ends properly or has run for long enough. Raises OSError."""
    _path(database).unlink(missing_ok=True)


def _read(database: Path) -> list[float]:
    try:
        return [float(line) for line in plain_file.read(_path(database), _MAX_SIZE).split()]
    except FileNotFoundError:
        return []


def _write(database: Path, times: Iterable[float]) -> None:
    content = "".join(f"{time:.0f}\n" for time in times)
    durable_files.write_whole(_path(database), content.encode(), overwrite=False)


def _path(database: Path) -> Path:
    real = placement.real(database)
    return real.with_name(real.name + ".starts")
