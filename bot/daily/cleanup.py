"""Delete the discreet messages of the daily clause when they are due, and destroy the ledgers of past days.

A discreet message is a neutral notice in place of the clause. The ledger of a day stores to whom a clause was sent.
"""

import asyncio
from collections import Counter

from bot.broadcast.delivery import retry
from bot.broadcast.delivery.amend_job import count_undeleted
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from bot.broadcast.delivery.results.outcome import EditOutcome
from bot.daily import due_hours
from storage.deliveries.broadcast_state import Work
from storage.deliveries.ledger import Entry

_MAX_CALLS = 5  # for each message
_PAGE = 100  # rows


class DailyCleanup:
    """Delete the discreet messages and destroy the ledgers of daily clauses.

    Each date has its own ledger. Its number is the ordinal of the date (`date.toordinal`).
    """

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self._ledger = context.store.daily_ledger

    async def delete_due(self, stopping: asyncio.Event) -> None:
        """Delete all discreet messages that are due to be deleted, date by date. End early when `stopping` is set."""
        now = self._context.now()
        for number, day in sorted(self._ledger.state.days.items()):
            if day.clean_at is not None and day.clean_at <= now and self._context.may_delete_messages:
                await self._delete_day(number, stopping)

    async def destroy_finished(self) -> None:
        """Destroy the ledger of each date that is over in every time zone and has no message left to delete."""
        now = self._context.now()
        for number, day in sorted(self._ledger.state.days.items()):
            if day.clean_at is None and due_hours.over_at(number) <= now:
                await self._ledger.destroy_day(number)

    async def _delete_day(self, number: int, stopping: asyncio.Event) -> None:
        """Delete the discreet messages of a date, one page of ledger rows at a time.

        After the last page, publish how many messages could not be deleted, if there are any.
        """
        place, is_last, total = b"", False, Counter[str]()
        while not is_last and not stopping.is_set():
            entries = await self._ledger.sent_page(number, place, _PAGE)
            outcomes = await asyncio.gather(*(self._delete(entry) for entry in entries if entry.message))
            counts, is_last = Counter(outcome.value for outcome in outcomes), len(entries) < _PAGE
            await self._ledger.record_deletions(number, entries, words=counts, is_last=is_last)
            total.update(counts)
            place = entries[-1].pseudonym if entries else place
        if is_last and (count := count_undeleted(total)):
            self._context.publish(BroadcastEvent(0, Work.CLEAN, EventKind.UNDELETED, count=count))

    async def _delete(self, entry: Entry) -> EditOutcome:
        return await retry.delete_message(self._context, entry.message, entry.chat, max_calls=_MAX_CALLS)
