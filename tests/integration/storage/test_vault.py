"""Keys and sealing: what opens and what does not, and the error for each kind of wrong key file."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import KeysHeld, KeysShredded, StorageRefused, StorageTrouble
from storage.files import durable_files
from storage.sealing import emergency_notes, key_file
from storage.sealing.key_file import EpochKeys
from storage.sealing.keyring import Keyring
from storage.sealing.vault import OVERHEAD, Vault
from storage.store import opened, reading
from tests.support.storage_process import BOT, DAY, Place, everybody, fill, person, place_in

LABEL = b"people"
NAME = b"name"


def new_vault(*numbers: int) -> Vault:
    return Vault(key_file.generate(number, DAY) for number in numbers)


def seal_record(vault: Vault, epoch: int = 1) -> tuple[bytes, bytes]:
    pseudonym = vault.pseudonym(epoch, LABEL, NAME)
    return pseudonym, vault.seal(epoch, LABEL, pseudonym, b"a record")


def test_a_sealed_record_opens_and_has_a_fixed_overhead() -> None:
    vault = new_vault(1)
    pseudonym, sealed = seal_record(vault)

    assert vault.open(1, LABEL, pseudonym, sealed) == b"a record"
    assert len(sealed) == len(b"a record") + OVERHEAD
    assert len(pseudonym) == 16
    assert not vault.rejected


def test_the_same_record_is_never_sealed_to_the_same_bytes() -> None:
    vault = new_vault(1)

    assert seal_record(vault)[1] != seal_record(vault)[1]


def test_a_change_anywhere_is_rejected_and_counted_once() -> None:
    vault = new_vault(1)
    pseudonym, sealed = seal_record(vault)
    for at in range(len(sealed)):
        altered = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        assert vault.open(1, LABEL, pseudonym, altered) is None

    assert len(vault.rejected) == 1


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(28), None, 5, "text"])
def test_a_value_that_is_not_a_sealed_record_is_rejected(sealed: bytes) -> None:
    assert new_vault(1).open(1, LABEL, bytes(16), sealed) is None


def test_a_row_opens_only_in_its_place() -> None:
    """It does not open under another pseudonym, in another table, in another epoch, or with another bot's keys."""
    vault = new_vault(1, 2)
    pseudonym, sealed = seal_record(vault)

    assert vault.open(1, LABEL, vault.pseudonym(1, LABEL, b"other"), sealed) is None
    assert vault.open(1, b"facts", pseudonym, sealed) is None
    assert vault.open(2, LABEL, pseudonym, sealed) is None
    assert vault.open(3, LABEL, pseudonym, sealed) is None
    assert new_vault(1).open(1, LABEL, pseudonym, sealed) is None


def test_pseudonyms_differ_between_epochs_tables_and_keys() -> None:
    vault = new_vault(1, 2)
    pseudonyms = {
        vault.pseudonym(1, LABEL, NAME),
        vault.pseudonym(2, LABEL, NAME),
        vault.pseudonym(1, b"facts", NAME),
    }

    assert len(pseudonyms | {new_vault(1).pseudonym(1, LABEL, NAME)}) == 4


def test_a_forgotten_epoch_opens_nothing() -> None:
    vault = new_vault(1, 2)
    pseudonym, sealed = seal_record(vault)
    vault.forget_epoch(1)

    assert vault.open(1, LABEL, pseudonym, sealed) is None
    assert vault.active_epochs == (2,)


def test_reprs_have_no_keys() -> None:
    keys = EpochKeys(1, DAY, b"i" * 32, b"r" * 32)

    assert "iii" not in repr(keys) + repr(Vault([keys]).__dict__)
    assert "rrr" not in repr(keys)


@given(st.sets(st.integers(1, 10**6), min_size=1, max_size=5), st.dates(min_value=date(2020, 1, 1)))
def test_a_key_file_survives_encoding(numbers: set[int], born: date) -> None:
    epochs = tuple(key_file.generate(number, born) for number in sorted(numbers))

    assert key_file.parse(key_file.encode(epochs), Path("k")) == epochs


