"""Carry out the operator's commands on the store: migrate, backup, restore, keys, panic, factor, stats and team."""

import argparse
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.cli import emergency
from bot.cli.parser import STANDARD_STREAM
from bot.errors import OperatorError
from bot.runtime.dates import today
from bot.settings import Settings, StorePaths, read_settings
from content.paths import SHIPPED_CAMPAIGN
from storage import backup_note
from storage.audit import operator_notes
from storage.audit.record import AuditAct
from storage.errors import KeysHeld
from storage.files import owner, plain_file
from storage.sealing import key_file
from storage.store import Store, opened, reading

_MAX_SIZE = 1 << 20  # bytes that are read of a key file or an age identity


async def carry_out(options: argparse.Namespace, env: Mapping[str, str], paths: StorePaths) -> None:
    """Run the maintenance command in `options` on the database and the key file in `paths`.

    If root runs the command, act as the user who owns the database, because the bot has to read the files that the
    command writes. Files that the command line names are still read as root.
    """
    with owner.acting_for_store(paths.database, paths.keys):
        await _carry_out(options, env, paths)


async def _carry_out(options: argparse.Namespace, env: Mapping[str, str], paths: StorePaths) -> None:
    match options.command:
        case "migrate":
            async with opened(paths.database, paths.keys, today()):
                _say("The database is at this code's migration.")
        case "backup":
            await _back_up(options, env, paths)
        case "restore":
            _restore(options, paths)
            _say(f"{paths.database} is restored. Copy its key file to {paths.keys}, then start the bot.")
        case "panic":
            _say_all(emergency.carry_out_panic(options, paths))
        case "factor":
            await _factor(options.act, paths)
        case "stats":
            async with reading(paths.database, paths.keys) as store:
                _say("\n".join(await _subscriber_counts(store, env)))
        case "team":
            await _team(options, env, paths)
        case _:
            await _keys(options, env, paths)


async def _team(options: argparse.Namespace, env: Mapping[str, str], paths: StorePaths) -> None:
    with owner.as_caller():
        from bot.cli import team_lines

    if options.act == "restore":
        async with opened(paths.database, paths.keys, today()) as store:
            _say(await team_lines.restore_owners(store, _settings(env).admins))
    else:
        async with reading(paths.database, paths.keys) as store:
            _say("\n".join(await team_lines.counts(store, _settings(env).admins)))


async def _factor(act: str, paths: StorePaths) -> None:
    with owner.as_caller():
        from bot.cli import factor_recovery

    async with opened(paths.database, paths.keys, today()) as store:
        _say(await factor_recovery.carry_out(act, store))


async def _back_up(options: argparse.Namespace, env: Mapping[str, str], paths: StorePaths) -> None:
    with owner.as_caller():
        from storage import (
            backup,  # it imports the library for encryption with age, which a running bot does not need
        )

    recipient = _recipient(options, env)
    advice = f"It does not contain the key file: copy {paths.keys} to another place."
    if options.file != STANDARD_STREAM:
        await backup.backup(paths.database, options.file, recipient)
        _record_backup(paths)
        _say(f"The backup is written to {options.file}. {advice}")
    elif sys.stdout.isatty():
        raise OperatorError(
            "A backup cannot be shown on the screen: append `> list.age` (in Docker, after `run --rm -T`)."
        )
    else:
        await backup.backup_to_stream(paths.database, sys.stdout.buffer, recipient)
        _record_backup(paths)
        _warn(f"The backup is written. {advice}")  # standard output holds the backup


def _record_backup(paths: StorePaths) -> None:
    """Write the time of the backup into a file next to the database, for the alert about backups that are too old."""
    try:
        backup_note.record(paths.database, time.time())
    except OSError as error:
        _warn(
            f"The backup is made, but its time could not be recorded ({error.strerror}): "
            "the alert about old backups will count from the one before."
        )


def _restore(options: argparse.Namespace, paths: StorePaths) -> None:
    with owner.as_caller():
        from storage import backup

    match options.file == STANDARD_STREAM, options.identity:
        case True, None:
            backup.restore_from_stream(sys.stdin.buffer, paths.database, options.missing)
        case False, Path() as identity:
            backup.restore(options.file, _identity(identity), paths.database, options.missing)
        case _:
            raise OperatorError(
                "`restore` needs a file with its key, or a decrypted backup: "
                "run `restore FILE --identity KEY`, or `age --decrypt … | … restore -`."
            )


