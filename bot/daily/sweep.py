"""The daily clause: when an hour strikes, everybody who chose it gets their next clause; claimed, sent, settled.

Everything it goes by is in the database; a process that is killed anywhere goes on where it was.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from bot.broadcast.delivery.amend_job import undeleted
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from bot.broadcast.delivery.requests import CLEAN_AFTER, RequestTemplate
from bot.broadcast.delivery.restore_check import is_in_doubt
from bot.broadcast.delivery.results import list_updates
from bot.broadcast.delivery.results.circuit_breaker import Breaker
from bot.broadcast.delivery.results.outcome import (
    About,
    EditOutcome,
    NotSent,
    RefusedForNow,
    SendResult,
    Sent,
    StopAll,
    TooDear,
)
from bot.broadcast.delivery.retry import STALE, Backoff, deleted, within
from bot.daily import due_hours
from bot.daily.messages import DailyMessages
from bot.telegram_api.rate_limiting.token_bucket import Lane
from storage.deliveries.broadcast_state import Work
from storage.deliveries.daily_ledger import ClaimedDelivery, DeliveryResult, DueDelivery
from storage.deliveries.ledger import Entry, Outcome
from storage.errors import StorageTrouble
from storage.subscriptions.subscriber import Subscriber

LOOK_EVERY = 5.0  # seconds
QUARTER = 900.0  # seconds: no zone is off by less
GRACE = 12.0  # seconds that Telegram gets to answer when the process is to end
REST = 600.0  # seconds after the breaker, or a word of Telegram's to stop
_TRIES = 5  # of a deletion that stays unclear
_PAGE = 100

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Call:
    """`calling` from the moment in which the call may have left."""

    claimed: ClaimedDelivery
    form: RequestTemplate
    calling: bool = False
    ended: DeliveryResult | None = field(default=None, repr=False)


class Daily:
    def __init__(
        self, tools: EngineContext, clauses: DailyMessages, rests: Callable[[], None] = lambda: None
    ) -> None:
        """`rests` hears that the breaker stopped it; it must not block and must not raise."""
        self._tools = tools
        self._rests = rests
        self._clauses = clauses
        self._rows = tools.store.daily_ledger
        self._breaker = Breaker()
        self._settling: list[DeliveryResult] = []
        self._looked: float | None = None  # the quarter of an hour that is done
        self._rest_until = 0.0
        self._failed = False  # in a way that nobody foresaw
        self._stop = False  # this sweep, for what Telegram says
        self._refused: set[tuple[int, str]] = set()  # clauses and languages that Telegram refused in this sweep

    async def begin(self) -> None:
        """Before the engine beats: what was in flight is unknown, and after a long silence nothing is made up for."""
        now, store = self._tools.now(), self._tools.store
        await self._recover()
        known = self._rows.state
        if known.swept is None or await is_in_doubt(store, now):  # the last hours were perhaps sent by another
            await self._rows.replace_state(replace(known, floor=now, swept=known.swept or now))

    async def _recover(self) -> None:
        """Whoever was in flight when a sweep or the process ended is unknown now."""
        self._settling.clear()
        if await self._rows.recover():
            await self._rows.stop_finished(self._clauses.last)
        self._failed = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping` is set; ends within 15 s of it."""
        while not stopping.is_set():
            try:
                await self.look(stopping)
            except StorageTrouble as trouble:
                log.warning("The daily clause waits for the database (%s)", type(trouble).__name__)
            except Exception:
                log.exception("The daily clause failed unexpectedly and rests: those in flight are unknown")
                self._failed, self._rest_until = True, self._tools.clock() + REST
            await within(stopping, LOOK_EVERY)

    async def look(self, stopping: asyncio.Event) -> None:
        """Does what is due now."""
        quarter = self._tools.now() // QUARTER
        if self._failed:
            await self._recover()
        if not self._tools.clock_is_trusted:
            await self._clean_due(stopping)
            return
        if self._settling:
            await self._commit([])
        if quarter == self._looked or self._tools.clock() < self._rest_until:
            return
        await self._tend(stopping)
        if await self._sweep(stopping):
            self._looked = quarter

    # Whose hour has struck

    async def _sweep(self, stopping: asyncio.Event) -> bool:
        """Everybody once; whether it came to its end."""
        known, now = self._rows.state, self._tools.now()
        if known.swept is None or known.swept > now:  # the clock went back; the days' ledgers know who got theirs
            known = replace(known, swept=now - due_hours.LATEST, floor=min(known.floor, now))
            await self._rows.replace_state(known)
        elif known.floor > now:  # it was set by a clock that was ahead
            known = replace(known, floor=now)
            await self._rows.replace_state(known)
        assert known.swept is not None
        due = due_hours.due(known.swept, now, known.floor)
        if not due.send and not due.missed:
            return True
        self._breaker, self._stop, missed = Breaker(), False, 0
        self._refused.clear()
        async with aclosing(self._tools.store.subscribers.everyone()) as pages:
            async for page in pages:
                missed += sum(due.missed.get((one.daily.zone, one.daily.hour), 0) for one in page if one.daily)
                await self._send_all([wanted for one in page if (wanted := _wanted(one, due))], stopping)
                if stopping.is_set() or self._stop:
                    break
        is_whole = not (stopping.is_set() or self._stop)
        await self._end_sweep(now, missed, is_whole)
        return is_whole

    async def _end_sweep(self, now: float, missed: int, is_whole: bool) -> None:
        await self._commit([])
        if is_whole:
            totals = self._rows.state.totals + Counter({Outcome.SKIPPED: missed})
            await self._rows.replace_state(replace(self._rows.state, swept=now, totals=totals))
        elif self._stop:
            self._rest_until = self._tools.clock() + REST
        await self._apply_findings(at_end=is_whole)

    async def _send_all(self, wanted: list[DueDelivery], stopping: asyncio.Event) -> None:
        while wanted and not stopping.is_set() and not self._stop:
            size = self._tools.window()
            some, wanted = wanted[:size], wanted[size:]
            late = [one for one in some if due_hours.is_late(one.at, self._tools.now())]
            if late:
                totals = self._rows.state.totals + Counter({Outcome.SKIPPED: len(late)})
                await self._rows.replace_state(replace(self._rows.state, totals=totals))
            await self._deliver(await self._commit([one for one in some if one not in late]), stopping)
            await self._apply_findings()
            if wait := self._breaker.take_wait():
                await within(stopping, wait)

    async def _commit(self, wanted: list[DueDelivery]) -> list[ClaimedDelivery]:
        settling = list(self._settling)
        if not settling and not wanted:
            return []
        claimed = await self._rows.commit(settling, wanted, self._clauses.last, self._tools.now() + CLEAN_AFTER)
        del self._settling[: len(settling)]
        return claimed

    # The sending

    async def _deliver(self, claimed: list[ClaimedDelivery], stopping: asyncio.Event) -> None:
        calls = [_Call(one, self._clauses.form(one.subscriber, one.clause)) for one in claimed]
        tasks = {asyncio.create_task(self._call(one)): one for one in calls}
        if not tasks:
            return
        stop = asyncio.create_task(stopping.wait())
        all_ = asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait((all_, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not all_.done():
            await self._cut_off(tasks)
        for task, call in tasks.items():
            self._settling.append(call.ended or _cut(call))
            if not task.cancelled() and (broken := task.exception()):
                log.error("A daily clause failed in a way that nobody foresaw", exc_info=broken)
                self._stop = True

    async def _cut_off(self, tasks: dict[asyncio.Task[None], _Call]) -> None:
        """Who waits for a turn is withdrawn; what Telegram answers in time is known."""
        for task, call in tasks.items():
            if not call.calling:
                task.cancel()
        await asyncio.wait(tasks, timeout=GRACE)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    async def _call(self, call: _Call) -> None:
        """One message, until it is not surely unsent, or it is too late."""
        chat, again, queued_at = call.claimed.wanted.chat, Backoff(self._tools.limiter), self._tools.clock()
        while True:
            await self._tools.limiter.acquire(Lane.BROADCAST, chat, method=call.form.method)
            if (unsent := await self._unsent(call.claimed, queued_at)) is not None:
                call.ended = DeliveryResult(call.claimed, unsent)
                return
            call.calling = True
            fate = await self._tools.caller.send(call.form, chat)
            if not isinstance(fate, NotSent):
                call.ended = self._judged(call.claimed, fate)
                return
            call.calling = False
            await again.after(fate, call.form.method, chat)
            if again.is_flooded:
                call.ended = DeliveryResult(call.claimed, Outcome.PUT_OFF)
                return

    async def _unsent(self, claimed: ClaimedDelivery, queued_at: float) -> Outcome | None:
        """Why it is not sent after all: too late, or they left or turned it off while the queue stood."""
        if due_hours.is_late(claimed.wanted.at, self._tools.now()):
            return Outcome.SKIPPED
        if self._tools.clock() - queued_at < STALE:
            return None
        one = await self._tools.store.subscribers.get(claimed.wanted.chat)
        return Outcome.LEFT if one is None or one.daily is None else None

    def _judged(self, claimed: ClaimedDelivery, fate: SendResult) -> DeliveryResult:
        one, breaker = claimed.subscriber, self._breaker
        list_updates.hear(breaker, fate, one)
        message, outcome = 0, list_updates.outcome_of(fate, one)
        match fate:
            case Sent(message):
                self._tools.limiter.record_success()
            case RefusedForNow(about=About.MESSAGE):
                self._warn_of_clause(claimed.clause, one.language, fate.kind)
            case TooDear():
                outcome = Outcome.PUT_OFF
            case StopAll() | NotSent():
                self._stop = True
        if breaker.tripped and not self._stop:
            log.warning("The daily clause rests: too many in a row were %s", breaker.tripped.value)
            self._stop = True
            self._rests()
        return DeliveryResult(claimed, outcome, message)

    def _warn_of_clause(self, clause: int, language: str, kind: str) -> None:
        """Log once a sweep that Telegram refuses a clause."""
        if (clause, language) not in self._refused:
            self._refused.add((clause, language))
            log.warning("Telegram refuses clause %d in %r: %s", clause, language, kind)

    async def _apply_findings(self, at_end: bool = False) -> None:
        await list_updates.apply(self._tools.store, self._tools.day(), self._breaker.take_passed(at_end=at_end))

    # Discreet pushes, and days that are over

    async def _tend(self, stopping: asyncio.Event) -> None:
        await self._clean_due(stopping)
        now = self._tools.now()
        for number in sorted(self._rows.state.days):
            if self._rows.state.days[number].clean_at is None and due_hours.over_at(number) <= now:
                await self._rows.destroy_day(number)

    async def _clean_due(self, stopping: asyncio.Event) -> None:
        now = self._tools.now()
        for number, day in sorted(self._rows.state.days.items()):
            if day.clean_at is not None and day.clean_at <= now and self._tools.may_delete_messages:
                await self._clean(number, stopping)

    async def _clean(self, number: int, stopping: asyncio.Event) -> None:
        place, size, ended = b"", _PAGE, Counter[str]()
        while not stopping.is_set():
            entries = await self._rows.sent_page(number, place, size)
            pushes = [one for one in entries if one.message]
            words = await asyncio.gather(*map(self._deleted, pushes))
            is_last = len(entries) < size
            ended.update(word.value for word in words)
            await self._rows.record_deletions(number, entries, Counter(word.value for word in words), is_last)
            if is_last:
                if count := undeleted(ended):
                    self._tools.tell(BroadcastEvent(0, Work.CLEAN, EventKind.UNDELETED, count=count))
                return
            place = entries[-1].pseudonym

    async def _deleted(self, entry: Entry) -> EditOutcome:
        caller, limiter = self._tools.caller, self._tools.limiter
        return await deleted(caller, limiter, Lane.BROADCAST, entry.message, entry.chat, _TRIES)


def _wanted(one: Subscriber, due: due_hours.Due) -> DueDelivery | None:
    if one.daily is None or (struck := due.send.get((one.daily.zone, one.daily.hour))) is None:
        return None
    return DueDelivery(one.chat, one.daily.hour, one.daily.zone, struck.day, struck.at)


def _cut(call: _Call) -> DeliveryResult:
    return DeliveryResult(call.claimed, Outcome.UNKNOWN if call.calling else Outcome.AGAIN)
