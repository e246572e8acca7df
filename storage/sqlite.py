"""Implement the protocols of `storage/database.py` with SQLite and the library aiosqlite.

One connection writes and another one reads. When the writer sets a pragma, it reads the value back as a check.
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosqlite

from storage.database import Transaction, Value
from storage.errors import DatabaseBusy, StorageRefused, StorageTrouble
from storage.files import owner, plain_file
from storage.sqlite_errors import translate_errors

APPLICATION_ID = 0x6465636C  # "decl": in the header of every database of this bot
_RESTORED = 1  # user version in the header: restored, and not run since; 1 + n: up to n seconds of work are missing
_HEADER = b"SQLite format 3\0"
_BUSY_TIMEOUT = 5000  # milliseconds for which a statement waits for another process
_PRAGMAS = {  # pragma: the value to set, the value that it then reports
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),  # a commit is on disk when it returns
    "secure_delete": ("ON", 1),  # what is deleted is overwritten
    "trusted_schema": ("OFF", 0),  # a planted view or trigger calls no function
    "temp_store": ("MEMORY", 2),  # no sorted copy of anything in a file
}


class SqliteDatabase:
    """A SQLite database, which implements the protocol `Database`. Without a `writer` it is read-only."""

    def __init__(self, path: Path, reader: aiosqlite.Connection, writer: aiosqlite.Connection | None) -> None:
        self.path = path
        self._reader = reader
        self._writer = writer
        self._write_lock = asyncio.Lock()
        self._has_traces = True  # perhaps of an earlier run
        self.last_error: StorageTrouble | None = None
        self.transactions = 0
        self.transaction_seconds = 0.0

    async def rows(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        return await _rows(self._reader, statement, values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        if self._writer is None:
            raise StorageRefused("The database was opened for reading only.")
        begun = time.perf_counter()
        async with self._write_lock:
            try:
                with translate_errors(self.path):
                    await self._writer.execute("BEGIN IMMEDIATE")
                transaction = _SqliteTransaction(self._writer, self.path)
                yield transaction
                with translate_errors(self.path):
                    await self._writer.execute("COMMIT")
                self.last_error = None
                for action in transaction.commit_actions:
                    action()
            except BaseException as error:
                if isinstance(error, StorageTrouble):
                    self.last_error = error
                # The connection's thread runs statements in order. So it also undoes a BEGIN that was cancelled.
                await _roll_back(self._writer)
                raise
            finally:
                self.transactions += 1
                self.transaction_seconds += time.perf_counter() - begun

    def mark_erased(self) -> None:
        self._has_traces = True

    async def truncate_journal(self) -> bool:
        if self._writer is None or not self._has_traces:
            return True
        async with self._write_lock:
            self._has_traces = False
            is_done = await self._checkpoint(self._writer)
            self._has_traces = self._has_traces or not is_done
        return is_done

    async def _checkpoint(self, writer: aiosqlite.Connection) -> bool:
        """Empty the journal, and return True; return False if a reader prevents that.

        Do not wait for readers: a backup reads for a long time, and no transaction could begin during the wait.
        """
        await _rows(writer, "PRAGMA busy_timeout = 0", ())
        try:
            [(busy, _, _)] = await _rows(writer, "PRAGMA wal_checkpoint(TRUNCATE)", ())
            return not busy
        except DatabaseBusy:
            return False
        finally:
            await _rows(writer, f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}", ())

    async def is_restored(self) -> bool:
        return await self._restored_mark() >= _RESTORED

    async def missing_seconds(self) -> int:
        return max(0, await self._restored_mark() - _RESTORED)

    async def _restored_mark(self) -> int:
        [(mark,)] = await self.rows("PRAGMA user_version")
        return int(mark)

    async def clear_restored_mark(self) -> None:
        async with self.transaction() as transaction:
            await transaction.run("PRAGMA user_version = 0")

    async def close(self) -> None:
        await self._reader.close()
        if self._writer is not None:
            await self._writer.close()  # the last to close empties the WAL and removes it


class _SqliteTransaction:
    def __init__(self, writer: aiosqlite.Connection, path: Path) -> None:
        self._writer = writer
        self._path = path
        self.commit_actions: list[Callable[[], None]] = []

    def on_commit(self, action: Callable[[], None]) -> None:
        self.commit_actions.append(action)

    async def rows(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        return await _rows(self._writer, statement, values)

    async def run(self, statement: str, *values: Value) -> int:
        with translate_errors(self._path):
            cursor = await self._writer.execute(statement, _named(values))
            return cursor.rowcount

    async def run_many(self, statement: str, many: Iterable[Sequence[Value]]) -> None:
        with translate_errors(self._path):
            await self._writer.executemany(statement, [_named(values) for values in many])


async def opened_for_writing(path: Path) -> SqliteDatabase:
    """Open an existing database in the one process that writes to it.

    Raises StorageRefused when SQLite does not accept one of `_PRAGMAS`.
    """
    writer = await _connect(path)
    try:
        with translate_errors(path):
            for pragma, (value, reported) in _PRAGMAS.items():
                await _rows(writer, f"PRAGMA {pragma} = {value}", ())
                if await _rows(writer, f"PRAGMA {pragma}", ()) != [(reported,)]:
                    raise StorageRefused(
                        f"SQLite does not accept {pragma} = {value} for {path}: put the database on a local disk, "
                        f"and use a Python whose SQLite supports it (this is {sqlite3.sqlite_version})."
                    )
        return SqliteDatabase(path, await _connect_reader(path), writer)
    except BaseException:
        await writer.close()
        raise


async def opened_for_reading(path: Path) -> SqliteDatabase:
    """Open an existing database in a process that only reads."""
    return SqliteDatabase(path, await _connect_reader(path), None)


def make_file(path: Path) -> None:
    """Create a database without tables at `path`, which only this user can open. Raises OSError when that fails."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute("CREATE TABLE migrations (number INTEGER NOT NULL PRIMARY KEY)")
    finally:
        database.close()


