"""Encode the facts in the record of a restore: when the copy was made, and how much might be missing. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestoreNote:
    """A restored copy: when it was made (Unix time), and how many seconds at most the original was in use afterwards.

    Each number is 0 if it is not known.
    """

    copied_at: int = 0
    missing: int = 0


def subject_of(copied_at: float, missing: int) -> str:
    """Return the subject of the record of a restore; `read` reverses this."""
    return f"{copied_at:.0f} {missing}"


def read(subject: str) -> RestoreNote:
    """Return the note in the subject of a record. Earlier versions wrote no figures: then the note is empty."""
    match subject.split():
        case [copied_at, missing] if copied_at.isdecimal() and missing.isdecimal():
            return RestoreNote(int(copied_at), int(missing))
        case _:
            return RestoreNote()
