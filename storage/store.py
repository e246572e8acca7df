"""Open the whole storage with its keys. If that is not possible, change nothing and raise an error for the operator.

    async with opened(database, key_file, day, bot) as store:
        await store.subscribers.save(Subscriber(chat, "fa"), day)
        await store.maintain(day)      # every minute: rotation, destruction of old keys, traces of erased rows

The storage reads no clock: the caller passes days, as UTC dates. `bot` is the number at the beginning of the token.

These calls implement the commands of the command line. Each raises StorageRefused with the sentence to print:

    run, migrate          opened(...) does everything
    stats, keys           reading(...): the bot can run meanwhile; store.rotation.ages(day) has the epochs
    keys rotate           opened(...), store.rotation.begin(day), go_on(); if that raises KeysHeld,
                          key_file.request_rotation(path): the running bot rotates within a minute

`keys shred`, `keys begin` and `panic` use `sealing.emergency_notes`; `backup` and `restore` use `storage.backup`.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from datetime import date
from pathlib import Path

from storage import migrations_runner, sqlite
from storage.audit.audit_log import AuditLog
from storage.contact_record import ContactRecord
from storage.database import Database, ReadAccess
from storage.deliveries.broadcast_store import BroadcastStore
from storage.deliveries.daily_ledger import DailyLedger
from storage.deliveries.erasure import LedgerEraser
from storage.deliveries.timeline_store import TimelineStore
from storage.errors import StorageRefused
from storage.files import durable_files, owner, placement, scratch_files
from storage.sealing import emergency_notes, key_file
from storage.sealing.documents import Documents
from storage.sealing.keyring import DataFolderLock, KeyFileLock, Keyring
from storage.sealing.metadata import Metadata
from storage.sealing.rotation import Rotation
from storage.sealing.rotation_lock import RotationLock
from storage.sealing.vault import Vault
from storage.subscriptions.daily_count_store import DailyCountStore
from storage.subscriptions.subscriber_store import SubscriberStore

log = logging.getLogger(__name__)


class Store:
    """The bot's stored data, with one attribute for each kind of data. Get a store from `opened` or `reading`."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._keyring = keyring
        self.vault = Vault(keyring.epochs)
        self.database = database
        self.rotation_lock = RotationLock()
        self.metadata = Metadata(self.vault)
        self.contact = ContactRecord(database, self.metadata)
        self.daily_counts = DailyCountStore(database, self.vault)
        self.subscribers = SubscriberStore(database, self.vault, self.daily_counts, self.rotation_lock)
        self.documents = Documents(self.vault)
        self.broadcasts = BroadcastStore(database, self.documents, self.metadata)
        self.timelines = TimelineStore(self.documents)
        self.ledger_eraser = LedgerEraser(database, self.broadcasts)
        self.daily_ledger = DailyLedger(database, self.documents, self.subscribers)
        self.audit = AuditLog(self.vault, self.metadata)
        sealed = (self.metadata, self.subscribers, self.daily_counts, self.documents, self.audit)
        tables = [part.table for part in sealed]
        self.rotation = Rotation(database, self.vault, keyring, self.metadata, tables, self.rotation_lock)

    async def maintain(self, day: date, is_day_certain: bool = True) -> None:
        """Rotate and destroy keys that are due, and empty the journal of erased rows. Call this every minute.

        If the clock might be wrong, pass False as `is_day_certain`. In this case keys are rotated only on request,
        and no key is destroyed. Raises KeysGone when the key file was removed or replaced.
        """
        await self.rotation.maintain(day, is_day_certain)

    def is_copied(self) -> bool:
        """Return whether the operator has copied the current key file. Raises StorageRefused if it cannot be read."""
        return key_file.is_copied(self._keyring.path)

    def uncopied_since(self) -> float | None:
        """Return the Unix time of the last change of the key file if it has not been copied since, else None.

        Raises StorageRefused if the key file cannot be read.
        """
        return None if self.is_copied() else key_file.changed_at(self._keyring.path)


