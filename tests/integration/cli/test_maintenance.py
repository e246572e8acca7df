"""The operator's commands work on a real store: backup and restore, keys, stats."""

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
from tests.support.bot_and_playground import ROOT, bot_env, playground_alone, start_bot
from tests.support.forked_command import run_forked

BOT = 123456789
TOKEN = f"{BOT}:" + "A" * 35


def env(folder: Path, **more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{folder}/data/bot.db",
        "SEAL_KEY_FILE": f"{folder}/keys/seal.key",
        "BOT_TOKEN": TOKEN,
        **more,
    }


async def run_command(environment: dict[str, str], *arguments: str) -> tuple[int | None, str]:
    code, output = await run_forked(environment, arguments, folder=ROOT)

    assert "Traceback" not in output
    return code, output


async def run_with_pipes(
    environment: dict[str, str], *arguments: str, stdin: bytes = b""
) -> tuple[int | None, bytes, str]:
    pipe = asyncio.subprocess.PIPE
    process = await start_bot(environment, *arguments, stdin=pipe, stdout=pipe, stderr=pipe)
    stdout, stderr = await asyncio.wait_for(process.communicate(stdin), 30)

    assert "Traceback" not in stderr.decode()
    return process.returncode, stdout, stderr.decode()


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A store with 12 subscribers, 11 of them in Dari."""
    day = datetime.now(UTC).date()
    async with opened(tmp_path / "data" / "bot.db", tmp_path / "keys" / "seal.key", day, BOT) as store:
        for n in range(12):
            await store.subscribers.save(Subscriber(5_000_000 + n, "fa" if n else "ps"), day)
    return tmp_path


async def test_stats_shows_the_total_and_no_exact_number_below_ten(folder: Path) -> None:
    code, output = await run_command(env(folder), "stats")

    assert code == 0
    assert "Subscribers: 12" in output
    assert "11" not in output.replace(str(datetime.now(UTC).date()), "")


async def test_a_backup_is_restored_with_the_offline_key_and_opens(folder: Path, tmp_path: Path) -> None:
    secret = pyrage.x25519.Identity.generate()
    (tmp_path / "offline.txt").write_text(f"# created: today\n{secret}\n")
    file = str(tmp_path / "backup.age")
    assert (await run_command(env(folder), "backup", file))[0] == 1
    assert (await run_command(env(folder, BACKUP_RECIPIENT=str(secret.to_public())), "backup", file))[0] == 0
    (folder / "data").rename(tmp_path / "lost")
    code, _ = await run_command(env(folder), "restore", file, "--identity", str(tmp_path / "offline.txt"))
    _, output = await run_command(env(folder), "stats")

    assert code == 0
    assert "Subscribers: 12" in output


async def test_backup_identity_and_key_copy_go_through_pipes_so_that_none_is_stored_on_the_server(
    folder: Path, tmp_path: Path
) -> None:
    secret = pyrage.x25519.Identity.generate()
    code, out, output = await run_with_pipes(env(folder), "backup", "-", "--recipient", str(secret.to_public()))
    assert (code, "is written" in output) == (0, True)
    (tmp_path / "list.age").write_bytes(out)
    (folder / "data").rename(tmp_path / "lost")
    restore = ("restore", str(tmp_path / "list.age"), "--identity", "-")
    code, _, output = await run_with_pipes(env(folder), *restore, stdin=b"AGE-SECRET-KEY-1NONE\n")
    assert (code, "not an age secret key" in output) == (1, True)
    code, _, output = await run_with_pipes(env(folder), *restore, stdin=f"# created: today\n{secret}\n".encode())
    assert code == 0, output
    key = (folder / "keys" / "seal.key").read_bytes()
    code, _, output = await run_with_pipes(env(folder), "keys", "copied", "-", stdin=key[:-1])
    assert (code, "not the same" in output) == (1, True)
    code, _, output = await run_with_pipes(env(folder), "keys", "copied", "-", stdin=key)
    assert code == 0, output

    assert "copy it" not in (await run_command(env(folder), "keys"))[1]
    assert "Subscribers: 12" in (await run_command(env(folder), "stats"))[1]


async def test_a_backup_that_age_decrypted_is_restored_if_it_is_complete(folder: Path, tmp_path: Path) -> None:
    secret = pyrage.x25519.Identity.generate()
    sealed = (await run_with_pipes(env(folder), "backup", "-", "--recipient", str(secret.to_public())))[1]
    plain = pyrage.decrypt(sealed, [secret])
    assert "There is a database" in (await run_with_pipes(env(folder), "restore", "-", stdin=plain))[2]
    (folder / "data").rename(tmp_path / "lost")
    for wrong, remedy in (
        (b"", "Nothing was piped in"),
        (sealed, "still encrypted"),
        (plain[:-5000], "damaged"),
        (b"SQLite format 3\0", "damaged"),
    ):
        code, _, output = await run_with_pipes(env(folder), "restore", "-", stdin=wrong)
        assert (code, remedy in output) == (1, True), output
    assert [*(folder / "data").iterdir()] == []
    assert (await run_with_pipes(env(folder), "restore", "-", "--identity", "-"))[0] == 1
    code, _, output = await run_with_pipes(env(folder), "restore", "-", stdin=plain)
    assert code == 0, output

    assert "Subscribers: 12" in (await run_command(env(folder), "stats"))[1]


def output_of(*arguments: str) -> bytes:
    return subprocess.run(arguments, check=True, capture_output=True).stdout


@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed: sudo apt install age")
async def test_age_itself_makes_the_keys_and_opens_the_backup(folder: Path, tmp_path: Path) -> None:
    offline, sealed = str(tmp_path / "offline.txt"), str(tmp_path / "list.age")
    output_of("age-keygen", "-o", offline)
    public = output_of("age-keygen", "-y", offline).decode().strip()
    assert (await run_command(env(folder), "backup", sealed, "--recipient", public))[0] == 0
    plain = output_of("age", "--decrypt", "--identity", offline, sealed)
    for restore in (("restore", "-"), ("restore", sealed, "--identity", offline)):
        (folder / "data").rename(tmp_path / f"lost by {len(restore)}")
        code, _, output = await run_with_pipes(env(folder), *restore, stdin=plain)
        assert code == 0, output
        assert "Subscribers: 12" in (await run_command(env(folder), "stats"))[1]


async def test_a_backup_is_not_written_to_the_screen(folder: Path) -> None:
    screen, terminal = pty.openpty()
    secret = str(pyrage.x25519.Identity.generate().to_public())
    process = await start_bot(env(folder), "backup", "-", "--recipient", secret, stdout=terminal, stderr=terminal)
    code = await asyncio.wait_for(process.wait(), 30)
    output = os.read(screen, 10_000)
    os.close(terminal)
    os.close(screen)

    assert code == 1
    assert b"cannot be shown on the screen" in output


async def test_a_restore_is_refused_where_the_journal_of_another_database_is_left(
    folder: Path, tmp_path: Path
) -> None:
    secret = pyrage.x25519.Identity.generate()
    (tmp_path / "offline.txt").write_text(f"{secret}\n")
    file = str(tmp_path / "backup.age")
    await run_command(env(folder, BACKUP_RECIPIENT=str(secret.to_public())), "backup", file)
    (folder / "data" / "bot.db").rename(tmp_path / "lost.db")
    (folder / "data" / "bot.db-wal").write_bytes(b"rows of a killed bot")
    code, output = await run_command(env(folder), "restore", file, "--identity", str(tmp_path / "offline.txt"))

    assert code == 1
    assert "bot.db-wal" in output
    assert not (folder / "data" / "bot.db").exists()


async def test_keys_are_rotated_copied_and_an_old_epoch_is_destroyed(folder: Path, tmp_path: Path) -> None:
    assert "copied" in (await run_command(env(folder), "keys"))[1]
    assert (await run_command(env(folder), "keys", "rotate"))[0] == 0
    copy = tmp_path / "copy"
    copy.write_bytes((folder / "keys" / "seal.key").read_bytes())
    copy.chmod(0o600)
    assert (await run_command(env(folder), "keys", "copied", str(copy)))[0] == 0
    assert (await run_command(env(folder), "keys", "destroy", "2"))[0] == 1
    assert (await run_command(env(folder), "keys", "destroy", "1"))[0] == 0
    _, output = await run_command(env(folder), "keys")

    assert output.strip() == "epoch 2: 0 days old\n" + output.strip().split("\n", 1)[1]
    assert "Subscribers: 12" in (await run_command(env(folder), "stats"))[1]


async def test_shredding_needs_a_confirmation_and_makes_everything_unreadable(folder: Path) -> None:
    assert (await run_command(env(folder), "keys", "shred"))[0] == 1
    assert (await run_command(env(folder), "keys", "shred", "--yes"))[0] == 0
    code, output = await run_command(env(folder), "stats")

    assert code == 1
    assert "destroyed on purpose" in output


async def test_another_bots_token_is_refused_until_it_adopts_the_list(folder: Path, tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        other_bot = bot_env(place.playground, folder)
        code, output = await run_command(other_bot, "run")
        assert code == 1
        assert "another bot's" in output
        assert (await run_command(other_bot, "keys", "adopt"))[0] == 0
        bot = await start_bot(other_bot)
        await (await place.newcomer()).start()
        bot.terminate()
        assert await bot.wait() == 0


@pytest.mark.parametrize(
    "arguments", [("stats",), ("migrate",), ("keys",), ("keys", "rotate"), ("keys", "destroy", "1")]
)
async def test_every_command_reports_a_missing_store(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, output = await run_command(env(tmp_path), *arguments)

    assert code == 1
    assert "There is no database" in output
    assert list(tmp_path.rglob("*.key")) == []
    assert list(tmp_path.rglob("*.db")) == []
