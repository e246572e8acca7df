"""What an operator does with the store from the command line: migrate, backup, restore, keys, stats."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.chart.stats_chart import build_chart, caption_rows
from bot.cli.parser import STANDARD
from bot.dispatch.stats_command import disclosable_figures
from bot.dispatch.subscriptions import today
from bot.errors import Refused
from bot.settings import Places
from content.model import Campaign
from content.paths import SHIPPED_CAMPAIGN
from storage.errors import KeysHeld
from storage.files import owner, plain_file
from storage.sealing import key_file
from storage.store import Store, opened, reading

_LARGEST = 1 << 20  # bytes of a key or an identity that is piped in


async def carry_out(options: argparse.Namespace, env: Mapping[str, str], places: Places) -> None:
    """Carry it out as the owner of the list, where root gives the command.

    What the command names, and code not imported yet, is read as the user who gave it.
    """
    with owner.acting_for_store(places.database, places.keys):
        await _carry_out(options, env, places)


async def _carry_out(options: argparse.Namespace, env: Mapping[str, str], places: Places) -> None:
    match options.command:
        case "migrate":
            async with opened(places.database, places.keys, today()):
                _say("The database is at this code's migration.")
        case "backup":
            await _back_up(options, env, places)
        case "restore":
            _restore(options, places)
            _say(f"{places.database} is restored. Put the copy of its key file to {places.keys}, then start the bot.")
        case "stats":
            async with reading(places.database, places.keys) as store:
                _say("\n".join(await told(store, _campaign(env))))
        case _:
            await _keys(options, env, places)


async def _back_up(options: argparse.Namespace, env: Mapping[str, str], places: Places) -> None:
    with owner.as_caller():
        from storage import backup  # and with it a library for encrypted files, which the bot itself never needs

    recipient = _recipient(options, env)
    apart = f"The key file is not in it: copy {places.keys} apart from it."
    if options.file != STANDARD:
        await backup.backup(places.database, options.file, recipient)
        _say(f"{options.file} is written. {apart}")
    elif sys.stdout.isatty():
        raise Refused("A backup is not for the screen: write `> list.age` behind (in Docker after `run --rm -T`).")
    else:
        await backup.backup_to_stream(places.database, sys.stdout.buffer, recipient)
        print(f"The backup is written. {apart}", file=sys.stderr)  # noqa: T201 -- standard output is the backup


def _restore(options: argparse.Namespace, places: Places) -> None:
    with owner.as_caller():
        from storage import backup

    match options.file == STANDARD, options.identity:
        case True, None:
            backup.restore_from_stream(sys.stdin.buffer, places.database)
        case False, Path() as identity:
            backup.restore(options.file, _identity(identity), places.database)
        case _:
            raise Refused(
                "A backup is restored by `restore FILE --identity KEY`, or by `age --decrypt … |` before `restore -`."
            )


async def _keys(options: argparse.Namespace, env: Mapping[str, str], places: Places) -> None:
    match options.act:
        case "rotate":
            await _rotate(places)
        case "copied":
            key_file.acknowledge_copy(places.keys, _copy(options.copy))
            _say("Noted: the key file is copied as it is now.")
        case "destroy":
            async with opened(places.database, places.keys, today()) as store:
                await store.rotation.destroy(options.epoch, force=options.force)
            _say(f"The keys of epoch {options.epoch} are destroyed. Destroy your copies of them too.")
        case "shred":
            if not options.yes:
                raise Refused("This destroys the list for ever, for you too: say `keys shred --yes` if you mean it.")
            key_file.shred(places.keys)
            _say("All keys are destroyed. Destroy your copies of the key file too.")
        case "adopt":
            async with opened(places.database, places.keys, today(), _bot(env), adopt=True):
                _say("The list belongs to the bot of this token now.")
        case _:
            await _list(places)


async def _rotate(places: Places) -> None:
    try:
        async with opened(places.database, places.keys, today()) as store:
            await store.rotation.begin(today())
            await store.rotation.go_on()
    except KeysHeld:
        key_file.request_rotation(places.keys)
        _say("The running bot changes the keys within a minute. Then copy the key file again.")
    else:
        _say(f"The keys are changed. Copy {places.keys} again, and say `keys copied`.")


async def _list(places: Places) -> None:
    async with reading(places.database, places.keys) as store:
        for epoch in store.rotation.ages(today()):
            _say(f"epoch {epoch.number}: {epoch.days} days old")
        is_copied = store.is_copied()
    if not is_copied:
        _say(f"{places.keys} has changed since you last said that it is copied: copy it, then `keys copied`.")


async def told(store: Store, campaign: Campaign) -> list[str]:
    """The list in figures, as /stats tells them, in the campaign's first language."""
    book = campaign.phrasebooks[campaign.original]
    shown = build_chart(await disclosable_figures(store, campaign, today()), campaign, book)
    return [f"{row.name}: {row.amount}" if row.amount else row.name for row in caption_rows(shown)]


def _recipient(options: argparse.Namespace, env: Mapping[str, str]) -> str:
    given: str | None = options.recipient or env.get("BACKUP_RECIPIENT")
    if not given:
        raise Refused(
            "A backup is encrypted to somebody: make a key with `age-keygen` on another machine, "
            "and give its public part with --recipient age1… or BACKUP_RECIPIENT."
        )
    return given


def _copy(file: Path | None) -> bytes | None:
    if file is None:
        return None
    with owner.as_caller():
        return sys.stdin.buffer.read(_LARGEST) if file == STANDARD else key_file.read(file)


def _identity(file: Path) -> str:
    try:
        with owner.as_caller():
            content = sys.stdin.buffer.read(_LARGEST) if file == STANDARD else plain_file.read(file, _LARGEST)
        lines = content.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as broken:
        why = getattr(broken, "strerror", None) or "it is no text"
        raise Refused(
            f"{file} cannot be read ({why}): give the file that age-keygen wrote, or - and pipe it in."
        ) from None
    return next((line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")), "")


def _campaign(env: Mapping[str, str]) -> Campaign:
    with owner.as_caller():
        from content.loading.load import load_matcher  # half a second that the other commands do not need

        return load_matcher(Path(env.get("CONTENT_DIR", SHIPPED_CAMPAIGN))).campaign


def _bot(env: Mapping[str, str]) -> int:
    from bot.settings import settings

    with owner.as_caller():
        return int(settings(env).token.split(":")[0])


def _say(text: str) -> None:
    print(text, file=sys.stdout)  # noqa: T201 -- the command line speaks