@asynccontextmanager
async def opened(
    database: Path, keys: Path, day: date, bot: int | None = None, *, adopt: bool = False
) -> AsyncIterator[Store]:
    """Open the store for the one process that writes. `bot` is the number in the bot's token; None accepts any bot.

    If the database and the key file are both missing, create both for `bot`. With `adopt`, a store of another bot is
    accepted, and assigned to `bot`. Raises KeysShredded if the keys were destroyed on purpose. If that destruction
    was interrupted, complete it first. Raises StorageRefused if the store cannot be opened for another reason.
    """
    emergency_notes.refuse_shredded(keys)
    check_files(database, keys)
    async with AsyncExitStack() as stack:
        if stack.enter_context(_locked(database, keys)) and bot is not None:
            await _make(database, keys, day, bot)
        keyring = await _checked(database, keys, None if adopt else bot)
        stack.enter_context(closing(DataFolderLock(database.parent)))
        scratch_files.remove_abandoned(database)
        connected = await sqlite.opened_for_writing(database)
        stack.push_async_callback(connected.close)
        await migrations_runner.migrate(connected, migrations_runner.load_migrations())
        store = Store(connected, keyring)
        await store.rotation.settle_epoch()
        await store.broadcasts.load()
        await store.daily_ledger.load()
        await store.audit.load(connected)
        if adopt and bot is not None:
            await _adopt(store, bot)
        await connected.truncate_journal()
        yield store


@asynccontextmanager
async def reading(database: Path, keys: Path) -> AsyncIterator[Store]:
    """Open the store for a process that only reads. Raises StorageRefused if that fails, or on a write."""
    emergency_notes.refuse_shredded(keys)
    placement.check_kinds(database, keys)
    keyring = await _checked(database, keys, None)
    connected = await sqlite.opened_for_reading(database)
    try:
        current = await migrations_runner.current_migration(connected)
        known = len(migrations_runner.load_migrations())
        if current < known:
            raise StorageRefused(
                f"The database is at migration {current}, this code needs {known}: start the bot once."
            )
        yield Store(connected, keyring)
    finally:
        await connected.close()


def check_files(database: Path, keys: Path) -> None:
    """Raise StorageRefused if the bot could not start with these two files.

    Read the key file and the first bytes of the database, but do not open the database. If the keys were destroyed on
    purpose, return without any check, because then the bot starts without the two files.
    """
    if emergency_notes.is_shredded(keys):
        return
    _refuse_key_in_data(database, keys)
    placement.check(database, keys)
    if _exists(keys):
        key_file.parse(key_file.read(keys), keys)
    if _exists(database):
        sqlite.check_header(database)


def _refuse_key_in_data(database: Path, keys: Path) -> None:
    folder = placement.real(database.parent)
    if placement.real(keys).is_relative_to(folder):
        raise StorageRefused(
            f"The key file {keys} lies in the data folder {folder}, and would be stolen with the data: "
            "set SEAL_KEY_FILE to a file in another folder (the data need a folder of their own)."
        )


@contextmanager
def _locked(database: Path, keys: Path) -> Iterator[bool]:
    """Lock the key file for the block. Yield whether this is the first start, with neither database nor key file."""
    if _exists(database) != _exists(keys) and not _exists(_unfinished(database)):
        _refuse_half(database, keys)
    lock = KeyFileLock(placement.real(keys))
    try:
        _finish_making(database, keys)
        yield not _exists(database) and not _exists(keys)
    finally:
        lock.close()


async def _make(database: Path, keys: Path, day: date, bot: int) -> None:
    """Create the database and the key file, both or neither.

    The database gets a temporary name first, and its final name when the key file exists. If the process is killed in
    between, the next start calls `_finish_making`.
    """
    unfinished = _unfinished(database)
    try:
        durable_files.make_folder(database.parent)
        for name in (unfinished.name, unfinished.name + "-wal", unfinished.name + "-shm"):
            unfinished.with_name(name).unlink(missing_ok=True)
        sqlite.make_file(unfinished)
    except OSError as error:
        own_remedy = "let this user write there, or set DATABASE_URL to another folder"
        raise StorageRefused(
            f"The data folder {database.parent} cannot be written ({error.strerror}): "
            f"{owner.permission_remedy(database.parent, own_remedy)}."
        ) from None
    first = key_file.generate(1, day)
    connected = await sqlite.opened_for_writing(unfinished)
    try:
        await migrations_runner.migrate(connected, migrations_runner.load_migrations())
        async with connected.transaction() as transaction:
            await Metadata(Vault([first])).set_bot(transaction, bot)
    finally:
        await connected.close()
    durable_files.sync_file(unfinished)
    durable_files.sync_folder(unfinished.parent)
    Keyring.create(keys, first)
    _finish_making(database, keys)
    log.warning(
        "Made the database %s and its key file %s: copy the key file to a safe place apart from the data. "
        "Without it nobody can read the list, not even you.",
        database,
        keys,
    )


