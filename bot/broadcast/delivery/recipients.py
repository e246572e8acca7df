"""Choose the next recipients of a job that sends.

First come recipients who were claimed before, but to whom the message was certainly not sent. Then come recipients
who waited in the ledger for the end of quiet hours or for a digest, and are due. The last are subscribers from the
list, or in a resend or retry, recipients from the ledger whose delivery was unknown or refused.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.requests import RequestTemplate, RequestTemplates
from bot.broadcast.delivery.results.outcome import Withdrawn
from bot.broadcast.delivery.retry import PendingCall
from bot.broadcast.delivery.waiting.turn_order import PAUSE
from bot.model import arrival
from bot.model.announcement import Announcement
from bot.model.audience import EVERYONE
from storage.database import Transaction
from storage.deliveries.broadcast_state import LIST_IS_DONE, BroadcastState, Work
from storage.deliveries.ledger import Entry, Ledger, Outcome, Totals
from storage.deliveries.waiting_rows import WaitingRows
from storage.sealing.sealed_table import RowPosition
from storage.subscriptions.subscriber import Subscriber

_MAX_ROWS = 500  # rows read in one transaction; most may be outside the audience

WaitsUntil = Callable[[Subscriber], float | None]


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
    rows of people to whom nothing is sent now. `moved` maps each outcome to the change in the number of rows with
    this outcome. `place` is the position of the last row that was read; the next batch begins after it.

    If `exhausted`, nobody can be claimed now: there is no row after `place`, and no recipient whose wait is over.
    `resume_at` is the Unix time at which the next wait ends, or None. `pause` is the time in seconds until somebody
    can be claimed again. It is more than 0 while older announcements have to reach the remaining recipients first.
    """

    place: RowPosition
    recipients: list[Recipient] = field(default_factory=list)
    new: list[Entry] = field(default_factory=list)
    old: list[Entry] = field(default_factory=list)
    moved: Totals = field(default_factory=Counter)
    exhausted: bool = False
    resume_at: float | None = None
    pause: float = 0.0

    def is_last(self, in_flight: int, totals: Totals) -> bool:
        """Return whether nobody is left to send to now, neither on the list nor in this batch, in flight or to retry.

        `in_flight` is how many recipients are claimed without a stored result. `totals` counts recipients by outcome.
        """
        return self.exhausted and not self.recipients and not in_flight and not totals[Outcome.AGAIN]


