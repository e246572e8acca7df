"""The command line, `python -m bot COMMAND`. Trouble is told in sentences, never a traceback."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.cli.parser import BOX_PORT, parser
from bot.environment import Environment, read_environment
from bot.errors import Misconfigured, Refused
from bot.runtime.hardening import keep_memory_private
from bot.runtime.logs import redact_tokens
from bot.settings import Settings, has_token, listening, places, settings
from content.loading.problems import InvalidCampaign, LoadingFailed
from content.paths import SHIPPED_CAMPAIGN
from storage.errors import StorageRefused, StorageTrouble
from storage.files import owner

_ASKED_OFTEN = ("ask", "check", "health")  # by scripts and by Docker: without the warnings of a start


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand, by default the one on the command line, and return the exit code."""
    options = parser().parse_args(arguments)
    keep_memory_private()
    try:
        env = read_environment(os.environ, Path.cwd())
        command = options.command or ("run" if has_token(env.values) else "play")
        return _carry_out(command, options, env)
    except (Refused, InvalidCampaign, LoadingFailed, StorageRefused, StorageTrouble) as refused:
        print(redact_tokens(str(refused)), file=sys.stderr)  # noqa: T201 -- the command line speaks
        return 1
    except BrokenPipeError:  # whoever read what we print has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _carry_out(command: str, options: argparse.Namespace, written: Environment) -> int:
    env = written.values
    if command not in _ASKED_OFTEN:
        print("".join(f"{warning}\n" for warning in written.warnings), end="", file=sys.stderr)  # noqa: T201
    if command == "run":
        return _run(settings(env, written.problems))
    if written.problems:
        raise Misconfigured(list(written.problems))
    match command:
        case "play":
            return asyncio.run(_play(getattr(options, "port", BOX_PORT), env))
        case "check":
            return _check(options.directory or Path(env.get("CONTENT_DIR", SHIPPED_CAMPAIGN)))
        case "ask":
            return _ask(Path(env.get("CONTENT_DIR", SHIPPED_CAMPAIGN)))
        case "health":
            return _health(env)
        case _:
            return _keep(options, env)


def _keep(options: argparse.Namespace, env: Mapping[str, str]) -> int:
    from bot.cli import maintenance  # and with it the store: a quarter of a second

    asyncio.run(maintenance.carry_out(options, env, places(env)))
    return 0


def _run(chosen: Settings) -> int:
    owner.refuse_root(chosen.database, chosen.keys)
    asyncio.run(_serve(chosen))
    return 0


async def _serve(chosen: Settings) -> None:
    # Half a second to import Telegram's library, which `check` and `health` do without; as long to load the campaign.
    from content.loading.subprocess_loader import load_in_subprocess

    with load_in_subprocess(chosen.content or SHIPPED_CAMPAIGN) as loaded:
        from bot import app
        from bot.runtime import logs
        from storage.store import check_files

        check_files(chosen.database, chosen.keys)  # before anything is asked of Telegram
        logs.configure(chosen.log_level, [chosen.token])
        logs.log_uncaught_exceptions()
        matcher = loaded()
    await app.run(chosen, matcher)


async def _play(port: int, env: Mapping[str, str]) -> int:
    from bot.cli.simulator import box

    async with box(port, env) as here:
        logging.getLogger("storage").setLevel(logging.ERROR)  # the list and its keys are thrown away with the box
        print(f"\n  The bot is in the box. Open  {here.url}/  in a browser; Ctrl-C stops it.\n", flush=True)  # noqa: T201
        await here.beside(_serve(here.settings))
    return 0


def _check(directory: Path) -> int:
    from content.loading.check import (
        find_problems,  # pydantic and YAML: what serves does without (see content.loading)
    )

    found = find_problems(directory)
    for mistake in found:
        print(mistake)  # noqa: T201
    print(f"{directory}: {len(found) or 'no'} mistake{'s' if len(found) != 1 else ''}")  # noqa: T201
    return 1 if found else 0


def _ask(directory: Path) -> int:
    from bot.cli.ask import found_lines
    from content.loading.load import load_matcher

    lines = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    for line in found_lines(lines, load_matcher(directory)):
        print(line, flush=True)  # noqa: T201
    return 0


def _health(env: Mapping[str, str]) -> int:
    from bot.cli.health_check import ask

    told = ask(listening(env))
    print(told.sentence)  # noqa: T201
    return 0 if told.is_well else 1