def test_a_key_file_cut_anywhere_is_refused() -> None:
    content = key_file.encode((key_file.generate(1, DAY), key_file.generate(2, DAY)))
    for at in range(len(content)):
        with pytest.raises(StorageRefused):
            key_file.parse(content[:at], Path("k"))


# Opening


async def test_a_first_start_makes_private_files_and_logs_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        assert await store.subscribers.count() == 0
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("*/*")}

    assert str(place.keys) in caplog.text
    assert "apart from the data" in caplog.text
    assert set(modes.values()) == {0o600}
    assert modes.keys() >= {"bot.db", "bot.db-wal", "seal.key"}


async def make_place(folder: Path) -> Place:
    place = place_in(folder)
    async with place.opened() as store:
        await fill(store, range(3))
    return place


async def refusal(place: Place, bot: int | None = BOT) -> str:
    """Return why the store does not open. The database stays as it was, to the byte, and no other one is made."""
    before = place.database.read_bytes() if place.database.exists() else None
    with pytest.raises(StorageRefused) as refused:
        async with opened(place.database, place.keys, DAY, bot):
            pass
    after = place.database.read_bytes() if place.database.exists() else None
    assert after == before
    assert str(refused.value).endswith(".")
    return str(refused.value)


def flip_a_digit(file: Path) -> None:
    content = file.read_bytes()
    at = content.index(b"index ") + 10
    file.write_bytes(content[:at] + (b"0" if content[at : at + 1] != b"0" else b"1") + content[at + 1 :])


