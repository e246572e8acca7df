"""The freeze in the memory of the bot and on disk."""

from pathlib import Path

import pytest

from bot.audit.trail import AuditTrail
from bot.panic.freeze import Freeze
from bot.panic.panic_record import FreezeRecords
from storage.audit import chain
from storage.errors import StorageRefused, StorageTrouble
from storage.sealing import emergency_notes, key_file
from tests.support.storage_process import place_in

ADMIN = 5_000_000_001


def test_a_freeze_that_cannot_be_stored_holds_and_is_stored_later(tmp_path: Path) -> None:
    keys, changes = tmp_path / "keys" / "seal.key", []
    freeze = Freeze(keys)
    freeze.on_change = lambda: changes.append(freeze.is_on())
    with pytest.raises(StorageRefused):  # the folder is missing
        freeze.begin(1000.0)
    assert not freeze.refresh()
    assert freeze.is_on()

    keys.parent.mkdir()
    assert not freeze.refresh()
    assert emergency_notes.frozen_since(keys) == 1000.0
    freeze.end()
    assert changes == [True, False]
    assert Freeze(keys).since is None


def test_another_process_freezes_and_unfreezes_the_bot(tmp_path: Path) -> None:
    keys = tmp_path / "seal.key"
    freeze = Freeze(keys)
    emergency_notes.freeze(keys, 5.0)
    assert freeze.refresh()
    assert freeze.since == 5.0
    emergency_notes.unfreeze(keys)
    assert freeze.refresh()
    assert not freeze.is_on()


def test_a_bot_whose_keys_were_destroyed_is_frozen(tmp_path: Path) -> None:
    keys = tmp_path / "seal.key"
    key_file.replace(keys, b"anything")
    emergency_notes.shred(keys)

    assert Freeze(keys).is_on()


async def test_each_freeze_by_a_command_on_the_server_and_its_end_are_recorded_once(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        freeze = Freeze(place.keys)
        records = FreezeRecords(store, freeze, AuditTrail(store, lambda: 1.0))
        emergency_notes.freeze(place.keys, 5.0)
        for _ in range(2):
            await records.catch_up(is_changed=freeze.refresh())
        emergency_notes.unfreeze(place.keys)
        for _ in range(2):
            await records.catch_up(is_changed=freeze.refresh())
        contents = await store.audit.read_all(store.database)

    acts = [(record.act, record.role) for record in chain.decoded(contents.stored)]
    assert acts == [("frozen", "operator"), ("unfrozen", "operator")]


async def test_a_freeze_that_the_database_could_not_record_is_recorded_later_with_who_did_it(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        freeze = Freeze(place.keys)
        records = FreezeRecords(store, freeze, AuditTrail(store, lambda: 1.0, lambda user: "approver"))
        await records.catch_up(is_changed=True)
        async with store.database.transaction() as change:
            await change.run("ALTER TABLE audit RENAME TO away")
        with records.acting():
            freeze.begin(5.0)
            with pytest.raises(StorageTrouble):
                await records.begin(ADMIN, 5.0)
        async with store.database.transaction() as change:
            await change.run("ALTER TABLE away RENAME TO audit")
        await records.catch_up(is_changed=freeze.refresh())
        contents = await store.audit.read_all(store.database)
        record = await records.of(5.0)

    assert [(record.act, record.role) for record in chain.decoded(contents.stored)] == [("frozen", "approver")]
    assert record.admin == ADMIN