def _unfinished(database: Path) -> Path:
    return database.with_name(database.name + ".making")


def _finish_making(database: Path, keys: Path) -> None:
    """Rename a database that `_make` left under its temporary name. Do nothing if its key file does not exist."""
    if _exists(_unfinished(database)) and _exists(keys) and not _exists(database):
        _unfinished(database).replace(database)
        durable_files.sync_folder(database.parent)


async def _checked(database: Path, keys: Path, bot: int | None) -> Keyring:
    """Return the keys, after checking that they decrypt the database and that it belongs to `bot`.

    If `bot` is None, the database of any bot is accepted. Raises StorageRefused when a check fails.
    """
    _refuse_half(database, keys)
    keyring = Keyring(keys)
    sqlite.check_header(database)
    reader = await sqlite.opened_for_reading(database)
    try:
        current = await migrations_runner.current_migration(reader)
        migrations_runner.refuse_newer(current, migrations_runner.load_migrations())
        metadata = Metadata(Vault(keyring.epochs))
        if not await metadata.can_open(reader):
            raise StorageRefused(await _explain_wrong_keys(reader, metadata, keyring, database))
        if bot is not None and not await metadata.belongs_to(reader, bot):
            raise StorageRefused(
                f"The database {database} is another bot's, not this token's: use that bot's token, or set "
                "DATABASE_URL and SEAL_KEY_FILE to others. To hand this list to this bot on purpose "
                "(its subscribers must have started it): python -m bot keys adopt."
            )
    finally:
        await reader.close()
    return keyring


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        remedy = owner.permission_remedy(path.parent, "let this user into its folder")
        raise StorageRefused(f"{path} cannot be accessed ({error.strerror}): {remedy}.") from None


def _refuse_half(database: Path, keys: Path) -> None:
    if not _exists(database) and not _exists(keys):
        raise StorageRefused(f"There is no database {database} yet: the first `python -m bot run` makes it.")
    if not _exists(keys):
        raise StorageRefused(
            f"There is a database {database} but no key file {keys}: put your copy of the key file there, "
            "or set SEAL_KEY_FILE to where it is. To begin a new list on purpose, move the database away."
        )
    if not _exists(database):
        raise StorageRefused(
            f"There is a key file {keys} but no database {database}: put a backup of the database there, "
            "or set DATABASE_URL to where it is. To begin a new list on purpose, move the key file away."
        )


async def _explain_wrong_keys(reads: ReadAccess, metadata: Metadata, keyring: Keyring, database: Path) -> str:
    needed, newest = await metadata.table.newest_epoch(reads), keyring.newest.number
    if needed is not None and needed > newest:
        reason = (
            f"The key file {keyring.path} is too old a copy: it ends at epoch {newest}, the database is at {needed}"
        )
    elif needed is not None and not keyring.holds(needed):
        reason = (
            f"The keys of the database {database}, of epoch {needed}, are destroyed, or {keyring.path} never had them"
        )
    else:
        reason = f"The key file {keyring.path} does not belong to the database {database}"
    return f"{reason}. Put the right one there. To begin a new list on purpose, move both away."


async def _adopt(store: Store, bot: int) -> None:
    """Assign the store to `bot`. If it belonged to another bot, first mark all subscribers as unreached by this bot.

    Telegram lets a bot write only to people who have started that bot.
    """
    if not await store.metadata.belongs_to(store.database, bot):
        await store.subscribers.mark_unreached()
    async with store.database.transaction() as transaction:
        await store.metadata.set_bot(transaction, bot)
