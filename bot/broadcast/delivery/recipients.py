"""Choose the next recipients of a job that sends.

First come recipients who were claimed before, but to whom the message was certainly not sent. Then come subscribers
from the list, or for a resend or retry, recipients from the ledger. Recipients in quiet hours wait in the ledger, and
come last, after their quiet hours.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.requests import RequestTemplates
from bot.broadcast.delivery.retry import PendingCall
from bot.model import quiet_hours
from bot.model.announcement import Announcement
from bot.model.audience import EVERYONE
from bot.model.quiet_hours import WaitsUntil
from storage.database import Transaction
from storage.deliveries.broadcast_state import BroadcastState, Work
from storage.deliveries.ledger import Entry, Ledger, Outcome, Totals
from storage.deliveries.waiting_rows import WaitingRows
from storage.sealing.sealed_table import RowPosition
from storage.subscriptions.subscriber import Subscriber

_MAX_ROWS = 500  # rows read in one transaction; most may be outside the audience


@dataclass(slots=True)
class Recipient:
    """A subscriber who is claimed in the ledger, and the call that sends to them.

    `claimed_at` is the monotonic time of the claim in seconds.
    """

    subscriber: Subscriber = field(repr=False)
    entry: Entry
    call: PendingCall
    claimed_at: float = 0.0


@dataclass(slots=True)
class Batch:
    """The recipients that one transaction claims, and the ledger rows that it writes.

    `recipients` are the people to send to. `new` are the rows to insert, and `old` those to update. Both also have
    rows of people to whom nothing is sent now. `moved` maps an outcome to the change of its total. `place` is the
    position of the last row that was read; the next batch begins after it. If `exhausted`, nobody is left to claim
    now: no row after `place`, and nobody whose quiet hours have ended. `resume_at` is the Unix time at which the next
    quiet hours end, or None.
    """

    place: RowPosition
    recipients: list[Recipient] = field(default_factory=list)
    new: list[Entry] = field(default_factory=list)
    old: list[Entry] = field(default_factory=list)
    moved: Totals = field(default_factory=Counter)
    exhausted: bool = False
    resume_at: float | None = None

    def is_last(self, in_flight: int, totals: Totals) -> bool:
        """Return whether nobody is left to send to now: on the list, in this batch, in flight or to be retried.

        `in_flight` is how many recipients are claimed without a stored result. `totals` counts recipients by outcome.
        """
        return self.exhausted and not self.recipients and not in_flight and not totals[Outcome.AGAIN]


class RecipientSource:
    """Choose the recipients of one sending job, batch by batch."""

    def __init__(
        self,
        context: EngineContext,
        work: Work,
        *,
        ledger: Ledger,
        announcement: Announcement,
        templates: RequestTemplates,
        waits_until: WaitsUntil | None = None,
    ) -> None:
        """Choose recipients for the job of the kind `work`.

        For a subscriber, `waits_until` returns the Unix time before which nothing may be sent to them; None for no
        wait. By default, this is the end of their quiet hours.
        """
        self._work = work
        self._subscribers = context.store.subscribers
        self.waits_until = waits_until or quiet_hours.waits_until(context.now, is_urgent=announcement.urgent)
        self._ledger = ledger
        self._audience = announcement.audience
        self._templates = templates
        self._waiting = WaitingRows(ledger, context.now)
        self._rows_seen = 0
        self._rows_wanted = 0

    async def take(self, change: Transaction, state: BroadcastState, size: int) -> Batch:
        """Return the next batch, of up to `size` recipients.

        The caller must store the rows of the batch in the same transaction `change`.
        """
        place = state.jobs[self._work].position
        if size <= 0:
            return Batch(place)
        if state.totals[Outcome.AGAIN]:
            entries = await self._ledger.page_after(change, b"", Outcome.AGAIN, size)
            if entries:
                return await self._claim_rows(Batch(place), entries)
        batch = await self._from_source(change, place, size)
        if not batch.exhausted or not (state.totals[Outcome.WAITING] or batch.moved[Outcome.WAITING]):
            return batch
        if batch.old or batch.new:
            return replace(batch, exhausted=False)  # first let the caller store these rows
        return await self._from_waiting(change, batch.place, size)

    async def _from_source(self, change: Transaction, place: RowPosition, size: int) -> Batch:
        match self._work:
            case Work.RESEND:
                return await self._from_ledger(change, place, Outcome.UNKNOWN, size)
            case Work.RETRY:
                return await self._from_ledger(change, place, Outcome.PUT_OFF, size)
            case _:
                return await self._from_list(change, place, size)

    async def _from_waiting(self, change: Transaction, place: RowPosition, size: int) -> Batch:
        batch = await self._claim_rows(Batch(place), await self._waiting.take_due(change, size))
        return replace(batch, exhausted=self._waiting.is_swept, resume_at=self._waiting.next_due)

    async def _from_list(self, change: Transaction, place: RowPosition, size: int) -> Batch:
        page_size = self._page_size(size)
        row_count, rows = await self._subscribers.read_page(change, place, page_size)
        seen, wanted = 0, dict[bytes, Subscriber]()
        for next_place, subscriber in rows:
            place, seen = next_place, seen + 1
            if subscriber is not None and self._audience.includes(subscriber):
                wanted[self._ledger.pseudonym(subscriber.chat)] = subscriber
                if len(wanted) == size:
                    break
        self._rows_seen, self._rows_wanted = self._rows_seen + seen, self._rows_wanted + len(wanted)
        batch = Batch(place, exhausted=seen == row_count < page_size)
        await self._claim_new(change, batch, wanted)
        return batch

    def _page_size(self, size: int) -> int:
        """Return how many rows of the subscriber list to read so that about `size` of them are in the audience.

        The proportion is estimated from the rows read so far.
        """
        if self._audience == EVERYONE:
            return size
        share = (self._rows_wanted + 1) / (self._rows_seen + 1)
        return min(_MAX_ROWS, max(size, round(1.25 * size / share)))

    async def _claim_new(self, change: Transaction, batch: Batch, wanted: dict[bytes, Subscriber]) -> None:
        known = await self._ledger.claimed_among(change, list(wanted))
        for pseudonym, subscriber in wanted.items():
            if pseudonym not in known:  # key rotation can list a subscriber twice who changed a choice meanwhile
                self._claim(batch, subscriber, pseudonym)

    def _claim(self, batch: Batch, subscriber: Subscriber, pseudonym: bytes) -> None:
        entry = self._decide(batch, subscriber, Entry(pseudonym, subscriber.chat, subscriber.language))
        batch.new.append(entry)
        batch.moved[entry.outcome] += 1

    def _decide(self, batch: Batch, subscriber: Subscriber, before: Entry) -> Entry:
        """Return the ledger row of the next subscriber: SKIPPED, WAITING for the end of quiet hours, or CLAIMED.

        `before` is the row as it was. If the row is claimed, add the subscriber to the recipients of the batch.
        """
        request = self._templates.for_subscriber(subscriber)
        if request is None:
            return before.with_outcome(Outcome.SKIPPED)
        if (until := self.waits_until(subscriber)) is not None:
            return self._waiting.deferred(before, until)
        claimed = replace(before, language=subscriber.language, outcome=Outcome.CLAIMED, due=0)
        entry = request.mark(claimed)
        batch.recipients.append(Recipient(subscriber, entry, PendingCall(request, subscriber.chat)))
        return entry

    async def _from_ledger(self, change: Transaction, place: RowPosition, outcome: Outcome, size: int) -> Batch:
        entries = await self._ledger.page_after(change, place.pseudonym, outcome, size)
        next_place = RowPosition(0, entries[-1].pseudonym) if entries else place
        return await self._claim_rows(Batch(next_place, exhausted=len(entries) < size), entries)

    async def _claim_rows(self, batch: Batch, entries: Iterable[Entry]) -> Batch:
        """Claim existing ledger rows, in order to send to these people again.

        The row of a person who has unsubscribed gets the outcome LEFT.
        """
        for before in entries:
            subscriber = await self._subscribers.get(before.chat) if before.chat else None
            if subscriber is None:
                after = before.with_outcome(Outcome.LEFT)
            else:
                after = self._decide(batch, subscriber, before)
            batch.old.append(after)
            batch.moved[before.outcome] -= 1
            batch.moved[after.outcome] += 1
        return batch
