"""The database: set up as promised, migrated forward, undone when cut off, and clear about what is wrong with it."""

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
    """A database that has taken every migration, and nothing else."""
    sqlite.make_file(tmp_path / "bot.db")
    database = await sqlite.opened_for_writing(tmp_path / "bot.db")
    try:
        await migrations_runner.migrate(database, migrations_runner.load_migrations())
        yield database
    finally:
        await database.close()


async def made(tmp_path: Path) -> Place:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await fill(store, range(5))
    return place


async def test_every_promise_of_the_set_up_is_read_back(tmp_path: Path) -> None:
    async with empty(tmp_path) as database, database.transaction() as change:
        told = {name: (await change.rows(f"PRAGMA {name}"))[0][0] for name in sqlite._PRAGMAS}

    assert told == {
        "journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "trusted_schema": 0, "temp_store": 2,
    }  # fmt: skip


async def test_a_set_up_that_is_not_kept_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sqlite._PRAGMAS, "secure_delete", ("ON", "something else"))
    sqlite.make_file(tmp_path / "bot.db")
    with pytest.raises(StorageRefused, match="does not accept secure_delete"):
        await sqlite.opened_for_writing(tmp_path / "bot.db")


async def test_the_schema_is_what_all_migrations_say(tmp_path: Path) -> None:
    async with empty(tmp_path) as database:
        told = await database.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    said = [statement.rstrip(";") for step in migrations_runner.load_migrations() for statement in step.statements]

    assert sorted(sql for (sql,) in told if "TABLE migrations" not in sql) == sorted(said)


async def test_migrations_are_taken_once_all_or_none(tmp_path: Path) -> None:
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

    assert [step.statements for step in migrations_runner.load_migrations(tmp_path)] == [
        ("CREATE TABLE a (\n  b INTEGER -- what;\n);", trigger)
    ]


async def refused(place: Place) -> str:
    before = place.database.read_bytes()
    with pytest.raises((StorageRefused, StorageTrouble)) as why:
        async with place.opened():
            pass
    assert place.database.read_bytes() == before
    return str(why.value)


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    place = await made(tmp_path)
    async with place.opened() as store, store.database.transaction() as change:
        for number in (len(migrations_runner.load_migrations()) + 1, 9):
            await change.run(NUMBERED, number)

    assert await refused(place) == "The database is at migration 9, this code knows 3: deploy newer code."


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty"), (b"SQLite", "is not a SQLite database"), (b"x" * 5000, "is not a SQLite database")],
)
async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    place = await made(tmp_path)
    place.database.write_bytes(content)

    assert says in await refused(place)


async def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    place = await made(tmp_path)
    place.database.unlink()
    other = sqlite3.connect(place.database)
    other.execute("CREATE TABLE photos (id INTEGER)")
    other.close()

    assert "of another program" in await refused(place)


async def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    place = await made(tmp_path)
    content = place.database.read_bytes()
    place.database.write_bytes(content[:100] + b"\xff" * (len(content) - 100))

    assert "is damaged" in await refused(place)


async def test_a_change_that_raises_is_undone_and_the_next_goes_on(tmp_path: Path) -> None:
    async with empty(tmp_path) as database:
        with pytest.raises(ZeroDivisionError):
            await insert(database, 100, fail=True)
        assert await migrations_runner.current_migration(database) == len(migrations_runner.load_migrations())

        async with database.transaction() as change:
            await change.run(NUMBERED, 200)
        assert await migrations_runner.current_migration(database) == 200


async def test_a_change_cancelled_anywhere_is_whole_or_undone(tmp_path: Path) -> None:
    async def change_two(database: SqliteDatabase, number: int) -> None:
        async with database.transaction() as change:
            await change.run(NUMBERED, number)
            await change.run(NUMBERED, number + 1)

    async with empty(tmp_path) as database:
        for number in range(10, 210, 2):
            task = asyncio.create_task(change_two(database, number))
            for _ in range(number % 12):
                await asyncio.sleep(0.00005)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await change_two(database, 1000)
        told = {number for (number,) in await database.rows("SELECT number FROM migrations WHERE number >= 10")}

    assert {1000, 1001} <= told
    assert all(number ^ 1 in told for number in told)


async def test_readers_see_what_is_committed_and_nothing_else(tmp_path: Path) -> None:
    async with empty(tmp_path) as database:
        async with database.transaction() as change:
            await change.run(NUMBERED, 50)
            assert await migrations_runner.current_migration(change) == 50
            assert await migrations_runner.current_migration(database) == len(migrations_runner.load_migrations())
        assert await migrations_runner.current_migration(database) == 50


async def test_trouble_is_told_in_sentences_by_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_TIMEOUT", 30)
    async with empty(tmp_path) as database:
        other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="held by another process"):
            await insert(database, 300)
        other.close()

        async with database.transaction() as change:
            [(pages,)] = await change.rows("PRAGMA page_count")
            await change.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFull, match="make room"):
            async with database.transaction() as change:
                await change.run("INSERT INTO facts VALUES (1, $1, $2)", b"k", bytes(100_000))

        async with database.transaction() as change:
            await change.rows("PRAGMA query_only = ON")
        with pytest.raises(ReadOnly, match="let this user write"):
            await insert(database, 301)
        with pytest.raises(StorageTrouble, match="this is a bug, report it"):
            await database.rows("SELECT nonsense FROM nowhere")


async def insert(database: SqliteDatabase, number: int, fail: bool = False) -> None:
    async with database.transaction() as change:
        await change.run(NUMBERED, number)
        if fail:
            raise ZeroDivisionError


@pytest.mark.parametrize("table", ["subscribers", "tallies", "facts", "documents"])
async def test_look_ups_and_pages_go_by_the_primary_key(tmp_path: Path, table: str) -> None:
    async with empty(tmp_path) as database:
        for where in ("epoch = $1 AND pseudonym = $2", "(epoch, pseudonym) > ($1, $2) ORDER BY epoch, pseudonym"):
            plan = await database.rows(f"EXPLAIN QUERY PLAN SELECT sealed FROM {table} WHERE {where}", 1, b"")
            assert re.fullmatch(rf"SEARCH {table} USING PRIMARY KEY \(.*\)", plan[0][3])
            assert len(plan) == 1


async def sealed_rows(place: Place) -> dict[bytes, bytes]:
    async with reading(place.database, place.keys) as second:
        rows = await second.subscribers.table.page_after(second.database, RowPosition(), 5000)
    return {row.pseudonym: row.sealed for row in rows}


async def test_after_an_erasure_no_file_holds_the_row_as_it_is_or_as_it_was(tmp_path: Path) -> None:
    """The sealed bytes themselves, in database and journal: a later thief could open them with the epoch's key."""
    place = place_in(tmp_path)
    async with place.opened() as store:
        await fill(store, range(1000))
        first = await sealed_rows(place)
        await fill(store, range(1000))
        second = await sealed_rows(place)
        for number in range(0, 1000, 5):
            assert await store.subscribers.leave(person(number).chat, DAY)
        await store.maintain(DAY)
        kept = await sealed_rows(place)
        left = b"".join(file.read_bytes() for file in place.database.parent.iterdir())

    gone = first.keys() - kept.keys()
    assert len(gone) == 200
    assert not any(part in left for one in gone for part in (one, first[one], second[one]))
    assert all(second[one] in left for one in kept)


async def test_a_reader_in_the_way_of_tidying_is_waited_for_by_nobody(tmp_path: Path) -> None:
    place = await made(tmp_path)
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
