"""Record the deliveries of daily clauses. Even after a crash or a change of the clock, nobody gets two in one day.

Each calendar day has one ledger, a set of rows with one row for each recipient. Days are those of the subscribers'
own time zones. Before a message is sent, the recipient's row is committed, together with the number of the
subscriber's next clause. A row has a pseudonym, made with the ledger's random key, and no time. It has a chat id only
while a discreet message is to be deleted. A ledger is destroyed when its discreet messages are deleted and its day is
over in all time zones.
"""

from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from storage.database import Database, Transaction
from storage.deliveries import daily_state, ledger
from storage.deliveries.daily_state import DailyState, DayLedger
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome
from storage.sealing.documents import Documents
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Subscriber
from storage.subscriptions.subscriber_store import SubscriberStore

_NAME = b"daily"
_ROWS_AT_ONCE = 500  # ledger rows deleted in one transaction
_BELIEVED = 7  # days: a clock that went back by more was wrong before
# Outcomes of clauses that were certainly not sent: the same clause is sent next.
_RETURNED = frozenset({Outcome.AGAIN, Outcome.PUT_OFF, Outcome.REFUSED, Outcome.SKIPPED, Outcome.LEFT})


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A daily clause that is due for one subscriber.

    The clause is due on `day` at `hour` in the time zone `zone`; `at` is the same moment in Unix seconds. `day` is a
    number as from `date.toordinal()`. `hour` and `zone` are the subscriber's choice when the list was read. The
    subscriber can have chosen others since then.
    """

    chat: int = field(repr=False)
    hour: int
    zone: str
    day: int
    at: float


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A daily delivery that can be sent now, because its row in the ledger is committed.

    `due` says when the clause was due. `clause` is the number of the clause to send. `subscriber` is the person's
    record as it was before this delivery was claimed. `entry` is the row in the ledger of the day.
    """

    due: DueDelivery
    subscriber: Subscriber = field(repr=False)
    clause: int
    entry: Entry = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The outcome of a daily delivery. `message` is the id of the sent message, or 0."""

    claimed: ClaimedDelivery
    outcome: Outcome
    message: int = field(default=0, repr=False)


class DailyLedger:
    """Record the deliveries of daily clauses before they are sent, and their outcomes afterwards. Call `load` first.

    `state` is the stored progress of the daily clause. Only one process writes it, and only through this class.
    """

    def __init__(self, database: Database, documents: Documents, subscribers: SubscriberStore) -> None:
        self._database = database
        self._documents = documents
        self._subscribers = subscribers
        self.state = DailyState()

    async def load(self) -> None:
        """Read `state` from the database."""
        content = await self._documents.get(self._database, _NAME)
        self.state = DailyState() if content is None else daily_state.decode(content)

    def counts(self) -> dict[str, int]:
        """Return the numbers of all daily deliveries so far, by the name of the result, such as `{"sent": 90}`.

        The names are `sent`, `late` (skipped, because it was too late), `refused` and `unknown`. Names that begin
        with `push_` count the results of deleting discreet messages.
        """
        totals = self.state.totals
        return {
            "sent": totals[Outcome.SENT],
            "late": totals[Outcome.SKIPPED],
            "refused": totals[Outcome.REFUSED] + totals[Outcome.PUT_OFF],
            "unknown": totals[Outcome.UNKNOWN],
            **{f"push_{word}": count for word, count in self.state.words.items()},
        }

    async def replace_state(self, after: DailyState) -> None:
        """Store `after` as the new state. The state is on disk when this call returns."""
        async with self._database.transaction() as transaction:
            await self._put(transaction, after)
        self.state = after

    async def recover(self) -> int:
        """Set the outcome UNKNOWN for all messages that an earlier process was sending when it ended.

        Return their number.
        """
        recovered = 0
        for day in self.state.days:
            async with self._database.transaction() as transaction:
                count = await self._rows_of(day).replace_outcome(transaction, Outcome.CLAIMED, Outcome.UNKNOWN)
                after = replace(self.state, totals=self.state.totals + Counter({Outcome.UNKNOWN: count}))
                if count:
                    await self._put(transaction, after)
            self.state, recovered = after, recovered + count
        return recovered

    async def stop_finished(self, last_clause: int) -> None:
        """Turn the daily clause off for subscribers who have been sent the declaration's last clause.

        Usually `commit` turns it off, when it stores the result of the last clause. Call this method for subscribers
        whose result was lost, because the process ended while that clause was being sent.
        """
        async with aclosing(self._subscribers.everyone()) as pages:
            async for page in pages:
                if finished := [person.chat for person in page if _has_finished(person, last_clause)]:
                    await self._stop(finished, last_clause)

    async def _stop(self, chats: list[int], last_clause: int) -> None:
        async with self._database.transaction() as transaction:
            for chat in chats:
                person = await self._subscribers.get(chat)
                if person is not None and _has_finished(person, last_clause):
                    await self._save(transaction, replace(person, daily=None))

    async def commit(
        self, results: list[DeliveryResult], due: list[DueDelivery], *, last_clause: int, clean_at: float
    ) -> list[ClaimedDelivery]:
        """Store the outcomes in `results`, and claim the `due` deliveries before they are sent, in one transaction.

        Return the claimed deliveries, which the caller must send now. Due deliveries that are not returned must not
        be sent: the person has changed the choice meanwhile, or already got a clause on that day. `last_clause` is
        the number of the declaration's last clause. `clean_at` is the deadline, in Unix seconds, for deleting the
        discreet messages among `results`.
        """
        async with self._database.transaction() as transaction:
            state, claims = self.state, list[ClaimedDelivery]()
            for result in results:
                state = await self._settle(transaction, state, result, clean_at=clean_at)
                await self._advance(transaction, result, last_clause=last_clause)
            for delivery in due:
                state, claim = await self._claim(transaction, state, delivery, last_clause=last_clause)
                claims += [claim] if claim else []
            if state != self.state:
                await self._put(transaction, state)
        self.state = state
        return claims

    async def sent_page(self, day: int, pseudonym: bytes, size: int) -> list[Entry]:
        """Return up to `size` entries of sent messages of a day, sorted by pseudonym, beginning after `pseudonym`.

        An entry with a message id stands for a discreet message that is still to be deleted.
        """
        return await self._rows_of(day).page_after(self._database, pseudonym, Outcome.SENT, size)

    async def record_deletions(self, day: int, entries: list[Entry], *, words: Counter[str], is_last: bool) -> None:
        """Store that the discreet messages of `entries` are deleted.

        `words` counts the deletions by the name of their result. `is_last` means that no other message of the day is
        left to delete.
        """
        async with self._database.transaction() as transaction:
            deleted = [entry.without_recipient() for entry in entries if entry.message]
            await self._rows_of(day).settle(transaction, deleted)
            after = replace(self.state, words=Counter(self.state.words) + words)
            if is_last:
                after = after.with_day(day, replace(after.days[day], clean_at=None))
            if after != self.state:
                await self._put(transaction, after)
        self.state = after

    async def erase(self, chat: int) -> list[int]:
        """Remove a chat id from the daily ledgers of all days.

        Return the ids of the discreet messages in that chat. The caller must delete these messages now.
        """
        pushes = list[int]()
        for day in self.state.days:
            rows = self._rows_of(day)
            async with self._database.transaction() as transaction:
                entry = await rows.entry_for(transaction, chat)
                if entry is not None and entry.message:
                    pushes.append(entry.message)
                    await rows.settle(transaction, [entry.without_recipient()])
        return pushes

    async def destroy_day(self, day: int) -> None:
        """Delete the ledger of a day (the rows of all its recipients) and its key. A second call changes nothing."""
        deleted = _ROWS_AT_ONCE
        while deleted == _ROWS_AT_ONCE:
            async with self._database.transaction() as transaction:
                deleted = await ledger.delete_rows(transaction, LedgerId.for_day(day), _ROWS_AT_ONCE)
        await self.replace_state(self.state.without_day(day))
        self._database.mark_erased()

    async def _claim(
        self, transaction: Transaction, state: DailyState, due: DueDelivery, *, last_clause: int
    ) -> tuple[DailyState, ClaimedDelivery | None]:
        """Record one delivery before it is sent, if the person still wants it and has got no clause on that day yet.

        Return the new state, and the recorded delivery or None.
        """
        person = await self._subscribers.get(due.chat)
        if person is None or person.daily is None or (person.daily.hour, person.daily.zone) != (due.hour, due.zone):
            return state, None
        if 0 <= state.gone - due.day <= _BELIEVED:  # the ledger that knew whether it was sent is destroyed
            return state.add_to_totals([Outcome.SKIPPED]), None
        if _has_finished(person, last_clause):
            await self._save(transaction, replace(person, daily=None))
            return state, None
        if due.day not in state.days:
            state = state.with_day(due.day, DayLedger(ledger.fresh_key()))
        entry = await _claim_row(transaction, _rows(state, due.day), person)
        if entry is None:
            return state, None
        clause = person.daily.clause
        await self._save(transaction, replace(person, daily=replace(person.daily, clause=clause + 1)))
        return state, ClaimedDelivery(due=due, subscriber=person, clause=clause, entry=entry)

    async def _settle(
        self, transaction: Transaction, state: DailyState, result: DeliveryResult, *, clean_at: float
    ) -> DailyState:
        claimed, day = result.claimed, result.claimed.due.day
        message = result.message if claimed.entry.discreet else 0
        chat = claimed.entry.chat if message else 0
        entry = replace(claimed.entry, chat=chat, message=message, outcome=result.outcome)
        await _rows(state, day).settle(transaction, [entry])
        if message and state.days[day].clean_at is None:
            state = state.with_day(day, replace(state.days[day], clean_at=clean_at))
        return state if result.outcome is Outcome.AGAIN else state.add_to_totals([result.outcome])

    async def _advance(self, transaction: Transaction, result: DeliveryResult, *, last_clause: int) -> None:
        """Update the number of the subscriber's next clause with the result of a delivery.

        The claim has already raised the number by one. If the clause was certainly not sent, lower it again. If the
        last clause was sent, turn the daily clause off. If the person has changed the number meanwhile, change
        nothing.
        """
        claimed = result.claimed
        person = await self._subscribers.get(claimed.due.chat)
        if person is None or person.daily is None or person.daily.clause != claimed.clause + 1:
            return
        if result.outcome in _RETURNED:
            await self._save(transaction, replace(person, daily=replace(person.daily, clause=claimed.clause)))
        elif claimed.clause >= last_clause:
            await self._save(transaction, replace(person, daily=None))

    def _rows_of(self, day: int) -> Ledger:
        return _rows(self.state, day)

    async def _save(self, transaction: Transaction, person: Subscriber) -> None:
        """Store a subscriber whose daily clause changed. The daily statistics do not count such changes."""
        await self._subscribers.table.put(transaction, subscriber.record_name(person.chat), subscriber.encode(person))

    async def _put(self, transaction: Transaction, state: DailyState) -> None:
        await self._documents.put(transaction, _NAME, daily_state.encode(state))


async def _claim_row(transaction: Transaction, rows: Ledger, person: Subscriber) -> Entry | None:
    """Record a delivery in `rows`, the ledger of a day, before it is sent; return its entry.

    Return None if the ledger already has a delivery to this subscriber. Only one with the outcome AGAIN is replaced,
    because that message is to be sent again.
    """
    before = await rows.entry_for(transaction, person.chat)
    if before is not None and before.outcome is not Outcome.AGAIN:
        return None
    entry = Entry(
        pseudonym=rows.pseudonym(person.chat),
        chat=person.chat if person.discreet else 0,
        language=person.language,
        discreet=person.discreet,
    )
    await (rows.settle if before else rows.claim)(transaction, [entry])
    return entry


def _rows(state: DailyState, day: int) -> Ledger:
    return Ledger(LedgerId.for_day(day), state.days[day].key)


def _has_finished(person: Subscriber, last_clause: int) -> bool:
    return person.daily is not None and person.daily.clause > last_clause
