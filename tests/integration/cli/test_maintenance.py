"""The operator's commands on a real store: backup and restore, keys, stats."""

import asyncio
import os
import pty
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from storage.store import opened
from storage.subscriptions.subscriber import Subscriber
from tests.support.bot_and_playground import bot_env, empty_town, start_bot

BOT = 123456789
TOKEN = f"{BOT}:" + "A" * 35


def env(folder: Path, **more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{folder}/data/bot.db",
        "SEAL_KEY_FILE": f"{folder}/keys/seal.key",
        "BOT_TOKEN": TOKEN,
        **more,
    }


async def command(environment: dict[str, str], *arguments: str) -> tuple[int | None, str]:
    code, out, told = await piped(environment, *arguments)
    return code, out.decode() + told


async def piped(environment: dict[str, str], *arguments: str, given: bytes = b"") -> tuple[int | None, bytes, str]:
    pipe = asyncio.subprocess.PIPE
    process = await start_bot(environment, *arguments, stdin=pipe, stdout=pipe, stderr=pipe)
    out, told = await asyncio.wait_for(process.communicate(given), 30)

    assert "Traceback" not in told.decode()
    return process.returncode, out, told.decode()


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A store with 12 subscribers, 11 of them in Dari."""
    day = datetime.now(UTC).date()
    async with opened(tmp_path / "data" / "bot.db", tmp_path / "keys" / "seal.key", day, BOT) as store:
        for n in range(12):
            await store.subscribers.save(Subscriber(5_000_000 + n, "fa" if n else "ps"), day)
    return tmp_path


async def test_stats_tell_the_total_and_nothing_exact_below_ten(folder: Path) -> None:
    code, told = await command(env(folder), "stats")

    assert code == 0
    assert "Subscribers: 12" in told
    assert "11" not in told.replace(str(datetime.now(UTC).date()), "")


async def test_a_backup_is_restored_with_the_offline_key_and_opens(folder: Path, tmp_path: Path) -> None:
    secret = pyrage.x25519.Identity.generate()
    (tmp_path / "offline.txt").write_text(f"# created: today\n{secret}\n")
    file = str(tmp_path / "backup.age")
    assert (await command(env(folder), "backup", file))[0] == 1
    assert (await command(env(folder, BACKUP_RECIPIENT=str(secret.to_public())), "backup", file))[0] == 0
    (folder / "data").rename(tmp_path / "lost")
    code, _ = await command(env(folder), "restore", file, "--identity", str(tmp_path / "offline.txt"))
    _, told = await command(env(folder), "stats")

    assert code == 0
    assert "Subscribers: 12" in told


async def test_backup_identity_and_copy_go_through_pipes_so_that_none_lies_on_the_server(
    folder: Path, tmp_path: Path
) -> None:
    secret = pyrage.x25519.Identity.generate()
    code, out, told = await piped(env(folder), "backup", "-", "--recipient", str(secret.to_public()))
    assert (code, "is written" in told) == (0, True)
    (tmp_path / "list.age").write_bytes(out)
    (folder / "data").rename(tmp_path / "lost")
    restore = ("restore", str(tmp_path / "list.age"), "--identity", "-")
    code, _, told = await piped(env(folder), *restore, given=b"AGE-SECRET-KEY-1NONE\n")
    assert (code, "not an age secret key" in told) == (1, True)
    code, _, told = await piped(env(folder), *restore, given=f"# created: today\n{secret}\n".encode())
    assert code == 0, told
    key = (folder / "keys" / "seal.key").read_bytes()
    code, _, told = await piped(env(folder), "keys", "copied", "-", given=key[:-1])
    assert (code, "not the same" in told) == (1, True)
    code, _, told = await piped(env(folder), "keys", "copied", "-", given=key)
    assert code == 0, told

    assert "copy it" not in (await command(env(folder), "keys"))[1]
    assert "Subscribers: 12" in (await command(env(folder), "stats"))[1]


async def test_what_age_has_decrypted_is_taken_in_when_it_is_whole(folder: Path, tmp_path: Path) -> None:
    secret = pyrage.x25519.Identity.generate()
    sealed = (await piped(env(folder), "backup", "-", "--recipient", str(secret.to_public())))[1]
    plain = pyrage.decrypt(sealed, [secret])
    assert "There is a database" in (await piped(env(folder), "restore", "-", given=plain))[2]
    (folder / "data").rename(tmp_path / "lost")
    for wrong, remedy in (
        (b"", "Nothing was piped in"),
        (sealed, "still encrypted"),
        (plain[:-5000], "damaged"),
        (b"SQLite format 3\0", "damaged"),
    ):
        code, _, told = await piped(env(folder), "restore", "-", given=wrong)
        assert (code, remedy in told) == (1, True), told
    assert [*(folder / "data").iterdir()] == []
    assert (await piped(env(folder), "restore", "-", "--identity", "-"))[0] == 1
    code, _, told = await piped(env(folder), "restore", "-", given=plain)
    assert code == 0, told

    assert "Subscribers: 12" in (await command(env(folder), "stats"))[1]


def ran(*arguments: str) -> bytes:
    return subprocess.run(arguments, check=True, capture_output=True).stdout


@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed: sudo apt install age")
async def test_age_itself_makes_the_keys_and_opens_the_backup(folder: Path, tmp_path: Path) -> None:
    offline, sealed = str(tmp_path / "offline.txt"), str(tmp_path / "list.age")
    ran("age-keygen", "-o", offline)
    public = ran("age-keygen", "-y", offline).decode().strip()
    assert (await command(env(folder), "backup", sealed, "--recipient", public))[0] == 0
    plain = ran("age", "--decrypt", "--identity", offline, sealed)
    for restore in (("restore", "-"), ("restore", sealed, "--identity", offline)):
        (folder / "data").rename(tmp_path / f"lost by {len(restore)}")
        code, _, told = await piped(env(folder), *restore, given=plain)
        assert code == 0, told
        assert "Subscribers: 12" in (await command(env(folder), "stats"))[1]


async def test_a_backup_is_not_written_on_the_screen(folder: Path) -> None:
    screen, terminal = pty.openpty()
    secret = str(pyrage.x25519.Identity.generate().to_public())
    process = await start_bot(env(folder), "backup", "-", "--recipient", secret, stdout=terminal, stderr=terminal)
    code = await asyncio.wait_for(process.wait(), 30)
    told = os.read(screen, 10_000)
    os.close(terminal)
    os.close(screen)

    assert code == 1
    assert b"not for the screen" in told


async def test_a_restore_is_refused_beside_the_journal_of_another_database(folder: Path, tmp_path: Path) -> None:
    secret = pyrage.x25519.Identity.generate()
    (tmp_path / "offline.txt").write_text(f"{secret}\n")
    file = str(tmp_path / "backup.age")
    await command(env(folder, BACKUP_RECIPIENT=str(secret.to_public())), "backup", file)
    (folder / "data" / "bot.db").rename(tmp_path / "lost.db")
    (folder / "data" / "bot.db-wal").write_bytes(b"rows of a killed bot")
    code, told = await command(env(folder), "restore", file, "--identity", str(tmp_path / "offline.txt"))

    assert code == 1
    assert "bot.db-wal" in told
    assert not (folder / "data" / "bot.db").exists()


async def test_keys_are_rotated_copied_and_an_old_epoch_is_destroyed(folder: Path, tmp_path: Path) -> None:
    assert "copied" in (await command(env(folder), "keys"))[1]
    assert (await command(env(folder), "keys", "rotate"))[0] == 0
    copy = tmp_path / "copy"
    copy.write_bytes((folder / "keys" / "seal.key").read_bytes())
    copy.chmod(0o600)
    assert (await command(env(folder), "keys", "copied", str(copy)))[0] == 0
    assert (await command(env(folder), "keys", "destroy", "2"))[0] == 1
    assert (await command(env(folder), "keys", "destroy", "1"))[0] == 0
    _, told = await command(env(folder), "keys")

    assert told.strip() == "epoch 2: 0 days old\n" + told.strip().split("\n", 1)[1]
    assert "Subscribers: 12" in (await command(env(folder), "stats"))[1]


async def test_shredding_is_asked_for_twice_and_blinds_everything(folder: Path) -> None:
    assert (await command(env(folder), "keys", "shred"))[0] == 1
    assert (await command(env(folder), "keys", "shred", "--yes"))[0] == 0
    code, told = await command(env(folder), "stats")

    assert code == 1
    assert "no key file" in told


async def test_another_bots_token_is_refused_and_adopts_on_purpose(folder: Path, tmp_path: Path) -> None:
    async with empty_town(tmp_path) as place:
        theirs = bot_env(place.box, folder)
        code, told = await command(theirs, "run")
        assert code == 1
        assert "another bot's" in told
        assert (await command(theirs, "keys", "adopt"))[0] == 0
        bot = await start_bot(theirs)
        await (await place.newcomer()).start()
        bot.terminate()
        assert await bot.wait() == 0


@pytest.mark.parametrize(
    "arguments", [("stats",), ("migrate",), ("keys",), ("keys", "rotate"), ("keys", "destroy", "1")]
)
async def test_without_a_store_every_command_says_so(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, told = await command(env(tmp_path), *arguments)

    assert code == 1
    assert "There is no database" in told
    assert list(tmp_path.rglob("*.key")) == []
    assert list(tmp_path.rglob("*.db")) == []
