"""Run the command line, `python -m bot COMMAND`. Expected errors are printed as sentences, without a traceback."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.parser import PLAYGROUND_PORT, parser
from bot.environment import Environment, read_environment
from bot.errors import Misconfigured, OperatorError
from bot.runtime.hardening import keep_memory_private
from bot.runtime.logs import last_line, redact_tokens
from bot.settings import Settings, has_token, read_listen_address, read_settings, read_store_paths
from content.loading.problems import InvalidCampaign, LoadingFailed, NewCampaignRefused, Severity
from content.paths import SHIPPED_CAMPAIGN
from storage.errors import StorageRefused, StorageTrouble
from storage.files import owner

if TYPE_CHECKING:  # most commands need no search, which takes a fifth of a second to import
    from content.search.matcher import Matcher

# Errors whose message tells the operator what to do; the packages that raise them have no common base.
EXPECTED_ERRORS = (OperatorError, InvalidCampaign, LoadingFailed, NewCampaignRefused, StorageRefused, StorageTrouble)
# Commands that scripts or Docker run, or that report the warnings themselves.
_WITHOUT_WARNINGS = ("ask", "check", "doctor", "export", "health", "new")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return the exit code.

    `arguments` are the words of the command line after the program's name; by default those of this process.
    """
    options = parser().parse_args(arguments)
    keep_memory_private()
    try:
        env = read_environment(os.environ, Path.cwd())
        command = options.command or ("run" if has_token(env.values) else "play")
        return _carry_out(command, options, env)
    except EXPECTED_ERRORS as error:
        print(last_line(redact_tokens(str(error))), file=sys.stderr)  # noqa: T201 -- a command prints
        return 1
    except BrokenPipeError:  # the program that reads the output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _carry_out(command: str, options: argparse.Namespace, environment: Environment) -> int:
    env = environment.values
    if command not in _WITHOUT_WARNINGS:
        print("".join(f"{warning}\n" for warning in environment.warnings), end="", file=sys.stderr)  # noqa: T201
    if command == "run":
        return _run(read_settings(env, environment.problems))
    if command == "doctor":
        return _doctor(environment)
    if environment.problems:
        raise Misconfigured(list(environment.problems))
    match command:
        case "play":
            return _play(options, env)
        case "new":
            return _new(options)
        case "check":
            return _check(options.directory or Path(env.get("CONTENT_DIR", SHIPPED_CAMPAIGN)))
        case "export":
            return _export(options.directory, Path(env.get("CONTENT_DIR", SHIPPED_CAMPAIGN)))
        case "ask":
            return _ask(Path(env.get("CONTENT_DIR", SHIPPED_CAMPAIGN)))
        case "health":
            return _health(env)
        case "signing":
            return _signing(options, env)
        case _:
            return _maintain(options, env)


def _maintain(options: argparse.Namespace, env: Mapping[str, str]) -> int:
    from bot.cli import audit, maintenance  # they import the store, which takes a quarter of a second

    if options.command == "audit":
        return asyncio.run(audit.carry_out(options, read_store_paths(env)))
    asyncio.run(maintenance.carry_out(options, env, read_store_paths(env)))
    return 0


def _run(settings: Settings) -> int:
    owner.refuse_root(settings.database, settings.keys)
    asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings, prepare: "Callable[[Matcher], Awaitable[None]] | None" = None) -> None:
    """Run the bot until it is stopped. Await `prepare` after the campaign is loaded and before the bot starts."""
    # Importing Telegram's library takes half a second, and loading the campaign as long: do both at once.
    from content.loading.subprocess_loader import load_in_subprocess

    with load_in_subprocess(settings.content or SHIPPED_CAMPAIGN) as wait_for_campaign:
        from storage.store import check_files

        check_files(settings.database, settings.keys)  # before the longest import, and the first request to Telegram
        from bot import app
        from bot.runtime import logs

        secrets = [settings.token, *settings.alerts.secrets]
        logs.configure(settings.log_level, secrets, log_format=settings.log_format)
        logs.log_uncaught_exceptions()
        matcher = wait_for_campaign()
    if prepare:
        await prepare(matcher)
    await app.run(settings, matcher)


def _play(options: argparse.Namespace, env: Mapping[str, str]) -> int:
    from bot.cli.playing.play import PlayOptions, play

    port, is_demo = getattr(options, "port", PLAYGROUND_PORT), getattr(options, "demo", False)
    asyncio.run(play(PlayOptions(port, is_demo, os.environ.get("MAKE_TARGET", "")), env, _serve))
    return 0


def _new(options: argparse.Namespace) -> int:
    from bot.cli.new_campaign import write_new_campaign

    for line in write_new_campaign(options):
        print(line)  # noqa: T201
    return 0


def _check(directory: Path) -> int:
    """Print the errors and warnings of the campaign in `directory`; return 1 if it has errors, otherwise 0."""
    from content.loading.campaign_warnings import (
        find_all_problems,
    )  # imports pydantic and YAML: a running bot does not

    problems = find_all_problems(directory)
    for problem in problems:
        print(problem)  # noqa: T201
    warnings = sum(problem.severity is Severity.WARNING for problem in problems)
    errors = len(problems) - warnings
    print(f"{directory}: {_counted(errors, 'error')}" + (f", {_counted(warnings, 'warning')}" if warnings else ""))  # noqa: T201
    return 1 if errors else 0


def _counted(number: int, noun: str) -> str:
    """Return a number with a noun in the right form: "no errors", "1 error", "2 errors"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _export(directory: Path, content: Path) -> int:
    from bot.cli.export import write_files
    from content.loading.load import load_matcher

    for line in write_files(load_matcher(content).campaign, directory):
        print(line)  # noqa: T201
    return 0


def _ask(directory: Path) -> int:
    from bot.cli.ask import answer_lines
    from content.loading.load import load_matcher

    lines = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    for line in answer_lines(lines, load_matcher(directory)):
        print(line, flush=True)  # noqa: T201
    return 0


def _signing(options: argparse.Namespace, env: Mapping[str, str]) -> int:
    from bot.cli.signing.commands import carry_out

    for line in carry_out(options, env):
        print(line)  # noqa: T201
    return 0


def _doctor(environment: Environment) -> int:
    from bot.cli.doctor.report import print_report

    return asyncio.run(print_report(environment, Path.cwd()))


def _health(env: Mapping[str, str]) -> int:
    from bot.cli.health_check import check_health

    health = check_health(read_listen_address(env))
    print(health.sentence)  # noqa: T201
    return 0 if health.is_well else 1
