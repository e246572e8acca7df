"""Run the bot as another user, from tests that run as root.

The interpreter of the tests is often in root's home, which other users cannot read. In this case the system's
interpreter of the same version is used, with the libraries of the tests.
"""

import asyncio
import atexit
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.bot_and_playground import ROOT
from tests.support.forked_command import run_forked

OWNER, STRANGER = 65534, 65533
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root can make files of another user: run it as root.")


@cache
def interpreter() -> str:
    """Return an interpreter that OWNER may start and that has the bot's libraries; skip the test without one."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for base in (Path(sys.executable).resolve(), Path("/usr/bin") / version, Path("/usr/local/bin") / version):
        python = _environment(base, version)
        if _starts(python):
            return str(python)
    pytest.skip("Only root can start the interpreters of this machine: install Python outside of /root.")


def _environment(base: Path, version: str) -> Path:
    """Create a virtual environment in a folder that all users may read; return its interpreter."""
    folder = Path(tempfile.mkdtemp(prefix="python-for-all-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    packages = folder / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    (packages / "tests.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    (folder / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(base)
    return folder / "bin" / "python"


def _starts(python: Path) -> bool:
    command = [str(python), "-c", "import aiohttp, aiosqlite, cryptography, telegram, yaml"]
    try:
        return subprocess.run(command, user=OWNER, group=OWNER, cwd="/", check=False).returncode == 0
    except OSError:
        return False


async def start(
    env: Mapping[str, str], *arguments: str, user: int = OWNER, **more: Any
) -> asyncio.subprocess.Process:
    """Start the bot as a user, with an environment of PATH and `env` only."""
    return await asyncio.create_subprocess_exec(
        *(interpreter(), "-m", "bot", *(arguments or ("run",))),
        env={"PATH": os.environ["PATH"], **env},
        **{"cwd": ROOT, **more},
        user=user,
        group=user,
        extra_groups=[],
    )


async def command(
    env: Mapping[str, str], *arguments: str, user: int = 0, within: float = 30, **more: Any
) -> tuple[int, str]:
    """Run a command of the bot; return its exit code, and its standard output and error together."""
    process = await start(
        env, *arguments, user=user, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, **more,
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(process.communicate(), within)
    except TimeoutError:
        process.kill()
        raise
    output = out.decode(errors="replace")

    assert "Traceback" not in output, output
    assert process.returncode is not None
    return process.returncode, output


async def command_of(
    user: int, env: Mapping[str, str], *arguments: str, within: float = 30, folder: Path = ROOT
) -> tuple[int, str]:
    """Run a command as `user` like `command`, but in a forked process that has already imported the bot."""
    code, output = await run_forked(env, arguments, folder=folder, within=within, user=user, python=interpreter())

    assert "Traceback" not in output, output
    return code, output


@asynccontextmanager
async def open_folder() -> AsyncIterator[Path]:
    """Create a temporary folder that other users may read, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="of-another-owner-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def give(folder: Path, user: int = OWNER) -> None:
    """Make a user the owner of a folder and everything in it."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)
