"""Store notes of the operator's acts whose commands do not open the database, until the audit log records them.

Each note is a small file next to the database, `bot.db.act-…`. It has the act and its time, and names no person.
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
    """An act of the operator, its Unix time, and the path of the note from which it was read."""

    act: AuditAct
    at: int
    file: Path


def write(database: Path, act: AuditAct, now: float) -> None:
    """Note that the operator has just done something. Raises OSError."""
    real = placement.real(database)
    file = real.with_name(f"{real.name}.act-{now * 1000:.0f}")
    durable_files.write_whole(file, f"{act.value} {now:.0f}\n".encode(), overwrite=False)


def read(database: Path) -> Iterator[OperatorNote]:
    """Yield the notes, oldest first. Files that are not notes are left alone. Raises OSError."""
    real = placement.real(database)
    for file in sorted(real.parent.glob(f"{real.name}.act-*"))[:_AT_ONCE]:
        match = _NOTE.fullmatch(plain_file.read(file, _MAX_SIZE).decode(errors="replace").strip())
        if match and match[1] in _ACTS:
            yield OperatorNote(_ACTS[match[1]], int(match[2]), file)
