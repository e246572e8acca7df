"""The daily clause in the database: who got theirs today, so that no crash and no clock gives anybody two in a day.

A day (of the people's own calendars) has a ledger of its own, like a broadcast: pseudonyms under a random key, no
times, and chats only where a discreet push is to be deleted; destroyed when the day is over everywhere and that is
done. The claim is committed before the call, with the person's next clause already counted on.
"""

import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from storage.database import Database, Transaction
from storage.deliveries import ledger
from storage.deliveries.ledger import Entry, Ledger, Outcome, Totals
from storage.sealing.documents import Documents
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Subscriber
from storage.subscriptions.subscriber_store import SubscriberStore

_NAME = b"daily"
_SLICE = 500  # ledger rows destroyed in a transaction
_BELIEVED = 7  # days: a clock that went back by more was wrong before
# Surely not sent: it is the next again.
_RETURNED = frozenset({Outcome.AGAIN, Outcome.PUT_OFF, Outcome.REFUSED, Outcome.SKIPPED, Outcome.LEFT})


@dataclass(frozen=True, slots=True)
class DayLedger:
    """`clean_at` is when discreet pushes are to be deleted; None: there are none (any more)."""

    key: bytes = field(repr=False)
    clean_at: float | None = None


@dataclass(frozen=True, slots=True)
class DailyState:
    """`swept`: all hours up to this instant are done. `floor`: hours before it are not sent. `gone`: the last day
    whose ledger is destroyed, as an ordinal like the keys of `days`. `totals` are of all time."""

    swept: float | None = None
    floor: float = 0.0
    gone: int = 0
    days: Mapping[int, DayLedger] = field(default_factory=dict)
    totals: Totals = field(default_factory=Counter)
    words: Mapping[str, int] = field(default_factory=dict)  # how deletions ended

    def with_day(self, number: int, day: DayLedger) -> "DailyState":
        return replace(self, days={**self.days, number: day})

    def counted(self, outcomes: Iterable[Outcome]) -> "DailyState":
        return replace(self, totals=self.totals + Counter(outcomes))


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """Whose hour has struck: `hour` of `zone` on `day`, as they had chosen when it was looked."""

    chat: int = field(repr=False)
    hour: int
    zone: str
    day: int
    at: float


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """`one` is as it was before: `clause` is theirs now."""

    wanted: DueDelivery
    subscriber: Subscriber = field(repr=False)
    clause: int
    entry: Entry = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    claimed: ClaimedDelivery
    outcome: Outcome
    message: int = field(default=0, repr=False)