async def _keys(options: argparse.Namespace, env: Mapping[str, str], paths: StorePaths) -> None:
    match options.act:
        case "rotate":
            await _rotate(paths)
        case "copied":
            key_file.acknowledge_copy(paths.keys, _key_file_copy(options.copy))
            _note(AuditAct.KEYS_COPIED, paths)
            _say("Recorded: the key file is copied as it is now.")
        case "destroy":
            async with opened(paths.database, paths.keys, today()) as store:
                await store.rotation.destroy(options.epoch, force=options.force)
                await _record(store, AuditAct.KEYS_DESTROYED, f"epoch {options.epoch}")
            _say(f"The keys of epoch {options.epoch} are destroyed. Destroy your copies of them, too.")
        case "shred":
            _say_all(emergency.shred(options, paths, "keys shred"))
        case "begin":
            _say_all(emergency.begin_new_list(options, paths))
            _note(AuditAct.LIST_BEGUN, paths)
        case "adopt":
            async with opened(paths.database, paths.keys, today(), _bot_id(env), adopt=True) as store:
                await _record(store, AuditAct.LIST_ADOPTED)
                _say("The list now belongs to the bot of this token.")
        case _:
            await _list_epochs(paths)


async def _rotate(paths: StorePaths) -> None:
    try:
        async with opened(paths.database, paths.keys, today()) as store:
            await store.rotation.begin(today())
            await _record(store, AuditAct.KEYS_ROTATED)
            await store.rotation.go_on()
    except KeysHeld:
        key_file.request_rotation(paths.keys)
        _note(AuditAct.KEYS_ROTATED, paths)
        _say("The running bot changes the keys within a minute. Copy the key file again after that.")
    else:
        _say(f"The keys are changed. Copy {paths.keys} again, then run `keys copied`.")


async def _record(store: Store, act: AuditAct, subject: str = "") -> None:
    """Record in the audit log of `store` that the operator has done `act`.

    `subject` is what the act concerned, such as "epoch 12"; "" if the act says it all.
    """
    with owner.as_caller():
        from bot.audit.trail import OPERATOR, AuditEntry, AuditTrail

    await AuditTrail(store, time.time).record_alone(AuditEntry(act, OPERATOR, subject))


def _note(act: AuditAct, paths: StorePaths) -> None:
    """Leave a note for the bot that the operator has done `act`.

    The bot reads the note within a minute or at its next start, and records the act in the audit log.
    """
    try:
        operator_notes.write(paths.database, act, time.time())
    except OSError as error:
        _warn(f"This is done, but will not be in the audit log: {paths.database.parent} cannot be written "
              f"({error.strerror}).")  # fmt: skip


async def _list_epochs(paths: StorePaths) -> None:
    async with reading(paths.database, paths.keys) as store:
        for epoch in store.rotation.ages(today()):
            _say(f"epoch {epoch.number}: {epoch.days} days old")
        is_copied = store.is_copied()
    if not is_copied:
        _say(f"{paths.keys} has changed since you last copied it: copy it, then run `keys copied`.")


def _recipient(options: argparse.Namespace, env: Mapping[str, str]) -> str:
    recipient: str | None = options.recipient or env.get("BACKUP_RECIPIENT")
    if not recipient:
        raise OperatorError(
            "There is no key to encrypt the backup with: make one with `age-keygen` on another machine, "
            "and set its public part with --recipient age1… or BACKUP_RECIPIENT."
        )
    return recipient


def _key_file_copy(file: Path | None) -> bytes | None:
    if file is None:
        return None
    with owner.as_caller():
        return sys.stdin.buffer.read(_MAX_SIZE) if file == STANDARD_STREAM else key_file.read(file)


def _identity(file: Path) -> str:
    try:
        with owner.as_caller():
            content = (
                sys.stdin.buffer.read(_MAX_SIZE) if file == STANDARD_STREAM else plain_file.read(file, _MAX_SIZE)
            )
        lines = content.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text file"
        raise OperatorError(
            f"{file} cannot be read ({reason}): name the file that age-keygen wrote, or pipe it into `-`."
        ) from None
    return next((line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")), "")


async def _subscriber_counts(store: Store, env: Mapping[str, str]) -> list[str]:
    with owner.as_caller():
        from bot.cli.stats import subscriber_counts  # only this command needs the campaign and its search
        from content.loading.load import load_matcher

        campaign = load_matcher(Path(env.get("CONTENT_DIR", SHIPPED_CAMPAIGN))).campaign
    return await subscriber_counts(store, campaign)


def _bot_id(env: Mapping[str, str]) -> int:
    return int(_settings(env).token.split(":")[0])


def _settings(env: Mapping[str, str]) -> Settings:
    with owner.as_caller():
        return read_settings(env)


def _say_all(lines: Iterable[str]) -> None:
    for line in lines:
        _say(line)


def _warn(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 -- a command prints


def _say(text: str) -> None:
    print(text, file=sys.stdout)  # noqa: T201 -- a command prints
