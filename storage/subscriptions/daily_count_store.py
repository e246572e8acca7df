"""The daily tallies in the database: counted in the transaction of what they count, read for the chart."""

from datetime import date

from storage.database import Database, ReadAccess, Transaction
from storage.sealing.sealed_table import RowPosition, SealedTable
from storage.sealing.vault import Vault
from storage.subscriptions import daily_count
from storage.subscriptions.daily_count import CountRecord, DailyCount

_PAGE = 100


class DailyCountStore:
    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self.table = SealedTable(vault, "tallies", daily_count.read_name)

    async def add(self, change: Transaction, day: date, counted: DailyCount) -> None:
        """All records of the day are sealed anew, so that none shows what was added."""
        if not counted:
            return
        known = await self._read_day(change, day)
        known.update(counted)
        for number, plain in enumerate(daily_count.encode(day, known)):
            await self.table.put(change, daily_count.record_name(day, number), plain)

    async def _read_day(self, reads: ReadAccess, day: date) -> DailyCount:
        """A record that does not open counts nothing; the next `add` replaces it."""
        found, number, parts = DailyCount(), 0, 1
        while number < parts:
            plain = await self.table.find(reads, daily_count.record_name(day, number))
            if plain is not None:
                part = daily_count.decode(plain)
                parts = max(parts, part.parts)
                found.update(part.tally)
            number += 1
        return found

    async def days(self) -> dict[date, DailyCount]:
        """Every day with news; for `daily_count.series`."""
        found: list[CountRecord] = []
        place = RowPosition()
        while rows := await self.table.after(self._database, place, _PAGE):
            place = RowPosition(rows[-1].epoch, rows[-1].pseudonym)
            found += [daily_count.decode(plain) for row in rows if (plain := self.table.opened(row)) is not None]
        return daily_count.summed(found)
