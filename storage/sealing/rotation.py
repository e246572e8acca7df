"""Epochs: every 30 days both keys change, the living rows are sealed anew, and the old keys are destroyed.

Where it stands is never written down, it is seen: the newest epoch of the key file is the current one, and rows of an
older one are still to be moved. So it may be killed at any moment. What order keeps that true:

1. the new epoch is in the key file, on disk, before any row uses it;
2. the facts move first, so that an older copy of the key file is known for what it is;
3. rows move in small transactions, each row deleted and inserted in the same one;
4. an epoch's keys are destroyed when no row that opens is left in it.
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
from storage.sealing.sealed_table import RowPosition, SealedRow, SealedTable
from storage.sealing.vault import Vault

log = logging.getLogger(__name__)
DAYS = 30  # how long an epoch's keys exist: what was forgotten opens nowhere after so many days
SLICE = 300  # rows in a transaction


@dataclass(frozen=True, slots=True)
class EpochAge:
    number: int
    days: int


class Rotation:
    def __init__(
        self,
        database: Database,
        vault: Vault,
        keyring: Keyring,
        facts: Metadata,
        tables: list[SealedTable],
        hold: RotationLock,
    ) -> None:
        """`tables` are all that hold sealed rows, facts among them."""
        self._database = database
        self._vault = vault
        self._keyring = keyring
        self._facts = facts
        self._tables = tables
        self._rotation_lock = hold
        self._places: dict[str, RowPosition] | None = {}  # where moving goes on; None when all is moved

    @property
    def is_moving(self) -> bool:
        return self._places is not None

    def ages(self, today: date) -> list[EpochAge]:
        return [EpochAge(one.number, (today - one.born).days) for one in self._keyring.epochs]

    def is_due(self, today: date) -> bool:
        """Also when the newest epoch is from the future: some clock was wrong, and its 30 days would never end."""
        return _is_over(today - self._keyring.newest.born)

    async def maintain(self, today: date, is_day_certain: bool = True) -> None:
        """To be called every minute: rotates what is due or asked for, moves rows, destroys keys, removes traces.

        Nothing is due by a day that is not sure, and no key is destroyed for it: that cannot be undone.
        Returns early while something is held; the next call goes on. Raises KeysGone when the keys were shredded.
        """
        await self._database.truncate_journal()  # first: traces go whatever is wrong with the keys
        self._keyring.look_again()
        if (is_day_certain and self.is_due(today)) or key_file.is_rotation_requested(self._keyring.path):
            await self.begin(today)
        await self.go_on()
        if is_day_certain and not self.is_moving:
            for one in self._keyring.epochs[:-1]:
                if _is_over(today - one.born):
                    await self.destroy(one.number)
        await self._database.truncate_journal()

    async def begin(self, today: date) -> None:
        """A new epoch: rows written from now on are sealed in it. `go_on` moves the others."""
        # First: a request that cannot be removed would change the keys every minute.
        key_file.clear_rotation_request(self._keyring.path)
        added = self._keyring.add(today)
        self._vault.learn(added)
        await self.settle_epoch()
        log.warning(
            "The keys changed (epoch %d): copy the key file %s again, destroy its old copies, and make a backup.",
            added.number,
            self._keyring.path,
        )

    async def settle_epoch(self) -> None:
        """The facts move to the newest epoch, and it becomes the current one; also after a kill in between."""
        before, newest = self._vault.current, self._keyring.newest.number
        try:
            async with self._database.transaction() as change:
                self._vault.current = newest  # in here nobody else writes
                rows = await self._facts.table.before_epoch(change, newest, RowPosition(), SLICE)
                await self._facts.table.move(change, rows)
        except BaseException:
            self._vault.current = before
            raise
        self._places = {}

    async def go_on(self, slices: int | None = None) -> bool:
        """Moves rows until all are moved (True), something is held, or so many slices are done."""
        done = 0
        while self._places is not None and (slices is None or done < slices):
            async with self._rotation_lock.moving_rows() as allowed:
                if not allowed:
                    return False
                await self._move_slice(self._places)
            await asyncio.sleep(0)
            done += 1
        return self._places is None

    async def _move_slice(self, places: dict[str, RowPosition]) -> None:
        for table in self._tables:
            if await self._move_some(table, places):
                return
        self._places = None
        for number in self._vault.living[:-1]:
            self._vault.rest(number)

    async def _move_some(self, table: SealedTable, places: dict[str, RowPosition]) -> bool:
        """Whether there were rows to move; those that do not open are passed over, and stay."""
        place = places.get(table.table, RowPosition())
        if not await table.before_epoch(self._database, self._vault.current, place, 1):
            return False
        async with self._database.transaction() as change:
            rows = await table.before_epoch(change, self._vault.current, place, SLICE)
            await table.move(change, rows)
        if rows:
            places[table.table] = RowPosition(rows[-1].epoch, rows[-1].pseudonym)
        self._database.mark_erased()
        return True

    async def destroy(self, number: int, force: bool = False) -> None:
        """Destroys an epoch's keys: no copy of what they sealed opens any more. With `force` living rows go too.

        Raises StorageRefused for the current epoch, one that there is not, and one that living rows need.
        """
        if not self._keyring.holds(number):
            raise StorageRefused(f"There is no epoch {number} in the key file: look with `python -m bot keys`.")
        if number == self._keyring.newest.number:
            raise StorageRefused(
                f"Epoch {number} is the current one: `python -m bot keys rotate` first, then destroy it; "
                "or `python -m bot keys shred --yes` to blind everything."
            )
        living = 0 if force else await self._living(number)
        if living:
            raise StorageRefused(
                f"Epoch {number} still seals {living} rows: `python -m bot keys rotate` moves them to the newest; "
                "with --force they are lost on purpose."
            )
        await self._drop(number)

    async def _drop(self, number: int) -> None:
        """Rows first, keys last: cut off in between, it can be repeated."""
        async with self._rotation_lock.moving_rows():
            async with self._database.transaction() as change:
                for table in self._tables:
                    await table.delete_epoch(change, number)
            self._database.mark_erased()
            await self._database.truncate_journal()
            self._keyring.destroy(number)
            self._vault.forget(number)
        log.info("The keys of epoch %d are destroyed", number)

    async def _living(self, number: int) -> int:
        return sum([await self._living_in(table, number) for table in self._tables])

    async def _living_in(self, table: SealedTable, number: int) -> int:
        """How many rows of the epoch open; those that do not are nobody's."""
        found, place = 0, RowPosition(number)
        while rows := await table.before_epoch(self._database, number + 1, place, SLICE):
            place = RowPosition(rows[-1].epoch, rows[-1].pseudonym)
            found += sum(_of_epoch(table, row, number) for row in rows)
            await asyncio.sleep(0)
        return found


def _is_over(age: timedelta) -> bool:
    return not -1 <= age.days < DAYS


def _of_epoch(table: SealedTable, row: SealedRow, number: int) -> bool:
    return row.epoch == number and table.opened(row) is not None
