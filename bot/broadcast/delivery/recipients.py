"""Choose the next recipients of a job that sends.

First come recipients who were claimed before, but to whom the message was certainly not sent. Then come new
recipients from the subscriber list. A resend or retry takes them from rows of the ledger instead of the list.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.broadcast.delivery.requests import RequestTemplate, RequestTemplates
from bot.broadcast.delivery.retry import PendingCall
from bot.model.announcement import Announcement
from bot.model.audience import EVERYONE
from storage.database import Transaction
from storage.deliveries.broadcast_state import BroadcastState, Work
from storage.deliveries.ledger import Entry, Ledger, Outcome, Totals
from storage.sealing.sealed_table import RowPosition
from storage.subscriptions.subscriber import Subscriber
from storage.subscriptions.subscriber_store import SubscriberStore

_MAX_ROWS = 500  # read in one transaction; most may be outside the audience


@dataclass(slots=True)
class Recipient:
    """A subscriber who is claimed in the ledger, and the call that sends to them.

    `claimed_at` is in seconds of the steady clock.
    """

    subscriber: Subscriber = field(repr=False)
    entry: Entry
    call: PendingCall
    claimed_at: float = 0.0


@dataclass(slots=True)
class Batch:
    """The recipients that one transaction claims.

    `recipients` are the people to send to. `new` are the ledger rows to insert, and `old` those to update. Both also
    contain rows of people to whom nothing is sent. `moved` is by how much the total of each outcome changes. `place`
    is where the next batch begins. `exhausted` says that there is nothing after `place`.
    """

    place: RowPosition
    recipients: list[Recipient] = field(default_factory=list)
    new: list[Entry] = field(default_factory=list)
    old: list[Entry] = field(default_factory=list)
    moved: Totals = field(default_factory=Counter)
    exhausted: bool = False

    def is_last(self, in_flight: int, totals: Totals) -> bool:
        """Return whether nobody is left: on the list, in this batch, in flight, or to be tried again."""
        return self.exhausted and not self.recipients and not in_flight and not totals[Outcome.AGAIN]


class RecipientSource:
    """Choose the recipients of one job that sends, a batch at a time."""

    def __init__(
        self,
        work: Work,
        subscribers: SubscriberStore,
        *,
        ledger: Ledger,
        announcement: Announcement,
        templates: RequestTemplates,
    ) -> None:
        self._work = work
        self._subscribers = subscribers
        self._ledger = ledger
        self._audience = announcement.audience
        self._templates = templates
        self._rows_seen = 0
        self._rows_wanted = 0

    async def take(self, change: Transaction, state: BroadcastState, size: int) -> Batch:
        """Return a batch of up to `size` recipients. The caller stores the batch's rows in the same transaction."""
        place = state.jobs[self._work].position
        if size <= 0:
            return Batch(place)
        if state.totals[Outcome.AGAIN]:
            entries = await self._ledger.page_after(change, b"", Outcome.AGAIN, size)
            if entries:
                return await self._claim_rows(Batch(place), entries)
        match self._work:
            case Work.RESEND:
                return await self._from_ledger(change, place, Outcome.UNKNOWN, size)
            case Work.RETRY:
                return await self._from_ledger(change, place, Outcome.PUT_OFF, size)
            case _:
                return await self._from_list(change, place, size)

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
        """Return how many rows of the list to fetch, so that about `size` of them are recipients.

        The share of recipients is estimated from the rows fetched so far.
        """
        if self._audience == EVERYONE:
            return size
        share = (self._rows_wanted + 1) / (self._rows_seen + 1)
        return min(_MAX_ROWS, max(size, round(1.25 * size / share)))

    async def _claim_new(self, change: Transaction, batch: Batch, wanted: dict[bytes, Subscriber]) -> None:
        known = await self._ledger.claimed_among(change, list(wanted))
        for pseudonym, subscriber in wanted.items():
            if pseudonym not in known:  # a subscriber who changed a choice during key rotation comes a second time
                self._claim(batch, subscriber, pseudonym)

    def _claim(self, batch: Batch, subscriber: Subscriber, pseudonym: bytes) -> None:
        request = self._templates.for_subscriber(subscriber)
        entry = Entry(pseudonym, subscriber.chat, subscriber.language)
        if request is None:
            entry = entry.with_outcome(Outcome.SKIPPED)
        else:
            entry = request.mark(entry)
            batch.recipients.append(_recipient(subscriber, entry, request))
        batch.new.append(entry)
        batch.moved[entry.outcome] += 1

    async def _from_ledger(self, change: Transaction, place: RowPosition, outcome: Outcome, size: int) -> Batch:
        entries = await self._ledger.page_after(change, place.pseudonym, outcome, size)
        next_place = RowPosition(0, entries[-1].pseudonym) if entries else place
        return await self._claim_rows(Batch(next_place, exhausted=len(entries) < size), entries)

    async def _claim_rows(self, batch: Batch, entries: Iterable[Entry]) -> Batch:
        """Claim `entries`, which are ledger rows of earlier deliveries, to send to these people again.

        People who have left get the outcome LEFT. People for whom there is nothing to send get SKIPPED.
        """
        for before in entries:
            subscriber = await self._subscribers.get(before.chat) if before.chat else None
            request = None if subscriber is None else self._templates.for_subscriber(subscriber)
            if subscriber is None or request is None:
                after = before.with_outcome(Outcome.LEFT if subscriber is None else Outcome.SKIPPED)
            else:
                after = request.mark(replace(before, language=subscriber.language, outcome=Outcome.CLAIMED))
                batch.recipients.append(_recipient(subscriber, after, request))
            batch.old.append(after)
            batch.moved[before.outcome] -= 1
            batch.moved[after.outcome] += 1
        return batch


def _recipient(subscriber: Subscriber, entry: Entry, request: RequestTemplate) -> Recipient:
    return Recipient(subscriber, entry, PendingCall(request, subscriber.chat))
