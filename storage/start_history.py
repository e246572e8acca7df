"""Remember the starts of the bot that did not end in order, in a small file next to the database: `bot.db.starts`.

The file holds times and nothing else. The times show a crash loop, which no single process could see.
"""

from collections.abc import Iterable
from pathlib import Path

from storage.files import durable_files, placement, plain_file

_REMEMBERED = 20  # starts
_MAX_SIZE = 4096  # bytes; 20 times have 220


def record_start(database: Path, now: float) -> list[float]:
    """Add a start at `now`; return the Unix times of this start and of earlier starts that did not end in order.

    Before the first start there is no data folder, and nothing is written. Raises OSError or ValueError.
    """
    times = [*_read(database), now][-_REMEMBERED:]
    if database.parent.exists():
        _write(database, times)
    return times


def record_end(database: Path) -> None:
    """Forget all starts, because the bot ends in order or has run for long enough. Raises OSError."""
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
