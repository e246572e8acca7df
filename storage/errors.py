"""What the memory says when it cannot go on: sentences for the operator, without secrets.

StorageRefused           nothing was changed; do what the sentence says and try again
  KeysHeld               another process has the keys open
  KeysGone               the key file was removed or replaced under a running bot: stop
StorageTrouble           an operation failed and left no trace; `may_retry` says whether it may work later
  DatabaseBusy           somebody else holds the database
  DiskFull
  ReadOnly               the disk or the file cannot be written
  Damaged                the file is no longer a sound database
"""

from typing import ClassVar


class StorageRefused(Exception):
    """The memory does not open, or does not do what was asked; the message is all that the operator needs."""


class KeysHeld(StorageRefused):
    """Another process has the keys open, and only one may change them."""


class KeysGone(StorageRefused):
    """The key file is no longer what this process wrote or read."""


class StorageTrouble(Exception):
    """A read or a write failed; the transaction was undone."""

    may_retry: ClassVar[bool] = False


class DatabaseBusy(StorageTrouble):
    may_retry = True


class DiskFull(StorageTrouble):
    may_retry = True


class ReadOnly(StorageTrouble):
    pass


class Damaged(StorageTrouble):
    pass
