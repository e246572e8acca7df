"""A backup: a compact copy of the database, encrypted with age to a recipient whose secret key is kept offline.

What is in the backup is sealed already; the key file is not in it, and is copied apart. To restore, on a machine
where the offline secret key may be used for a moment, with `restore` here, or elsewhere with `age` itself and a pipe:

    age --decrypt --identity offline.txt backup.age | python -m bot restore -

then put the copy of the key file in its place and start the bot. A backup opens as long as the key file holds the
epoch of its time: that is destroyed after 30 days, so an older backup is of no use to anybody, by intention.
Who left after a backup was made is on the list again when it is restored. A backup is marked as one, so that what it
was sending or was about to send is held when a bot starts with it.
"""

import asyncio
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pyrage

from storage import sqlite
from storage.errors import StorageRefused
from storage.files import durable_files, owner, placement, plain_file
from storage.files.plain_file import NotAFile
from storage.files.scratch_files import held, scratch

_SEALED = (b"age-encryption.org/", b"-----BEGIN AGE")  # how a file of age begins
_OF_THE_SYSTEM = re.compile(r"\[Errno \d+\] (.+)")


async def backup(database: Path, target: Path, recipient: str) -> None:
    """Writes `target`, whole or not at all, beside a running bot. `recipient` is an age public key, or an ssh one."""
    await asyncio.to_thread(_back_up, database, target, _recipient(recipient))


async def backup_to_stream(database: Path, out: BinaryIO, recipient: str) -> None:
    """The same into a pipe. One that was cut short is told by `restore`, and by `age`."""
    await asyncio.to_thread(_back_up_to_stream, database, out, _recipient(recipient))


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
    """As the owner of the folder of `target`, where root does it."""
    real = placement.real(target)  # a link stays one
    making = real.with_name(f".{real.name}.{secrets.token_hex(4)}.new")
    with owner.acting_for(real.parent):
        try:
            plain_file.refuse_other_kinds(real)
            with open(making, "xb", opener=_for_this_user_alone) as out:
                _encrypt(database, out, to)
            durable_files.sync_file(making)
            making.replace(real)
            durable_files.sync_folder(real.parent)
        except NotAFile as other:
            raise StorageRefused(
                f"The backup {target} cannot be written ({other.strerror}): give the name of a file, "
                "or - for standard output."
            ) from None
        except (pyrage.EncryptError, OSError) as broken:
            remedy = owner.why_not(real.parent, "make room, and let this user write there")
            raise StorageRefused(f"The backup {target} cannot be written ({_why(broken)}): {remedy}.") from None
        finally:
            with suppress(OSError):
                making.unlink(missing_ok=True)


def _back_up_to_stream(database: Path, out: BinaryIO, to: object) -> None:
    try:
        _encrypt(database, out, to)
    except (pyrage.EncryptError, OSError) as broken:
        raise StorageRefused(
            f"The backup cannot be written out ({_why(broken)}): what there is of it is of no use."
        ) from None


def _encrypt(database: Path, out: BinaryIO, to: object) -> None:
    """Never by pyrage's own `encrypt_file`: when the disk is full at the last 8 kB, it says nothing."""
    with owner.acting_for(database):
        placement.check_kinds_of_database(database)
        sqlite.check_header(database)
        with held(scratch(database)) as copy:
            sqlite.copy_into(database, copy)
            with copy.open("rb") as plain:
                pyrage.encrypt_io(plain, out, [to])
    out.flush()


def _for_this_user_alone(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def restore(source: Path, identity: str, database: Path) -> None:
    """The database as it was at the backup; `identity` is the offline secret key. Blocks.

    `source` is read with the rights of the user who gave the command (see `owner`).
    """
    with _put_in_place(database, f"The backup {source}") as copy:
        _decrypt(source, identity, copy)


def restore_from_stream(plain: BinaryIO, database: Path) -> None:
    """The same from a pipe out of `age --decrypt`: the secret key stays where it is. Blocks."""
    with _put_in_place(database, "What was piped in") as copy:
        begin = plain.read(64)
        if not begin:
            raise StorageRefused("Nothing was piped in: look at what the command before this one says.")
        if begin.startswith(_SEALED):
            raise StorageRefused("What was piped in is still encrypted: pipe it through `age --decrypt` first.")
        with copy.open("wb") as file:
            file.write(begin)
            shutil.copyfileobj(plain, file)


@contextmanager
def _put_in_place(database: Path, what: str) -> Iterator[Path]:
    """A file to fill, which is put in its place when it is a whole database of ours. `what` is where it is from."""
    if database.exists():
        raise StorageRefused(f"There is a database {database} already: move it away first, on purpose.")
    for rest in (database.with_name(database.name + end) for end in ("-wal", "-journal")):
        if rest.exists():  # SQLite would write it into what is restored
            raise StorageRefused(f"There is a rest of another database, {rest}: move it away too, on purpose.")
    placement.check_kinds_of_database(database)
    try:
        durable_files.make_folder(database.parent)
        os.close(os.open(database.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    except OSError as broken:
        remedy = owner.why_not(database.parent, "let this user make it and write in it")
        raise StorageRefused(
            f"The data folder {database.parent} cannot be made ({broken.strerror}): {remedy}."
        ) from None
    with held(scratch(database)) as copy:
        yield copy
        if not sqlite.is_ours(copy) or not sqlite.is_whole(copy):
            raise StorageRefused(f"{what} is no backup of ours, or damaged: take another one.")
        sqlite.mark_copy(copy)  # also what an older version backed up
        durable_files.sync_file(copy)
        os.link(copy, database)  # unlike a rename, this never replaces a database that came meanwhile
        durable_files.sync_folder(database.parent)


def _decrypt(source: Path, identity: str, target: Path) -> None:
    try:
        opens = pyrage.x25519.Identity.from_str(identity.strip())
        with owner.as_caller():
            opened = plain_file.opened(source)
        with os.fdopen(opened, "rb") as sealed, target.open("wb") as plain:
            if not sealed.read(64).startswith(_SEALED):
                raise StorageRefused(f"The backup {source} is none, or damaged: give a file that `backup` wrote.")
            sealed.seek(0)
            pyrage.decrypt_io(sealed, plain, [opens])
    except pyrage.IdentityError:
        raise StorageRefused("That is no age secret key: give the line AGE-SECRET-KEY-1….") from None
    except (pyrage.DecryptError, OSError) as broken:
        why = _why(broken)
        remedy = owner.why_not(source, f"let this user (uid {os.geteuid()}) read it, and make room")
        raise StorageRefused(
            f"The backup {source} cannot be read or written down ({why}): {remedy}."
            if why
            else f"The backup {source} does not open with this secret key, or is damaged: try another of either."
        ) from None


def _why(broken: Exception) -> str | None:
    """What the disk or the pipe said; None when what was read is wrong. pyrage puts it into words alone."""
    if isinstance(broken, OSError) and broken.strerror:
        return broken.strerror
    found = _OF_THE_SYSTEM.search(str(broken))
    return found and found[1]
