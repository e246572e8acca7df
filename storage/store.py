"""The way in: everything that is remembered, opened with its keys, or refused with a sentence and left untouched.

    async with opened(database, key_file, day, bot) as store:
        await store.subscribers.save(Subscriber(chat, "fa"), day)
        await store.maintain(day)          # every minute: rotation, destruction of old keys, traces of erasures
        store.health(day)

Days are UTC dates given by the caller: the memory knows no times of day. `bot` is the number that begins the token.

The command line, for who wires it (all of them raise StorageRefused with the sentence to print):

    run, migrate          opened(...) does it all
    stats, keys           reading(...): beside a running bot; store.health(day) has the epochs and their ages
    keys rotate           opened(...), store.rotation.begin(day), go_on(); where that raises KeysHeld,
                          key_file.request_rotation(path): the running bot rotates when it tends next
    keys copied [COPY]    key_file.acknowledge_copy(path, what COPY holds)
    keys destroy EPOCH    opened(...), store.rotation.destroy(EPOCH, force=...): the bot is stopped meanwhile
    keys shred --yes      key_file.shred(path): at once, whatever runs; a running bot gets KeysGone when it tends
    keys adopt            opened(..., adopt=True): hands the list to another bot on purpose
    backup FILE           backup.backup(database, FILE, recipient), or write_out: beside a running bot, with no key
    restore FILE          backup.restore(FILE, identity, database), or take_in; then start the bot with its key file
"""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from storage import migrations_runner, sqlite
from storage.database import Database, ReadAccess
from storage.deliveries.broadcast_store import BroadcastStore
from storage.deliveries.daily_ledger import DailyLedger
from storage.deliveries.erasure import LedgerEraser
from storage.deliveries.timeline_store import TimelineStore
from storage.errors import StorageRefused
from storage.files import durable_files, owner, placement, scratch_files
from storage.sealing import key_file
from storage.sealing.documents import Documents
from storage.sealing.keyring import DataFolderLock, KeyFileLock, Keyring
from storage.sealing.metadata import Metadata
from storage.sealing.rotation import EpochAge, Rotation
from storage.sealing.rotation_lock import RotationLock
from storage.sealing.vault import Vault
from storage.subscriptions.daily_count_store import DailyCountStore
from storage.subscriptions.subscriber_store import SubscriberStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """`rejected`: rows met since the start that do not open. `copy_keys`: the key file is not copied as it is now."""

    rejected: int
    copy_keys: bool
    is_rotating: bool
    epochs: tuple[EpochAge, ...]


class Store:
    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._keyring = keyring
        self.vault = Vault(keyring.epochs)
        self.database = database
        self.rotation_lock = RotationLock()
        self.metadata = Metadata(self.vault)
        self.daily_counts = DailyCountStore(database, self.vault)
        self.subscribers = SubscriberStore(database, self.vault, self.daily_counts, self.rotation_lock)
        self.documents = Documents(self.vault)
        self.broadcasts = BroadcastStore(database, self.documents, self.metadata)
        self.timelines = TimelineStore(self.documents)
        self.ledger_eraser = LedgerEraser(database, self.broadcasts)
        self.daily_ledger = DailyLedger(database, self.documents, self.subscribers)
        tables = [self.metadata.table, self.subscribers.table, self.daily_counts.table, self.documents.table]
        self.rotation = Rotation(database, self.vault, keyring, self.metadata, tables, self.rotation_lock)

    async def maintain(self, day: date, is_day_certain: bool = True) -> None:
        await self.rotation.maintain(day, is_day_certain)

    def is_copied(self) -> bool:
        """Whether the key file is copied as it is now. Raises StorageRefused when that cannot be seen."""
        return key_file.is_copied(self._keyring.path)

    def health(self, day: date) -> Health:
        return Health(
            rejected=len(self.vault.rejected),
            copy_keys=not self.is_copied(),
            is_rotating=self.rotation.is_moving,
            epochs=tuple(self.rotation.ages(day)),
        )


@asynccontextmanager
async def opened(
    database: Path, keys: Path, day: date, bot: int | None = None, *, adopt: bool = False
) -> AsyncIterator[Store]:
    """The store, for the one process that writes; made for `bot` when there is neither database nor key file.

    Without `bot` it is not asked whose list it is: for the command line alone.
    """
    check_files(database, keys)
    async with AsyncExitStack() as stack:
        if stack.enter_context(_locked(database, keys)) and bot is not None:
            await _make(database, keys, day, bot)
        keyring = await _checked(database, keys, None if adopt else bot)
        stack.enter_context(closing(DataFolderLock(database.parent)))
        scratch_files.remove(database)
        connected = await sqlite.opened_for_writing(database)
        stack.push_async_callback(connected.close)
        await migrations_runner.forward(connected, migrations_runner.steps())
        store = Store(connected, keyring)
        await store.rotation.settle_epoch()
        await store.broadcasts.load()
        await store.daily_ledger.load()
        if adopt and bot is not None:
            await _adopt(store, bot)
        await connected.truncate_journal()
        yield store


@asynccontextmanager
async def reading(database: Path, keys: Path) -> AsyncIterator[Store]:
    """The store for a second process that only reads; what it would write is refused."""
    placement.check_kinds(database, keys)
    keyring = await _checked(database, keys, None)
    connected = await sqlite.opened_for_reading(database)
    try:
        at, known = await migrations_runner.number_of(connected), len(migrations_runner.steps())
        if at < known:
            raise StorageRefused(f"The database is at migration {at}, this code needs {known}: start the bot once.")
        yield Store(connected, keyring)
    finally:
        await connected.close()


