"""The README's commands for a new campaign work as they are written, from an empty folder to the bot in a browser."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program_output import read_until

ROOT = Path(__file__).parents[3]
RECIPE = re.search(r"^## Your own declaration$(.*?)^## ", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)


def commands() -> list[str]:
    """Return the commands of the recipe. The last one starts the bot."""
    assert RECIPE
    return re.findall(r"^    (.+)$", RECIPE[1], re.MULTILINE)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An empty folder with the environment that `make run` has made, and the bot's code on the path."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PWD": str(tmp_path), "TMPDIR": str(tmp_path)}


def run(command: str, env: dict[str, str]) -> str:
    shell = subprocess.run(command, shell=True, cwd=env["PWD"], env=env, capture_output=True, text=True, check=False)
    assert shell.returncode == 0, shell.stderr
    return shell.stdout


async def test_the_recipe_works_as_written(env: dict[str, str]) -> None:
    new, check, ask, start = commands()

    assert "check lisbon" in run(new, env)
    assert "no errors" in run(check, env).splitlines()[-1]
    assert json.loads(run(ask, env))["clauses"][0] == "2"
    await assert_starts(start, env)


async def assert_starts(command: str, env: dict[str, str]) -> None:
    """Run the command of `make run` until the bot is ready. A free port replaces the usual one."""
    assert "\n\t@exec env MAKE_TARGET=$@ $(PY) -m bot $(PLAY)\n" in (ROOT / "Makefile").read_text()
    command = command.replace("make run", "exec .venv/bin/python -m bot play --port 0")
    pipe = asyncio.subprocess.PIPE
    bot = await asyncio.create_subprocess_shell(command, cwd=env["PWD"], env=env, stdout=pipe, stderr=pipe)
    await read_until(bot.stdout, "The bot is ready")
    bot.terminate()
    await asyncio.wait_for(bot.communicate(), 10)
