"""Backups: complete, encrypted, restored with both keys, and unreadable once an epoch's keys are destroyed."""

import asyncio
import fcntl
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage
import pytest

from storage import backup
from storage.errors import StorageRefused
from storage.sealing import key_file
from storage.sealing.sealed_table import RowPosition
from storage.sealing.vault import Vault
from storage.store import opened, reading
from storage.subscriptions.daily_count import series
from tests.support.leak_scan import scan
from tests.support.storage_process import BOT, DAY, ROOT, TOKEN, Place, everybody, fill, person, place_in

OFFLINE = pyrage.x25519.Identity.generate()
RECIPIENT = str(OFFLINE.to_public())


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def test_a_backup_restores_with_the_offline_key_and_the_key_file(tmp_path: Path) -> None:
    place, target = place_in(tmp_path), tmp_path / "safe" / "list.age"
    target.parent.mkdir()
    async with place.opened() as store:
        await fill(store, range(200))
        await store.subscribers.save(person(200), DAY)
        await backup.backup(place.database, target, RECIPIENT)
        assert names(place.database.parent) <= {"bot.db", "bot.db-wal", "bot.db-shm"}
        assert names(target.parent) == {"list.age"}
        assert target.stat().st_mode & 0o777 == 0o600

    elsewhere = Place(tmp_path / "new" / "data" / "bot.db", tmp_path / "new" / "keys" / "seal.key")
    backup.restore(target, str(OFFLINE), elsewhere.database)
    elsewhere.keys.parent.mkdir()
    shutil.copy2(place.keys, elsewhere.keys)
    async with elsewhere.opened() as store:
        people = await everybody(store)
        assert sorted(people, key=lambda somebody: somebody.chat) == list(map(person, range(201)))
        assert series(await store.daily_counts.days())[-1].total == 1
        assert len(store.vault.rejected) == 0
    assert elsewhere.database.stat().st_mode & 0o777 == 0o600
    assert names(elsewhere.database.parent) == {"bot.db"}


async def test_a_backup_from_before_a_rotation_opens_with_the_newer_key_file(tmp_path: Path) -> None:
    place, target = place_in(tmp_path), tmp_path / "list.age"
    async with place.opened() as store:
        await fill(store, range(10))
        await backup.backup(place.database, target, RECIPIENT)
        await store.rotation.begin(DAY)
        await store.rotation.go_on()
    place.database.unlink()
    backup.restore(target, str(OFFLINE), place.database)
    async with place.opened() as store:
        await store.maintain(DAY)
        assert store.vault.current_epoch == 2
        assert len(await everybody(store)) == 10


async def test_the_age_tool_decrypts_a_backup(tmp_path: Path) -> None:
    """A backup holds the database itself: no code of this bot is needed to decrypt it."""
    place, target = place_in(tmp_path), tmp_path / "list.age"
    async with place.opened() as store:
        await fill(store, range(5))
        await backup.backup(place.database, target, RECIPIENT)

    assert pyrage.decrypt(target.read_bytes(), [OFFLINE]).startswith(b"SQLite format 3\0")


async def test_a_backup_names_nobody_once_its_keys_are_destroyed(tmp_path: Path) -> None:
    """A thief with the backup, its offline key and a later key file can open nothing and identify nobody."""
    place, target = place_in(tmp_path), tmp_path / "list.age"
    async with place.opened() as store:
        await fill(store, range(500))
        await backup.backup(place.database, target, RECIPIENT)
        for number in range(0, 500, 50):
            await store.subscribers.leave(person(number).chat, DAY)
        await store.rotation.begin(DAY)
        await store.rotation.go_on()
        await store.rotation.destroy(1)

    stolen = tmp_path / "thief" / "bot.db"
    backup.restore(target, str(OFFLINE), stolen)
    rows = sqlite3.connect(stolen)
    remaining = Vault(key_file.parse(place.keys.read_bytes(), place.keys))
    for table in ("subscribers", "tallies", "facts"):
        stolen_rows = rows.execute(f"SELECT epoch, pseudonym, sealed FROM {table}").fetchall()
        labels = [b"subscribers", b"tallies", b"facts"]
        epochs = [*remaining.active_epochs, 1]
        assert stolen_rows or table == "tallies"
        assert not [
            1 for _, p, s in stolen_rows for label in labels for e in epochs if remaining.open(e, label, p, s)
        ]
    known = {pseudonym for (pseudonym,) in rows.execute("SELECT pseudonym FROM subscribers")}
    rows.close()
    tested = {
        remaining.pseudonym(epoch, b"subscribers", person(number).chat.to_bytes(8, "big"))
        for epoch in remaining.active_epochs
        for number in range(500)
    }

    assert len(known) == len(tested) == 500
    assert not known & tested
    assert scan([stolen.parent], [person(number).chat for number in range(500)], TOKEN) == []
    with pytest.raises(StorageRefused, match=r"are destroyed|does not belong|too old"):
        async with opened(stolen, place.keys, DAY, BOT):
            pass


