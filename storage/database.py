"""Define the protocols of a database: reads, transactions, and the removal of traces of erased rows.

SQL statements use only features that SQLite and PostgreSQL both have, with parameters `$1, $2`. All differences
between the two are hidden by these protocols, or are in separate folders of migrations. SQLite is the only database
that is implemented so far, in `storage/sqlite.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from storage.errors import StorageTrouble

Value = bytes | int | str | None


class ReadAccess(Protocol):
    """An object that can be queried: the database, or an open transaction."""

    async def rows(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT. Raises StorageTrouble."""
        ...


class Transaction(ReadAccess, Protocol):
    """An open transaction. Its reads include its own writes."""

    async def run(self, statement: str, *values: Value) -> int:
        """Run a statement that writes, and return how many rows it changed. Raises StorageTrouble."""
        ...

    async def run_many(self, statement: str, many: Iterable[Sequence[Value]]) -> None:
        """Run a statement once for each sequence of values in `many`. Raises StorageTrouble."""
        ...

    def on_commit(self, action: Callable[[], None]) -> None:
        """Call `action` once the transaction is committed. `action` must not raise."""
        ...


class Database(ReadAccess, Protocol):
    """A database. Its reads see committed rows only. Only one transaction can write at a time.

    `last_error` is the error that ended the last transaction, or None if that was committed. `transactions` counts
    the transactions that have ended. `transaction_seconds` is the total time that they took, including the wait for
    earlier transactions.
    """

    last_error: StorageTrouble | None
    transactions: int
    transaction_seconds: float

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction for an `async with` block. The block must not open another transaction.

        The transaction is committed to disk when the block ends, and rolled back when the block raises.
        """
        ...

    def mark_erased(self) -> None:
        """Record that rows were erased, so that the next call of `truncate_journal` empties the journal file.

        Until then, the journal file might still contain these rows.
        """
        ...

    async def truncate_journal(self) -> bool:
        """Remove erased rows from the journal file. Return False when a reader prevents that for now, else True."""
        ...

    async def is_restored(self) -> bool:
        """Return whether the database was restored from a backup and the bot has not dealt with that yet.

        See `clear_restored_mark`.
        """
        ...

    async def missing_seconds(self) -> int:
        """Return how many seconds of changes this database may lack, because it was restored from a backup.

        These are the changes that a bot stored in the original database after the backup was made. 0 means that the
        number is unknown.
        """
        ...

    async def clear_restored_mark(self) -> None:
        """Record that the bot has dealt with the restore of a backup. From then on `is_restored` returns False."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
