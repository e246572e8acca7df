"""The copies for a second server are made without the key file, and fetched whole or not at all."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyrage
import pytest
import yaml

from storage import backup
from tests.support.storage_process import ROOT, Place, place_in

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
