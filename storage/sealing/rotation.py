"""Rotate keys: every 30 days begin an epoch with new keys, move all rows to it, and destroy the old keys.

The progress is not stored. The newest epoch in the key file is the current one, and rows of older epochs must still
be moved. If the process is killed at any moment, the next one can continue, because the steps have this order:

1. the new epoch is in the key file, on disk, before any row uses it;
2. the metadata moves first, so that an older copy of the key file is recognised;
3. rows move in small transactions, each row deleted and inserted in the same one;
4. an epoch's keys are destroyed when all of its rows that can be decrypted have been moved.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import date, timedelta

from storage.database import Database
from storage.errors import StorageRefused
from storage.sealing import key_file
from storage.sealing.keyring import Keyring
from storage.sealing.metadata import Metadata
from storage.sealing.rotation_lock import RotationLock
from storage.sealing.sealed_table import RowPosition, SealedTable
from storage.sealing.vault import Vault

log = logging.getLogger(__name__)
DAYS = 30  # how long an epoch's keys exist: after that, no copy of an erased row can be decrypted
SLICE = 300  # rows in one transaction


@dataclass(frozen=True, slots=True)
class EpochAge:
    """The number of an epoch, and how many days ago its keys were made."""

    number: int
    days: int


class Rotation:
    """Rotate keys: begin epochs, move rows to the newest epoch, and destroy old keys.

    Call `maintain` every minute.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        keyring: Keyring,
        metadata: Metadata,
        tables: list[SealedTable],
        lock: RotationLock,
    ) -> None:
        """Prepare the rotation. `tables` must have all tables with encrypted rows, including that of the metadata."""
        self._database = database
        self._vault = vault
        self._keyring = keyring
        self._metadata = metadata
        self._tables = tables
        self._rotation_lock = lock
        self._positions: dict[str, RowPosition] | None = {}  # where to continue, by table; None when all is moved

    @property
    def is_moving(self) -> bool:
        """Return whether rows are still to be moved to the newest epoch."""
        return self._positions is not None

    def ages(self, today: date) -> list[EpochAge]:
        """Return the ages of all epochs, oldest first."""
        return [EpochAge(epoch.number, (today - epoch.born).days) for epoch in self._keyring.epochs]

    def is_due(self, today: date) -> bool:
        """Return whether a new epoch must begin, because the newest one is 30 days old.

        Also return True if the newest epoch was made on a day in the future, which means that the clock was wrong
        then. Otherwise the keys of that epoch would be used for more than 30 days.
        """
        return _is_over(today - self._keyring.newest.born)

    async def maintain(self, today: date, is_day_certain: bool = True) -> None:
        """Begin an epoch that is due or requested, move rows, destroy old keys, and empty the journal of erased rows.

        Call this every minute. If the clock might be wrong, pass False as `is_day_certain`. In this case an epoch
        begins only on request, and no key is destroyed, because that cannot be undone. While another task blocks
        rotation, rows are left for a later call. Raises KeysGone when the key file was removed or replaced.
        """
        await self._database.truncate_journal()  # first, so that it happens even if something is wrong with the keys
        self._keyring.check_unchanged()
        if (is_day_certain and self.is_due(today)) or key_file.is_rotation_requested(self._keyring.path):
            await self.begin(today)
        await self.go_on()
        if is_day_certain and not self.is_moving:
            for epoch in self._keyring.epochs[:-1]:
                if _is_over(today - epoch.born):
                    await self.destroy(epoch.number)
        await self._database.truncate_journal()

    async def begin(self, today: date) -> None:
        """Begin a new epoch. From now on rows are encrypted with its keys.

        Later calls of `go_on` move the existing rows to the new epoch.
        """
        # First: a request that cannot be removed would change the keys every minute.
        key_file.clear_rotation_request(self._keyring.path)
        added = self._keyring.add(today)
        self._vault.add_epoch(added)
        await self.settle_epoch()
        log.warning(
            "The keys changed (epoch %d): copy the key file %s again, destroy its old copies, and make a backup.",
            added.number,
            self._keyring.path,
        )

    async def settle_epoch(self) -> None:
        """Move the metadata to the newest epoch, and make that epoch the current one.

        Every start of the bot calls this, because the last process might have been killed before it did so.
        """
        before, newest = self._vault.current_epoch, self._keyring.newest.number
        try:
            async with self._database.transaction() as transaction:
                self._vault.current_epoch = newest  # nobody else writes inside this transaction
                rows = await self._metadata.table.page_before_epoch(transaction, newest, RowPosition(), SLICE)
                await self._metadata.table.move(transaction, rows)
        except BaseException:
            self._vault.current_epoch = before
            raise
        self._positions = {}

    async def go_on(self, slices: int | None = None) -> bool:
        """Move rows to the current epoch, in slices of many rows. Return True when all rows are moved.

        Return False while another task blocks rotation, or when `slices` slices are moved and rows are left.
        """
        moved = 0
        while self._positions is not None and (slices is None or moved < slices):
            async with self._rotation_lock.moving_rows() as is_allowed:
                if not is_allowed:
                    return False
                await self._move_slice(self._positions)
            await asyncio.sleep(0)
            moved += 1
        return self._positions is None

    async def _move_slice(self, positions: dict[str, RowPosition]) -> None:
        for table in self._tables:
            if await self._move_rows_of(table, positions):
                return
        self._positions = None
        for number in self._vault.active_epochs[:-1]:
            self._vault.deactivate_epoch(number)

    async def _move_rows_of(self, table: SealedTable, positions: dict[str, RowPosition]) -> bool:
        """Move one slice of the rows of a table to the current epoch. Return False if there were no rows to move.

        `positions` has the position in each table from which to continue. Rows that cannot be decrypted stay where
        they are.
        """
        position = positions.get(table.table, RowPosition())
        if not await table.page_before_epoch(self._database, self._vault.current_epoch, position, 1):
            return False
        async with self._database.transaction() as transaction:
            rows = await table.page_before_epoch(transaction, self._vault.current_epoch, position, SLICE)
            await table.move(transaction, rows)
        if rows:
            positions[table.table] = rows[-1].position
        self._database.mark_erased()
        return True

    async def destroy(self, number: int, force: bool = False) -> None:
        """Destroy the keys of an epoch, so that no copy of its rows can be decrypted any more.

        Raises StorageRefused for the current epoch, for an unknown epoch, and for an epoch with rows that can be
        decrypted. With `force`, an epoch with such rows is destroyed too, and the rows are lost.
        """
        if not self._keyring.holds(number):
            raise StorageRefused(f"There is no epoch {number} in the key file: look with `python -m bot keys`.")
        if number == self._keyring.newest.number:
            raise StorageRefused(
                f"Epoch {number} is the current one: `python -m bot keys rotate` first, then destroy it; "
                "or `python -m bot keys shred --yes` to destroy all keys."
            )
        remaining = 0 if force else await self._count_remaining(number)
        if remaining:
            raise StorageRefused(
                f"Epoch {number} still seals {remaining} rows: `python -m bot keys rotate` moves them to the newest; "
                "with --force they are lost on purpose."
            )
        await self._drop(number)

    async def _drop(self, number: int) -> None:
        """Delete the rows of an epoch, then the epoch's keys. A second call changes nothing."""
        async with self._rotation_lock.moving_rows():
            async with self._database.transaction() as transaction:
                for table in self._tables:
                    await table.delete_epoch(transaction, number)
            self._database.mark_erased()
            await self._database.truncate_journal()
            self._keyring.destroy(number)
            self._vault.forget_epoch(number)
        log.info("The keys of epoch %d are destroyed", number)

    async def _count_remaining(self, number: int) -> int:
        """Return the number of rows of an epoch that can still be decrypted."""
        return sum([await self._count_remaining_in(table, number) for table in self._tables])

    async def _count_remaining_in(self, table: SealedTable, number: int) -> int:
        count, position = 0, RowPosition(number)
        while rows := await table.page_before_epoch(self._database, number + 1, position, SLICE):
            position = rows[-1].position
            count += sum(table.open_row(row) is not None for row in rows if row.epoch == number)
            await asyncio.sleep(0)
        return count


def _is_over(age: timedelta) -> bool:
    return not -1 <= age.days < DAYS
