"""Who comes next: first those surely not sent to before, then the list in key order, or rows of the ledger."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.broadcast.delivery.requests import RequestTemplate, RequestTemplates
from bot.model.announcement import Announcement
from bot.model.audience import EVERYONE
from storage.database import Change
from storage.deliveries.broadcast_state import BroadcastState, Work
from storage.deliveries.ledger import Entry, Ledger, Outcome, Totals
from storage.sealing.sealed_table import Place
from storage.subscriptions.subscriber import Subscriber
from storage.subscriptions.subscriber_store import Subscribers

_SCAN = 500  # rows fetched in a transaction at most, of whom few may be wanted


@dataclass(slots=True)
class Recipient:
    """Somebody claimed. `calling` from the moment in which the call may have left."""

    one: Subscriber = field(repr=False)
    entry: Entry
    form: RequestTemplate
    claimed_at: float = 0.0
    calling: bool = False


@dataclass(slots=True)
class Batch:
    """What one transaction takes: rows to insert, rows to update, and of both those to be sent to."""

    place: Place
    recipients: list[Recipient] = field(default_factory=list)
    new: list[Entry] = field(default_factory=list)
    old: list[Entry] = field(default_factory=list)
    moved: Totals = field(default_factory=Counter)
    exhausted: bool = False

    def is_last(self, in_flight: int, totals: Totals) -> bool:
        """Whether nobody is left, with these `totals`: on the list, in flight, or surely not sent to."""
        return self.exhausted and not self.recipients and not in_flight and not totals[Outcome.AGAIN]


class RecipientSource:
    """Of one job that sends."""

    def __init__(
        self, work: Work, subscribers: Subscribers, ledger: Ledger, said: Announcement, forms: RequestTemplates
    ) -> None:
        self._work = work
        self._subscribers = subscribers
        self._ledger = ledger
        self._audience = said.audience
        self._forms = forms
        self._looked = 0
        self._wanted = 0

    async def take(self, change: Change, standing: BroadcastState, room: int) -> Batch:
        """Up to `room` recipients; to be claimed in the same transaction. Without room, nobody."""
        place = standing.jobs[self._work].place
        if room <= 0:
            return Batch(place)
        if standing.totals[Outcome.AGAIN]:
            entries = await self._ledger.after(change, b"", Outcome.AGAIN, room)
            if entries:
                return await self._anew(Batch(place), entries)
        match self._work:
            case Work.RESEND:
                return await self._of_ledger(change, place, Outcome.UNKNOWN, room)
            case Work.RETRY:
                return await self._of_ledger(change, place, Outcome.PUT_OFF, room)
            case _:
                return await self._of_list(change, place, room)

    async def _of_list(self, change: Change, place: Place, room: int) -> Batch:
        size = self._needed(room)
        number, rows = await self._subscribers.page(change, place, size)
        looked, wanted = 0, dict[bytes, Subscriber]()
        for behind, one in rows:
            place, looked = behind, looked + 1
            if one is not None and self._audience.wants(one):
                wanted[self._ledger.pseudonym(one.chat)] = one
                if len(wanted) == room:
                    break
        self._looked, self._wanted = self._looked + looked, self._wanted + len(wanted)
        taken = Batch(place, exhausted=looked == number < size)
        known = await self._ledger.known(change, list(wanted))
        for pseudonym, one in wanted.items():
            if pseudonym not in known:  # who changed a choice during rotation comes a second time
                self._claim(taken, one, pseudonym)
        return taken

    def _needed(self, room: int) -> int:
        """Rows to fetch so that about `room` are wanted, going by those looked at so far."""
        if self._audience == EVERYONE:
            return room
        share = (self._wanted + 1) / (self._looked + 1)
        return min(_SCAN, max(room, round(1.25 * room / share)))

    def _claim(self, taken: Batch, one: Subscriber, pseudonym: bytes) -> None:
        form = self._forms.for_subscriber(one)
        entry = Entry(pseudonym, one.chat, one.language)
        if form is None:
            taken.new.append(entry.ended(Outcome.SKIPPED))
        else:
            entry = form.noted(entry)
            taken.recipients.append(Recipient(one, entry, form))
            taken.new.append(entry)
        taken.moved[taken.new[-1].outcome] += 1

    async def _of_ledger(self, change: Change, place: Place, outcome: Outcome, room: int) -> Batch:
        entries = await self._ledger.after(change, place.pseudonym, outcome, room)
        behind = Place(0, entries[-1].pseudonym) if entries else place
        return await self._anew(Batch(behind, exhausted=len(entries) < room), entries)

    async def _anew(self, taken: Batch, entries: Iterable[Entry]) -> Batch:
        for before in entries:
            one = await self._subscribers.get(before.chat) if before.chat else None
            form = None if one is None else self._forms.for_subscriber(one)
            if one is None or form is None:
                after = before.ended(Outcome.LEFT if one is None else Outcome.SKIPPED)
            else:
                after = form.noted(replace(before, language=one.language, outcome=Outcome.CLAIMED))
                taken.recipients.append(Recipient(one, after, form))
            taken.old.append(after)
            taken.moved[before.outcome] -= 1
            taken.moved[after.outcome] += 1
        return taken
