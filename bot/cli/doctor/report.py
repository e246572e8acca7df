"""Run all checks in order and print a line for each result. The bot can run meanwhile."""

import asyncio
import platform
from collections.abc import AsyncIterator
from pathlib import Path

from bot import __version__
from bot.cli.doctor import machine_checks, settings_checks
from bot.cli.doctor.finding import Finding, Verdict, error, ok
from bot.cli.doctor.signing_check import check_signing
from bot.cli.doctor.telegram_checks import check_telegram
from bot.environment import Environment
from bot.errors import Misconfigured
from bot.runtime.logs import redact_tokens
from bot.settings import Settings, read_listen_address, read_store_paths
from content.paths import SHIPPED_CAMPAIGN
from storage.errors import StorageRefused
from storage.files import owner


async def print_report(environment: Environment, folder: Path) -> int:
    """Run all checks and print a line for each finding; return 1 if one of them is an error, otherwise 0.

    `folder` is the folder with the `.env` file.
    """
    verdicts = list[Verdict]()
    async for finding in findings(environment, folder):
        verdicts.append(finding.verdict)
        print(redact_tokens(finding.line), flush=True)  # noqa: T201 -- a command prints
    errors, warnings = (verdicts.count(verdict) for verdict in (Verdict.ERROR, Verdict.WARNING))
    print(f"Errors: {errors}. Warnings: {warnings}.")  # noqa: T201
    return 1 if errors else 0


async def findings(environment: Environment, folder: Path) -> AsyncIterator[Finding]:
    """Run all checks and yield their findings. If the settings have errors, leave out the checks that need them."""
    yield ok("version", f"declaration-bot {__version__}, Python {platform.python_version()}")
    settings, of_settings = settings_checks.read_checked_settings(environment)
    for finding in (*of_settings, *settings_checks.check_secrets(environment, folder)):
        yield finding
    async for finding in _check_machine(environment):
        yield finding
    if settings is not None:
        async for finding in _check_network(settings, environment):
            yield finding


async def _check_machine(environment: Environment) -> AsyncIterator[Finding]:
    env = environment.values
    yield settings_checks.check_backup_recipient(environment)
    directory = Path(env.get("CONTENT_DIR", SHIPPED_CAMPAIGN))
    yield machine_checks.check_campaign(directory)
    try:
        paths, listen = read_store_paths(env), read_listen_address(env)
    except Misconfigured:
        return  # reported with the settings
    try:
        with owner.acting_for_store(paths.database, paths.keys):
            async for finding in machine_checks.check_store(paths):
                yield finding
            for finding in (*machine_checks.check_disk(paths), *check_signing(directory, paths.keys)):
                yield finding
    except StorageRefused as refusal:
        yield error("list", str(refusal))
    except OSError as failure:
        yield error("disk", f"{failure.filename or paths.database.parent} cannot be looked at ({failure.strerror})")
    yield await asyncio.to_thread(machine_checks.check_health_port, listen)


async def _check_network(settings: Settings, environment: Environment) -> AsyncIterator[Finding]:
    for finding in (*settings_checks.check_proxy(settings), *settings_checks.check_admins(settings)):
        yield finding
    entries = environment.values.get("ADMIN_IDS", "").split(",")
    async for finding in check_telegram(settings, [int(entry) for entry in entries if entry.strip()]):
        yield finding
