"""Read and write tables of sealed rows: encrypted records under pseudonyms.

The tables have the columns `epoch`, `pseudonym` and `sealed`.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from storage.database import ReadAccess, Transaction
from storage.sealing.vault import Vault

_ROWS_PER_TURN = 50  # rows decrypted and encrypted, in half a millisecond, before other tasks get a turn


@dataclass(frozen=True, slots=True)
class RowPosition:
    """A position in a table: after the row with this epoch and pseudonym. By default, it is before all rows."""

    epoch: int = -1
    pseudonym: bytes = b""


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A row as it is stored. `sealed` is the encrypted record."""

    epoch: int
    pseudonym: bytes
    sealed: bytes = field(repr=False)

    @property
    def position(self) -> RowPosition:
        """Return where a reader of the whole table goes on after this row."""
        return RowPosition(self.epoch, self.pseudonym)


class SealedTable:
    """Read and write the encrypted rows of one table.

    The pseudonym of a row is made from a name, such as a chat id. `name_in` is a function that returns the name in a
    decrypted record. A row that is copied to another table cannot be decrypted there.
    """

    def __init__(self, vault: Vault, table: str, name_in: Callable[[bytes], bytes]) -> None:
        self._vault = vault
        self._name_in = name_in
        self.table = table
        self.label = table.encode()

    async def find(self, reads: ReadAccess, name: bytes) -> bytes | None:
        """Return the decrypted record under `name`; None when there is none, or when it cannot be decrypted.

        If several epochs (periods with their own keys) have such a record, return that of the newest one. The epochs
        are read from the oldest to the newest, because key rotation moves rows to the newest. In the other order, a
        row that is moved during the search could be missed.
        """
        newest = None
        for epoch in self._vault.active_epochs:
            pseudonym = self._vault.pseudonym(epoch, self.label, name)
            for sealed in await self._sealed(reads, epoch, pseudonym):
                plain = self._vault.open(epoch, self.label, pseudonym, sealed)
                if plain is not None and self._name_in(plain) == name:
                    newest = plain
        return newest

    async def put(self, transaction: Transaction, name: bytes, plain: bytes) -> None:
        """Store a record under `name`, encrypted with the keys of the current epoch.

        Delete all earlier rows of that name.
        """
        current = self._vault.current_epoch
        for epoch in self._vault.active_epochs:
            if epoch != current:
                await self._delete(transaction, epoch, self._vault.pseudonym(epoch, self.label, name))
        pseudonym = self._vault.pseudonym(current, self.label, name)
        await self._upsert(transaction, self._seal(current, pseudonym, plain))
        self._vault.clear_rejected(current, self.label, pseudonym)

    async def remove(self, transaction: Transaction, name: bytes) -> bool:
        """Delete the rows under `name`, encrypted with the keys of any epoch. Return False when there were none."""
        removed = 0
        for epoch in self._vault.active_epochs:
            pseudonym = self._vault.pseudonym(epoch, self.label, name)
            removed += await self._delete(transaction, epoch, pseudonym)
            self._vault.clear_rejected(epoch, self.label, pseudonym)
        return removed > 0

    def open_row(self, row: SealedRow) -> bytes | None:
        """Return the decrypted record of a row; None when the row cannot be decrypted."""
        return self._vault.open(row.epoch, self.label, row.pseudonym, row.sealed)

    async def move(self, transaction: Transaction, rows: Iterable[SealedRow]) -> None:
        """Encrypt rows with the keys of the current epoch, and delete the old rows.

        Rows that cannot be decrypted stay.
        """
        current = self._vault.current_epoch
        old, new = list[tuple[int, bytes]](), list[SealedRow]()
        for number, row in enumerate(rows, 1):
            if number % _ROWS_PER_TURN == 0:
                await asyncio.sleep(0)
            plain = self.open_row(row)
            if plain is not None:
                pseudonym = self._vault.pseudonym(current, self.label, self._name_in(plain))
                old.append((row.epoch, row.pseudonym))
                new.append(self._seal(current, pseudonym, plain))
        await self._delete_many(transaction, old)
        await self._insert_many(transaction, new)

    def _seal(self, epoch: int, pseudonym: bytes, plain: bytes) -> SealedRow:
        return SealedRow(epoch, pseudonym, self._vault.seal(epoch, self.label, pseudonym, plain))

    async def _sealed(self, reads: ReadAccess, epoch: int, pseudonym: bytes) -> list[bytes]:
        statement = self._sql("SELECT sealed FROM [table] WHERE epoch = $1 AND pseudonym = $2")
        return [sealed for (sealed,) in await reads.rows(statement, epoch, pseudonym)]

    async def page_after(self, reads: ReadAccess, position: RowPosition, size: int) -> list[SealedRow]:
        """Return up to `size` rows after `position`, in order of epoch and pseudonym."""
        statement = self._sql(
            "SELECT epoch, pseudonym, sealed FROM [table] WHERE (epoch, pseudonym) > ($1, $2) "
            "ORDER BY epoch, pseudonym LIMIT $3"
        )
        return [SealedRow(*row) for row in await reads.rows(statement, position.epoch, position.pseudonym, size)]

    async def page_before_epoch(
        self, reads: ReadAccess, epoch: int, position: RowPosition, size: int
    ) -> list[SealedRow]:
        """Return up to `size` rows of epochs before `epoch`, in order of epoch and pseudonym, after `position`."""
        statement = self._sql(
            "SELECT epoch, pseudonym, sealed FROM [table] WHERE (epoch, pseudonym) > ($1, $2) AND epoch < $3 "
            "ORDER BY epoch, pseudonym LIMIT $4"
        )
        rows = await reads.rows(statement, position.epoch, position.pseudonym, epoch, size)
        return [SealedRow(*row) for row in rows]

    async def count(self, reads: ReadAccess) -> int:
        """Return the number of rows, including those that cannot be decrypted."""
        [(number,)] = await reads.rows(self._sql("SELECT COUNT(*) FROM [table]"))
        return int(number)

    async def newest_epoch(self, reads: ReadAccess) -> int | None:
        """Return the newest epoch that has a row; None for an empty table."""
        [(number,)] = await reads.rows(self._sql("SELECT MAX(epoch) FROM [table]"))
        return number if isinstance(number, int) else None

    async def delete_epoch(self, transaction: Transaction, epoch: int) -> int:
        """Delete all rows of an epoch, and return how many there were."""
        return await transaction.run(self._sql("DELETE FROM [table] WHERE epoch = $1"), epoch)

    async def _upsert(self, transaction: Transaction, row: SealedRow) -> None:
        statement = self._sql(_INSERT + "ON CONFLICT (epoch, pseudonym) DO UPDATE SET sealed = excluded.sealed")
        await transaction.run(statement, row.epoch, row.pseudonym, row.sealed)

    async def _insert_many(self, transaction: Transaction, rows: list[SealedRow]) -> None:
        """Insert rows that were moved to an epoch.

        If the table already has a row with the same epoch and pseudonym, that row is newer and is kept.
        """
        statement = self._sql(_INSERT + "ON CONFLICT (epoch, pseudonym) DO NOTHING")
        await transaction.run_many(statement, [(row.epoch, row.pseudonym, row.sealed) for row in rows])

    async def _delete(self, transaction: Transaction, epoch: int, pseudonym: bytes) -> int:
        return await transaction.run(self._sql(_DELETE), epoch, pseudonym)

    async def _delete_many(self, transaction: Transaction, keys: list[tuple[int, bytes]]) -> None:
        await transaction.run_many(self._sql(_DELETE), keys)

    def _sql(self, statement: str) -> str:
        return statement.replace("[table]", self.table)


_INSERT = "INSERT INTO [table] (epoch, pseudonym, sealed) VALUES ($1, $2, $3) "
_DELETE = "DELETE FROM [table] WHERE epoch = $1 AND pseudonym = $2"
