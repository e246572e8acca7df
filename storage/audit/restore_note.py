"""Write and read what the record of a restore says: from when the copy is, and how much may be missing. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestoreNote:
    """A restored copy: the Unix time at which it was made, and for how many seconds the original went on at most.

    Either is 0 if it is not known.
    """

    copied_at: int = 0
    missing: int = 0


def subject_of(copied_at: float, missing: int) -> str:
    """Return the subject of the record of a restore; `read` reverses this."""
    return f"{copied_at:.0f} {missing}"


def read(subject: str) -> RestoreNote:
    """Return the note in the subject of a record; without figures, as earlier versions wrote it, an empty one."""
    match subject.split():
        case [copied_at, missing] if copied_at.isdecimal() and missing.isdecimal():
            return RestoreNote(int(copied_at), int(missing))
        case _:
            return RestoreNote()
