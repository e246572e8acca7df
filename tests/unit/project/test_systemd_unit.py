"""Test that the systemd unit restricts the bot as the container does, and that systemd accepts the files."""

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.environment import NAMES

ROOT = Path(__file__).parents[3]
UNIT = ROOT / "deploy" / "declaration-bot.service"


@pytest.fixture
def unit() -> dict[str, list[str]]:
    """Return the values of each directive of the systemd unit, in the order of the file."""
    values = defaultdict(list)
    for name, value in re.findall(r"^(\w+)=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE):
        values[name].append(value)
    return values


@pytest.fixture
def service() -> dict[str, Any]:
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    bot: dict[str, Any] = compose["services"]["bot"]
    return bot


def test_the_unit_has_no_rights_to_lose_and_reads_its_file_system_only(unit: dict[str, list[str]]) -> None:
    assert unit["User"] == ["declaration-bot"]
    assert unit["CapabilityBoundingSet"] == [""]
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictSUIDSGID"):
        assert unit[name] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["LimitCORE"] == ["0"]
    assert not {"ReadWritePaths", "AmbientCapabilities", "DeviceAllow"} & unit.keys()


def test_the_unit_and_the_container_are_bounded_alike(unit: dict[str, list[str]], service: dict[str, Any]) -> None:
    assert unit["MemoryMax"] == [service["mem_limit"].upper()]
    assert unit["MemorySwapMax"] == ["0"]
    assert service["memswap_limit"] == service["mem_limit"]
    assert unit["TasksMax"] == [str(service["pids_limit"])]
    assert unit["TimeoutStopSec"] == [service["stop_grace_period"].removesuffix("s")]
    assert unit["Restart"] == ["always"]


def test_list_and_key_are_in_folders_of_their_own(unit: dict[str, list[str]]) -> None:
    assert {"declaration-bot/data", "declaration-bot/keys"} <= set(unit["StateDirectory"][0].split())
    assert unit["StateDirectoryMode"] == ["0700"]
    assert "DATABASE_URL=sqlite:///%S/declaration-bot/data/bot.db" in unit["Environment"]
    assert "SEAL_KEY_FILE=%S/declaration-bot/keys/seal.key" in unit["Environment"]


def test_the_token_reaches_the_bot_as_a_file_only(unit: dict[str, list[str]]) -> None:
    names = {setting.partition("=")[0] for setting in unit["Environment"]}

    assert unit["LoadCredential"] == ["bot_token:/etc/declaration-bot/bot_token"]
    assert "BOT_TOKEN_FILE=%d/bot_token" in unit["Environment"]
    assert names <= {*NAMES, "PYTHONDONTWRITEBYTECODE"} - {"BOT_TOKEN"}


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """Verify the units with /bin/true as their program, because the bot is not installed on this machine."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("There is no systemd-analyze on this machine.")
    copies = [tmp_path / unit.name for unit in sorted(UNIT.parent.iterdir())]
    for copy in copies:
        unit = (UNIT.parent / copy.name).read_text(encoding="utf-8")
        copy.write_text(re.sub("^ExecStart=.*", "ExecStart=/bin/true", unit, flags=re.MULTILINE), encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", *copies], capture_output=True, text=True, check=False)

    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.parametrize("name", ["Dockerfile", "deploy/declaration-bot.service"])
def test_what_pillow_loads_from_the_system_is_installed(name: str) -> None:
    assert "libfribidi0" in (ROOT / name).read_text(encoding="utf-8")


def test_the_workflow_runs_what_ci_runs_here() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))

    assert workflow["jobs"]["test"]["steps"][-1] == {"run": ".ci/run"}
    assert workflow["permissions"] == {"contents": "read"}
