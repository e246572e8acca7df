"""What the storage needs of a database, whichever it is: reading, transactions, and removing traces of erased rows.

Statements use only what both SQLite and PostgreSQL know, with parameters `$1, $2`. What differs between them is
behind these protocols, and in one folder of migrations for each. `storage/sqlite.py` is the only implementation.
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
    """A database. Its reads see what is committed; one transaction writes at a time.

    `last_error` is what prevented the last transaction; None when that was committed.
    """

    last_error: StorageTrouble | None

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction: on disk when the block ends, undone when the block raises. Not to be nested."""
        ...

    def mark_erased(self) -> None:
        """Note that rows were erased which the journal still holds, for the next `truncate_journal`."""
        ...

    async def truncate_journal(self) -> bool:
        """Remove erased rows from the journal. Return False when a reader prevents it: try again later."""
        ...

    async def is_restored(self) -> bool:
        """Tell whether the database was restored from a backup, and the mark of that is not cleared yet."""
        ...

    async def clear_restored_mark(self) -> None:
        """Record that the bot has handled the restore."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
