"""The audit log on disk: it survives rotation, backups and kills, and every change of its rows is found."""

import asyncio
import contextlib
import random
import signal
import sqlite3
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from storage import backup
from storage.audit import chain
from storage.audit.audit_log import Actor, AuditLog
from storage.audit.chain import Finding, KeptHead
from storage.audit.record import AuditAct, ChainHead, digest_of, encode
from storage.sealing.rotation import DAYS
from storage.store import Store
from tests.support.storage_process import DAY, ROOT, Place, place_in, put_back_to_third_migration

OWNER = Actor("owner", "a1b2c3d4")


async def record(store: Store, times: int = 1, act: AuditAct = AuditAct.STOPPED) -> None:
    for _ in range(times):
        async with store.database.transaction() as transaction:
            await store.audit.append(transaction, OWNER, act=act, at=1.0, subject="7.0a1b2c3d")


async def flaws(store: Store) -> list[Finding]:
    contents = await store.audit.read_all(store.database)
    return chain.find_flaws(contents.stored, contents.head, contents.unopened)


async def place_with_records(folder: Path, times: int) -> tuple[Place, KeptHead]:
    """Return a store with records, and the head that was shown after the last one."""
    place = place_in(folder)
    async with place.opened() as store:
        await record(store, times)
        shown = chain.parse_kept_head(str(store.audit.head))
    assert shown is not None
    return place, shown