async def test_a_backup_names_everybody_before_its_keys_are_destroyed(tmp_path: Path) -> None:
    """The test above can fail: before keys are destroyed, backup and key file do open."""
    place, target = place_in(tmp_path), tmp_path / "list.age"
    async with place.opened() as store:
        await fill(store, range(20))
        await backup.backup(place.database, target, RECIPIENT)
        await store.rotation.begin(DAY)
        await store.rotation.go_on()
    stolen = tmp_path / "thief" / "bot.db"
    backup.restore(target, str(OFFLINE), stolen)
    async with reading(stolen, place.keys) as thief:
        assert len(await everybody(thief)) == 20
        assert len(await thief.subscribers.table.page_after(thief.database, RowPosition(), 99)) == 20


@pytest.mark.parametrize(
    ("recipient", "says"),
    [
        ("", "is not a public key"),
        ("age1nonsense", "is not a public key"),
        (str(OFFLINE), "is a secret key"),
        ("ssh-ed25519 AAAA", "is not a public key"),
    ],
    ids=["nothing", "nonsense", "the secret key", "half an ssh key"],  # a random key must not name a test
)
async def test_a_wrong_recipient_is_reported_but_not_quoted(tmp_path: Path, recipient: str, says: str) -> None:
    place = place_in(tmp_path)
    async with place.opened():
        with pytest.raises(StorageRefused, match=says) as error:
            await backup.backup(place.database, tmp_path / "list.age", recipient)

    assert not recipient or recipient not in str(error.value)
    assert not (tmp_path / "list.age").exists()


async def test_a_backup_or_restore_that_fails_reports_the_reason(tmp_path: Path) -> None:
    place, target = place_in(tmp_path), tmp_path / "list.age"
    with pytest.raises(StorageRefused, match="cannot be read"):
        await backup.backup(place.database, target, RECIPIENT)
    async with place.opened():
        with pytest.raises(StorageRefused, match="cannot be written"):
            await backup.backup(place.database, tmp_path / "nowhere" / "list.age", RECIPIENT)
        await backup.backup(place.database, target, RECIPIENT)
    assert names(place.database.parent) == {"bot.db"}

    with pytest.raises(StorageRefused, match="already"):
        backup.restore(target, str(OFFLINE), place.database)
    new = tmp_path / "new" / "bot.db"
    with pytest.raises(StorageRefused, match="does not open"):
        backup.restore(target, str(pyrage.x25519.Identity.generate()), new)
    with pytest.raises(StorageRefused, match="not an age secret key"):
        backup.restore(target, RECIPIENT, new)
    target.write_bytes(target.read_bytes()[:-50])
    with pytest.raises(StorageRefused, match="does not open"):
        backup.restore(target, str(OFFLINE), new)
    assert names(new.parent) == set()


