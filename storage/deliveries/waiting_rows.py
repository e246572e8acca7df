"""Find the recipients in a ledger whose wait is over, and the time at which the next wait ends.

A recipient in quiet hours or with a digest has a row with the outcome WAITING. The end of the wait is in the
encrypted part of the row. Therefore the database shows how many recipients wait, but neither who they are nor until
when.
"""

import math
from collections.abc import Callable
from dataclasses import replace

from storage.database import ReadAccess
from storage.deliveries.ledger import Entry, Ledger, Outcome

LONGEST_WAIT = (7 * 24 + 2) * 3600.0  # seconds: a weekly digest is due within a week, which may have an hour more
MOST_DEFERRALS = 3  # waits; a person who changes the hours every day must not keep a ledger alive forever

_MOST_ROWS = 500  # read in one transaction


class WaitingRows:
    """Find the recipients in one ledger whose wait is over. A sweep reads all pages, from the first to the last.

    `is_swept` is True after a sweep that found nobody who was due. While it is True, `next_due` is the earliest Unix
    time at which a wait ends, or None if nobody waits.
    """

    def __init__(self, ledger: Ledger, now: Callable[[], float]) -> None:
        """Read the waiting rows of `ledger`. `now` returns the Unix time."""
        self._ledger = ledger
        self._now = now
        self._begin()

    def _begin(self) -> None:
        self._cursor = b""
        self._has_taken = False  # a row in this sweep; the transaction that was to claim it may have failed
        self.is_swept = False
        self.next_due: int | None = None

    @property
    def has_due(self) -> bool:
        """Return whether a recipient may be due now."""
        return not self.is_swept or (self.next_due is not None and self.next_due <= self._now())

    def deferred(self, entry: Entry, until: float) -> Entry:
        """Return a copy of `entry`, a recipient's row, with which the recipient waits until the Unix time `until`.

        A recipient who has waited MOST_DEFERRALS times waits no longer: then the copy has the outcome SKIPPED.
        """
        if entry.deferrals >= MOST_DEFERRALS:
            return replace(entry, outcome=Outcome.SKIPPED, due=0)
        waiting = replace(entry, outcome=Outcome.WAITING, due=math.ceil(until), deferrals=entry.deferrals + 1)
        self._note(waiting.due)
        return waiting

    async def take_due(self, reads: ReadAccess, size: int) -> list[Entry]:
        """Return up to `size` rows whose wait is over, from the next page of the ledger.

        After a sweep that found nobody who was due, return an empty list until the time `next_due`. Then begin a new
        sweep at the first page.
        """
        if not self.has_due:
            return []
        if self.is_swept:
            self._begin()
        page_size = min(_MOST_ROWS, 4 * size) if self._has_taken else _MOST_ROWS  # many are due at one hour
        page = await self._ledger.page_after(reads, self._cursor, Outcome.WAITING, page_size)
        due = list[Entry]()
        for entry in page:
            if len(due) == size:
                break
            self._cursor = entry.pseudonym
            if self._is_due(entry):
                due.append(entry)
            else:
                self._note(entry.due)
        self._has_taken = self._has_taken or bool(due)
        if len(page) < page_size and (not page or self._cursor == page[-1].pseudonym):
            self._end()
        return due

    def _end(self) -> None:
        """End a sweep. If it returned rows that were due, begin another one; otherwise set `is_swept`.

        Another sweep is needed, because the caller may have failed to send to these recipients, so that they still
        wait.
        """
        if self._has_taken:
            self._begin()
        else:
            self.is_swept = True

    def _is_due(self, entry: Entry) -> bool:
        """Return whether the wait of a recipient is over.

        An end that is too far in the future counts as over: it was stored while the clock was wrong.
        """
        now = self._now()
        return entry.due <= now or entry.due > now + LONGEST_WAIT

    def _note(self, due: int) -> None:
        self.next_due = due if self.next_due is None else min(self.next_due, due)
