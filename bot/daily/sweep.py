"""Send the daily clause: at each full hour, the subscribers who chose this hour get the next clause in order.

As in a broadcast, the ledger first records that a delivery begins (a claim), then the clause is sent, then its result
is stored. All state is in the database. If the process is killed, the next one continues where it stopped.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial

from bot.broadcast.delivery import retry
from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.requests import CLEAN_AFTER
from bot.broadcast.delivery.restore_check import is_in_doubt
from bot.broadcast.delivery.results import list_updates
from bot.broadcast.delivery.results.circuit_breaker import CircuitBreaker
from bot.broadcast.delivery.results.outcome import (
    NotSent,
    RefusalCause,
    RefusedForNow,
    Sent,
    StopAll,
    TooFewStars,
    Withdrawn,
)
from bot.broadcast.delivery.retry import PendingCall
from bot.daily import due_hours
from bot.daily.cleanup import DailyCleanup
from bot.daily.messages import DailyMessages
from bot.runtime.waiting import wait_at_most
from storage.deliveries.daily_ledger import ClaimedDelivery, DeliveryResult, DueDelivery
from storage.deliveries.ledger import Outcome
from storage.errors import StorageTrouble
from storage.subscriptions.subscriber import Subscriber

LOOK_EVERY = 5.0  # seconds
QUARTER = 900.0  # seconds; the UTC offset of every zone is a multiple of this
GRACE = 12.0  # seconds that Telegram gets to answer when the process is to end
REST = 600.0  # seconds without a sweep after an error that concerns everybody

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _DailyDelivery:
    """The delivery of a clause to a subscriber, which the ledger has as begun. `ended` is None without a result."""

    claimed: ClaimedDelivery
    call: PendingCall
    ended: DeliveryResult | None = field(default=None, repr=False)


class DailySweep:
    """Send the daily clause to all subscribers for whom it is due, in a pass through the list every 15 min."""

    def __init__(
        self, context: EngineContext, messages: DailyMessages, on_rest: Callable[[], None] = lambda: None
    ) -> None:
        """Create the sweep. `on_rest` is called when failures pause it, and must neither block nor raise."""
        self._context = context
        self._on_rest = on_rest
        self._messages = messages
        self._ledger = context.store.daily_ledger
        self._cleanup = DailyCleanup(context)
        self._breaker = CircuitBreaker()
        self._settling: list[DeliveryResult] = []  # results that are not stored in the ledger yet
        self._swept_quarter: float | None = None
        self._rest_until = 0.0  # no sweep before this time of the steady clock
        self._has_failed = False  # by an unexpected error in the last look
        self._must_stop = False  # end this sweep, because of what Telegram answered
        self._refused: set[tuple[int, str]] = set()  # clauses and languages that Telegram refused in this sweep

    @property
    def is_paused(self) -> bool:
        """Return whether sending is paused for some minutes after failures."""
        return self._context.clock() < self._rest_until

    async def begin(self) -> None:
        """Recover after a restart. Call this before the engine's first heartbeat.

        Clauses that were being sent when the last process ended are stored as unknown. After a restore from a backup
        or a long silence, clauses that were due before now are not sent.
        """
        now, store = self._context.now(), self._context.store
        await self._recover()
        known = self._ledger.state
        if known.swept is None or await is_in_doubt(store, now):  # another process may have sent the last hours
            await self._ledger.replace_state(replace(known, floor=now, swept=known.swept or now))

    async def _recover(self) -> None:
        """Store all claimed deliveries without a result as unknown, after an error or a restart."""
        self._settling.clear()
        if await self._ledger.recover():
            await self._ledger.stop_finished(self._messages.last_number)
        self._has_failed = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Send the clauses when they are due. When `stopping` is set, return within 15 s."""
        while not stopping.is_set():
            try:
                await self.look(stopping)
            except StorageTrouble as error:
                log.warning("The daily clause waits: the database failed (%s)", type(error).__name__)
            except Exception:
                log.exception("Unexpected error in the daily clause; pausing it: deliveries in flight are unknown")
                self._has_failed, self._rest_until = True, self._context.clock() + REST
            await wait_at_most(stopping, LOOK_EVERY)

    async def look(self, stopping: asyncio.Event) -> None:
        """Store pending results, delete messages that are due, and send clauses once in each quarter hour."""
        quarter = self._context.now() // QUARTER
        if self._has_failed:
            await self._recover()
        if not self._context.clock_is_trusted or self._context.is_frozen():
            await self._cleanup.delete_due(stopping)
            return
        if self._settling:
            await self._commit([])
        if quarter == self._swept_quarter or self._context.clock() < self._rest_until:
            return
        await self._cleanup.delete_due(stopping)
        await self._cleanup.destroy_finished()
        if await self._sweep(stopping):
            self._swept_quarter = quarter

    # The sweep

    async def _sweep(self, stopping: asyncio.Event) -> bool:
        """Send the clauses that are due, in one pass through the list; return False if the pass was cut short."""
        now = self._context.now()
        due = await self._due_hours(now)
        if not due.send and not due.missed:
            return True
        self._breaker, self._must_stop, missed = CircuitBreaker(), False, 0
        self._refused.clear()
        async with aclosing(self._context.store.subscribers.everyone()) as pages:
            async for page in pages:
                missed += sum(_missed_hours(subscriber, due) for subscriber in page)
                await self._send_all([wanted for person in page if (wanted := _wanted(person, due))], stopping)
                if self._must_end(stopping):
                    break
        is_whole = not self._must_end(stopping)
        await self._end_sweep(now, missed, is_whole)
        return is_whole

    def _must_end(self, stopping: asyncio.Event) -> bool:
        return stopping.is_set() or self._must_stop or self._context.is_frozen()

    async def _due_hours(self, now: float) -> due_hours.Due:
        """Return the hours that became due since the last pass. Correct stored times that lie in the future first."""
        known = self._ledger.state
        # If the clock was set back, look at the last hours again: the ledgers show who got their clause already.
        if known.swept is None or known.swept > now:
            known = replace(known, swept=now - due_hours.LATEST, floor=min(known.floor, now))
            await self._ledger.replace_state(known)
        elif known.floor > now:  # stored while the clock was ahead
            known = replace(known, floor=now)
            await self._ledger.replace_state(known)
        assert known.swept is not None
        return due_hours.due(known.swept, now, known.floor)

    async def _end_sweep(self, now: float, missed: int, is_whole: bool) -> None:
        await self._commit([])
        if is_whole:
            totals = self._ledger.state.totals + Counter({Outcome.SKIPPED: missed})
            await self._ledger.replace_state(replace(self._ledger.state, swept=now, totals=totals))
        elif self._must_stop:
            self._rest_until = self._context.clock() + REST
        await self._update_list(at_end=is_whole)

    async def _send_all(self, wanted: list[DueDelivery], stopping: asyncio.Event) -> None:
        """Send all deliveries in `wanted`, `window_size` at a time. Skip those that are too late by then."""
        while wanted and not self._must_end(stopping):
            size = self._context.window_size()
            window, wanted = wanted[:size], wanted[size:]
            late = [person for person in window if due_hours.is_late(person.at, self._context.now())]
            if late:
                totals = self._ledger.state.totals + Counter({Outcome.SKIPPED: len(late)})
                await self._ledger.replace_state(replace(self._ledger.state, totals=totals))
            await self._deliver(await self._commit([person for person in window if person not in late]), stopping)
            await self._update_list()
            if wait := self._breaker.take_wait():
                await wait_at_most(stopping, wait)

    async def _commit(self, wanted: list[DueDelivery]) -> list[ClaimedDelivery]:
        """Store the known results and claim the deliveries `wanted`, in one transaction; return those claimed."""
        settling = list(self._settling)
        if not settling and not wanted:
            return []
        clean_at = self._context.now() + CLEAN_AFTER
        claimed = await self._ledger.commit(
            settling, wanted, last_clause=self._messages.last_number, clean_at=clean_at
        )
        del self._settling[: len(settling)]
        return claimed

    # The calls

    async def _deliver(self, claimed: list[ClaimedDelivery], stopping: asyncio.Event) -> None:
        """Send the claimed clauses. When `stopping` is set, cancel the calls that do not end within GRACE seconds."""
        deliveries = {
            asyncio.create_task(self._attempt(delivery)): delivery for delivery in map(self._delivery, claimed)
        }
        if not deliveries:
            return
        stop = asyncio.create_task(stopping.wait())
        all_calls = asyncio.gather(*deliveries, return_exceptions=True)
        await asyncio.wait((all_calls, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not all_calls.done():
            await retry.cut_off({task: delivery.call for task, delivery in deliveries.items()}, GRACE)
        for task, delivery in deliveries.items():
            self._settling.append(delivery.ended or DeliveryResult(delivery.claimed, delivery.call.outcome_if_cut))
            if not task.cancelled() and (error := task.exception()):
                log.error("Unexpected error sending a daily clause; this sweep stops", exc_info=error)
                self._must_stop = True

    def _delivery(self, claimed: ClaimedDelivery) -> _DailyDelivery:
        request = self._messages.request(claimed.subscriber, claimed.clause)
        return _DailyDelivery(claimed, PendingCall(request, claimed.due.chat))

    async def _attempt(self, delivery: _DailyDelivery) -> None:
        queued_at, due_at = self._context.clock(), delivery.claimed.due.at
        result = await retry.attempt(
            self._context,
            delivery.call,
            self._context.client.send,
            still_wanted=partial(self._still_wanted, delivery.claimed, queued_at),
            deadline=due_at + due_hours.LATEST,
        )
        delivery.ended = self._judge(delivery.claimed, result)

    async def _still_wanted(self, claimed: ClaimedDelivery, queued_at: float) -> Withdrawn | None:
        """Return None if the clause is still to be sent; otherwise a Withdrawn with the reason.

        A subscriber who left or turned the clause off gets none. While the bot is frozen, the delivery is retried
        later.
        """
        if self._context.is_frozen():
            return Withdrawn(Outcome.AGAIN)
        subscriber = await retry.current_subscriber(self._context, claimed.subscriber, queued_at)
        return Withdrawn(Outcome.LEFT) if subscriber is None or subscriber.daily is None else None

    def _judge(self, claimed: ClaimedDelivery, result: list_updates.MessageResult) -> DeliveryResult:
        """Return the result of a delivery for the ledger. Stop this pass if the cause concerns all subscribers."""
        subscriber = claimed.subscriber
        list_updates.record(self._breaker, result, subscriber)
        outcome = list_updates.outcome_of(result, subscriber)
        match result:
            case RefusedForNow(cause=RefusalCause.MESSAGE):
                self._warn_of_clause(claimed.clause, subscriber.language, result.kind)
            case TooFewStars():
                outcome = Outcome.PUT_OFF
            case StopAll() | NotSent():
                self._must_stop = True
            case _:
                pass  # concerns only this subscriber, or is left to the circuit breaker
        self._obey_breaker()
        return DeliveryResult(claimed, outcome, result.message if isinstance(result, Sent) else 0)

    def _obey_breaker(self) -> None:
        if self._breaker.tripped and not self._must_stop:
            log.warning("The daily clause paused: too many results in a row were %s", self._breaker.tripped.value)
            self._must_stop = True
            self._on_rest()

    def _warn_of_clause(self, clause: int, language: str, kind: str) -> None:
        """Log that Telegram refuses a clause in a language, once in each pass."""
        if (clause, language) not in self._refused:
            self._refused.add((clause, language))
            log.warning("Telegram refuses clause %d in %r: %s", clause, language, kind)

    async def _update_list(self, at_end: bool = False) -> None:
        updates = self._breaker.take_confirmed(at_end=at_end)
        await list_updates.apply(self._context.store, self._context.today(), updates)


def _missed_hours(subscriber: Subscriber, due: due_hours.Due) -> int:
    return due.missed.get((subscriber.daily.zone, subscriber.daily.hour), 0) if subscriber.daily else 0


def _wanted(subscriber: Subscriber, due: due_hours.Due) -> DueDelivery | None:
    """Return the delivery that is due for a subscriber; None if the chosen hour is not due or no hour is chosen."""
    daily = subscriber.daily
    if daily is None or (due_time := due.send.get((daily.zone, daily.hour))) is None:
        return None
    return DueDelivery(subscriber.chat, daily.hour, daily.zone, due_time.day, due_time.at)
