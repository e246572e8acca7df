"""The keys in use: opened by one process at a time, and never written over a file that somebody changed meanwhile."""

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
    """Lock the key file until `close` or the end of the process, however it ends."""

    def __init__(self, path: Path) -> None:
        lock = path.with_name(path.name + ".lock")
        try:
            durable_files.make_folder(path.parent)
            self._opened = plain_file.opened(lock, os.O_RDWR | os.O_CREAT)
        except NotAFile as other:
            raise StorageRefused(f"{lock} cannot be used ({other.strerror}): move it away.") from None
        except OSError as broken:
            remedy = owner.why_not(path.parent, "let this user write there, or set SEAL_KEY_FILE to another folder")
            raise StorageRefused(
                f"The folder of the key file, {path.parent}, cannot be written ({broken.strerror}): {remedy}."
            ) from None
        try:
            fcntl.flock(self._opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._opened)
            raise KeysHeld(
                f"Another process has the keys in {path} open (a running bot?): stop it first, then try again."
            ) from None

    def close(self) -> None:
        os.close(self._opened)


class DataFolderLock:
    """Of the data folder itself, so that no file lies there: two processes with a copy of the keys each would send to
    everybody twice."""

    def __init__(self, folder: Path) -> None:
        try:
            self._opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as broken:
            remedy = owner.why_not(folder, "let this user read and write it")
            raise StorageRefused(
                f"The data folder {folder} cannot be opened ({broken.strerror}): {remedy}."
            ) from None
        try:
            fcntl.flock(self._opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._opened)
            raise KeysHeld(
                f"Another process writes the database in {folder} (a running bot?): stop it first, then try again."
            ) from None

    def close(self) -> None:
        os.close(self._opened)


class Keyring:
    """`path` is the real file, links followed: replacing a link would leave the file behind it as it was."""

    def __init__(self, path: Path) -> None:
        self.path = placement.real(path)
        self._content = key_file.read(self.path)
        self.epochs = key_file.parsed(self._content, path)

    @classmethod
    def made(cls, path: Path, first: EpochKeys) -> "Keyring":
        key_file.replace(placement.real(path), key_file.written((first,)))
        return cls(path)

    @property
    def newest(self) -> EpochKeys:
        return self.epochs[-1]

    def add(self, born: date) -> EpochKeys:
        """A new epoch; it is on disk when this returns."""
        added = key_file.fresh(self.newest.number + 1, born)
        self._replace((*self.epochs, added))
        return added

    def destroy(self, number: int) -> None:
        self._replace(tuple(one for one in self.epochs if one.number != number))

    def holds(self, number: int) -> bool:
        return any(one.number == number for one in self.epochs)

    def look_again(self) -> None:
        """Raises KeysGone when the file was shredded or replaced since this process read or wrote it."""
        try:
            same = key_file.read(self.path) == self._content
        except StorageRefused:
            same = False
        if not same:
            raise KeysGone(
                f"The key file {self.path} was removed or changed while the bot ran: it stops and writes no keys. "
                "If that was not on purpose, put your copy back and start again."
            )

    def _replace(self, epochs: tuple[EpochKeys, ...]) -> None:
        self.look_again()
        content = key_file.written(epochs)
        key_file.replace(self.path, content)
        self._content, self.epochs = content, epochs
