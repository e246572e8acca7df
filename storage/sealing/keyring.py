"""The keys in use: opened by one process at a time, and never written over a file that was changed meanwhile."""

import fcntl
import os
from datetime import date
from pathlib import Path

from storage.errors import KeysGone, KeysHeld, StorageRefused
from storage.files import durable_files, owner, placement, plain_file
from storage.files.plain_file import NotAFile
from storage.sealing import key_file
from storage.sealing.key_file import EpochKeys


class KeyFileLock:
    """Locks the key file until `close` or the end of the process, however it ends.

    Raises KeysHeld when another process has it, StorageRefused when it cannot be locked.
    """

    def __init__(self, path: Path) -> None:
        lock = path.with_name(path.name + ".lock")
        try:
            durable_files.make_folder(path.parent)
            self._descriptor = plain_file.open_file(lock, os.O_RDWR | os.O_CREAT)
        except NotAFile as error:
            raise StorageRefused(f"{lock} cannot be used ({error.strerror}): move it away.") from None
        except OSError as error:
            remedy = owner.permission_remedy(
                path.parent, "let this user write there, or set SEAL_KEY_FILE to another folder"
            )
            raise StorageRefused(
                f"The folder of the key file, {path.parent}, cannot be written ({error.strerror}): {remedy}."
            ) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise KeysHeld(
                f"Another process has the keys in {path} open (a running bot?): stop it first, then try again."
            ) from None

    def close(self) -> None:
        """Release the lock."""
        os.close(self._descriptor)


class DataFolderLock:
    """Locks the data folder until `close`: two processes with a copy of the keys each would send everything twice.

    The folder itself is locked, so that no lock file lies in it. Raises as KeyFileLock does.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            remedy = owner.permission_remedy(folder, "let this user read and write it")
            raise StorageRefused(f"The data folder {folder} cannot be opened ({error.strerror}): {remedy}.") from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise KeysHeld(
                f"Another process writes the database in {folder} (a running bot?): stop it first, then try again."
            ) from None

    def close(self) -> None:
        """Release the lock."""
        os.close(self._descriptor)


class Keyring:
    """The epochs in the key file, and the only place that changes them.

    `path` is the file itself, with links followed: replacing a link would leave the old file as it was.
    """

    def __init__(self, path: Path) -> None:
        self.path = placement.real(path)
        self._content = key_file.read(self.path)
        self.epochs = key_file.parse(self._content, path)

    @classmethod
    def create(cls, path: Path, first: EpochKeys) -> "Keyring":
        """Write a new key file with one epoch. Raises StorageTrouble."""
        key_file.replace(placement.real(path), key_file.encode((first,)))
        return cls(path)

    @property
    def newest(self) -> EpochKeys:
        """Return the keys of the newest epoch, which is the current one."""
        return self.epochs[-1]

    def add(self, born: date) -> EpochKeys:
        """Add a new epoch and return its keys, once they are on disk. Raises KeysGone, StorageTrouble."""
        added = key_file.generate(self.newest.number + 1, born)
        self._replace((*self.epochs, added))
        return added

    def destroy(self, number: int) -> None:
        """Remove an epoch and overwrite its keys. Raises KeysGone, StorageTrouble."""
        self._replace(tuple(epoch for epoch in self.epochs if epoch.number != number))

    def holds(self, number: int) -> bool:
        """Tell whether the keys of an epoch exist."""
        return any(epoch.number == number for epoch in self.epochs)

    def check_unchanged(self) -> None:
        """Raise KeysGone when the key file was shredded or replaced since this process read or wrote it."""
        try:
            is_same = key_file.read(self.path) == self._content
        except StorageRefused:
            is_same = False
        if not is_same:
            raise KeysGone(
                f"The key file {self.path} was removed or changed while the bot ran: it stops and writes no keys. "
                "If that was not on purpose, put your copy back and start again."
            )

    def _replace(self, epochs: tuple[EpochKeys, ...]) -> None:
        self.check_unchanged()
        content = key_file.encode(epochs)
        key_file.replace(self.path, content)
        self._content, self.epochs = content, epochs
