"""Define the protocols of a database: reads, transactions, and the removal of traces of erased rows.

SQL statements use only features of both SQLite and PostgreSQL, with parameters `$1, $2`. Differences between the two
are hidden behind these protocols, and in a folder of migrations for each. `storage/sqlite.py` is the only
implementation.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from storage.errors import StorageTrouble

Value = bytes | int | str | None


class ReadAccess(Protocol):
    """Something that can be queried: the database, or an open transaction."""

    async def rows(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT. Raises StorageTrouble."""
        ...


class Transaction(ReadAccess, Protocol):
    """An open transaction. Its reads include its own writes."""

    async def run(self, statement: str, *values: Value) -> int:
        """Run a statement that writes, and return how many rows it changed. Raises StorageTrouble."""
        ...

    async def run_many(self, statement: str, many: Iterable[Sequence[Value]]) -> None:
        """Run a statement once for each row of values. Raises StorageTrouble."""
        ...


class Database(ReadAccess, Protocol):
    """A database. Its reads see committed rows only, and one transaction writes at a time.

    `last_error` is the error that ended the last transaction; None after a commit.
    """

    last_error: StorageTrouble | None

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction, which must not be nested in another.

        It is committed to disk when the block ends, and rolled back when the block raises.
        """
        ...

    def mark_erased(self) -> None:
        """Record that the journal may still hold erased rows, so that the next `truncate_journal` empties it."""
        ...

    async def truncate_journal(self) -> bool:
        """Remove erased rows from the journal. Return False when a reader prevents that: call it again later."""
        ...

    async def is_restored(self) -> bool:
        """Return True from the restore of a backup until `clear_restored_mark` is called."""
        ...

    async def clear_restored_mark(self) -> None:
        """Record that the bot has handled the restore, so that `is_restored` returns False."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
