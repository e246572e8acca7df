"""Numbered steps of the schema, each applied once, forward, in one transaction; a folder an engine."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.database import Database, ReadAccess, Transaction
from storage.errors import StorageRefused

SQLITE = Path(__file__).parent / "migrations" / "sqlite"


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    statements: tuple[str, ...]


def steps(folder: Path = SQLITE) -> list[Migration]:
    """In order; the numbers run from 1 without a gap."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    found = [Migration(int(file.name[:4]), tuple(_statements(file.read_text("utf-8")))) for file in files]
    assert [step.number for step in found] == list(range(1, len(found) + 1)), "migrations are numbered 1, 2, 3 …"
    return found


def _statements(script: str) -> Iterator[str]:
    """Cut at the semicolons that end a statement (not those inside a trigger)."""
    begun = ""
    for line in re.sub(r"^\s*--.*\n", "", script, flags=re.MULTILINE).splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            yield begun.strip()
            begun = ""
    assert not begun.strip(), "a migration ends with a semicolon"


async def number_of(reads: ReadAccess) -> int:
    """The last step that the database has taken; 0 for none. The table itself is made with the file."""
    [(number,)] = await reads.rows("SELECT COALESCE(MAX(number), 0) FROM migrations")
    return int(number)


def refuse_newer(at: int, known: list[Migration]) -> None:
    if at > len(known):
        raise StorageRefused(f"The database is at migration {at}, this code knows {len(known)}: deploy newer code.")


async def forward(database: Database, known: list[Migration]) -> list[int]:
    """Takes the steps that are missing, all or none; tells which."""
    async with database.transaction() as change:
        at = await number_of(change)
        refuse_newer(at, known)
        for step in known[at:]:
            await _take(change, step)
    return [step.number for step in known[at:]]


async def _take(change: Transaction, step: Migration) -> None:
    for statement in step.statements:
        await change.run(statement)
    await change.run("INSERT INTO migrations (number) VALUES ($1)", step.number)
