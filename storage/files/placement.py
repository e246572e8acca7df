"""What lies at the places of the list and its keys: looked at before anything is opened, and named when it is wrong.

A named pipe would hang the start, a folder or another user's file would end it in the midst of its work.
"""

import os
from pathlib import Path

from storage.errors import StorageRefused
from storage.files import owner, plain_file

_BESIDE_DATABASE = ("-wal", "-shm", "-journal")
_BESIDE_KEYS = (".lock", ".new", ".rotate", ".copied")


def real(path: Path) -> Path:
    """Return where `path` leads, links followed; a loop of links stays as it is, and opening it will say so."""
    return Path(os.path.realpath(path))


def check(database: Path, keys: Path) -> None:
    """Raises StorageRefused for the first place that the one process that writes cannot use."""
    check_kinds(database, keys)
    _check_rights(database, keys)


def check_kinds(database: Path, keys: Path) -> None:
    """Raises StorageRefused for the first place where something else lies than the bot puts there."""
    check_kinds_of_database(database)
    _refuse_other_than_folder(keys.parent, "folder of the key file", "SEAL_KEY_FILE")
    keep = "put your copy of the key file there, or set SEAL_KEY_FILE to the right file"
    _refuse_other_than_files(keys, _beside(real(keys), _BESIDE_KEYS), keep)


def check_kinds_of_database(database: Path) -> None:
    """The same of the database alone."""
    _refuse_other_than_folder(database.parent, "data folder", "DATABASE_URL")
    keep = "put the database or a backup of it there, or set DATABASE_URL to the right file"
    _refuse_other_than_files(database, _beside(database, _BESIDE_DATABASE), keep)


def _refuse_other_than_files(first: Path, beside: list[Path], what_to_do: str) -> None:
    for path in (first, *beside):
        try:
            plain_file.refuse_other_kinds(path)
        except PermissionError as broken:
            remedy = owner.why_not(path.parent, "let this user into its folder")
            raise StorageRefused(f"{path} cannot be looked at ({broken.strerror}): {remedy}.") from None
        except OSError as broken:
            remedy = what_to_do if path == first else "move it away"
            raise StorageRefused(f"{path} is not a file ({broken.strerror}): {remedy}.") from None


def _check_rights(database: Path, keys: Path) -> None:
    for folder in (database.parent, real(keys).parent):
        _refuse_without(folder, os.R_OK | os.W_OK | os.X_OK, "let this user write in this folder (chmod u+rwx)")
    for path in (database, *_beside(database, _BESIDE_DATABASE), real(keys).with_name(real(keys).name + ".lock")):
        _refuse_without(path, os.R_OK | os.W_OK, "let this user read and write it (chmod u+rw)")
    _refuse_without(keys, os.R_OK, "let this user read it, and nobody else (chmod 600)")


def _beside(path: Path, ends: tuple[str, ...]) -> list[Path]:
    return [path.with_name(path.name + end) for end in ends]


def _refuse_other_than_folder(folder: Path, what: str, setting: str) -> None:
    """`setting` names the file in that folder, which may be made later: then what is above it must be a folder."""
    try:
        there = next(place for place in (folder, *folder.parents) if place.exists() or place.is_symlink())
        if there.is_dir():
            return
    except OSError as broken:
        remedy = owner.why_not(folder.parent, "let this user into it")
        raise StorageRefused(f"The {what} {folder} cannot be looked into ({broken.strerror}): {remedy}.") from None
    leads = f" (it is a link to {there.readlink()}, which is none)" if there.is_symlink() else ""
    raise StorageRefused(
        f"The {what} {folder} cannot be used, {there} is not a folder{leads}: move it away, "
        f"or set {setting} to a file in another folder."
    )


def _refuse_without(path: Path, rights: int, what_to_do: str) -> None:
    if path.exists() and not os.access(path, rights, effective_ids=True):
        mode = path.stat().st_mode & 0o777
        raise StorageRefused(f"This user may not use {path} (mode {mode:o}): {owner.why_not(path, what_to_do)}.")
