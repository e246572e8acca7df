"""Check the files at the paths of the database and its keys before they are opened: their kinds and access rights.

Without these checks, a named pipe at such a path would make the start of the bot hang. A folder, or a file of another
user, would make the start fail halfway.
"""

import os
from pathlib import Path

from storage.errors import StorageRefused
from storage.files import owner, plain_file

_BESIDE_DATABASE = ("-wal", "-shm", "-journal")
_BESIDE_KEYS = (".lock", ".new", ".rotate", ".copied", ".frozen", ".shredded")


def real(path: Path) -> Path:
    """Return the path with all symbolic links followed."""
    return Path(os.path.realpath(path))


def check(database: Path, keys: Path) -> None:
    """Raise StorageRefused unless this process can write to the database and use the keys at these paths."""
    check_kinds(database, keys)
    _check_rights(database, keys)


def check_kinds(database: Path, keys: Path) -> None:
    """Raise StorageRefused if anything but a regular file is at the path of the database or the key file.

    The same is checked for the other files that the bot creates next to these two. The folders of the database and of
    the key file must be folders. Missing files and folders are accepted.
    """
    check_kinds_of_database(database)
    _refuse_other_than_folder(keys.parent, "folder of the key file", "SEAL_KEY_FILE")
    keep = "put your copy of the key file there, or set SEAL_KEY_FILE to the right file"
    _refuse_other_than_files(keys, _beside(real(keys), _BESIDE_KEYS), keep)


def check_kinds_of_database(database: Path) -> None:
    """Raise StorageRefused if anything but a regular file is at the path of the database or of the files next to it.

    The folder of the database must be a folder. Missing files and a missing folder are accepted.
    """
    _refuse_other_than_folder(database.parent, "data folder", "DATABASE_URL")
    keep = "put the database or a backup of it there, or set DATABASE_URL to the right file"
    _refuse_other_than_files(database, _beside(database, _BESIDE_DATABASE), keep)


def _refuse_other_than_files(first: Path, beside: list[Path], remedy_for_first: str) -> None:
    for path in (first, *beside):
        try:
            plain_file.refuse_other_kinds(path)
        except PermissionError as error:
            remedy = owner.permission_remedy(path.parent, "let this user into its folder")
            raise StorageRefused(f"{path} cannot be accessed ({error.strerror}): {remedy}.") from None
        except OSError as error:
            remedy = remedy_for_first if path == first else "move it away"
            raise StorageRefused(f"{path} is not a file ({error.strerror}): {remedy}.") from None


def _check_rights(database: Path, keys: Path) -> None:
    for folder in (database.parent, real(keys).parent):
        _refuse_without(folder, os.R_OK | os.W_OK | os.X_OK, "let this user write in this folder (chmod u+rwx)")
    for path in (database, *_beside(database, _BESIDE_DATABASE), real(keys).with_name(real(keys).name + ".lock")):
        _refuse_without(path, os.R_OK | os.W_OK, "let this user read and write it (chmod u+rw)")
    _refuse_without(keys, os.R_OK, "let this user read it, and nobody else (chmod 600)")


def _beside(path: Path, ends: tuple[str, ...]) -> list[Path]:
    return [path.with_name(path.name + end) for end in ends]


def _refuse_other_than_folder(folder: Path, role: str, setting: str) -> None:
    """Raise StorageRefused unless `folder` is a folder, or is missing and can be created.

    The error message names the `role` of the folder, such as "data folder", and the `setting` of the bot with which
    the operator can choose another path.
    """
    try:
        existing = next(place for place in (folder, *folder.parents) if place.exists() or place.is_symlink())
        if existing.is_dir():
            return
    except OSError as error:
        remedy = owner.permission_remedy(folder.parent, "let this user into it")
        raise StorageRefused(f"The {role} {folder} cannot be accessed ({error.strerror}): {remedy}.") from None
    leads = f" (it is a link to {existing.readlink()}, which is not one)" if existing.is_symlink() else ""
    raise StorageRefused(
        f"The {role} {folder} cannot be used, {existing} is not a folder{leads}: move it away, "
        f"or set {setting} to a file in another folder."
    )


def _refuse_without(path: Path, rights: int, own_remedy: str) -> None:
    if path.exists() and not os.access(path, rights, effective_ids=True):
        mode = path.stat().st_mode & 0o777
        raise StorageRefused(
            f"This user may not use {path} (mode {mode:o}): {owner.permission_remedy(path, own_remedy)}."
        )
