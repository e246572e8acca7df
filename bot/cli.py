"""The command line, `python -m bot COMMAND`. Trouble is told in sentences, never a traceback."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from bot import keeping
from bot.hardening import keep_memory_private
from bot.logs import without_tokens
from bot.refusals import Refused
from bot.settings import Settings, environment, has_token, listening, places, settings
from content.mistakes import CampaignRefused, NotLoaded
from content.shipped import SHIPPED
from storage.refusals import StorageRefused, StorageTrouble

BOX_PORT = 8081


def main(arguments: list[str]) -> int:
    """Runs one subcommand; the exit code is 0 when all went well."""
    options = _parser().parse_args(arguments)
    keep_memory_private()
    try:
        env = environment(os.environ, Path.cwd())
        command = options.command or ("run" if has_token(env) else "play")
        return _carry_out(command, options, env)
    except (Refused, CampaignRefused, NotLoaded, StorageRefused, StorageTrouble) as refused:
        print(without_tokens(str(refused)), file=sys.stderr)  # noqa: T201 -- the command line speaks
        return 1
    except BrokenPipeError:  # whoever read what we print has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(without_tokens(message))


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(prog="python -m bot", description="The declaration bot.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("run", help="serve on Telegram; the default where BOT_TOKEN or BOT_TOKEN_FILE is set")
    play = commands.add_parser(
        "play", help="try it in the box, a Telegram on this machine; the default without a token"
    )
    play.add_argument("--port", type=int, default=BOX_PORT, help="of the web chat; 0 for any (default %(default)s)")
    check = commands.add_parser("check", help="tell every mistake in a campaign's folder")
    check.add_argument("directory", type=Path, nargs="?", help="default: CONTENT_DIR, or the shipped campaign")
    commands.add_parser("ask", help='find clauses: {"q": "..."} a line in, findings out')
    keeping.add_commands(commands)
    commands.add_parser("health", help="ask the running bot whether it is well")
    return parser


def _carry_out(command: str, options: argparse.Namespace, env: Mapping[str, str]) -> int:
    match command:
        case "run":
            return _run(settings(env))
        case "play":
            return asyncio.run(_play(getattr(options, "port", BOX_PORT), env))
        case "check":
            return _check(options.directory or Path(env.get("CONTENT_DIR", SHIPPED)))
        case "ask":
            return _ask(Path(env.get("CONTENT_DIR", SHIPPED)))
        case "health":
            return _health(env)
        case _:
            return _keep(options, env)


def _keep(options: argparse.Namespace, env: Mapping[str, str]) -> int:
    asyncio.run(keeping.carry_out(options, env, places(env)))
    return 0


def _run(chosen: Settings) -> int:
    asyncio.run(_serve(chosen))
    return 0


async def _serve(chosen: Settings) -> None:
    # Half a second to import Telegram's library, which `check` and `health` do without; as long to load the campaign.
    from content.apart import loading

    with loading(chosen.content or SHIPPED) as loaded:
        from bot import app, logs

        logs.configure(chosen.log_level, [chosen.token])
        logs.catch_the_uncaught()
        matcher = loaded()
    await app.run(chosen, matcher)


async def _play(port: int, env: Mapping[str, str]) -> int:
    from bot.box import box

    async with box(port, env) as here:
        logging.getLogger("storage").setLevel(logging.ERROR)  # the list and its keys are thrown away with the box
        print(f"\n  The bot is in the box. Open  {here.url}/  in a browser; Ctrl-C stops it.\n", flush=True)  # noqa: T201
        await here.beside(_serve(here.settings))
    return 0


def _check(directory: Path) -> int:
    from content.check import mistakes  # pydantic and YAML: what serves does without (see content.apart)

    found = mistakes(directory)
    for mistake in found:
        print(mistake)  # noqa: T201
    print(f"{directory}: {len(found) or 'no'} mistake{'s' if len(found) != 1 else ''}")  # noqa: T201
    return 1 if found else 0


def _ask(directory: Path) -> int:
    from bot.asking import found_lines
    from content.load import load_all

    lines = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    for line in found_lines(lines, load_all(directory)):
        print(line, flush=True)  # noqa: T201
    return 0


def _health(env: Mapping[str, str]) -> int:
    from bot.health import ask

    told = asyncio.run(ask(listening(env)))
    print(told.sentence)  # noqa: T201
    return 0 if told.is_well else 1
