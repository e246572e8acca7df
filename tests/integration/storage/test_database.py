"""The database: its pragmas, its migrations, its transactions, and the errors that it reports."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage import migrations_runner, sqlite
from storage.errors import DatabaseBusy, DiskFull, ReadOnly, StorageRefused, StorageTrouble
from storage.sealing.sealed_table import RowPosition
from storage.sqlite import SqliteDatabase
from storage.store import reading
from storage.subscriptions.subscriber_store import SaveResult
from tests.support.storage_process import DAY, Place, fill, person, place_in

NUMBERED = "INSERT INTO migrations (number) VALUES ($1)"


@asynccontextmanager
async def empty(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    """Open an empty database that has taken every migration."""
    sqlite.make_file(tmp_path / "bot.db")
    database = await sqlite.opened_for_writing(tmp_path / "bot.db")
    try:
        await migrations_runner.migrate(database, migrations_runner.load_migrations())
        yield database
    finally:
        await database.close()


async def make_place(tmp_path: Path) -> Place:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await fill(store, range(5))
    return place


async def test_every_pragma_has_its_value(tmp_path: Path) -> None:
    async with empty(tmp_path) as database, database.transaction() as transaction:
        values = {name: (await transaction.rows(f"PRAGMA {name}"))[0][0] for name in sqlite._PRAGMAS}

    assert values == {
        "journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "trusted_schema": 0, "temp_store": 2,
    }  # fmt: skip


async def test_a_pragma_that_does_not_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sqlite._PRAGMAS, "secure_delete", ("ON", "something else"))
    sqlite.make_file(tmp_path / "bot.db")
    with pytest.raises(StorageRefused, match="does not accept secure_delete"):
        await sqlite.opened_for_writing(tmp_path / "bot.db")


async def test_the_schema_is_the_sum_of_all_migrations(tmp_path: Path) -> None:
    async with empty(tmp_path) as database:
        rows = await database.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    expected = [
        statement.rstrip(";")
        for migration in migrations_runner.load_migrations()
        for statement in migration.statements
    ]

    assert sorted(sql for (sql,) in rows if "TABLE migrations" not in sql) == sorted(expected)


async def test_migrations_are_taken_once_and_all_or_none(tmp_path: Path) -> None:
    known = migrations_runner.load_migrations()
    good = migrations_runner.Migration(len(known) + 1, ("CREATE TABLE one (a INTEGER);",))
    bad = migrations_runner.Migration(
        len(known) + 2, ("CREATE TABLE two (a INTEGER);", "CREATE TABLE one (a INTEGER);")
    )
    async with empty(tmp_path) as database:
        with pytest.raises(StorageTrouble):
            await migrations_runner.migrate(database, [*known, good, bad])
        assert await migrations_runner.current_migration(database) == len(known)

        assert await migrations_runner.migrate(database, [*known, good]) == [good.number]
        assert await migrations_runner.migrate(database, [*known, good]) == []


def test_a_trigger_is_one_statement(tmp_path: Path) -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM b;\n  DELETE FROM c;\nEND;"
    (tmp_path / "0001_a.sql").write_text(f"-- why; because\nCREATE TABLE a (\n  b INTEGER -- what;\n);\n{trigger}\n")

    assert [migration.statements for migration in migrations_runner.load_migrations(tmp_path)] == [
        ("CREATE TABLE a (\n  b INTEGER -- what;\n);", trigger)
    ]


async def refusal(place: Place) -> str:
    """Return why the store does not open; the database stays as it was."""
    before = place.database.read_bytes()
    with pytest.raises((StorageRefused, StorageTrouble)) as error:
        async with place.opened():
            pass
    assert place.database.read_bytes() == before
    return str(error.value)


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    async with place.opened() as store, store.database.transaction() as transaction:
        known = len(migrations_runner.load_migrations())
        for number in (known + 1, known + 2):
            await transaction.run(NUMBERED, number)

    sentence = f"The database is at migration {known + 2}, this code knows {known}: deploy newer code."
    assert await refusal(place) == sentence


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty"), (b"SQLite", "is not a SQLite database"), (b"x" * 5000, "is not a SQLite database")],
)
async def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    place = await make_place(tmp_path)
    place.database.write_bytes(content)

    assert says in await refusal(place)


async def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    place.database.unlink()
    other = sqlite3.connect(place.database)
    other.execute("CREATE TABLE photos (id INTEGER)")
    other.close()

    assert "of another program" in await refusal(place)


async def test_a_damaged_database_is_reported(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    content = place.database.read_bytes()
    place.database.write_bytes(content[:100] + b"\xff" * (len(content) - 100))

    assert "is damaged" in await refusal(place)


async def test_a_transaction_that_raises_is_undone_and_the_next_one_works(tmp_path: Path) -> None:
    async with empty(tmp_path) as database:
        with pytest.raises(ZeroDivisionError):
            await insert(database, 100, fail=True)
        assert await migrations_runner.current_migration(database) == len(migrations_runner.load_migrations())

        async with database.transaction() as transaction:
            await transaction.run(NUMBERED, 200)
        assert await migrations_runner.current_migration(database) == 200


async def test_a_transaction_cancelled_anywhere_is_complete_or_undone(tmp_path: Path) -> None:
    async def write_two(database: SqliteDatabase, number: int) -> None:
        async with database.transaction() as transaction:
            await transaction.run(NUMBERED, number)
            await transaction.run(NUMBERED, number + 1)

    async with empty(tmp_path) as database:
        for number in range(10, 210, 2):
            task = asyncio.create_task(write_two(database, number))
            for _ in range(number % 12):
                await asyncio.sleep(0.00005)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await write_two(database, 1000)
        numbers = {number for (number,) in await database.rows("SELECT number FROM migrations WHERE number >= 10")}

    assert {1000, 1001} <= numbers
    assert all(number ^ 1 in numbers for number in numbers)


async def test_readers_see_only_what_is_committed(tmp_path: Path) -> None:
    async with empty(tmp_path) as database:
        async with database.transaction() as transaction:
            await transaction.run(NUMBERED, 50)
            assert await migrations_runner.current_migration(transaction) == 50
            assert await migrations_runner.current_migration(database) == len(migrations_runner.load_migrations())
        assert await migrations_runner.current_migration(database) == 50


async def test_errors_of_sqlite_become_sentences_by_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_TIMEOUT", 30)
    async with empty(tmp_path) as database:
        other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="held by another process"):
            await insert(database, 300)
        other.close()

        async with database.transaction() as transaction:
            [(pages,)] = await transaction.rows("PRAGMA page_count")
            await transaction.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFull, match="make room"):
            async with database.transaction() as transaction:
                await transaction.run("INSERT INTO facts VALUES (1, $1, $2)", b"k", bytes(100_000))

        async with database.transaction() as transaction:
            await transaction.rows("PRAGMA query_only = ON")
        with pytest.raises(ReadOnly, match="let this user write"):
            await insert(database, 301)
        with pytest.raises(StorageTrouble, match="this is a bug, report it"):
            await database.rows("SELECT nonsense FROM nowhere")


async def insert(database: SqliteDatabase, number: int, fail: bool = False) -> None:
    async with database.transaction() as transaction:
        await transaction.run(NUMBERED, number)
        if fail:
            raise ZeroDivisionError


@pytest.mark.parametrize("table", ["subscribers", "tallies", "facts", "documents"])
async def test_lookups_and_pages_use_the_primary_key(tmp_path: Path, table: str) -> None:
    async with empty(tmp_path) as database:
        for where in ("epoch = $1 AND pseudonym = $2", "(epoch, pseudonym) > ($1, $2) ORDER BY epoch, pseudonym"):
            plan = await database.rows(f"EXPLAIN QUERY PLAN SELECT sealed FROM {table} WHERE {where}", 1, b"")
            assert re.fullmatch(rf"SEARCH {table} USING PRIMARY KEY \(.*\)", plan[0][3])
            assert len(plan) == 1


async def sealed_rows(place: Place) -> dict[bytes, bytes]:
    async with reading(place.database, place.keys) as second:
        rows = await second.subscribers.table.page_after(second.database, RowPosition(), 5000)
    return {row.pseudonym: row.sealed for row in rows}


async def test_after_an_erasure_no_file_holds_the_current_or_an_old_version_of_the_row(tmp_path: Path) -> None:
    """Not even the sealed bytes remain in database or journal, for a thief could open them with the epoch's key."""
    place = place_in(tmp_path)
    async with place.opened() as store:
        await fill(store, range(1000))
        first = await sealed_rows(place)
        await fill(store, range(1000))
        second = await sealed_rows(place)
        for number in range(0, 1000, 5):
            assert await store.subscribers.leave(person(number).chat, DAY)
        await store.maintain(DAY)
        remaining = await sealed_rows(place)
        files = b"".join(file.read_bytes() for file in place.database.parent.iterdir())

    erased = first.keys() - remaining.keys()
    assert len(erased) == 200
    assert not any(part in files for row in erased for part in (row, first[row], second[row]))
    assert all(second[row] in files for row in remaining)


async def test_nobody_waits_for_a_reader_that_prevents_truncating_the_journal(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    async with place.opened() as store:
        other = sqlite3.connect(place.database, isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT COUNT(*) FROM subscribers").fetchall()
        assert await store.subscribers.leave(person(1).chat, DAY)
        async with asyncio.timeout(1):
            assert not await store.database.truncate_journal()
            assert await store.subscribers.save(person(1), DAY) is SaveResult.JOINED
        other.close()
        assert await store.database.truncate_journal()
        assert place.database.with_name("bot.db-wal").stat().st_size == 0
