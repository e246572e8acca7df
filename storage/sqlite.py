"""SQLite through aiosqlite: one connection writes, one reads, and every promise of the set-up is read back."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosqlite

from storage.database import Transaction, Value
from storage.errors import Damaged, DatabaseBusy, DiskFull, ReadOnly, StorageRefused, StorageTrouble
from storage.files import owner, plain_file

APPLICATION = 0x6465636C  # "decl": in the header of every database of ours
_COPY = 1  # as the header's user version: this was a backup, and was not run since
_HEADER = b"SQLite format 3\0"
_PATIENCE = 5000  # milliseconds for which a statement waits for another process
_PROMISES = {  # pragma: what it is set to, what it then says of itself
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),  # a commit is on disk when it returns
    "secure_delete": ("ON", 1),  # what is deleted is overwritten
    "trusted_schema": ("OFF", 0),  # a planted view or trigger calls no function
    "temp_store": ("MEMORY", 2),  # no sorted copy of anything in a file
}


class SqliteDatabase:
    """A Database. Without `writer` it only reads."""

    def __init__(self, path: Path, reader: aiosqlite.Connection, writer: aiosqlite.Connection | None) -> None:
        self.path = path
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()
        self._traces = True  # of a former run, perhaps
        self.last_error: StorageTrouble | None = None

    async def rows(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        return await _rows(self._reader, statement, values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        if self._writer is None:
            raise StorageRefused("The database was opened for reading only.")
        async with self._turn:
            try:
                with _in_sentences(self.path):
                    await self._writer.execute("BEGIN IMMEDIATE")
                yield _Transaction(self._writer, self.path)
                with _in_sentences(self.path):
                    await self._writer.execute("COMMIT")
                self.last_error = None
            except BaseException as error:
                if isinstance(error, StorageTrouble):
                    self.last_error = error
                # The connection's thread takes statements in order: also a BEGIN cut off by a cancellation is undone.
                await _roll_back(self._writer)
                raise

    def mark_erased(self) -> None:
        self._traces = True

    async def truncate_journal(self) -> bool:
        if self._writer is None or not self._traces:
            return True
        async with self._turn:
            self._traces = False
            done = await self._truncate(self._writer)
            self._traces = self._traces or not done
        return done

    async def _truncate(self, writer: aiosqlite.Connection) -> bool:
        """Does not wait for readers: a backup takes its time, and people want to join meanwhile."""
        await _rows(writer, "PRAGMA busy_timeout = 0", ())
        try:
            [(busy, _, _)] = await _rows(writer, "PRAGMA wal_checkpoint(TRUNCATE)", ())
            return not busy
        except DatabaseBusy:
            return False
        finally:
            await _rows(writer, f"PRAGMA busy_timeout = {_PATIENCE}", ())

    async def is_restored(self) -> bool:
        [(mark,)] = await self.rows("PRAGMA user_version")
        return bool(mark == _COPY)

    async def clear_restored_mark(self) -> None:
        async with self.transaction() as change:
            await change.run("PRAGMA user_version = 0")

    async def close(self) -> None:
        await self._reader.close()
        if self._writer is not None:
            await self._writer.close()  # the last to close empties the WAL and removes it


class _Transaction:
    def __init__(self, writer: aiosqlite.Connection, path: Path) -> None:
        self._writer = writer
        self._path = path

    async def rows(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        return await _rows(self._writer, statement, values)

    async def run(self, statement: str, *values: Value) -> int:
        with _in_sentences(self._path):
            cursor = await self._writer.execute(statement, _named(values))
            return cursor.rowcount

    async def run_many(self, statement: str, many: Iterable[Sequence[Value]]) -> None:
        with _in_sentences(self._path):
            await self._writer.executemany(statement, [_named(values) for values in many])


async def opened_for_writing(path: Path) -> SqliteDatabase:
    """Opens a database that is there; `making` made it, or a former run."""
    writer = await _connected(path)
    try:
        with _in_sentences(path):
            for pragma, (wanted, kept) in _PROMISES.items():
                await _rows(writer, f"PRAGMA {pragma} = {wanted}", ())
                told = await _rows(writer, f"PRAGMA {pragma}", ())
                if told != [(kept,)]:
                    raise StorageRefused(
                        f"SQLite does not keep {pragma} = {wanted} for {path}: put the database on a local disk, "
                        f"and use a Python whose SQLite knows it (this is {sqlite3.sqlite_version})."
                    )
        return SqliteDatabase(path, await _reading(path), writer)
    except BaseException:
        await writer.close()
        raise


async def opened_for_reading(path: Path) -> SqliteDatabase:
    return SqliteDatabase(path, await _reading(path), None)


def make_file(path: Path) -> None:
    """A database of ours at `path`, for this user alone, that has taken no migration yet."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    made = sqlite3.connect(path, isolation_level=None)
    try:
        made.execute(f"PRAGMA application_id = {APPLICATION}")
        made.execute("CREATE TABLE migrations (number INTEGER NOT NULL PRIMARY KEY)")
    finally:
        made.close()


