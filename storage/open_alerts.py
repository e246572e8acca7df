"""Store which alerts are open, in a small file next to the database: `bot.db.alerts`.

The file holds the kind of each failure and when it began, and nothing else. If a failure ends while the bot restarts,
it is still reported as resolved.
"""

from collections.abc import Mapping
from pathlib import Path

from storage.files import durable_files, placement, plain_file

_MAX_SIZE = 4096  # bytes; a dozen kinds have 300


def write(database: Path, alerts: Mapping[str, float]) -> None:
    """Store the open alerts: each kind with the Unix time at which it began. Raises OSError.

    Before the first start of the bot there is no data folder. Then nothing is written.
    """
    path = _path(database)
    if not alerts:
        path.unlink(missing_ok=True)
    elif path.parent.exists():
        content = "".join(f"{kind} {began:.0f}\n" for kind, began in alerts.items())
        durable_files.write_whole(path, content.encode(), overwrite=False)


def read(database: Path) -> dict[str, float]:
    """Return the alerts that were open when the last process ended: each kind with the Unix time at which it began.

    Raises OSError or ValueError.
    """
    try:
        lines = plain_file.read(_path(database), _MAX_SIZE).decode().splitlines()
    except FileNotFoundError:
        return {}
    return {kind: float(began) for kind, _, began in (line.partition(" ") for line in lines)}


def _path(database: Path) -> Path:
    real = placement.real(database)
    return real.with_name(real.name + ".alerts")
