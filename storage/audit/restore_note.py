"""Encode the facts in the audit record of a restore: when the backup was made, and how much it might lack."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestoreNote:
    """The facts about a restored database.

    `copied_at` is when the backup was made, in Unix seconds. `missing` is for how many seconds at most the original
    was used afterwards. Each number is 0 if unknown.
    """

    copied_at: int = 0
    missing: int = 0


def subject_of(copied_at: float, missing: int) -> str:
    """Return the `subject` of the audit record of a restore. `read` decodes it."""
    return f"{copied_at:.0f} {missing}"


def read(subject: str) -> RestoreNote:
    """Return the facts in the `subject` of an audit record.

    Records of earlier versions have none: then both are 0.
    """
    match subject.split():
        case [copied_at, missing] if copied_at.isdecimal() and missing.isdecimal():
            return RestoreNote(int(copied_at), int(missing))
        case _:
            return RestoreNote()
