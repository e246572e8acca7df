"""Locks, make commands, container files and documented settings are complete and agree with each other."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.parser import parser

ROOT = Path(__file__).parents[3]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
ALL_LOCKS = [*LOCKS, "requirements-export.lock", "benchmarks/requirements.lock"]
# Built from pieces, so that this file does not name them either.
REGISTRIES = ["pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js", "deb." + "debian"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    """Return each name's version with its marker: `1.2.3` or `1.2.3 ; sys_platform == 'win32'`."""
    return dict(re.findall(r"^([\w.-]+)==(.+?) \\$", text(lock), re.MULTILINE))


def setting_names(source: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|\bLISTEN\b|\bFEEDBACK\b", source))


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # The make that runs these tests passes its flags on, which must not reach this one.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=inherited | environment, capture_output=True, text=True, timeout=30, check=False
    )


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("This is not a git checkout: which files are the project's is not known.")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    assert "://" not in text(lock)
    assert "--index" not in text(lock)


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_every_pin_of_a_lock_has_a_hash(lock: str) -> None:
    blocks = re.split(r"^(?=[a-z])", text(lock), flags=re.MULTILINE)
    bare = [block.split()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block]

    assert pins(lock)
    assert bare == []


def test_tests_run_on_the_versions_that_are_deployed() -> None:
    runtime, dev = (pins(lock) for lock in LOCKS)

    assert runtime.items() <= dev.items()


def test_no_tracked_file_names_a_package_registry() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {registry}"
        for path in tracked_files()
        for registry in REGISTRIES
        if registry.encode() in path.read_bytes()
    ]

    assert named == []


def test_make_alone_lists_every_command() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    assert phony
    commands = [name for name in phony[1].split() if re.fullmatch("[a-z-]+", name)]
    listed = re.findall(r"^make ([a-z-]+) +\S", make().stdout, re.MULTILINE)

    assert {"run", "test", "check", "bench", "bench-peers"} <= set(commands)
    assert listed == commands


def test_make_reports_a_missing_python_and_the_remedy() -> None:
    result = make("test", "UV=", "PYTHON=no-such-python", "VENV=no-such-venv")

    assert result.returncode != 0
    assert "There is no no-such-python here. Install Python 3.11 or newer" in result.stderr


def test_make_reports_an_old_python_and_the_remedy(tmp_path: Path) -> None:
    result = make("run", "UV=", f"PYTHON={fake_python(tmp_path, 'exit 1')}", f"VENV={tmp_path / 'venv'}")

    assert result.returncode != 0
    assert "Python 3.9.2 is too old: this needs 3.11 or newer" in result.stderr


def test_make_names_the_debian_package_when_venv_is_missing(tmp_path: Path) -> None:
    python = fake_python(tmp_path, 'case "$2" in *ensurepip*) exit 1;; esac')
    result = make("run", "UV=", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}")

    assert result.returncode != 0
    assert "apt install python3-venv" in result.stderr


def fake_python(directory: Path, on_code: str) -> Path:
    """Write a program that reports an old version of Python and runs the shell line `on_code` for `-c CODE`."""
    program = directory / "python"
    version = '[ "$1" = --version ] && echo Python 3.9.2'
    program.write_text(f'#!/bin/sh\n{version}\n[ "$1" = -c ] && {{ {on_code}; }}\nexit 0\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def service() -> dict[str, Any]:
    bot: dict[str, Any] = yaml.safe_load(text("docker-compose.yml"))["services"]["bot"]
    return bot


def test_the_container_has_no_rights_to_lose(service: dict[str, Any]) -> None:
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"]["core"] == 0
    assert not {"cap_add", "privileged", "ports", "network_mode", "pid", "devices"} & service.keys()


def test_the_container_is_bounded_and_stops_in_order(service: dict[str, Any]) -> None:
    assert service["stop_grace_period"] == "30s"
    assert service["restart"] == "unless-stopped"
    assert service["init"] is True
    assert {"mem_limit", "pids_limit", "healthcheck"} <= service.keys()
    assert {"max-size", "max-file"} <= service["logging"]["options"].keys()


def test_the_token_reaches_the_container_as_a_file_only(service: dict[str, Any]) -> None:
    assert service["secrets"] == ["bot_token"]
    assert service["environment"]["BOT_TOKEN_FILE"] == "/run/secrets/bot_token"
    assert "BOT_TOKEN" not in service["environment"]


def test_list_and_key_are_in_volumes_of_their_own(service: dict[str, Any]) -> None:
    assert {"data:/data", "keys:/keys"} <= set(service["volumes"])


def test_image_and_compose_agree_on_the_user() -> None:
    assert re.search(r"^USER 10001:10001$", text("Dockerfile"), re.MULTILINE)
    assert re.search(r"^STOPSIGNAL SIGTERM$", text("Dockerfile"), re.MULTILINE)
    assert "--require-hashes" in text("Dockerfile")


def test_the_loaded_campaign_is_in_the_image_and_is_the_users_alone() -> None:
    """`test_container_cache` tries the same steps without Docker."""
    build, image = text("Dockerfile").rsplit("\nFROM ", 1)

    assert "RUN XDG_CACHE_HOME=/cache /venv/bin/python -m bot ask < /dev/null" in build
    assert build.index("COPY storage") < build.index("XDG_CACHE_HOME")
    assert "COPY --from=build --chown=10001:10001 /cache /cache" in image
    assert re.search(r"^(ENV|   ) .*\bXDG_CACHE_HOME=/cache\b", image, re.MULTILINE)


def test_only_the_code_reaches_the_builder() -> None:
    lines = [line for line in text(".dockerignore").splitlines() if line and not line.startswith("#")]
    copied = " ".join(re.findall(r"^COPY (?!--)(.+) \S+$", text("Dockerfile"), re.MULTILINE)).split()

    assert lines[0] == "*"
    assert sorted(line[1:] for line in lines if line.startswith("!")) == sorted(copied)


def test_every_setting_of_the_example_is_documented(service: dict[str, Any]) -> None:
    example = set(re.findall(r"^#?([A-Z_]+)=", text(".env.example"), re.MULTILINE))

    assert "BOT_TOKEN" in example
    assert example <= setting_names(text("docs/reference.md"))
    assert service["environment"].keys() <= example


COMMAND = re.compile(r"(?:docker compose run --rm(?: -T)? bot|python -m bot) ((?:\"[^\"\n]*\"|[^'\"`|<>#&;)\n])*)")


@pytest.mark.parametrize("name", ["docs/operating.md", "docs/reference.md", "docs/campaigns.md"])
def test_every_command_to_be_copied_is_understood(name: str) -> None:
    lines = "\n".join(line for line in text(name).splitlines() if line.startswith("    "))
    commands = [shlex.split(command) for command in COMMAND.findall(lines) if "…" not in command]

    assert commands
    for command in commands:
        parser().parse_args(command)


def test_health_is_asked_for_in_the_container_that_runs() -> None:
    """`docker compose run` would start another container, in which no bot listens."""
    for name in ("README.md", "docs/operating.md", "docs/reference.md"):
        assert "docker compose exec bot python -m bot health" in text(name)
        assert not re.search(r"compose run [^\n]*bot health", text(name))


def test_secrets_and_stored_data_are_never_committed() -> None:
    ignored = text(".gitignore").split()

    assert {".env", "data/", "keys/", "secrets/", "*.key", "backups/", "*.age", "offline.txt"} <= set(ignored)