def put_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir(0o700)


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda file: file.write_bytes(b""), "not a key file"),
    "short": (lambda file: file.write_bytes(file.read_bytes()[:200]), "damaged or cut short"),
    "garbled": (flip_a_digit, "damaged or cut short"),
    "nonsense": (lambda file: file.write_bytes(os.urandom(319)), "not a key file"),
    "newer": (lambda file: file.write_bytes(b"declaration-bot keys 2\n"), "newer code"),
    "world-readable": (lambda file: file.chmod(0o644), "chmod 600"),
    "group-readable": (lambda file: file.chmod(0o640), "chmod 600"),
    "a folder": (put_a_folder, "not a file"),
    "missing": (lambda file: file.unlink(), "put your copy"),
    "another bot's": (
        lambda file: file.write_bytes(key_file.encode((key_file.generate(1, DAY),))),
        "does not belong to the database",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_wrong_key_file_is_refused_with_a_remedy_and_the_database_unchanged(
    tmp_path: Path, kind: str
) -> None:
    place = await make_place(tmp_path)
    damage, says = BROKEN[kind]
    damage(place.keys)
    message = await refusal(place)

    assert says in message
    assert str(place.keys) in message


async def test_an_older_copy_of_the_key_file_is_recognised(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    old = place.keys.read_bytes()
    async with place.opened() as store:
        await store.rotation.begin(DAY)
    newest = place.keys.read_bytes()
    place.keys.write_bytes(old)

    assert "too old a copy: it ends at epoch 1, the database is at 2" in await refusal(place)

    place.keys.write_bytes(newest)
    async with place.opened() as store:
        assert len(await everybody(store)) == 3


async def test_a_key_file_without_its_database_makes_no_empty_database(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    place.database.unlink()

    assert "no database" in await refusal(place)
    assert not place.database.exists()


async def test_without_a_bot_no_files_are_made(tmp_path: Path) -> None:
    assert "the first `python -m bot run` makes it" in await refusal(place_in(tmp_path), bot=None)


async def test_another_bots_token_is_refused_until_it_adopts_the_list(tmp_path: Path) -> None:
    place = await make_place(tmp_path)

    assert "keys adopt" in await refusal(place, bot=BOT + 1)

    async with opened(place.database, place.keys, DAY, BOT + 1, adopt=True) as store:
        assert len(await everybody(store)) == 3
    async with place.opened(bot=BOT + 1):
        pass
    assert "another bot's" in await refusal(place)


async def test_a_key_file_in_the_data_folder_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "elsewhere").symlink_to(data)
    for keys in (data / "seal.key", data / "deep" / "seal.key", tmp_path / "elsewhere" / "seal.key"):
        assert "lies in the data folder" in await refusal(Place(data / "bot.db", keys))
    assert not [*data.iterdir()]


async def test_one_process_holds_the_keys_and_a_second_may_read(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    async with place.opened() as store:
        with pytest.raises(KeysHeld):
            await open_and_close(place)
        async with reading(place.database, place.keys) as second:
            assert await second.subscribers.count_choices() == await store.subscribers.count_choices()
            with pytest.raises(StorageRefused):
                await second.subscribers.save(person(9), DAY)


async def open_and_close(place: Place) -> None:
    async with place.opened():
        pass


@pytest.mark.parametrize("until", ["database", "key file"])
async def test_a_first_start_killed_between_its_files_is_completed_by_the_next(tmp_path: Path, until: str) -> None:
    place = await make_place(tmp_path)
    place.database.rename(place.database.with_name("bot.db.making"))
    if until == "database":
        place.keys.unlink()
    async with place.opened() as store:
        count = await store.subscribers.count()

    assert count == (0 if until == "database" else 3)
    assert not place.database.with_name("bot.db.making").exists()


# The key file while it is in use


async def test_shredded_keys_stop_the_bot_and_are_never_written_again(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    async with place.opened() as store:
        emergency_notes.shred(place.keys)
        with pytest.raises(KeysShredded):
            await store.maintain(DAY)
        with pytest.raises(KeysShredded):
            await store.rotation.begin(DAY)

    assert {file.name for file in place.keys.parent.iterdir()} == {"seal.key.lock", "seal.key.shredded"}
    assert "destroyed on purpose" in await refusal(place)


async def test_the_key_file_counts_as_copied_only_while_it_is_unchanged(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    async with place.opened() as store:
        assert not store.is_copied()

        with pytest.raises(StorageRefused, match="copy it again"):
            key_file.acknowledge_copy(place.keys, b"something else")
        key_file.acknowledge_copy(place.keys, place.keys.read_bytes())
        assert store.is_copied()

        await store.rotation.begin(DAY)
        assert not store.is_copied()


def test_a_replaced_file_is_overwritten_unless_it_has_another_link(tmp_path: Path) -> None:
    path, linked = tmp_path / "key", tmp_path / "copy"
    durable_files.write_whole(path, b"first")
    with path.open("rb") as before:
        durable_files.write_whole(path, b"second")
        assert before.read() == bytes(5)
    linked.hardlink_to(path)
    durable_files.write_whole(path, b"third")

    assert linked.read_bytes() == b"second"
    assert path.read_bytes() == b"third"


async def test_a_key_file_behind_a_link_is_replaced_in_its_own_folder(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    link = tmp_path / "link" / "seal.key"
    link.parent.mkdir()
    link.symlink_to(place.keys)
    async with opened(place.database, link, DAY, BOT) as store:
        await store.rotation.begin(DAY)

    assert link.is_symlink()
    assert len(Keyring(place.keys).epochs) == 2


async def test_a_key_file_that_cannot_be_replaced_is_reported_and_the_old_epoch_stays(tmp_path: Path) -> None:
    place = await make_place(tmp_path)
    async with place.opened() as store:
        (place.keys.parent / "seal.key.new").mkdir()
        with pytest.raises(StorageTrouble, match="cannot be replaced"):
            await store.maintain(DAY + timedelta(31))
        assert await store.subscribers.get(person(1).chat) == person(1)
        assert store.vault.current_epoch == 1
