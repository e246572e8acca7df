"""What the memory needs of a database, whichever it is: rows read, changes in transactions, traces removed.

Statements keep to what SQLite and PostgreSQL both know, with parameters `$1, $2`. What differs between them is behind
these faces and in a folder of migrations each; `storage/sqlite.py` is the one there is.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from storage.errors import StorageTrouble

Value = bytes | int | str | None


class ReadAccess(Protocol):
    async def rows(self, statement: str, *values: Value) -> list[tuple[Any, ...]]: ...


class Transaction(ReadAccess, Protocol):
    """An open transaction; what it reads includes its own writes."""

    async def run(self, statement: str, *values: Value) -> int:
        """How many rows it touched."""
        ...

    async def run_many(self, statement: str, many: Iterable[Sequence[Value]]) -> None: ...


class Database(ReadAccess, Protocol):
    """Reads see what is committed; one transaction writes at a time.

    `last_error` is what prevented the last transaction; None when it was done.
    """

    last_error: StorageTrouble | None

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction: kept, on disk, when the block ends; undone when the block raises. Not to be nested."""
        ...

    def mark_erased(self) -> None:
        """Something was erased that the journal still holds: `truncate_journal` will see to it."""
        ...

    async def truncate_journal(self) -> bool:
        """Removes what the journal still holds of erased rows; False when a reader is in the way: try again."""
        ...

    async def is_restored(self) -> bool:
        """Whether this was brought back from a backup, and what that means was not seen to yet."""
        ...

    async def clear_restored_mark(self) -> None: ...

    async def close(self) -> None: ...
