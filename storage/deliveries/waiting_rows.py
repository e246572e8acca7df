"""Find the recipients in a ledger whose wait is over, and the time at which the next wait ends.

A recipient in quiet hours has a row with the outcome WAITING. The end of the wait is in the encrypted part of the
row. Therefore the database shows how many recipients wait, but neither who they are nor when they sleep.
"""

import math
from collections.abc import Callable
from dataclasses import replace

from storage.database import ReadAccess
from storage.deliveries.ledger import Entry, Ledger, Outcome

LONGEST_WAIT = 26 * 3600.0  # seconds: quiet hours end within a day, which may have 25 hours
MOST_DEFERRALS = 3  # waits; a person who changes the quiet hours every day must not keep a ledger alive forever

_PAGE = 500  # rows read in one transaction


class WaitingRows:
    """Read the rows of waiting recipients in one ledger, a page at a time, from the first to the last.

    `is_swept` is True when the last call of `take_due` reached the end of the ledger. Then `next_due` is the earliest
    Unix time at which a wait ends, or None if nobody waits.
    """

    def __init__(self, ledger: Ledger, now: Callable[[], float]) -> None:
        """Read the waiting rows of `ledger`. `now` returns the Unix time."""
        self._ledger = ledger
        self._now = now
        self._cursor = b""
        self.is_swept = False
        self.next_due: int | None = None

    def deferred(self, entry: Entry, until: float) -> Entry:
        """Return a copy of a row that makes the recipient wait until the Unix time `until`.

        After MOST_DEFERRALS waits, return a row with the outcome SKIPPED instead.
        """
        if entry.deferrals >= MOST_DEFERRALS:
            return replace(entry, outcome=Outcome.SKIPPED, due=0)
        waiting = replace(entry, outcome=Outcome.WAITING, due=math.ceil(until), deferrals=entry.deferrals + 1)
        self._note(waiting.due)
        return waiting

    async def take_due(self, reads: ReadAccess, size: int) -> list[Entry]:
        """Return up to `size` rows whose wait is over, from the next page of the ledger.

        After the last page, return nothing until `next_due`, and then begin with the first page again.
        """
        if self.is_swept:
            if self.next_due is None or self._now() < self.next_due:
                return []
            self._cursor, self.is_swept, self.next_due = b"", False, None
        page = await self._ledger.page_after(reads, self._cursor, Outcome.WAITING, _PAGE)
        due = list[Entry]()
        for entry in page:
            if len(due) == size:
                return due
            self._cursor = entry.pseudonym
            if self._is_due(entry):
                due.append(entry)
            else:
                self._note(entry.due)
        self.is_swept = len(page) < _PAGE
        return due

    def _is_due(self, entry: Entry) -> bool:
        """Return whether the wait of a recipient is over.

        An end that is too far in the future counts as over: it was stored while the clock was wrong.
        """
        now = self._now()
        return entry.due <= now or entry.due > now + LONGEST_WAIT

    def _note(self, due: int) -> None:
        self.next_due = due if self.next_due is None else min(self.next_due, due)