class DailyLedger:
    """`state` is what is on disk: one process writes, and it writes here. `load` first."""

    def __init__(self, database: Database, documents: Documents, subscribers: SubscriberStore) -> None:
        self._database = database
        self._documents = documents
        self._subscribers = subscribers
        self.state = DailyState()

    async def load(self) -> None:
        told = await self._documents.get(self._database, _NAME)
        self.state = _decoded(told) if told is not None else DailyState()

    def counts(self) -> dict[str, int]:
        """Of all time, and of all people together; `late` were skipped, `push_...` are discreet pushes deleted."""
        totals = self.state.totals
        refused = totals[Outcome.REFUSED] + totals[Outcome.PUT_OFF]
        told = {"sent": totals[Outcome.SENT], "late": totals[Outcome.SKIPPED], "refused": refused}
        words = {f"push_{word}": count for word, count in self.state.words.items()}
        return told | {"unknown": totals[Outcome.UNKNOWN], **words}

    async def replace_state(self, after: DailyState) -> None:
        async with self._database.transaction() as change:
            await self._put(change, after)
        self.state = after

    async def recover(self) -> int:
        """What was in flight when the last process ended is unknown now; how many."""
        found = 0
        for number, day in self.state.days.items():
            async with self._database.transaction() as change:
                rows = await Ledger(-number, day.key).replace_outcome(change, Outcome.CLAIMED, Outcome.UNKNOWN)
                after = replace(self.state, totals=self.state.totals + Counter({Outcome.UNKNOWN: rows}))
                if rows:
                    await self._put(change, after)
            self.state, found = after, found + rows
        return found

    async def stop_finished(self, last: int) -> None:
        """For those whose last clause was in flight when the last process ended: theirs was counted on already."""
        async with aclosing(self._subscribers.everyone()) as pages:
            async for page in pages:
                if finished := [one.chat for one in page if _is_over(one, last)]:
                    await self._end(finished, last)

    async def _end(self, chats: list[int], last: int) -> None:
        async with self._database.transaction() as change:
            for chat in chats:
                one = await self._subscribers.get(chat)
                if one is not None and _is_over(one, last):
                    await self._keep(change, replace(one, daily=None))

    async def commit(
        self, ended: list[DeliveryResult], wanted: list[DueDelivery], last: int, clean_at: float
    ) -> list[ClaimedDelivery]:
        """Settles and claims in one transaction; `last` is the number of the last clause, `clean_at` is for discreet
        pushes that went out now."""
        async with self._database.transaction() as change:
            standing = self.state
            for one in ended:
                standing = await self._settle(change, standing, one, last, clean_at)
            claimed = list[ClaimedDelivery]()
            for person in wanted:
                standing, got = await self._claim(change, standing, person, last)
                claimed += [got] if got else []
            if standing != self.state:
                await self._put(change, standing)
        self.state = standing
        return claimed

    async def sent_page(self, number: int, place: bytes, size: int) -> list[Entry]:
        """The next rows of a day that were sent; those with a chat and a message are pushes to be deleted."""
        return await Ledger(-number, self.state.days[number].key).page_after(
            self._database, place, Outcome.SENT, size
        )

    async def record_deletions(self, number: int, entries: list[Entry], words: Counter[str], is_last: bool) -> None:
        """Notes what became of the pushes of these rows; the day is clean with the last of them."""
        day = self.state.days[number]
        async with self._database.transaction() as change:
            gone = [replace(one, chat=0, message=0) for one in entries if one.message]
            await Ledger(-number, day.key).settle(change, gone)
            after = replace(self.state, words=Counter(self.state.words) + words)
            if is_last:
                after = after.with_day(number, replace(day, clean_at=None))
            if after != self.state:
                await self._put(change, after)
        self.state = after

    async def erase(self, chat: int) -> list[int]:
        """Takes somebody out of all ledgers; the ids of discreet pushes in their chat, to be deleted now."""
        pushes = list[int]()
        for number, day in self.state.days.items():
            rows = Ledger(-number, day.key)
            async with self._database.transaction() as change:
                entry = await rows.entry_for(change, chat)
                if entry is not None and entry.message:
                    pushes.append(entry.message)
                    await rows.settle(change, [replace(entry, chat=0, message=0)])
        return pushes

    async def destroy_day(self, number: int) -> None:
        """The ledger of a day and its key. Cut off in between, it can be repeated."""
        rows = _SLICE
        while rows == _SLICE:
            async with self._database.transaction() as change:
                rows = await ledger.destroy_some(change, -number, _SLICE)
        days = {day: kept for day, kept in self.state.days.items() if day != number}
        await self.replace_state(replace(self.state, days=days, gone=max(self.state.gone, number)))
        self._database.mark_erased()

    async def _claim(
        self, change: Transaction, standing: DailyState, wanted: DueDelivery, last: int
    ) -> tuple[DailyState, ClaimedDelivery | None]:
        one = await self._subscribers.get(wanted.chat)
        if one is None or one.daily is None or (one.daily.hour, one.daily.zone) != (wanted.hour, wanted.zone):
            return standing, None
        if 0 <= standing.gone - wanted.day <= _BELIEVED:
            return standing.counted([Outcome.SKIPPED]), None  # nobody knows any more whether they got theirs that day
        if _is_over(one, last):
            await self._keep(change, replace(one, daily=None))
            return standing, None
        if wanted.day not in standing.days:
            standing = standing.with_day(wanted.day, DayLedger(ledger.fresh_key()))
        rows = Ledger(-wanted.day, standing.days[wanted.day].key)
        before = await rows.entry_for(change, one.chat)
        if before is not None and before.outcome is not Outcome.AGAIN:
            return standing, None
        entry = Entry(rows.pseudonym(one.chat), one.chat if one.discreet else 0, one.language, discreet=one.discreet)
        await (rows.settle if before else rows.claim)(change, [entry])
        clause = one.daily.clause
        await self._keep(change, replace(one, daily=replace(one.daily, clause=clause + 1)))
        return standing, ClaimedDelivery(wanted, one, clause, entry)

    async def _settle(
        self, change: Transaction, standing: DailyState, ended: DeliveryResult, last: int, clean_at: float
    ) -> DailyState:
        claimed, outcome = ended.claimed, ended.outcome
        number, message = claimed.wanted.day, ended.message if claimed.entry.discreet else 0
        day = standing.days[number]
        entry = replace(claimed.entry, chat=claimed.entry.chat if message else 0, message=message, outcome=outcome)
        await Ledger(-number, day.key).settle(change, [entry])
        await self._go_on(change, claimed, outcome, last)
        if message and day.clean_at is None:
            standing = standing.with_day(number, replace(day, clean_at=clean_at))
        return standing if outcome is Outcome.AGAIN else standing.counted([outcome])

    async def _go_on(self, change: Transaction, claimed: ClaimedDelivery, outcome: Outcome, last: int) -> None:
        """What was surely not sent comes next again; after the last clause it ends. A choice made since stays."""
        one = await self._subscribers.get(claimed.wanted.chat)
        if one is None or one.daily is None or one.daily.clause != claimed.clause + 1:
            return
        if outcome in _RETURNED:
            await self._keep(change, replace(one, daily=replace(one.daily, clause=claimed.clause)))
        elif claimed.clause >= last:
            await self._keep(change, replace(one, daily=None))

    async def _keep(self, change: Transaction, one: Subscriber) -> None:
        await self._subscribers.table.put(change, subscriber.record_name(one.chat), subscriber.encode(one))

    async def _put(self, change: Transaction, standing: DailyState) -> None:
        await self._documents.put(change, _NAME, _encoded(standing))


def _is_over(one: Subscriber, last: int) -> bool:
    return one.daily is not None and one.daily.clause > last


def _encoded(one: DailyState) -> bytes:
    days = {str(number): [b64encode(day.key).decode(), day.clean_at] for number, day in one.days.items()}
    totals = {str(int(what)): count for what, count in one.totals.items()}
    told = {"swept": one.swept, "floor": one.floor, "gone": one.gone, "days": days, "totals": totals}
    return json.dumps(told | {"words": dict(one.words)}).encode()


def _decoded(content: bytes) -> DailyState:
    told = json.loads(content)
    days = {int(number): DayLedger(b64decode(key), clean_at) for number, (key, clean_at) in told["days"].items()}
    totals = Counter({Outcome(int(what)): count for what, count in told["totals"].items()})
    return DailyState(told["swept"], told["floor"], told["gone"], days, totals, told["words"])
