"""A state machine over ledger and engine with a clock of its own: whatever comes in whatever order, nobody twice,
nobody lost. The two classic bugs, planted on purpose, are found by it.

The decisions are the engine's own (RecipientSource, Ledger, Broadcasts, Breaker) on a real database;
Telegram is a set of who got how many messages, and a crash is what it is: all that is only in memory is gone.
"""

import asyncio
import os
import random
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.recipients import Recipient, RecipientSource
from bot.model import announcement, arrival
from storage import sqlite
from storage.deliveries.broadcast_state import Job, Status, Work
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome
from storage.deliveries.waiting_rows import MOST_DEFERRALS
from storage.errors import StorageTrouble
from storage.store import Store, opened
from storage.subscriptions.subscriber import Digest, QuietHours
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, add_subscribers
from tests.support.storage_process import BOT, DAY, Place, count_outcomes, place_in

T = TypeVar("T")
PEOPLE = 12
WINDOW = 3
CHANCE = random.Random(1)  # keys, and so the order of people, are the same in every example


class DeliveryMachine(RuleBasedStateMachine):
    """The engine's order: claim and settle in one transaction, then send."""

    def __init__(self) -> None:
        super().__init__()
        CHANCE.seed(1)
        self.folder = Path(tempfile.mkdtemp())
        self.loop = asyncio.new_event_loop()
        self.place: Place = place_in(self.folder)
        self.got: Counter[int] = Counter()
        self.crashes = 0
        self.waiting: list[Recipient] = []  # claimed, no call made yet: in memory alone
        self.results: list[Entry] = []
        self.now = 1_700_000_000.0
        self.resume_at: float | None = None
        self.blocked: set[int] = set()

    def do(self, action: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(action)

    @initialize()
    def begin(self) -> None:
        self.do(self._open())
        self.do(add_subscribers(self.store, PEOPLE))
        self.do(self._let_some_wait())
        self.do(self.store.broadcasts.create(announcement.encode(ANNOUNCEMENT), Job(Work.SEND, 0.0), 0.0))
        self._source()

    async def _let_some_wait(self) -> None:
        for number in range(0, PEOPLE, 2):
            hours = QuietHours((19 + number) % 24, 6, "Asia/Kabul")
            await self.store.subscribers.change(FIRST_CHAT + number, partial(replace, quiet_hours=hours), DAY)
        for number in range(1, PEOPLE, 4):
            digest = Digest(2 * number, number % 7 if number > 4 else None, "Asia/Kabul")
            await self.store.subscribers.change(FIRST_CHAT + number, partial(replace, digest=digest), DAY)

    async def _open(self) -> None:
        self.opening = opened(self.place.database, self.place.keys, DAY, BOT)
        self.store: Store = await self.opening.__aenter__()

    def _source(self) -> None:
        key = self.store.broadcasts.known[1].key
        assert key
        self.ledger = Ledger(LedgerId.for_broadcast(1), key)
        engine: Any = None
        self.source = RecipientSource(
            EngineContext(self.store, engine, engine, 1.0, lambda event: None, now=lambda: self.now),
            1,
            Work.SEND,
            ledger=self.ledger,
            announcement=ANNOUNCEMENT,
        )

    @property
    def is_over(self) -> bool:
        return self.store.broadcasts.known[1].jobs[Work.SEND].status is Status.OVER

    @rule()
    @precondition(lambda self: not self.is_over)
    def settle_and_claim(self) -> None:
        self.do(self._settle_and_claim())

    @rule()
    @precondition(lambda self: not self.is_over)
    def fail_to_commit(self) -> None:
        """Let the disk fail at the end of a transaction, which the engine then begins again."""
        with suppress(StorageTrouble):
            self.do(self._settle_and_claim(fails=True))

    async def _settle_and_claim(self, fails: bool = False) -> None:
        room = WINDOW - len(self.waiting)
        async with self.store.broadcasts.changing(1) as inside:
            batch = await self.source.take(inside.change, inside.standing, room)
            await self.ledger.settle(inside.change, self.results + batch.old)
            await self.ledger.claim(inside.change, batch.new)
            moved = Counter(entry.outcome for entry in self.results)
            moved[Outcome.CLAIMED] -= len(self.results)
            for outcome, count in batch.moved.items():
                moved[outcome] += count
            inside.standing = inside.standing.add_to_totals(moved)
            over = batch.is_last(len(self.waiting), inside.standing.totals)
            status = Status.OVER if over and batch.resume_at is None else Status.READY
            job = replace(inside.standing.jobs[Work.SEND], position=batch.place, status=status)
            inside.standing = replace(inside.standing.with_job(job), begun=inside.standing.begun or self.now)
            if fails:
                raise StorageTrouble
        begun = self.store.broadcasts.known[1].begun or self.now
        for recipient in batch.recipients:
            assert arrival.waits_until(recipient.subscriber, begun, self.now) is None, "somebody was woken"
        self.resume_at = batch.resume_at if over else None
        self.results = []
        self.waiting += batch.recipients

    @rule(arrives=st.booleans(), answered=st.booleans())
    @precondition(lambda self: self.waiting)
    def send(self, arrives: bool, answered: bool) -> None:
        """Let the message arrive or not, and the answer arrive or not."""
        recipient = self.waiting.pop(0)
        if recipient.subscriber.chat in self.blocked:
            self.results.append(recipient.entry.with_outcome(Outcome.REFUSED))
            return
        self.got[recipient.subscriber.chat] += arrives
        self.results.append(
            recipient.entry.with_outcome(Outcome.SENT if arrives and answered else Outcome.UNKNOWN, 7)
        )

    @rule()
    @precondition(lambda self: self.waiting)
    def put_back(self) -> None:
        """Surely not sent, and the process is about to stop, or the job was paused."""
        self.results.append(self.waiting.pop(0).entry.with_outcome(Outcome.AGAIN))

    @rule(hours=st.integers(1, 9) | st.sampled_from((24, 100)))
    def pass_time(self, hours: int) -> None:
        self.now += hours * 3600

    @rule()
    def crash(self) -> None:
        self.do(self._crashed())

    async def _crashed(self) -> None:
        self.crashes += 1
        self.waiting, self.results = [], []
        await self.opening.__aexit__(None, None, None)
        await self._open()
        await self.store.broadcasts.recover()
        self._source()

    @rule()
    def rotate(self) -> None:
        self.do(self.store.rotation.begin(DAY))
        self.do(self.store.rotation.go_on())

    @rule(number=st.integers(0, PEOPLE - 1))
    def leave(self, number: int) -> None:
        self.do(self.store.subscribers.leave(FIRST_CHAT + number, DAY))

    @rule(number=st.integers(0, PEOPLE - 1))
    def block(self, number: int) -> None:
        self.blocked.add(FIRST_CHAT + number)

    @invariant()
    def nobody_gets_it_twice(self) -> None:
        assert not self.got or max(self.got.values()) <= 1, "somebody got it twice"

    @invariant()
    def the_totals_are_the_ledger(self) -> None:
        if hasattr(self, "store"):
            counted = self.do(count_outcomes(self.store.database, LedgerId.for_broadcast(1)))
            assert counted == self.store.broadcasts.known[1].totals

    def teardown(self) -> None:
        try:
            if hasattr(self, "store"):
                self.do(self._brought_to_its_end())
        finally:
            if hasattr(self, "store"):
                self.do(self.opening.__aexit__(None, None, None))
            self.loop.close()
            shutil.rmtree(self.folder)

    async def _brought_to_its_end(self) -> None:
        """Send to the end without errors; check that the ledger has every subscriber and is right about them."""
        for _ in range(10 * PEOPLE):
            if self.is_over:
                break
            self.now = max(self.now, self.resume_at or 0.0)
            await self._settle_and_claim()
            while self.waiting:
                self.send(True, True)
        totals = await count_outcomes(self.store.database, LedgerId.for_broadcast(1))
        assert self.is_over
        ends = {Outcome.SENT, Outcome.UNKNOWN, Outcome.REFUSED, Outcome.LEFT, Outcome.SKIPPED}
        assert set(totals) <= ends, "somebody hangs"
        for number in range(PEOPLE):
            entry = await self.ledger.entry_for(self.store.database, FIRST_CHAT + number)
            stays = await self.store.subscribers.get(FIRST_CHAT + number) is not None
            assert entry is not None or not stays, "somebody was lost"
            if entry is not None and entry.outcome is Outcome.SENT:
                assert self.got[FIRST_CHAT + number] == 1
            if entry is not None and entry.outcome in (Outcome.REFUSED, Outcome.SKIPPED):
                assert self.got[FIRST_CHAT + number] == 0
            if entry is not None and entry.outcome is Outcome.SKIPPED:
                assert entry.deferrals == MOST_DEFERRALS, "somebody was lost"
        assert totals[Outcome.UNKNOWN] <= PEOPLE


class InMemory(DeliveryMachine):
    """The part that both planted bugs share: recipients in flight are known in memory alone."""

    @rule()
    @precondition(lambda self: self.waiting)
    def put_back(self) -> None:
        self.waiting.append(self.waiting.pop(0))

    @rule()
    def rotate(self) -> None:
        """The list stands still: crashes alone are to find the bug."""

    @rule()
    def fail_to_commit(self) -> None:
        """Nothing: crashes alone are to find the bug."""


class CursorAtFetch(InMemory):
    """A planted bug: the place moves when people are fetched, but they are claimed in memory alone until settled."""

    async def _settle_and_claim(self, fails: bool = False) -> None:
        async with self.store.broadcasts.changing(1) as inside:
            batch = await self.source.take(inside.change, inside.standing, WINDOW - len(self.waiting))
            await self.ledger.claim(inside.change, self.results)
            moved = Counter(entry.outcome for entry in self.results)
            over = batch.exhausted and not batch.recipients and not self.waiting
            status = Status.OVER if over else Status.READY
            job = replace(inside.standing.jobs[Work.SEND], position=batch.place, status=status)
            inside.standing = inside.standing.add_to_totals(moved).with_job(job)
        self.results = []
        self.waiting += batch.recipients


class MarkAfterSend(InMemory):
    """A planted bug: recipients are written down after they were sent to, and the place moves with that."""

    async def _settle_and_claim(self, fails: bool = False) -> None:
        results, self.results = self.results, []
        async with self.store.broadcasts.changing(1) as inside:
            await self.ledger.claim(inside.change, results)
            inside.standing = inside.standing.add_to_totals(Counter(entry.outcome for entry in results))
            in_hand = {recipient.entry.pseudonym for recipient in self.waiting}
            batch = await self.source.take(inside.change, inside.standing, WINDOW)
        self.waiting += [recipient for recipient in batch.recipients if recipient.entry.pseudonym not in in_hand]
        if batch.exhausted and not self.waiting:
            async with self.store.broadcasts.changing(1) as inside:
                job = replace(inside.standing.jobs[Work.SEND], status=Status.OVER)
                inside.standing = inside.standing.with_job(job)


QUICK = settings(
    max_examples=15, stateful_step_count=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: the process crashes here, not the machine, and everything written stays."""
    monkeypatch.setitem(sqlite._PRAGMAS, "synchronous", ("OFF", 0))
    monkeypatch.setattr(os, "urandom", CHANCE.randbytes)
    monkeypatch.setattr(secrets, "token_bytes", CHANCE.randbytes)


def test_nobody_is_lost_and_nobody_gets_an_announcement_twice() -> None:
    run_state_machine_as_test(DeliveryMachine, settings=QUICK)


@pytest.mark.torture
def test_nobody_is_lost_and_nobody_gets_it_twice_for_long() -> None:
    long = settings(QUICK, max_examples=1000, stateful_step_count=60, derandomize=False)
    run_state_machine_as_test(DeliveryMachine, settings=long)


@pytest.mark.parametrize(("planted", "says"), [(CursorAtFetch, "lost"), (MarkAfterSend, "twice")])
def test_planted_classic_bugs_are_found(planted: type[DeliveryMachine], says: str) -> None:
    many = settings(QUICK, max_examples=200, phases=[Phase.generate])
    with pytest.raises(AssertionError, match=says):
        run_state_machine_as_test(planted, settings=many)
