"""The copies for a second server are made without the key file, and fetched whole or not at all."""

import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
import yaml

from storage import backup
from storage.errors import StorageRefused
from tests.support.storage_process import DAY, ROOT, Place, everybody, person, place_in

OFFLINE = pyrage.x25519.Identity.generate()
PRIMARY = f"{sys.executable} -m bot backup - --recipient {OFFLINE.to_public()}"  # as authorized_keys has it


@pytest.fixture
async def primary(tmp_path: Path) -> Place:
    """Return the place of a list whose key file is nowhere: a copy is made without it."""
    place = place_in(tmp_path / "primary")
    async with place.opened():
        pass
    place.keys.rename(tmp_path / "seal.key")
    return place


@pytest.fixture
def standby(tmp_path: Path) -> Path:
    folder = tmp_path / "standby"
    folder.mkdir()
    return folder


def fetch(standby: Path, primary: Place, ssh: str) -> int:
    """Run the command of the systemd unit, with a program `ssh` that runs a shell script; return its exit code."""
    unit = (ROOT / "deploy" / "declaration-bot-copy.service").read_text(encoding="utf-8")
    command = re.search(r"^ExecStart=/bin/sh -c '(.*)'$", unit, re.MULTILINE)
    assert command
    program = standby.parent / "ssh"
    program.write_text(f"#!/bin/sh\n{ssh}\n", encoding="utf-8")
    program.chmod(0o755)
    env = {
        "PATH": f"{standby.parent}:{os.environ['PATH']}",
        "PRIMARY": "copies@primary",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"sqlite:///{primary.database}",
        "SEAL_KEY_FILE": str(primary.keys),
    }
    return subprocess.run(["/bin/sh", "-c", command[1]], env=env, cwd=standby, check=False).returncode


def test_the_unit_fetches_a_copy_that_can_be_restored_and_replaces_the_one_before(
    standby: Path, primary: Place, tmp_path: Path
) -> None:
    copy = standby / "list.age"
    copy.write_bytes(b"the copy before")

    assert fetch(standby, primary, PRIMARY) == 0

    assert [file.name for file in standby.iterdir()] == ["list.age"]
    backup.restore(copy, str(OFFLINE), tmp_path / "restored" / "bot.db")


@pytest.mark.parametrize("ssh", ["exit 255", f"{PRIMARY} | head -c 5000; exit 255", "exit 0"])
def test_a_copy_that_was_cut_short_replaces_nothing(standby: Path, primary: Place, ssh: str) -> None:
    copy = standby / "list.age"
    copy.write_bytes(b"the copy before")

    assert fetch(standby, primary, ssh) != 0

    assert copy.read_bytes() == b"the copy before"


async def test_of_all_copies_of_a_month_only_those_under_living_keys_open_and_the_last_lacks_who_left(
    tmp_path: Path,
) -> None:
    """Somebody has kept every copy, although each replaces the one before, and gets the key file of today."""
    place, files = place_in(tmp_path / "primary"), [tmp_path / f"{number}.age" for number in range(4)]
    stays, leaves = person(1), person(2)
    async with place.opened() as store:
        await store.subscribers.save(stays, DAY)
        await store.subscribers.save(leaves, DAY)
        await backup.backup(place.database, files[0], str(OFFLINE.to_public()))
        await store.subscribers.leave(leaves.chat, DAY)
        await backup.backup(place.database, files[1], str(OFFLINE.to_public()))
        await store.rotation.begin(DAY + timedelta(29))
        await store.maintain(DAY + timedelta(29))
        await backup.backup(place.database, files[2], str(OFFLINE.to_public()))
        await store.maintain(DAY + timedelta(30))
        await backup.backup(place.database, files[3], str(OFFLINE.to_public()))

    opened = [await chats_in(file, place, tmp_path / file.stem) for file in files]

    assert opened == [None, None, {stays.chat}, {stays.chat}]


async def chats_in(copy: Path, primary: Place, folder: Path) -> set[int] | None:
    """Return who is subscribed according to a copy; None when it opens with no key of the primary."""
    place = place_in(folder)
    backup.restore(copy, str(OFFLINE), place.database)
    place.keys.parent.mkdir(mode=0o700)
    shutil.copy2(primary.keys, place.keys)
    try:
        async with place.opened() as store:
            return {subscriber.chat for subscriber in await everybody(store)}
    except StorageRefused:
        return None


def test_the_container_that_makes_copies_has_neither_key_nor_token_nor_network() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    copies: dict[str, Any] = compose["services"]["copies"]

    assert copies["profiles"] == ["standby"]
    assert copies["volumes"] == ["data:/data", "./copies:/copies"]
    assert copies["environment"] == {"BACKUP_RECIPIENT": None}
    assert copies["network_mode"] == "none"
    assert "secrets" not in copies
    for name in ("user", "read_only", "cap_drop", "security_opt", "ulimits"):
        assert copies[name] == compose["services"]["bot"][name]
