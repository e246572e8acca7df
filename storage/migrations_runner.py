"""Run the numbered migrations of the database schema in order, each once.

All migrations that a database lacks run in one transaction.
"""

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
    """A migration file: its number and the SQL statements in it."""

    number: int
    statements: tuple[str, ...]


def load_migrations(folder: Path = SQLITE) -> list[Migration]:
    """Return the migrations in a folder, sorted by number. The numbers must run from 1 without a gap."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    migrations = [Migration(int(file.name[:4]), tuple(_statements(file.read_text("utf-8")))) for file in files]
    numbers = [migration.number for migration in migrations]
    assert numbers == list(range(1, len(migrations) + 1)), "migrations are numbered 1, 2, 3 …"
    return migrations


def _statements(script: str) -> Iterator[str]:
    """Yield the SQL statements of a script. Semicolons inside a trigger do not end a statement."""
    statement = ""
    for line in re.sub(r"^\s*--.*\n", "", script, flags=re.MULTILINE).splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    assert not statement.strip(), "a migration ends with a semicolon"


async def current_migration(reads: ReadAccess) -> int:
    """Return the number of the last migration that was applied to the database; 0 if none was applied."""
    [(number,)] = await reads.rows("SELECT COALESCE(MAX(number), 0) FROM migrations")
    return int(number)


def refuse_newer(current: int, known: list[Migration]) -> None:
    """Raise StorageRefused if the database is at a later migration than the last one in `known`."""
    if current > len(known):
        raise StorageRefused(
            f"The database is at migration {current}, this code knows {len(known)}: deploy newer code."
        )


async def migrate(database: Database, known: list[Migration]) -> list[int]:
    """Apply the migrations that the database lacks, in one transaction. Return their numbers."""
    async with database.transaction() as transaction:
        current = await current_migration(transaction)
        refuse_newer(current, known)
        for migration in known[current:]:
            await _take(transaction, migration)
    return [migration.number for migration in known[current:]]


async def _take(transaction: Transaction, migration: Migration) -> None:
    for statement in migration.statements:
        await transaction.run(statement)
    await transaction.run("INSERT INTO migrations (number) VALUES ($1)", migration.number)
