"""The errors of the storage. Each message is a sentence for the operator, without secrets.

StorageRefused           nothing was changed; do what the sentence says and try again
  KeysHeld               another process has the keys open
  KeysGone               the key file was removed or replaced under a running bot: stop
StorageTrouble           an operation failed and its transaction was undone
  DatabaseBusy           another process holds the database: may work later
  DiskFull               may work later
  ReadOnly               the disk or the file cannot be written
  Damaged                the file is no longer a sound database
"""


class StorageRefused(Exception):
    """The storage does not open, or does not do what was asked. The message tells the operator what to do."""


class KeysHeld(StorageRefused):
    """Another process has the keys open, and only one may change them."""


class KeysGone(StorageRefused):
    """The key file is no longer what this process wrote or read."""


class StorageTrouble(Exception):
    """A read or a write failed; the transaction was undone."""


class DatabaseBusy(StorageTrouble):
    """Another process holds the database."""


class DiskFull(StorageTrouble):
    """The disk has no room left."""


class ReadOnly(StorageTrouble):
    """The database cannot be opened or written by this user."""


class Damaged(StorageTrouble):
    """The file is no longer a sound database."""