async def test_a_record_is_stored_if_and_only_if_its_transaction_is(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await record(store, 2)
        before = store.audit.head
        with contextlib.suppress(ZeroDivisionError):
            async with store.database.transaction() as transaction:
                await store.audit.append(transaction, OWNER, act=AuditAct.SENT, at=1.0)
                raise ZeroDivisionError
        assert store.audit.head == before
        await record(store)

        contents = await store.audit.read_all(store.database)
        assert [entry.act for entry in chain.decoded(contents.stored)] == ["stopped"] * 3
        assert contents.head == store.audit.head
        assert await flaws(store) == []


async def test_two_records_of_one_transaction_follow_each_other(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        async with store.database.transaction() as transaction:
            await store.audit.append(transaction, OWNER, act=AuditAct.REQUESTED, at=1.0)
            await store.audit.append(transaction, OWNER, act=AuditAct.PRICE_ACCEPTED, at=1.0)

        assert store.audit.head.number == 2
        assert await flaws(store) == []


async def test_the_log_survives_a_restart_and_a_change_of_keys_with_the_same_head(tmp_path: Path) -> None:
    place, shown = await place_with_records(tmp_path, 301)  # more than one slice of rotation
    async with place.opened() as store:
        await store.maintain(DAY + timedelta(DAYS))
        assert [age.number for age in store.rotation.ages(DAY)] == [2]
        await record(store)
        contents = await store.audit.read_all(store.database)

    assert len(contents.stored) == 302
    assert chain.contains_head(contents.stored, shown)
    assert chain.find_flaws(contents.stored, contents.head) == []


async def test_a_restored_backup_is_known_by_a_head_from_after_the_backup(tmp_path: Path) -> None:
    secret = pyrage.x25519.Identity.generate()
    place, before = await place_with_records(tmp_path, 3)
    await backup.backup(place.database, tmp_path / "list.age", str(secret.to_public()))
    async with place.opened() as store:
        await record(store)
        after = chain.parse_kept_head(str(store.audit.head))
    place.database.unlink()
    backup.restore(tmp_path / "list.age", str(secret), place.database)
    async with place.opened() as store:
        await record(store, act=AuditAct.BACKUP_RESTORED)
        contents = await store.audit.read_all(store.database)

    assert after is not None
    assert chain.find_flaws(contents.stored, contents.head) == []
    assert chain.contains_head(contents.stored, before)
    assert not chain.contains_head(contents.stored, after)


async def test_a_database_from_before_the_log_opens_and_records(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened():
        pass
    put_back_to_third_migration(place)
    async with place.opened() as store:
        assert store.audit.head == ChainHead()
        await record(store)
        assert await flaws(store) == []


# Without the keys


CHANGES = {
    "edit": "UPDATE audit SET sealed = CAST(X'00' || SUBSTR(sealed, 2) AS BLOB) WHERE pseudonym = {first}",
    "delete": "DELETE FROM audit WHERE pseudonym = {first}",
    "insert": "INSERT INTO audit SELECT epoch, X'00112233445566778899aabbccddeeff', sealed FROM audit LIMIT 1",
    "reorder": "UPDATE audit SET sealed = (SELECT sealed FROM audit WHERE pseudonym = {second}) "
    "WHERE pseudonym = {first}",
    "truncate": "DELETE FROM audit WHERE pseudonym IN (SELECT pseudonym FROM audit LIMIT 3)",
    "empty": "DELETE FROM audit",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_each_change_of_rows_without_the_keys_is_found(tmp_path: Path, change: str) -> None:
    place, _ = await place_with_records(tmp_path, 5)
    with contextlib.closing(sqlite3.connect(place.database, isolation_level=None)) as stolen:
        first, second = (f"X'{name.hex()}'" for (name,) in stolen.execute("SELECT pseudonym FROM audit LIMIT 2"))
        stolen.execute(CHANGES[change].format(first=first, second=second))
    async with place.opened() as store:
        assert await flaws(store)


async def test_a_log_put_back_to_an_older_copy_is_found_by_the_head_that_was_kept(tmp_path: Path) -> None:
    """Somebody who has only the disk can put back an older database as a whole: the chain is right, but shorter."""
    place, _ = await place_with_records(tmp_path, 3)
    older = place.database.read_bytes()
    async with place.opened() as store:
        await record(store)
        shown = chain.parse_kept_head(str(store.audit.head))
    place.database.write_bytes(older)
    async with place.opened() as store:
        contents = await store.audit.read_all(store.database)

    assert shown is not None
    assert chain.find_flaws(contents.stored, contents.head) == []
    assert not chain.contains_head(contents.stored, shown)


async def test_after_its_head_is_lost_the_log_goes_on_behind_its_last_record(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place, _ = await place_with_records(tmp_path, 3)
    async with place.opened() as store, store.database.transaction() as transaction:
        await store.metadata.table.remove(transaction, b"audit")
    async with place.opened() as store:
        await record(store)
        contents = await store.audit.read_all(store.database)

    assert [row.number for row in contents.stored] == [1, 2, 3, 4]
    assert "The head of the audit log is lost" in caplog.text


# With the keys


async def forge(audit: AuditLog, store: Store, number: int) -> None:
    """Change who did record `number`, and seal it as the bot does."""
    contents = await audit.read_all(store.database)
    forged = list(chain.decoded(contents.stored))
    async with store.database.transaction() as transaction:
        head = ChainHead(number - 1, forged[number - 1].previous)
        for entry in forged[number - 1 :]:
            role = "another" if entry.number == number else entry.role
            changed = replace(entry, role=role, previous=head.digest)
            head = await audit._put(transaction, changed)
            assert head.digest == digest_of(encode(changed))


async def test_a_log_rebuilt_with_the_keys_is_found_by_any_head_from_after_the_change(tmp_path: Path) -> None:
    place, shown = await place_with_records(tmp_path, 6)
    async with place.opened() as store:
        before = await store.audit.read_all(store.database)
        await forge(store.audit, store, 4)
        contents = await store.audit.read_all(store.database)

    heads = [KeptHead(row.number, digest_of(row.content).hex()[:16]) for row in before.stored]
    assert chain.find_flaws(contents.stored, contents.head) == []
    assert not chain.contains_head(contents.stored, shown)
    assert [chain.contains_head(contents.stored, head) for head in heads] == [True, True, True, False, False, False]


# Kills


async def _killed_recorder(place: Place, seconds: float) -> int:
    """Let another process record until it is killed; return the number of the last record that it reported."""
    module, files = "tests.support.storage_process", (str(place.database), str(place.keys))
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, "record", *files, "0", "9999", stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert child.stdout
    assert await child.stdout.readline() == b"open\n"
    await asyncio.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    reported = (await child.stdout.read()).splitlines()
    await child.wait()
    whole = [line for line in reported if line.startswith(b"recorded ")]
    return int(whole[-1].split()[1]) if whole else 0


async def _kill_repeatedly(place: Place, times: int) -> None:
    chance = random.Random(15)
    for _ in range(times):
        last = await _killed_recorder(place, chance.uniform(0.02, 0.2))
        async with place.opened() as store:
            contents = await store.audit.read_all(store.database)
        assert chain.find_flaws(contents.stored, contents.head, contents.unopened) == []
        assert contents.stored[-1].number >= last


async def test_after_a_kill_the_log_is_whole_and_has_each_act_that_was_done(tmp_path: Path) -> None:
    place, _ = await place_with_records(tmp_path, 1)

    await _kill_repeatedly(place, 2)


@pytest.mark.torture
async def test_after_100_kills_the_log_is_whole_and_has_each_act_that_was_done(tmp_path: Path) -> None:
    place, _ = await place_with_records(tmp_path, 1)

    await _kill_repeatedly(place, 100)