def check_files(database: Path, keys: Path) -> None:
    """Raises StorageRefused for files that the one process that writes cannot use. Opens no database."""
    _refuse_key_in_data(database, keys)
    placement.check(database, keys)
    if _is_there(keys):
        key_file.parsed(key_file.read(keys), keys)
    if _is_there(database):
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
    """Holds the keys; tells whether this is the first start."""
    if _is_there(database) != _is_there(keys) and not _is_there(_making(database)):
        _refuse_half(database, keys)
    lock = KeyFileLock(placement.real(keys))
    try:
        _finish_making(database, keys)
        yield not _is_there(database) and not _is_there(keys)
    finally:
        lock.close()


async def _make(database: Path, keys: Path, day: date, bot: int) -> None:
    """Both, or neither: the database comes to its name last, and a start after a kill finishes that."""
    making = _making(database)
    try:
        durable_files.make_folder(database.parent)
        for name in (making.name, making.name + "-wal", making.name + "-shm"):
            making.with_name(name).unlink(missing_ok=True)
        sqlite.make_file(making)
    except OSError as broken:
        raise StorageRefused(
            f"The data folder {database.parent} cannot be written ({broken.strerror}): "
            f"{owner.why_not(database.parent, 'let this user write there, or set DATABASE_URL to another folder')}."
        ) from None
    first = key_file.fresh(1, day)
    connected = await sqlite.opened_for_writing(making)
    try:
        await migrations_runner.forward(connected, migrations_runner.steps())
        async with connected.transaction() as change:
            await Metadata(Vault([first])).remember_bot(change, bot)
    finally:
        await connected.close()
    durable_files.sync_file(making)
    durable_files.sync_folder(making.parent)
    Keyring.made(keys, first)
    _finish_making(database, keys)
    log.warning(
        "Made the database %s and its key file %s: copy the key file to a safe place apart from the data. "
        "Without it nobody can read the list, not even you.",
        database,
        keys,
    )


def _making(database: Path) -> Path:
    return database.with_name(database.name + ".making")


def _finish_making(database: Path, keys: Path) -> None:
    """The key file is written when the database is complete: where both are there, only the name is missing."""
    if _is_there(_making(database)) and _is_there(keys) and not _is_there(database):
        _making(database).replace(database)
        durable_files.sync_folder(database.parent)


async def _checked(database: Path, keys: Path, bot: int | None) -> Keyring:
    """The keys, when they belong to the database, and it to the bot; nothing is written, whatever is wrong."""
    _refuse_half(database, keys)
    keyring = Keyring(keys)
    sqlite.check_header(database)
    looked = await sqlite.opened_for_reading(database)
    try:
        migrations_runner.refuse_newer(await migrations_runner.number_of(looked), migrations_runner.steps())
        facts = Metadata(Vault(keyring.epochs))
        if not await facts.opens(looked):
            raise StorageRefused(await _why_closed(looked, facts, keyring, database))
        if bot is not None and not await facts.is_bot(looked, bot):
            raise StorageRefused(
                f"The database {database} is another bot's, not this token's: use that bot's token, or set "
                "DATABASE_URL and SEAL_KEY_FILE to others. To hand this list to this bot on purpose "
                "(its subscribers must have started it): python -m bot keys adopt."
            )
    finally:
        await looked.close()
    return keyring


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as broken:
        remedy = owner.why_not(path.parent, "let this user into its folder")
        raise StorageRefused(f"{path} cannot be looked for ({broken.strerror}): {remedy}.") from None


def _refuse_half(database: Path, keys: Path) -> None:
    if not _is_there(database) and not _is_there(keys):
        raise StorageRefused(f"There is no database {database} yet: the first `python -m bot run` makes it.")
    if not _is_there(keys):
        raise StorageRefused(
            f"There is a database {database} but no key file {keys}: put your copy of the key file there, "
            "or set SEAL_KEY_FILE to where it is. To begin a new list on purpose, move the database away."
        )
    if not _is_there(database):
        raise StorageRefused(
            f"There is a key file {keys} but no database {database}: put a backup of the database there, "
            "or set DATABASE_URL to where it is. To begin a new list on purpose, move the key file away."
        )


async def _why_closed(reads: ReadAccess, facts: Metadata, keyring: Keyring, database: Path) -> str:
    at, ends = await facts.table.newest_epoch(reads), keyring.newest.number
    if at is not None and at > ends:
        why = f"The key file {keyring.path} is too old a copy: it ends at epoch {ends}, the database is at {at}"
    elif at is not None and not keyring.holds(at):
        why = f"The keys of the database {database}, of epoch {at}, are destroyed, or {keyring.path} never had them"
    else:
        why = f"The key file {keyring.path} does not belong to the database {database}"
    return f"{why}. Put the right one there. To begin a new list on purpose, move both away."


async def _adopt(store: Store, bot: int) -> None:
    """Hand the list to `bot`. That it may not write to somebody first is no farewell: everybody is marked before."""
    if not await store.metadata.is_bot(store.database, bot):
        await store.subscribers.mark_unreached()
    async with store.database.transaction() as change:
        await store.metadata.remember_bot(change, bot)
