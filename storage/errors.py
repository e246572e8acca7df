"""Define the errors of the storage. Each message is a sentence for the operator, without secrets.

StorageRefused           nothing was changed; do what the sentence says and try again
  KeysHeld               another process holds the key file or the data folder
  KeysGone               the key file was removed or replaced under a running bot: stop
  KeysShredded           the keys were destroyed on purpose: the list is unreadable for ever
StorageTrouble           an operation failed and its transaction was rolled back
  DatabaseBusy           another process holds the database: may work later
  DiskFull               may work later
  ReadOnly               the disk or the file cannot be written
  Damaged                the file is no longer a sound database
"""


class StorageRefused(Exception):
    """The storage refused to open or to do an operation, and changed nothing. The message says what to do."""


class KeysHeld(StorageRefused):
    """Another process holds the lock of the key file or of the data folder. Only one process can write."""


class KeysGone(StorageRefused):
    """The key file was removed or changed by somebody else while this process had its keys open."""


class KeysShredded(StorageRefused):
    """All keys were destroyed on purpose, so that nobody can read the list any more."""


class StorageTrouble(Exception):
    """A read or a write of the database failed, and its transaction was rolled back."""


class DatabaseBusy(StorageTrouble):
    """The database is locked by another process. A later attempt might succeed."""


class DiskFull(StorageTrouble):
    """The disk has no room left."""


class ReadOnly(StorageTrouble):
    """The database cannot be opened or written by this user."""


class Damaged(StorageTrouble):
    """The file is no longer a sound database."""
