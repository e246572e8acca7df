"""Lock, hold and change the keys in use. Only one process at a time can change the key file.

If another program has changed the key file since this process read it, this process never overwrites it.
"""

import fcntl
import os
from datetime import date
from pathlib import Path

from storage.errors import KeysGone, KeysHeld, StorageRefused
from storage.files import durable_files, owner, placement, plain_file
from storage.files.plain_file import NotAFile
from storage.sealing import emergency_notes, key_file
from storage.sealing.key_file import EpochKeys


class KeyFileLock:
    """A lock on the key file, held until `close` is called or the process ends in any way.

    The constructor raises KeysHeld when another process has the lock. It raises StorageRefused when the key file
    cannot be locked.
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
    """A lock on the data folder, held until `close` is called or the process ends in any way.

    Two processes can each have their own copy of the key file. Without this lock both would send every message. The
    folder itself is locked, so that no lock file is needed. The constructor raises KeysHeld when another process has
    the lock. It raises StorageRefused when the folder cannot be opened.
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
    """The keys of all epochs, as they are in the key file. Only this class changes the key file.

    `path` is the path of the file itself, with links followed: replacing only a link would leave the old keys on
    disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = placement.real(path)
        self._content = key_file.read(self.path)
        self.epochs = key_file.parse(self._content, path)

    @classmethod
    def create(cls, path: Path, first: EpochKeys) -> "Keyring":
        """Write a new key file with the keys `first`, and return a keyring of it.

        Raises StorageTrouble if that fails.
        """
        key_file.replace(placement.real(path), key_file.encode((first,)))
        return cls(path)

    @property
    def newest(self) -> EpochKeys:
        """Return the keys of the newest epoch, which is the current one."""
        return self.epochs[-1]

    def add(self, born: date) -> EpochKeys:
        """Make keys for a new epoch, write them to the key file, and return them. `born` is the current day.

        Raises KeysGone when another program has changed the key file, and StorageTrouble when it cannot be written.
        """
        added = key_file.generate(self.newest.number + 1, born)
        self._replace((*self.epochs, added))
        return added

    def destroy(self, number: int) -> None:
        """Remove the keys of an epoch from the key file, and overwrite the old file on disk with zeros.

        Raises KeysGone when another program has changed the key file, and StorageTrouble when it cannot be written.
        """
        self._replace(tuple(epoch for epoch in self.epochs if epoch.number != number))

    def holds(self, number: int) -> bool:
        """Return whether the keyring has the keys of the epoch with this number."""
        return any(epoch.number == number for epoch in self.epochs)

    def check_unchanged(self) -> None:
        """Raise KeysGone when the key file was removed or replaced since this process read or wrote it.

        Raises KeysShredded instead when the keys were destroyed on purpose.
        """
        emergency_notes.refuse_shredded(self.path)
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
