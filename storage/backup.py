"""A backup: a compact copy of the database, encrypted with age to a recipient whose secret key is kept offline.

What is in the backup is sealed already; the key file is not in it, and is copied apart. To restore, on a machine
where the offline secret key may be used for a moment, with `age` itself or with `restore` here:

    age --decrypt --identity offline.txt backup.age > data/bot.db && chmod 600 data/bot.db

then put the copy of the key file in its place and start the bot. A backup opens as long as the key file holds the
epoch of its time: that is destroyed after 30 days, so an older backup is of no use to anybody, by intention.
Who left after a backup was made is on the list again when it is restored. A backup is marked as one, so that what it
was sending or was about to send is held when a bot starts with it.
"""

import asyncio
import os
import secrets
from pathlib import Path

import pyrage

from storage import disk, sqlite
from storage.leftovers import held, scratch
from storage.refusals import StorageRefused


async def backup(database: Path, target: Path, recipient: str) -> None:
    """Writes `target`, whole or not at all, beside a running bot. `recipient` is an age public key, or an ssh one."""
    await asyncio.to_thread(_back_up, database, target, _recipient(recipient))


def _recipient(text: str) -> object:
    text = text.strip()
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError:
        why = "is a secret key" if text.upper().startswith("AGE-SECRET-KEY-") else "is none"
        raise StorageRefused(
            f"The backup's recipient {why}: give the public key that `age-keygen` printed (age1…), "
            "and keep the secret one on another machine."
        ) from None


def _back_up(database: Path, target: Path, to: object) -> None:
    sqlite.check_header(database)
    making = target.with_name(f".{target.name}.{secrets.token_hex(4)}.new")
    try:
        with held(scratch(database)) as copy:
            sqlite.copy_into(database, copy)
            os.close(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            pyrage.encrypt_file(str(copy), str(making), [to])
        disk.sync_file(making)
        making.replace(target)
        disk.sync_folder(target.parent)
    except OSError as broken:
        raise StorageRefused(
            f"The backup {target} cannot be written ({broken.strerror}): make room, and let this user write there."
        ) from None
    finally:
        making.unlink(missing_ok=True)


def restore(source: Path, identity: str, database: Path) -> None:
    """The database as it was at the backup; `identity` is the offline secret key. Blocks."""
    if database.exists():
        raise StorageRefused(f"There is a database {database} already: move it away first, on purpose.")
    for rest in (database.with_name(database.name + end) for end in ("-wal", "-journal")):
        if rest.exists():  # SQLite would write it into what is restored
            raise StorageRefused(f"There is a rest of another database, {rest}: move it away too, on purpose.")
    disk.make_folder(database.parent)
    with held(scratch(database)) as copy:
        _decrypt(source, identity, copy)
        sqlite.check_header(copy)
        if not sqlite.is_whole(copy):
            raise StorageRefused(f"The backup {source} is damaged: take another one.")
        sqlite.mark_copy(copy)  # also what an older version backed up
        disk.sync_file(copy)
        os.link(copy, database)  # unlike a rename, this never replaces a database that came meanwhile
        disk.sync_folder(database.parent)


def _decrypt(source: Path, identity: str, target: Path) -> None:
    try:
        pyrage.decrypt_file(str(source), str(target), [pyrage.x25519.Identity.from_str(identity.strip())])
    except pyrage.IdentityError:
        raise StorageRefused("That is no age secret key: give the line AGE-SECRET-KEY-1….") from None
    except (pyrage.DecryptError, OSError) as broken:
        why = getattr(broken, "strerror", None)  # an OSError of pyrage without one is a backup that was cut short
        raise StorageRefused(
            f"The backup {source} cannot be read or written down ({why}): let this user read it, and make room."
            if why
            else f"The backup {source} does not open with this secret key, or is damaged: try another of either."
        ) from None
