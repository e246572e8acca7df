"""Store acts of the operator that happen while the database is closed, until the audit log records them.

Each act is a small file next to the database, `bot.db.act-…`, with the act and its time. It names no person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.audit.record import AuditAct
from storage.files import durable_files, placement, plain_file

_MAX_SIZE = 256  # bytes of a note
_AT_ONCE = 100  # notes; more would be somebody else's files
_ACTS = {act.value: act for act in (AuditAct.KEYS_COPIED, AuditAct.KEYS_ROTATED, AuditAct.LIST_BEGUN)}
_NOTE = re.compile(r"([a-z_]{1,40}) (\d{1,12})")


@dataclass(frozen=True, slots=True)
class OperatorNote:
    """An act of the operator, its Unix time, and the path of the file from which it was read."""

    act: AuditAct
    at: int
    file: Path


def write(database: Path, act: AuditAct, now: float) -> None:
    """Write a file that says that the operator did `act` at the Unix time `now`. Raises OSError."""
    real = placement.real(database)
    file = real.with_name(f"{real.name}.act-{now * 1000:.0f}")
    durable_files.write_whole(file, f"{act.value} {now:.0f}\n".encode(), overwrite=False)


def read(database: Path) -> Iterator[OperatorNote]:
    """Yield the acts that the audit log does not have yet, oldest first. Other files are ignored. Raises OSError."""
    real = placement.real(database)
    for file in sorted(real.parent.glob(f"{real.name}.act-*"))[:_AT_ONCE]:
        match = _NOTE.fullmatch(plain_file.read(file, _MAX_SIZE).decode(errors="replace").strip())
        if match and match[1] in _ACTS:
            yield OperatorNote(_ACTS[match[1]], int(match[2]), file)
