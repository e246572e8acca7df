"""Encode what the audit record of a restore says: when the backup was made, and how much the database lacks.

The restored database lacks the changes that the bot stored after the backup was made.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestoreNote:
    """The facts about a database that was restored from a backup.

    - `copied_at`: when the backup was made, in Unix seconds; 0 if unknown.
    - `missing`: the backup may lack the changes of up to this many seconds: those that the bot stored after the
      backup was made. 0 if unknown.
    """

    copied_at: int = 0
    missing: int = 0


def subject_of(copied_at: float, missing: int) -> str:
    """Return `copied_at` and `missing` as a text, the `subject` of the audit record of a restore.

    The arguments are the fields of a `RestoreNote`. `read` decodes the text.
    """
    return f"{copied_at:.0f} {missing}"


def read(subject: str) -> RestoreNote:
    """Return the facts in the `subject` of the audit record of a restore.

    If an earlier version wrote the record, it has no facts. Then both numbers of the returned note are 0.
    """
    match subject.split():
        case [copied_at, missing] if copied_at.isdecimal() and missing.isdecimal():
            return RestoreNote(int(copied_at), int(missing))
        case _:
            return RestoreNote()
