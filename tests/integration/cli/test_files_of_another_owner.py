"""Commands of root, or of another user, on a list that belongs to the bot's own user keep its owner."""

import asyncio
import json
import os
import shutil
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from storage.store import opened
from storage.subscriptions.subscriber import Subscriber
from tests.support.bot_and_playground import bot_env, playground_alone
from tests.support.other_user import OWNER, STRANGER, command, command_of, give, only_root, open_folder, start
from tests.support.small_campaign import copy_with_few_words

BOT = 123456789
TOKEN = f"{BOT}:" + "A" * 35
IDENTITY = pyrage.x25519.Identity.generate()

pytestmark = only_root


@pytest.fixture
async def folder() -> AsyncIterator[Path]:
    """A list with two subscribers, whose folder and files belong to OWNER."""
    day = datetime.now(UTC).date()
    async with open_folder() as made:
        async with opened(made / "data" / "bot.db", made / "keys" / "seal.key", day, BOT) as store:
            for n in range(2):
                await store.subscribers.save(Subscriber(5_000_000 + n, "fa"), day)
        give(made)
        yield made


def env(folder: Path, **more: str) -> dict[str, str]:
    places = {
        "DATABASE_URL": f"sqlite:///{folder}/data/bot.db",
        "SEAL_KEY_FILE": f"{folder}/keys/seal.key",
        "BOT_TOKEN": TOKEN,
        "BACKUP_RECIPIENT": str(IDENTITY.to_public()),
    }
    return places | more


def not_of_the_owner(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.lstat().st_uid != OWNER]


@pytest.mark.parametrize(
    "arguments",
    ["migrate", "stats", "keys", "keys copied", "keys rotate", "keys adopt", "keys shred --yes", "backup {}/b.age"],
)
async def test_files_that_root_writes_belong_to_the_owner_of_the_list(folder: Path, arguments: str) -> None:
    code, output = await command_of(0, env(folder), *arguments.format(folder).split())

    assert code == 0, output
    assert not_of_the_owner(folder) == []


async def test_root_destroys_an_epoch_and_restores_as_the_owner(folder: Path) -> None:
    for arguments in (["keys", "rotate"], ["keys", "destroy", "1"], ["backup", f"{folder}/b.age"]):
        code, output = await command_of(0, env(folder), *arguments)
        assert code == 0, output
    (folder / "data").rename(folder / "before")
    (folder / "offline.txt").write_text(f"{IDENTITY}\n")
    (folder / "offline.txt").chmod(0o600)  # root's alone: it is read before root acts as the owner
    code, output = await command_of(
        0, env(folder), "restore", f"{folder}/b.age", "--identity", f"{folder}/offline.txt"
    )

    assert code == 0, output
    assert not_of_the_owner(folder) == [folder / "offline.txt"]
    campaign = copy_with_few_words(folder / "campaign")  # the owner has no home for a cache
    assert (await command(env(folder, CONTENT_DIR=str(campaign)), "stats", user=OWNER))[0] == 0


async def test_files_that_root_names_are_read_and_written_with_the_rights_of_root(folder: Path) -> None:
    own = folder / "root's own"
    own.mkdir(mode=0o700)
    shutil.copyfile(folder / "keys" / "seal.key", own / "copy")
    (own / "copy").chmod(0o600)
    (own / "token").write_text(TOKEN)
    without = env(folder, BOT_TOKEN_FILE=str(own / "token"))
    del without["BOT_TOKEN"]
    for arguments in (["keys", "copied", f"{own}/copy"], ["backup", f"{own}/b.age"], ["keys", "adopt"]):
        code, output = await command_of(0, without, *arguments)
        assert code == 0, output

    assert (own / "b.age").stat().st_uid == 0
    assert [path for path in not_of_the_owner(folder) if not path.is_relative_to(own)] == []