def check_header(path: Path) -> None:
    """Raises StorageRefused unless `path` is a database of ours; reads a hundred bytes, and SQLite none."""
    try:
        with os.fdopen(plain_file.opened(path), "rb") as file:
            header = file.read(100)
    except OSError as broken:
        remedy = owner.why_not(path, "let this user read and write it, or set DATABASE_URL to the right file")
        raise StorageRefused(f"The database {path} cannot be read ({broken.strerror}): {remedy}.") from None
    if header[:16] != _HEADER or len(header) < 100:
        what = "is empty" if not header else "is no SQLite database"
        raise StorageRefused(f"{path} {what}: put a backup back, or set DATABASE_URL to the right file.")
    if int.from_bytes(header[68:72], "big") != APPLICATION:
        raise StorageRefused(f"{path} is a database of another program: set DATABASE_URL to the bot's own.")


def is_ours(path: Path) -> bool:
    try:
        check_header(path)
    except StorageRefused:
        return False
    return True


def copy_into(path: Path, target: Path) -> None:
    """A compact copy in `target`, an empty file, marked as one; beside a running bot. Blocks."""
    with _looking(path) as source:
        source.execute("VACUUM INTO ?", (str(target),))
    mark_copy(target)


def mark_copy(path: Path) -> None:
    """Whoever starts with it will know that it was put back: see `is_restored`. Nobody else has it open."""
    with _in_sentences(path):
        copy = sqlite3.connect(path, isolation_level=None)
        try:
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute(f"PRAGMA user_version = {_COPY}")
        finally:
            copy.close()


def is_whole(path: Path) -> bool:
    with _looking(path) as looked:
        return list(looked.execute("PRAGMA integrity_check(1)")) == [("ok",)]


@contextmanager
def _looking(path: Path) -> Iterator[sqlite3.Connection]:
    with _in_sentences(path):
        looked = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
        try:
            looked.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            yield looked
        finally:
            looked.close()


async def _connected(path: Path, mode: str = "rw") -> aiosqlite.Connection:
    with _in_sentences(path):
        connection = await aiosqlite.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None)
    await _rows(connection, f"PRAGMA busy_timeout = {_PATIENCE}", ())
    return connection


async def _reading(path: Path) -> aiosqlite.Connection:
    reader = await _connected(path, "ro")
    await _rows(reader, "PRAGMA trusted_schema = OFF", ())
    return reader


async def _rows(connection: aiosqlite.Connection, statement: str, values: Sequence[Value]) -> list[tuple[Any, ...]]:
    with _in_sentences():
        return list(await connection.execute_fetchall(statement, _named(values)))  # type: ignore[arg-type]


async def _roll_back(writer: aiosqlite.Connection) -> None:
    try:
        await writer.execute("ROLLBACK")
    except sqlite3.OperationalError as told:
        if "no transaction" not in str(told):
            raise


def _named(values: Sequence[Value]) -> dict[str, Value]:
    """`$1` is a name to SQLite: bound by name it means what it means to PostgreSQL."""
    return {str(place): value for place, value in enumerate(values, 1)}


@contextmanager
def _in_sentences(path: Path | None = None) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _trouble(error, str(path) if path else "The database") from error


def _trouble(error: sqlite3.Error, what: str) -> StorageTrouble:
    """The primary code is the low byte of the extended one (sqlite.org/rescode.html)."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return DiskFull(f"{what} cannot grow, the disk is full: make room.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseBusy(f"{what} is held by another process: stop that one if it lasts.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return ReadOnly(f"{what} cannot be opened or written: let this user write the file and its folder.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Damaged(f"{what} is damaged: stop the bot, keep the file, and put a backup back.")
        case sqlite3.SQLITE_IOERR:
            return StorageTrouble(f"{what} cannot be read or written, the disk fails: look at the disk.")
        case _:
            return StorageTrouble(f"{what} refused a statement ({type(error).__name__}): a mistake in the code.")