async def test_a_start_deletes_the_files_of_killed_backups_but_not_of_running_ones(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await fill(store, range(5))
    abandoned, running = (place.database.with_name(f"bot.db.backup-{name}") for name in ("0badc0de", "11111111"))
    shutil.copy(place.database, abandoned)
    with running.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        async with place.opened():
            assert not abandoned.exists()
            assert running.exists()
    async with place.opened():
        assert not running.exists()


async def test_a_killed_backup_leaves_its_target_complete_or_unchanged(tmp_path: Path) -> None:
    place, target = place_in(tmp_path), tmp_path / "list.age"
    async with place.opened() as store:
        await fill(store, range(3000))
        await backup.backup(place.database, target, RECIPIENT)
        code = (
            "import asyncio,sys; from pathlib import Path; from storage.backup import backup\n"
            "print('go', flush=True)\n"
            f"asyncio.run(backup(Path({str(place.database)!r}), Path({str(target)!r}), {RECIPIENT!r}))"
        )
        for milliseconds in (1, 5, 12, 25):
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=ROOT
            )
            assert child.stdout
            await child.stdout.readline()
            await asyncio.sleep(milliseconds / 1000)
            if child.returncode is None:
                child.send_signal(signal.SIGKILL)
            await child.wait()
            assert pyrage.decrypt(target.read_bytes(), [OFFLINE]).startswith(b"SQLite format 3\0")
            await store.subscribers.save(person(5000 + milliseconds), DAY)
    async with place.opened():
        assert names(place.database.parent) <= {"bot.db", "bot.db-wal", "bot.db-shm"}


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes inside this block, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_backup_on_a_full_disk_reports_it_and_leaves_nothing(tmp_path: Path) -> None:
    place, target = place_in(tmp_path), tmp_path / "safe" / "list.age"
    target.parent.mkdir()
    async with place.opened() as store:
        await fill(store, range(5))
        await backup.backup(place.database, target, RECIPIENT)
        before = target.read_bytes()
        room = len(pyrage.decrypt(before, [OFFLINE]))  # enough for the copy, but not for what age adds to it
        with files_of_at_most(room), pytest.raises(StorageRefused, match=r"File too large.*make room"):
            await backup.backup(place.database, target, RECIPIENT)

    assert target.read_bytes() == before
    assert names(target.parent) == {"list.age"}
    assert not list(place.database.parent.glob("*.backup-*"))


async def test_a_restore_distinguishes_a_full_disk_an_unreadable_file_and_a_wrong_key(tmp_path: Path) -> None:
    place, target = place_in(tmp_path), tmp_path / "list.age"
    async with place.opened() as store:
        await fill(store, range(5))
        await backup.backup(place.database, target, RECIPIENT)
    fresh = tmp_path / "new" / "bot.db"
    with files_of_at_most(4096), pytest.raises(StorageRefused, match=r"File too large.*make room"):
        backup.restore(target, str(OFFLINE), fresh)
    with pytest.raises(StorageRefused, match="No such file"):
        backup.restore(tmp_path / "lost.age", str(OFFLINE), fresh)
    with pytest.raises(StorageRefused, match="does not open with this secret key"):
        backup.restore(target, str(pyrage.x25519.Identity.generate()), fresh)
    target.write_bytes(target.read_bytes()[:-1000])
    with pytest.raises(StorageRefused, match="is damaged"):
        backup.restore(target, str(OFFLINE), fresh)

    assert names(fresh.parent) == set()


@pytest.fixture
def full() -> Iterator[BinaryIO]:
    """Open a file of a disk without room, as every Linux has it."""
    with Path("/dev/full").open("wb", buffering=0) as file:
        yield file


async def test_a_backup_into_a_pipe_is_the_same_and_a_broken_pipe_is_reported(tmp_path: Path, full: BinaryIO) -> None:
    place, target = place_in(tmp_path), tmp_path / "list.age"
    async with place.opened() as store:
        await fill(store, range(5))
        with target.open("wb") as out:
            await backup.backup_to_stream(place.database, out, RECIPIENT)
        with pytest.raises(StorageRefused, match="No space left"):
            await backup.backup_to_stream(place.database, full, RECIPIENT)
        await backup.backup(place.database, tmp_path / "other.age", RECIPIENT)

    assert pyrage.decrypt(target.read_bytes(), [OFFLINE]) == pyrage.decrypt(
        (tmp_path / "other.age").read_bytes(), [OFFLINE]
    )
    assert not list(place.database.parent.glob("*.backup-*"))
