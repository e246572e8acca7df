"""Freeze the bot, or destroy all keys on purpose, by small files next to the key file, called notes here.

    seal.key.frozen       the bot sends nothing and accepts no subscribers; the content is the Unix time, and `chat`
                          if an admin froze the bot with a command in the chat
    seal.key.shredded     all keys were destroyed on purpose; the content is `begun`, then `done`

Notes have an effect whether the bot runs or not, when the database cannot be written, and after a restart. They name
nobody. Each note is on disk before the act that it records begins.
"""

import stat
from contextlib import suppress
from pathlib import Path

from storage.errors import KeysShredded, StorageRefused
from storage.files import durable_files, owner, plain_file
from storage.sealing import key_file

_FROZEN, _SHREDDED = ".frozen", ".shredded"
_BEGUN, _DONE = b"begun\n", b"done\n"
_CHAT = b"chat"
_MAX_SIZE = 64  # bytes of a note
_BESIDE_DATABASE = ("-wal", "-shm", "-journal", "")


def freeze(keys: Path, now: float, *, is_in_chat: bool = False) -> None:
    """Freeze the bot from the Unix time `now`: it sends nothing and accepts no subscribers. Raises StorageRefused.

    `is_in_chat` says that an admin froze the bot in the chat; otherwise the operator froze it on the server. If the
    bot is already frozen, nothing changes.
    """
    if frozen_since(keys) is None:
        key_file.write_note(keys, _FROZEN, b"%d%s\n" % (now, b" " + _CHAT if is_in_chat else b""))


def unfreeze(keys: Path) -> None:
    """End a freeze, if there is one. Raises StorageRefused when its file cannot be removed."""
    note = key_file.beside(keys, _FROZEN)
    try:
        note.unlink(missing_ok=True)
        durable_files.sync_folder(note.parent)
    except OSError as error:
        raise StorageRefused(
            f"{note} cannot be removed ({error.strerror}): {owner.permission_remedy(note, 'remove it')}."
        ) from None


def frozen_since(keys: Path) -> float | None:
    """Return the Unix time since which the bot is frozen; None if it is not frozen.

    Return 0 if the file that freezes the bot cannot be read.
    """
    content = _content(key_file.beside(keys, _FROZEN))
    if content is None:
        return None
    time, _, _ = content.strip().partition(b" ")
    return float(time) if time.isdigit() else 0.0


def is_frozen_in_chat(keys: Path) -> bool:
    """Return whether the bot is frozen, and an admin froze it in the chat."""
    return (_content(key_file.beside(keys, _FROZEN)) or b"").strip().endswith(_CHAT)


def shred(keys: Path) -> None:
    """Destroy all keys, even while a bot runs, and record that this was on purpose.

    Raises StorageTrouble when a file cannot be destroyed. Raises StorageRefused when the keys are destroyed, but the
    record of it cannot be written.
    """
    key_file.check_may_destroy(keys)  # or a user without the right would leave a record that the bot carries out
    with suppress(StorageRefused):  # on a full disk there is room once the key file is gone
        key_file.write_note(keys, _SHREDDED, _BEGUN)
    key_file.destroy_all(keys)
    key_file.write_note(keys, _SHREDDED, _DONE)


def is_shredded(keys: Path) -> bool:
    """Return whether somebody has destroyed the keys on purpose, or has begun to.

    Raises StorageRefused if the record of the destruction cannot be read.
    """
    return _shred_note(keys) is not None


def refuse_shredded(keys: Path) -> None:
    """Raise KeysShredded if the keys were destroyed on purpose.

    If the process that destroyed them was killed, first complete the destruction. Raises StorageRefused if the record
    of the destruction cannot be read.
    """
    content = _shred_note(keys)
    if content is None:
        return
    if content != _DONE:
        shred(keys)
    raise KeysShredded(
        f"The keys in {keys} were destroyed on purpose, so nobody can read the list. "
        "To begin a new, empty list: python -m bot keys begin --yes."
    )


def begin_new_list(database: Path, keys: Path) -> None:
    """Delete the unreadable database and all notes, so that the next start of the bot begins an empty list.

    Raises StorageRefused if the keys were not destroyed on purpose, or if a new key file exists.
    """
    if not is_shredded(keys):
        raise StorageRefused("The keys were not shredded, so there is a list to go on with: start the bot.")
    if keys.exists() and _shred_note(keys) == _DONE:
        note = key_file.beside(keys, _SHREDDED)
        raise StorageRefused(
            f"There is a key file {keys} again: remove it to begin a new list, or remove {note} to go on with the "
            "list that it opens."
        )
    with suppress(KeysShredded):
        refuse_shredded(keys)
    for end in _BESIDE_DATABASE:
        _delete(database.with_name(database.name + end))
    for end in (_FROZEN, _SHREDDED):  # the record of the shred goes last
        _delete(key_file.beside(keys, end))


def _delete(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        remedy = owner.permission_remedy(file, "delete it by hand")
        raise StorageRefused(f"{file} cannot be deleted ({error.strerror}): {remedy}.") from None


def _shred_note(keys: Path) -> bytes | None:
    """Return the content of the file that records the destruction of the keys; None when there is no such file.

    Anything but a regular file at this path is ignored here, and refused by `check_files`. Raises StorageRefused if
    the file cannot be read. (Empty content would be wrong in this case: the caller would believe that the destruction
    was interrupted, and would destroy the keys.)
    """
    note = key_file.beside(keys, _SHREDDED)
    try:
        return plain_file.read(note, _MAX_SIZE)
    except FileNotFoundError:
        return None
    except OSError as error:
        if not _is_file(note):
            return None
        raise StorageRefused(
            f"{note} cannot be read ({error.strerror}), so it is unknown whether the keys were destroyed on purpose: "
            f"{owner.permission_remedy(note, 'read it')}."
        ) from None


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _content(note: Path) -> bytes | None:
    """Return the content of a note; None when there is no note, and b"" when it cannot be read."""
    try:
        return plain_file.read(note, _MAX_SIZE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return b""
