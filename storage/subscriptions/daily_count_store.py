"""Store how many people join, leave or change their choices each day, in the transaction of the change."""

from datetime import date

from storage.database import Database, ReadAccess, Transaction
from storage.sealing.sealed_table import RowPosition, SealedTable
from storage.sealing.vault import Vault
from storage.subscriptions import daily_count
from storage.subscriptions.daily_count import CountRecord, DailyCount

_PAGE = 100


class DailyCountStore:
    """Read and write how many people joined, left or changed their choices on each day."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self.table = SealedTable(vault, "tallies", daily_count.read_name)

    async def add(self, transaction: Transaction, day: date, counted: DailyCount) -> None:
        """Add `counted` to the counts of a day.

        All records of the day are encrypted and written again. If only some records changed, an observer of the
        database could see which counts grew.
        """
        if not counted:
            return
        count = await self._read_day(transaction, day)
        count.update(counted)
        for part, plain in enumerate(daily_count.encode(day, count)):
            await self.table.put(transaction, daily_count.record_name(day, part), plain)

    async def _read_day(self, reads: ReadAccess, day: date) -> DailyCount:
        """Return the counts of a day. Records that cannot be decrypted are ignored; the next `add` replaces them."""
        count, part, parts = DailyCount(), 0, 1
        while part < parts:
            plain = await self.table.find(reads, daily_count.record_name(day, part))
            if plain is not None:
                record = daily_count.decode(plain)
                parts = max(parts, record.parts)
                count.update(record.count)
            part += 1
        return count

    async def days(self) -> dict[date, DailyCount]:
        """Return the counts of all days on which something changed."""
        records: list[CountRecord] = []
        position = RowPosition()
        while rows := await self.table.page_after(self._database, position, _PAGE):
            position = rows[-1].position
            records += [daily_count.decode(plain) for plain in map(self.table.open_row, rows) if plain is not None]
        return daily_count.sum_by_day(records)
