"""Write and restore backups. A backup is a compact copy of the database, encrypted with age.

The public key for the encryption belongs to a secret key that is kept offline.

The rows inside a backup are also encrypted with the keys in the key file. A backup does not contain the key file:
copy it separately. There are two ways to restore. Use `restore` on a machine where the offline secret key can be used
for a moment. Otherwise let `age` decrypt the backup, on a machine that has the secret key, and pipe the output into
the bot:

    age --decrypt --identity offline.txt backup.age | python -m bot restore -

Then put the copy of the key file in its place and start the bot. The rows of a backup can be decrypted only if the
key file has the keys that were in use when the backup was made. Keys are destroyed after 30 days, so an older backup
is deliberately useless. People who left after a backup was made are subscribers again when it is restored. A backup
is marked as a copy. When a bot starts with a copy, it sends no broadcast that was running or planned until an admin
decides.
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
from storage.files.scratch_files import held_file, scratch_path

_AGE_HEADERS = (b"age-encryption.org/", b"-----BEGIN AGE")
_SYSTEM_ERROR = re.compile(r"\[Errno \d+\] (.+)")


async def backup(database: Path, target: Path, recipient: str) -> None:
    """Write a complete backup to the file `target`, or no file at all. The bot can run meanwhile.

    `recipient` is a public key of age or ssh. Raises StorageRefused.
    """
    await asyncio.to_thread(_back_up, database, target, _parse_recipient(recipient))


async def backup_to_stream(database: Path, out: BinaryIO, recipient: str) -> None:
    """Write a backup into the pipe `out`. An incomplete backup is detected when it is restored.

    `recipient` is a public key of age or ssh. Raises StorageRefused.
    """
    await asyncio.to_thread(_back_up_to_stream, database, out, _parse_recipient(recipient))


def check_recipient(recipient: str) -> None:
    """Raise StorageRefused unless `recipient` is a public key of age or ssh."""
    _parse_recipient(recipient)


def _parse_recipient(text: str) -> object:
    text = text.strip()
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError:
        is_secret = text.upper().startswith("AGE-SECRET-KEY-")
        reason = "is a secret key" if is_secret else "is not a public key"
        raise StorageRefused(
            f"The backup's recipient {reason}: give the public key that `age-keygen` printed (age1…), "
            "and keep the secret one on another machine."
        ) from None


def _back_up(database: Path, target: Path, recipient: object) -> None:
    """Write a backup to `target`, encrypted to the parsed public key `recipient`.

    When root runs the command, act as the owner of the target's folder.
    """
    real = placement.real(target)  # a link stays a link
    unfinished = real.with_name(f".{real.name}.{secrets.token_hex(4)}.new")
    with owner.acting_for(real.parent):
        try:
            plain_file.refuse_other_kinds(real)
            with open(unfinished, "xb", opener=_open_for_this_user_alone) as out:
                _encrypt(database, out, recipient)
            durable_files.sync_file(unfinished)
            unfinished.replace(real)
            durable_files.sync_folder(real.parent)
        except NotAFile as error:
            raise StorageRefused(
                f"The backup {target} cannot be written ({error.strerror}): give the name of a file, "
                "or - for standard output."
            ) from None
        except (pyrage.EncryptError, OSError) as error:
            remedy = owner.permission_remedy(real.parent, "make room, and let this user write there")
            raise StorageRefused(
                f"The backup {target} cannot be written ({_system_error(error)}): {remedy}."
            ) from None
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)


def _back_up_to_stream(database: Path, out: BinaryIO, recipient: object) -> None:
    try:
        _encrypt(database, out, recipient)
    except (pyrage.EncryptError, OSError) as error:
        raise StorageRefused(
            f"The backup cannot be written out ({_system_error(error)}): delete the part that was written."
        ) from None


def _encrypt(database: Path, out: BinaryIO, recipient: object) -> None:
    """Write a copy of the database to `out`, encrypted to the parsed public key `recipient`.

    Do not use pyrage's `encrypt_file`: it reports no error when the disk is full at the last 8 kB.
    """
    with owner.acting_for(database):
        placement.check_kinds_of_database(database)
        sqlite.check_header(database)
        with held_file(scratch_path(database)) as copy:
            sqlite.copy_into(database, copy)
            with copy.open("rb") as plain:
                pyrage.encrypt_io(plain, out, [recipient])
    out.flush()


def _open_for_this_user_alone(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def restore(source: Path, identity: str, database: Path, missing_seconds: int = 0) -> None:
    """Restore the database from the backup file `source`. `identity` is the offline secret key.

    The backup may lack the changes of up to `missing_seconds` seconds, which a bot stored after the backup was made;
    0 if unknown. `source` is read with the rights of the user who gave the command, even if this process acts as
    another user. The calling thread is blocked. Raises StorageRefused.
    """
    with _put_in_place(database, f"The backup {source}", missing_seconds) as copy:
        _decrypt(source, identity, copy)


def restore_from_stream(plain: BinaryIO, database: Path, missing_seconds: int = 0) -> None:
    """Restore the database from `plain`, a pipe with a backup that `age --decrypt` has decrypted.

    This process never has the secret key. The backup may lack the changes of up to `missing_seconds` seconds, which a
    bot stored after the backup was made; 0 if unknown. The calling thread is blocked. Raises StorageRefused.
    """
    with _put_in_place(database, "The piped input", missing_seconds) as copy:
        beginning = plain.read(64)
        if not beginning:
            raise StorageRefused("Nothing was piped in: look at the error of the command before this one.")
        if beginning.startswith(_AGE_HEADERS):
            raise StorageRefused("The piped input is still encrypted: pipe it through `age --decrypt` first.")
        with copy.open("wb") as file:
            file.write(beginning)
            shutil.copyfileobj(plain, file)


@contextmanager
def _put_in_place(database: Path, source_name: str, missing_seconds: int = 0) -> Iterator[Path]:
    """Yield the path of an empty file, into which the block must write the restored database.

    After the block, check the file and move it to `database`. `source_name` names the backup in error messages. The
    backup may lack the changes of up to `missing_seconds` seconds; 0 if unknown. Raises StorageRefused when the
    written file is damaged or is not a database of this bot, or when `database` exists already.
    """
    _refuse_existing(database)
    placement.check_kinds_of_database(database)
    _make_data_folder(database.parent)
    with held_file(scratch_path(database)) as copy:
        yield copy
        if not sqlite.has_our_header(copy) or not sqlite.is_sound(copy):
            raise StorageRefused(f"{source_name} is not a backup of this bot, or is damaged: use another one.")
        sqlite.mark_copy(copy, missing_seconds)  # backups of older versions have no mark yet
        durable_files.sync_file(copy)
        os.link(copy, database)  # unlike a rename, this never replaces a database that was created meanwhile
        durable_files.sync_folder(database.parent)


def _refuse_existing(database: Path) -> None:
    if database.exists():
        raise StorageRefused(f"There is a database {database} already: move it away first, on purpose.")
    for journal in (database.with_name(database.name + end) for end in ("-wal", "-journal")):
        if journal.exists():  # SQLite would write it into the restored database
            raise StorageRefused(f"There is a journal of another database, {journal}: move it away too, on purpose.")


def _make_data_folder(folder: Path) -> None:
    try:
        durable_files.make_folder(folder)
        os.close(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    except OSError as error:
        remedy = owner.permission_remedy(folder, "let this user make it and write in it")
        raise StorageRefused(f"The data folder {folder} cannot be made ({error.strerror}): {remedy}.") from None


def _decrypt(source: Path, identity: str, target: Path) -> None:
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
        with owner.as_caller():
            descriptor = plain_file.open_file(source)
        with os.fdopen(descriptor, "rb") as sealed, target.open("wb") as plain:
            if not sealed.read(64).startswith(_AGE_HEADERS):
                raise StorageRefused(
                    f"The file {source} is not a backup, or is damaged: give a file that `backup` wrote."
                )
            sealed.seek(0)
            pyrage.decrypt_io(sealed, plain, [key])
    except pyrage.IdentityError:
        raise StorageRefused("This is not an age secret key: give the line AGE-SECRET-KEY-1….") from None
    except (pyrage.DecryptError, OSError) as error:
        raise _decrypt_refusal(source, error) from None


def _decrypt_refusal(source: Path, error: Exception) -> StorageRefused:
    reason = _system_error(error)
    if reason is None:
        return StorageRefused(
            f"The backup {source} does not open with this secret key, or is damaged: try another key or backup."
        )
    remedy = owner.permission_remedy(source, f"let this user (uid {os.geteuid()}) read it, and make room")
    return StorageRefused(f"The backup {source} cannot be read or written to disk ({reason}): {remedy}.")


def _system_error(error: Exception) -> str | None:
    """Return the message of the operating system in `error`; None if the content of the backup caused the error.

    pyrage raises the same exception for both causes, so the text of the exception is searched.
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    match = _SYSTEM_ERROR.search(str(error))
    return match and match[1]
