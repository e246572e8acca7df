"""Encode the facts in the audit record of a restore: when the backup was made, and how long the bot ran afterwards.

What the bot stored in that time is not in the backup.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestoreNote:
    """The facts about a database that was restored from a backup.

    - `copied_at`: when the backup was made, in Unix seconds; 0 if unknown.
    - `missing`: for how many seconds at most the bot used the original database after the backup was made; 0 if
      unknown. What it stored in that time is missing.
    """

    copied_at: int = 0
    missing: int = 0


def subject_of(copied_at: float, missing: int) -> str:
    """Return the `subject` of the audit record of a restore, which contains the two fields of a `RestoreNote`.

    `read` decodes it.
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
