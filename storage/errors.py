"""Define the errors of the storage. Each message is a sentence for the operator, without secrets.

StorageRefused           nothing was changed; do what the sentence says and try again
  KeysHeld               another process has locked the key file or the data folder
  KeysGone               the key file was removed or replaced while the bot ran: stop
  KeysShredded           the keys were destroyed on purpose: nobody can read the list any more
StorageTrouble           an operation failed and its transaction was rolled back
  DatabaseBusy           another process has locked the database: may work later
  DiskFull               may work later
  ReadOnly               the disk or the file cannot be written
  Damaged                the file is not an intact database any more
"""


class StorageRefused(Exception):
    """The storage cannot be opened, or an operation is not possible. Nothing was changed.

    The message says what to do.
    """


class KeysHeld(StorageRefused):
    """Another process holds the lock of the key file or of the data folder. Only one process can write."""


class KeysGone(StorageRefused):
    """The key file was removed or changed by someone else while this process used its keys."""


class KeysShredded(StorageRefused):
    """All keys were destroyed on purpose, so that nobody can read the list any more."""


class StorageTrouble(Exception):
    """A read or a write of the database failed, and its transaction was rolled back."""


class DatabaseBusy(StorageTrouble):
    """The database is locked by another process. A later attempt might succeed."""


class DiskFull(StorageTrouble):
    """The disk has no room left."""


class ReadOnly(StorageTrouble):
    """The user who runs this process cannot open or write the database."""


class Damaged(StorageTrouble):
    """The file is damaged and not an intact database any more."""
