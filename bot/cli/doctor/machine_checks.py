"""Check this machine: files and permissions, the keys, the disk, the campaign and the port of the health server."""

import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

from bot.cli.doctor.finding import Finding, error, ok, warning
from bot.cli.health_check import check_health
from bot.runtime.dates import today
from bot.settings import Address, StorePaths
from content.loading.problems import Severity
from storage.errors import StorageRefused, StorageTrouble
from storage.files import owner
from storage.sealing.rotation import DAYS
from storage.store import Store, check_files, reading

_LOW_SHARE = 0.1  # of the disk
_LOW, _TOO_LOW = 200, 20  # MB; a list of a million people has 94
_MB = 1_000_000


async def check_store(paths: StorePaths) -> AsyncIterator[Finding]:
    """Check the database and the key file without writing. The bot can run meanwhile."""
    try:
        check_files(paths.database, paths.keys)
        if not paths.database.exists() and not paths.keys.exists():
            yield _check_first_start(paths)
            return
        async with reading(paths.database, paths.keys) as store:
            yield ok("list", f"{paths.keys} opens {paths.database}")
            for finding in _check_keys(store, paths):
                yield finding
    except (StorageRefused, StorageTrouble) as refusal:
        yield error("list", str(refusal))


def _check_first_start(paths: StorePaths) -> Finding:
    for path in (paths.database, paths.keys):
        folder = _existing(path.parent)
        if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
            remedy = owner.permission_remedy(folder, "let the bot's user write there")
            return error("list", f"{path} cannot be made in {folder}: {remedy}")
    return ok("list", f"there is none yet: the first start makes {paths.database} and {paths.keys}")


def _check_keys(store: Store, paths: StorePaths) -> Iterator[Finding]:
    if store.is_copied():
        yield ok("keys", "you have a copy of the key file")
    else:
        yield warning("keys", f"copy {paths.keys} to a place apart from the data, then run `keys copied`")
    if (days := store.rotation.ages(today())[-1].days) > DAYS:
        yield warning("keys", f"they are {days} days old and should change after {DAYS}: start the bot, read its log")


def check_disk(paths: StorePaths) -> Iterator[Finding]:
    """Check the free space on the disks with the database and the key file."""
    folders = {_existing(path.parent) for path in (paths.database, paths.keys)}
    disks = {folder.stat().st_dev: folder for folder in sorted(folders)}
    for folder in disks.values():
        usage = shutil.disk_usage(folder)
        free = f"{usage.free // _MB:,} MB are free in {folder}"
        if usage.free < _TOO_LOW * _MB:
            yield error("disk", f"{free}: make room, the bot cannot store anything soon")
        elif usage.free < _LOW * _MB or usage.free < _LOW_SHARE * usage.total:
            yield warning("disk", f"{free}, under {_LOW_SHARE:.0%} of the disk or {_LOW} MB: make room")
        else:
            yield ok("disk", free)


def check_campaign(directory: Path) -> Finding:
    """Check the files of the campaign in `directory`, as the command `check` does."""
    from content.loading.campaign_warnings import find_all_problems  # imports pydantic and YAML

    problems = find_all_problems(directory)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if errors:
        return error("campaign", f"{directory} has {errors} errors, so the bot cannot start: `check` lists them")
    remarks = f", and {len(problems)} warnings, which `check` lists" if problems else ""
    return ok("campaign", f"{directory} has no errors{remarks}")


def check_health_port(listen: Address) -> Finding:
    """Check whether the health server of the bot answers at `listen`, or another program uses the port."""
    if listen.port == 0:
        return ok("health", "the bot chooses a free port at each start (LISTEN)")
    health = check_health(listen)
    if health.has_answered:
        return ok("health", health.sentence) if health.is_well else error("health", health.sentence)
    place = f"{listen.host}:{listen.port}"
    if reason := _reason_not_to_listen(listen):
        return error("health", f"the bot cannot listen on {place} ({reason}): stop the other program, or set LISTEN")
    return ok("health", f"{place} is free: the bot does not run here")


def _reason_not_to_listen(listen: Address) -> str:
    """Return the reason why the bot cannot listen at this address; "" if it can."""
    try:
        family, kind, *_, address = socket.getaddrinfo(listen.host, listen.port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen()
    except OSError as failure:
        return failure.strerror or type(failure).__name__
    return ""


def _existing(folder: Path) -> Path:
    """Return `folder`, or the nearest folder above it that exists."""
    absolute = folder.absolute()
    return next(place for place in (absolute, *absolute.parents) if place.is_dir())
