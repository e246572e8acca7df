"""The daily tallies in the database: counted in the transaction of what they count, read for the chart."""

from datetime import date

from storage import tally
from storage.database import Change, Database, Reads
from storage.rows import Place, SealedTable
from storage.tally import Part, Tally
from storage.vault import Vault

_PAGE = 100


class Tallies:
    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self.table = SealedTable(vault, "tallies", tally.name_in)

    async def add(self, change: Change, day: date, counted: Tally) -> None:
        """All records of the day are sealed anew, so that none shows what was added."""
        if not counted:
            return
        known = await self._of(change, day)
        known.update(counted)
        for number, plain in enumerate(tally.encoded(day, known)):
            await self.table.put(change, tally.name(day, number), plain)

    async def _of(self, reads: Reads, day: date) -> Tally:
        """A record that does not open counts nothing; the next `add` replaces it."""
        found, number, parts = Tally(), 0, 1
        while number < parts:
            plain = await self.table.find(reads, tally.name(day, number))
            if plain is not None:
                part = tally.decoded(plain)
                parts = max(parts, part.parts)
                found.update(part.tally)
            number += 1
        return found

    async def days(self) -> dict[date, Tally]:
        """Every day with news; for `tally.series`."""
        found: list[Part] = []
        place = Place()
        while rows := await self.table.after(self._database, place, _PAGE):
            place = Place(rows[-1].epoch, rows[-1].pseudonym)
            found += [tally.decoded(plain) for row in rows if (plain := self.table.opened(row)) is not None]
        return tally.summed(found)