class RecipientSource:
    """Choose the recipients of one sending job, batch by batch."""

    def __init__(
        self,
        context: EngineContext,
        number: int,
        work: Work,
        *,
        ledger: Ledger,
        announcement: Announcement,
        waits_until: WaitsUntil | None = None,
    ) -> None:
        """Choose recipients for the job of the kind `work`.

        `waits_until` returns the Unix time until which a subscriber must wait; None if they need not wait. By
        default, subscribers wait for the end of their quiet hours or for their digest, and then until older
        announcements have reached them.
        """
        self._context = context
        self._number = number
        self._work = work
        self._subscribers = context.store.subscribers
        self._waits_until = waits_until or self._as_chosen
        self._obeys_order = waits_until is None
        self._begun = context.now()
        self._ledger = ledger
        self._is_urgent = announcement.urgent
        self._audience = announcement.audience
        labels = context.settings_labels, context.copy_labels
        self._templates = RequestTemplates(announcement, number, *labels)
        self._waiting = WaitingRows(ledger, context.now)
        self._rows_seen = 0
        self._rows_wanted = 0

    def has_due(self, state: BroadcastState) -> bool:
        """Return whether there may be a recipient in the ledger whose wait is over."""
        return state.totals[Outcome.WAITING] > 0 and self._waiting.has_due

    async def take(self, change: Transaction, state: BroadcastState, size: int) -> Batch:
        """Return the next batch, of up to `size` recipients.

        The caller must store the rows of the batch in the same transaction `change`.
        """
        place, self._begun = state.jobs[self._work].position, state.begun or self._context.now()
        if size <= 0:
            return Batch(place)
        if state.totals[Outcome.AGAIN]:
            entries = await self._ledger.page_after(change, b"", Outcome.AGAIN, size)
            if entries:
                return await self._claim_rows(Batch(place), entries)
        if self.has_due(state) and self._is_its_turn():
            batch = await self.take_due(change, state, size)
            if batch.old:
                return batch
        return self._with_waiting(await self._from_source(change, place, size), state)

    async def take_due(self, change: Transaction, state: BroadcastState, size: int) -> Batch:
        """Return a batch of up to `size` recipients from the ledger whose wait is over."""
        batch = Batch(state.jobs[self._work].position)
        return await self._claim_rows(batch, await self._waiting.take_due(change, size))

    def _with_waiting(self, batch: Batch, state: BroadcastState) -> Batch:
        """Return the batch with `exhausted` or `resume_at` changed because recipients wait in the ledger.

        If the batch is not `exhausted`, or if nobody waits, return it unchanged. Otherwise another batch must follow
        if this one has rows to store, or if somebody's wait may be over: then set `exhausted` to False. If not, set
        `resume_at` to the Unix time at which the next wait ends.
        """
        if not batch.exhausted or not (state.totals[Outcome.WAITING] or batch.moved[Outcome.WAITING]):
            return batch
        if batch.old or batch.new or self._waiting.has_due:
            return replace(batch, exhausted=False, pause=0.0 if self._is_its_turn() else PAUSE)
        place = LIST_IS_DONE if self._work is Work.SEND else batch.place  # subscribers who join later get other ones
        return replace(batch, place=place, resume_at=self._waiting.next_due)

    def _is_its_turn(self) -> bool:
        order, states = self._context.turn_order, self._context.store.broadcasts.known
        return not self._obeys_order or order.is_turn_of(self._number, states, self._context.now())

    def _as_chosen(self, subscriber: Subscriber) -> float | None:
        """Return the Unix time until which the announcement waits for a subscriber; None if it need not wait.

        An urgent announcement never waits.
        """
        return None if self._is_urgent else arrival.waits_until(subscriber, self._begun, self._context.now())

    def adapt(self, recipient: Recipient, subscriber: Subscriber) -> Withdrawn | None:
        """Adapt the call for a recipient to the choices that the subscriber has now, and return None.

        If the announcement may not be sent to them now, instead return a Withdrawn with the outcome to store.
        """
        if self._waits_until(subscriber) is not None:
            return Withdrawn(Outcome.AGAIN)  # and waits in the ledger from the next commit on
        request = self._request(subscriber)
        if request is None:
            return Withdrawn(Outcome.SKIPPED)
        recipient.subscriber, recipient.call.request = subscriber, request
        recipient.entry = request.mark(replace(recipient.entry, language=subscriber.language))
        return None

    def _request(self, subscriber: Subscriber) -> RequestTemplate | None:
        """Return the request for a subscriber. Only the first announcement of a digest makes a sound."""
        sound, chat = self._context.first_sound, subscriber.chat
        if subscriber.digest and not self._is_urgent:
            may_ring = sound.may_ring(chat, self._number, self._context.now())
            subscriber = subscriber if may_ring else replace(subscriber, quiet=True)
        return self._templates.for_subscriber(subscriber)

    async def _from_source(self, change: Transaction, place: RowPosition, size: int) -> Batch:
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
        """Return the ledger row of the next subscriber: SKIPPED, WAITING or CLAIMED.

        `before` is the row to change, new or from the ledger. If it becomes CLAIMED, add the subscriber to the
        recipients of the batch.
        """
        request = self._templates.for_subscriber(subscriber)
        if request is None:
            return before.with_outcome(Outcome.SKIPPED)
        until = self._waits_until(subscriber)
        if until is None and subscriber.digest and not (before.deferrals or self._is_urgent or self._is_its_turn()):
            until = self._context.now()  # until older announcements have reached them
        if until is not None:
            return self._waiting.deferred(before, until)
        sent_at = 0 if before.outcome is Outcome.CLAIMED else int(self._context.now())
        claimed = replace(before, language=subscriber.language, outcome=Outcome.CLAIMED, due=sent_at)
        entry = request.mark(claimed)
        batch.recipients.append(Recipient(subscriber, entry, PendingCall(request, subscriber.chat)))
        return entry

    async def _from_ledger(self, change: Transaction, place: RowPosition, outcome: Outcome, size: int) -> Batch:
        entries = await self._ledger.page_after(change, place.pseudonym, outcome, size)
        next_place = RowPosition(0, entries[-1].pseudonym) if entries else place
        return await self._claim_rows(Batch(next_place, exhausted=len(entries) < size), entries)

    async def _claim_rows(self, batch: Batch, entries: Iterable[Entry]) -> Batch:
        """Claim the recipients of existing ledger rows again, and return `batch` with their changed rows.

        If a recipient has unsubscribed, their row gets the outcome LEFT.
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
