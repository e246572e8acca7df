"""Test that `pip install .` gives a wheel with all files, and a command that runs from an empty folder.

Nothing is downloaded. The wheel is built with the build backend of the tests' environment. It is installed into a new
environment, which also sees the libraries of the tests' environment.
"""

import importlib.util
import json
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import __version__

ROOT = Path(__file__).parents[3]
PACKAGES = ("bot", "content", "playground", "storage")
_PATIENCE = 180  # seconds; the first command of an installed bot learns the search, 10 s of CPU on a slow machine


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=_PATIENCE)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a fresh environment and return the folder of its commands."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    libraries = sysconfig.get_path("purelib")
    site_packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    (site_packages / "libraries-of-the-tests.pth").write_text(f"{libraries}\n")
    python = folder / "bin" / "python"
    command = [*installer(python), "--no-index", "--no-deps", str(wheel)]
    subprocess.run(command, capture_output=True, check=True, timeout=_PATIENCE)
    return folder / "bin"


def installer(python: Path) -> list[str]:
    """Return the command that installs into the environment of `python`: with pip, or with uv if pip is missing."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", str(python), "install"]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", str(python)]
    pytest.fail("There is neither pip nor uv here: python -m ensurepip")


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to an empty folder, with none of the bot's settings in the environment."""
    for name in ("BOT_TOKEN", "BOT_TOKEN_FILE", "CONTENT_DIR", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(program: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments], input=stdin, capture_output=True, text=True, timeout=_PATIENCE, check=False
    )


def test_the_wheel_holds_every_file_of_its_packages_and_nothing_else(wheel: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("This is not a git checkout: which files are the project's is not known.")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PACKAGES]
    tracked = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = {name for name in tracked.split("\0") if name and (ROOT / name).is_file()}

    assert {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name} == files


def test_the_wheel_has_the_version_of_the_code(wheel: Path) -> None:
    assert wheel.name == f"declaration_bot-{__version__}-py3-none-any.whl"


def test_the_command_tells_its_version(scripts: Path, empty: Path) -> None:
    for command in ([scripts / "declaration-bot"], [scripts / "python", "-m", "bot"]):
        assert run(*command, "--version").stdout == f"declaration-bot {__version__}\n"


def test_the_shipped_campaign_is_checked(scripts: Path, empty: Path) -> None:
    checked = run(scripts / "declaration-bot", "check")

    assert (checked.returncode, checked.stderr) == (0, "")
    assert str(scripts.parent) in checked.stdout


def test_the_shipped_campaign_is_searched(scripts: Path, empty: Path) -> None:
    answer = run(scripts / "declaration-bot", "ask", stdin='{"q": "clause 4"}\n')

    assert json.loads(answer.stdout)["clauses"] == ["4"]
    assert list(empty.iterdir()) == []


def test_a_new_campaign_is_written_and_checked_as_it_says(scripts: Path, empty: Path) -> None:
    written = run(scripts / "declaration-bot", "new", "mine", "--title", "Bread", "--languages", "pt,en")
    commands = [line.strip() for line in written.stdout.splitlines() if line.startswith("    ")]

    assert (written.returncode, written.stderr) == (0, "")
    assert commands[0] == f"{scripts / 'declaration-bot'} check mine"
    assert run(scripts / "declaration-bot", *commands[0].split()[1:]).returncode == 0


def test_play_serves_the_page_and_stops_without_a_trace(scripts: Path, empty: Path) -> None:
    with started([scripts / "declaration-bot", "play", "--port", "0"]) as program:
        url = next(word for line in lines(program) for word in line.split() if word.startswith("http://"))
        with urllib.request.urlopen(url, timeout=10) as page:
            assert b"<html" in page.read()
        assert any(f"Running version {__version__}" in line for line in lines(program))

    assert program.returncode == 0
    assert list(empty.iterdir()) == []


def test_run_serves_telegram_with_the_shipped_campaign(
    scripts: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with started([scripts / "python", "-m", "playground", "--json", "--while-stdin", "--port", "0"]) as playground:
        telegram = json.loads(next(lines(playground)))
        monkeypatch.setenv("BOT_TOKEN", telegram["token"])
        monkeypatch.setenv("BOT_API_URL", telegram["url"])
        monkeypatch.setenv("LISTEN", "127.0.0.1:0")
        with started([scripts / "declaration-bot", "run"]) as bot:
            running = next(line for line in lines(bot) if "/healthz" in line)
            report = healthy(running.split()[-1].strip('"}'))

    assert report["version"] == __version__
    assert bot.returncode == 0
    assert {path.name for path in empty.iterdir()} == {"data", "keys"}


def healthy(url: str) -> dict[str, Any]:
    """Wait until the health check at `url` has status 200, and return its report. Fails after 30 seconds."""
    ends = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as health:
                report: dict[str, Any] = json.load(health)
                return report
        except urllib.error.HTTPError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)


@contextmanager
def started(command: list[str | Path]) -> Iterator[subprocess.Popen[str]]:
    """Start a program whose output and log can be read, and ask it to stop at the end of the block."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as program:
        try:
            yield program
        finally:
            program.terminate()
            program.communicate(timeout=30)


def lines(program: subprocess.Popen[str]) -> Iterator[str]:
    assert program.stdout
    yield from iter(program.stdout.readline, "")