def check_header(path: Path) -> None:
    """Raise StorageRefused unless `path` is a database of this bot, by the first 100 bytes of the file.

    The file is read without SQLite.
    """
    try:
        with os.fdopen(plain_file.open_file(path), "rb") as file:
            header = file.read(100)
    except OSError as error:
        remedy = owner.permission_remedy(
            path, "let this user read and write it, or set DATABASE_URL to the right file"
        )
        raise StorageRefused(f"The database {path} cannot be read ({error.strerror}): {remedy}.") from None
    if header[:16] != _HEADER or len(header) < 100:
        state = "is empty" if not header else "is not a SQLite database"
        raise StorageRefused(f"{path} {state}: restore a backup, or set DATABASE_URL to the right file.")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise StorageRefused(f"{path} is a database of another program: set DATABASE_URL to the bot's own.")


def has_our_header(path: Path) -> bool:
    """Return whether `path` has the header of a database of this bot."""
    try:
        check_header(path)
    except StorageRefused:
        return False
    return True


def copy_into(path: Path, target: Path) -> None:
    """Write a compact copy of the database at `path` into the empty file `target`. Mark the copy with `mark_copy`.

    The bot can run meanwhile. The calling thread is blocked.
    """
    with _open_for_inspection(path) as source:
        source.execute("VACUUM INTO ?", (str(target),))
    mark_copy(target)


def mark_copy(path: Path, missing_seconds: int = 0) -> None:
    """Mark a database as a copy. When a bot is started with this database, `is_restored` returns True.

    The copy may lack the changes of up to `missing_seconds` seconds, which a bot stored in the original database
    after the copy was made; 0 if unknown. Call this only while no other process has the database open.
    """
    with translate_errors(path):
        copy = sqlite3.connect(path, isolation_level=None)
        try:
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute(f"PRAGMA user_version = {_RESTORED + missing_seconds}")
        finally:
            copy.close()


def is_sound(path: Path) -> bool:
    """Return whether SQLite's integrity check finds no damage. The calling thread is blocked."""
    with _open_for_inspection(path) as database:
        return list(database.execute("PRAGMA integrity_check(1)")) == [("ok",)]


@contextmanager
def _open_for_inspection(path: Path) -> Iterator[sqlite3.Connection]:
    with translate_errors(path):
        database = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
        try:
            database.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")
            yield database
        finally:
            database.close()


async def _connect(path: Path, mode: str = "rw") -> aiosqlite.Connection:
    with translate_errors(path):
        connection = await aiosqlite.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None)
    await _rows(connection, f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}", ())
    return connection


async def _connect_reader(path: Path) -> aiosqlite.Connection:
    reader = await _connect(path, "ro")
    await _rows(reader, "PRAGMA trusted_schema = OFF", ())
    return reader


async def _rows(connection: aiosqlite.Connection, statement: str, values: Sequence[Value]) -> list[tuple[Any, ...]]:
    with translate_errors():
        return list(await connection.execute_fetchall(statement, _named(values)))  # type: ignore[arg-type]


async def _roll_back(writer: aiosqlite.Connection) -> None:
    try:
        await writer.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "no transaction" not in str(error):
            raise


def _named(values: Sequence[Value]) -> dict[str, Value]:
    """Return a dict of the values with the keys "1", "2", …: SQLite treats `$1` as a name, not as a position."""
    return {str(place): value for place, value in enumerate(values, 1)}