async def test_the_bot_runs_and_rotates_during_commands_of_root_and_starts_again(folder: Path) -> None:
    async with playground_alone(folder) as place:
        campaign = copy_with_few_words(folder / "campaign")  # the owner has no home for a cache
        give(folder)
        other_bot = bot_env(place.playground, folder, CONTENT_DIR=str(campaign))
        assert (await command_of(0, other_bot, "keys", "adopt"))[0] == 0
        for _ in range(2):
            bot = await start(other_bot, stderr=asyncio.subprocess.PIPE)
            where = await health_url(bot)
            for arguments in (["keys", "copied"], ["keys", "rotate"], ["stats"], ["keys"]):
                code, output = await command_of(0, other_bot, *arguments)
                assert code == 0, output
            status, health = await asyncio.to_thread(health_of, where)
            bot.terminate()
            assert await asyncio.wait_for(bot.wait(), 10) == 0
            assert status == 200, health
            assert health["copy_the_key_file_again"] is False
            assert (await command_of(0, other_bot, "keys", "rotate"))[0] == 0

    assert not_of_the_owner(folder) == []


async def health_url(bot: asyncio.subprocess.Process) -> str:
    """Wait until the bot runs; return the URL of its health check."""
    assert bot.stderr
    lines = ""
    async with asyncio.timeout(60):
        while "healthz" not in lines:
            line = await bot.stderr.readline()
            assert line, lines
            lines += line.decode()
    await asyncio.sleep(1)  # the first answer of Telegram
    return lines.rsplit("health at ", 1)[1].strip()


def health_of(url: str) -> tuple[int, dict[str, object]]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status, json.loads(answer.read())


async def test_root_may_not_start_the_bot_on_somebody_elses_list(folder: Path) -> None:
    code, output = await command(env(folder), "run")

    assert code == 1
    assert "sudo -u nobody python -m bot" in output
    assert len(output.strip().splitlines()) == 1
    assert not_of_the_owner(folder) == []


async def test_a_list_and_keys_of_two_users_are_named(folder: Path) -> None:
    os.chown(folder / "data" / "bot.db", STRANGER, STRANGER)
    for arguments in (["stats"], ["keys", "rotate"], ["run"]):
        code, output = await command_of(0, env(folder), *arguments)
        assert code == 1
        assert f"bot.db to #{STRANGER}" in output


@pytest.mark.parametrize(
    "arguments", ["migrate", "stats", "keys", "keys copied", "keys rotate", "keys shred --yes", "run", "backup {}/b"]
)
@pytest.mark.parametrize("mode", [0o700, 0o777])
async def test_a_third_user_learns_who_owns_the_list_and_leaves_nothing_behind(
    folder: Path, arguments: str, mode: int
) -> None:
    for inside in ("data", "keys"):
        (folder / inside).chmod(mode)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "shm" not in path.name}
    code, output = await command_of(STRANGER, env(folder), *arguments.format(folder).split())

    assert code == 1
    assert "nobody (uid 65534)" in output
    assert f"this is uid {STRANGER}" in output
    assert len(output.strip().splitlines()) == 1
    assert not_of_the_owner(folder) == []
    assert all(path.read_bytes() == content for path, content in before.items())


@pytest.mark.parametrize(
    "name",
    ["data", "keys", "data/bot.db", "data/bot.db-wal", "data/bot.db-shm", "keys/seal.key", "keys/seal.key.lock"],
)
async def test_a_file_that_root_left_behind_is_named_with_the_command_that_returns_it(
    folder: Path, name: str
) -> None:
    (folder / name).touch(0o600)
    os.chown(folder / name, 0, 0)
    if (folder / name).is_file():
        (folder / name).chmod(0o600)
    code, output = await command_of(OWNER, env(folder), "migrate")

    assert code == 1
    assert len(output.strip().splitlines()) == 1
    assert f"chown {OWNER}:{OWNER} {folder / name}" in output


@pytest.mark.parametrize("name", ["keys/seal.key.copied", "keys/seal.key.rotate", "keys/seal.key.new"])
async def test_a_note_that_root_left_next_to_the_keys_is_replaced(folder: Path, name: str) -> None:
    (folder / name).touch(0o600)
    os.chown(folder / name, 0, 0)
    for arguments in (["migrate"], ["keys", "rotate"], ["keys", "copied"], ["keys"]):
        code, output = await command_of(OWNER, env(folder), *arguments)
        assert code == 0, output

    assert not_of_the_owner(folder) == []
