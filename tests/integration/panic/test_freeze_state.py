"""The freeze in the memory of the bot and on disk."""

from pathlib import Path

import pytest

from bot.panic.freeze import Freeze
from storage.errors import StorageRefused
from storage.sealing import emergency_notes, key_file


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
