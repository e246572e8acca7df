"""Freezing and shredding are notes next to the key file: they survive restarts, kills and full disks."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from storage.errors import KeysShredded, StorageRefused
from storage.sealing import emergency_notes, key_file
from storage.store import check_files, opened, reading
from tests.integration.storage.test_vault import make_place
from tests.support.bot_and_playground import ROOT
from tests.support.storage_process import BOT, DAY


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def test_a_freeze_keeps_the_time_at_which_it_began_until_it_ends(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    assert emergency_notes.frozen_since(place.keys) is None

    emergency_notes.freeze(place.keys, 1000.5)
    emergency_notes.freeze(place.keys, 2000.0)
    assert emergency_notes.frozen_since(place.keys) == 1000.0

    emergency_notes.unfreeze(place.keys)
    emergency_notes.unfreeze(place.keys)
    assert emergency_notes.frozen_since(place.keys) is None


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff" * 1000])
async def test_a_damaged_note_freezes_all_the_same(tmp_path: Path, content: bytes) -> None:
    place = await make_place(tmp_path)
    key_file.beside(place.keys, ".frozen").write_bytes(content)

    assert emergency_notes.frozen_since(place.keys) == 0.0


async def test_after_a_shred_nothing_opens_and_no_new_list_begins_by_itself(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    emergency_notes.shred(place.keys)

    check_files(place.database, place.keys)  # the closed bot starts
    for _ in range(2):
        with pytest.raises(KeysShredded, match="keys begin"):
            async with opened(place.database, place.keys, DAY, BOT):
                pass
        with pytest.raises(KeysShredded):
            async with reading(place.database, place.keys):
                pass
    assert names(place.keys.parent) == {"seal.key.lock", "seal.key.shredded"}


async def test_the_operator_begins_a_new_list_after_a_shred(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    with pytest.raises(StorageRefused, match="not shredded"):
        emergency_notes.begin_new_list(place.database, place.keys)
    emergency_notes.freeze(place.keys, 1.0)
    emergency_notes.shred(place.keys)
    emergency_notes.begin_new_list(place.database, place.keys)

    assert names(place.database.parent) == set()
    async with opened(place.database, place.keys, DAY, BOT) as store:
        assert await store.subscribers.count() == 0
    assert emergency_notes.frozen_since(place.keys) is None


async def test_a_key_file_put_back_after_a_shred_is_neither_used_nor_destroyed(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    copy = place.keys.read_bytes()
    emergency_notes.shred(place.keys)
    key_file.replace(place.keys, copy)

    with pytest.raises(KeysShredded):
        async with opened(place.database, place.keys, DAY, BOT):
            pass
    with pytest.raises(StorageRefused, match="a key file"):
        emergency_notes.begin_new_list(place.database, place.keys)
    key_file.beside(place.keys, ".shredded").unlink()
    async with opened(place.database, place.keys, DAY, BOT) as store:
        assert await store.subscribers.count() == 3


async def test_a_record_that_cannot_be_written_does_not_prevent_the_destruction(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    key_file.beside(place.keys, ".shredded").mkdir()
    with pytest.raises(StorageRefused):
        emergency_notes.shred(place.keys)

    assert not place.keys.exists()


KILLED_AT_SYNC = """
import os, signal, sys
from pathlib import Path
from storage.sealing import emergency_notes

left, sync = int(sys.argv[2]), os.fsync

def sync_or_die(descriptor):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    sync(descriptor)

os.fsync = sync_or_die
emergency_notes.shred(Path(sys.argv[1]))
"""


async def test_a_shred_that_was_killed_at_any_step_is_completed_by_the_next_start(tmp_path: Path) -> None:
    """The process is killed at each of its writes to the disk in turn."""
    for step in range(40):
        place = await make_place(tmp_path / str(step))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", KILLED_AT_SYNC, str(place.keys), str(step), cwd=ROOT, env=dict(os.environ)
        )
        code = await process.wait()
        if not emergency_notes.is_shredded(place.keys):  # killed before anything was recorded: nothing is destroyed
            assert (code, key_file.parse(place.keys.read_bytes(), place.keys) != ()) == (-9, True)
            continue
        with pytest.raises(KeysShredded):
            async with opened(place.database, place.keys, DAY, BOT):
                pass
        assert not place.keys.exists()
        if code == 0:
            assert step > 3
            return
    pytest.fail("the shred never ended")


@pytest.mark.parametrize("kind", ["a folder", "a link to itself", "a pipe"])
async def test_something_else_than_a_file_in_place_of_the_note_destroys_no_key(tmp_path: Path, kind: str) -> None:
    """Docker makes a folder where a mounted file is missing."""
    place = await make_place(tmp_path)
    key_file_before, note = place.keys.read_bytes(), key_file.beside(place.keys, ".shredded")
    match kind:
        case "a folder":
            note.mkdir()
        case "a link to itself":
            note.symlink_to(note)
        case _:
            os.mkfifo(note)

    with pytest.raises(StorageRefused, match=r"seal.key.shredded is not a file"):
        async with opened(place.database, place.keys, DAY, BOT):
            pass
    assert place.keys.read_bytes() == key_file_before


async def test_a_note_that_cannot_be_read_destroys_no_key(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    key_file_before = place.keys.read_bytes()
    key_file.beside(place.keys, ".shredded").write_bytes(b"x" * 1000)  # longer than any note

    with pytest.raises(StorageRefused, match="unknown whether the keys were destroyed"):
        emergency_notes.refuse_shredded(place.keys)
    assert place.keys.read_bytes() == key_file_before
