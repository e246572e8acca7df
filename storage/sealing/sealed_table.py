"""Tables of sealed rows: the SQL for everything of the shape (epoch, pseudonym, sealed), one statement a function."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from storage.database import ReadAccess, Transaction
from storage.sealing.vault import Vault

_START = b""
_TURN = 50  # rows opened and sealed, half a millisecond, after which everybody else has a turn


@dataclass(frozen=True, slots=True)
class SealedRow:
    epoch: int
    pseudonym: bytes
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RowPosition:
    """Where reading goes on: behind this row. Before all rows to begin with."""

    epoch: int = -1
    pseudonym: bytes = _START


class SealedTable:
    """Rows of one table do not open in another. `name_in` finds in a plain the name that it is stored under."""

    def __init__(self, vault: Vault, table: str, name_in: Callable[[bytes], bytes]) -> None:
        self._vault = vault
        self._name_in = name_in
        self.table = table
        self.label = table.encode()

    async def find(self, reads: ReadAccess, name: bytes) -> bytes | None:
        """The newest plain under `name`; None when there is none, or none that opens.

        Rows move from older epochs to newer ones: looked for in that order, none is missed on its way.
        """
        found = None
        for epoch in self._vault.living:
            pseudonym = self._vault.pseudonym(epoch, self.label, name)
            for sealed in await self._sealed(reads, epoch, pseudonym):
                plain = self._vault.open(epoch, self.label, pseudonym, sealed)
                if plain is not None and self._name_in(plain) == name:
                    found = plain
        return found

    async def put(self, change: Transaction, name: bytes, plain: bytes) -> None:
        """One row under `name`, in the current epoch, whatever there was."""
        current = self._vault.current
        for epoch in self._vault.living:
            if epoch != current:
                await self._delete(change, epoch, self._vault.pseudonym(epoch, self.label, name))
        pseudonym = self._vault.pseudonym(current, self.label, name)
        await self._upsert(change, self._sealed_row(current, pseudonym, plain))
        self._vault.replaced(current, self.label, pseudonym)

    async def remove(self, change: Transaction, name: bytes) -> bool:
        """Whether there was a row under `name`, in any epoch."""
        removed = 0
        for epoch in self._vault.living:
            pseudonym = self._vault.pseudonym(epoch, self.label, name)
            removed += await self._delete(change, epoch, pseudonym)
            self._vault.replaced(epoch, self.label, pseudonym)
        return removed > 0

    def opened(self, row: SealedRow) -> bytes | None:
        return self._vault.open(row.epoch, self.label, row.pseudonym, row.sealed)

    async def move(self, change: Transaction, rows: Iterable[SealedRow]) -> None:
        """The rows that open, sealed anew in the current epoch; the others stay where they are."""
        current = self._vault.current
        taken, put = [], []
        for number, row in enumerate(rows, 1):
            if number % _TURN == 0:
                await asyncio.sleep(0)
            plain = self.opened(row)
            if plain is not None:
                pseudonym = self._vault.pseudonym(current, self.label, self._name_in(plain))
                taken.append((row.epoch, row.pseudonym))
                put.append(self._sealed_row(current, pseudonym, plain))
        await self._delete_many(change, taken)
        await self._insert_many(change, put)

    def _sealed_row(self, epoch: int, pseudonym: bytes, plain: bytes) -> SealedRow:
        return SealedRow(epoch, pseudonym, self._vault.seal(epoch, self.label, pseudonym, plain))

    async def _sealed(self, reads: ReadAccess, epoch: int, pseudonym: bytes) -> list[bytes]:
        statement = self._sql("SELECT sealed FROM [table] WHERE epoch = $1 AND pseudonym = $2")
        return [sealed for (sealed,) in await reads.rows(statement, epoch, pseudonym)]

    async def after(self, reads: ReadAccess, place: RowPosition, size: int) -> list[SealedRow]:
        """The next `size` rows in key order."""
        statement = self._sql(
            "SELECT epoch, pseudonym, sealed FROM [table] WHERE (epoch, pseudonym) > ($1, $2) "
            "ORDER BY epoch, pseudonym LIMIT $3"
        )
        return [SealedRow(*row) for row in await reads.rows(statement, place.epoch, place.pseudonym, size)]

    async def before_epoch(self, reads: ReadAccess, epoch: int, place: RowPosition, size: int) -> list[SealedRow]:
        """The next `size` rows of the epochs before `epoch`."""
        statement = self._sql(
            "SELECT epoch, pseudonym, sealed FROM [table] WHERE (epoch, pseudonym) > ($1, $2) AND epoch < $3 "
            "ORDER BY epoch, pseudonym LIMIT $4"
        )
        return [SealedRow(*row) for row in await reads.rows(statement, place.epoch, place.pseudonym, epoch, size)]

    async def count(self, reads: ReadAccess) -> int:
        [(number,)] = await reads.rows(self._sql("SELECT COUNT(*) FROM [table]"))
        return int(number)

    async def count_in(self, reads: ReadAccess, epoch: int) -> int:
        [(number,)] = await reads.rows(self._sql("SELECT COUNT(*) FROM [table] WHERE epoch = $1"), epoch)
        return int(number)

    async def newest_epoch(self, reads: ReadAccess) -> int | None:
        [(number,)] = await reads.rows(self._sql("SELECT MAX(epoch) FROM [table]"))
        return number if isinstance(number, int) else None

    async def delete_epoch(self, change: Transaction, epoch: int) -> int:
        return await change.run(self._sql("DELETE FROM [table] WHERE epoch = $1"), epoch)

    async def _upsert(self, change: Transaction, row: SealedRow) -> None:
        statement = self._sql(_INSERT + "ON CONFLICT (epoch, pseudonym) DO UPDATE SET sealed = excluded.sealed")
        await change.run(statement, row.epoch, row.pseudonym, row.sealed)

    async def _insert_many(self, change: Transaction, rows: list[SealedRow]) -> None:
        """What is there already stays: a row of an older epoch is never the newer one."""
        statement = self._sql(_INSERT + "ON CONFLICT (epoch, pseudonym) DO NOTHING")
        await change.run_many(statement, [(row.epoch, row.pseudonym, row.sealed) for row in rows])

    async def _delete(self, change: Transaction, epoch: int, pseudonym: bytes) -> int:
        return await change.run(self._sql(_DELETE), epoch, pseudonym)

    async def _delete_many(self, change: Transaction, keys: list[tuple[int, bytes]]) -> None:
        await change.run_many(self._sql(_DELETE), keys)

    def _sql(self, statement: str) -> str:
        return statement.replace("[table]", self.table)


_INSERT = "INSERT INTO [table] (epoch, pseudonym, sealed) VALUES ($1, $2, $3) "
_DELETE = "DELETE FROM [table] WHERE epoch = $1 AND pseudonym = $2"
