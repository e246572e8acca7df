"""The daily clause: in order, once a day, at its hour; across kills, restarts, refusals and clocks that jump."""

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st

import playground
from bot.broadcast.delivery.requests import ApiClient, RequestTemplate
from bot.broadcast.delivery.results.outcome import SendResult, Sent
from bot.daily.sweep import DailySweep
from bot.telegram_api.http.transport import Transport
from content.model import Lang
from content.screens.reader import Reader
from storage.deliveries.ledger import Outcome, Totals
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Daily, Subscriber
from tests.support import daily_sender
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.daily_sender import begun_sweep, kabul
from tests.support.playground.client import Clock
from tests.support.storage_process import DAY, place_in

EN = Lang("en")
MARYAM, ZARGHUNA, NOBODY = 1001, 1002, 77  # the box knows nobody of that number
AT_EIGHT = Subscriber(MARYAM, "en", daily=Daily(8, "Asia/Kabul"))
CLAUSES = {clause.number: clause.texts[EN] for clause in CAMPAIGN.clauses if clause.number}
GOING = asyncio.Event()


def api_url(box: Any) -> str:
    return f"{box.url}/bot{box.token}"


async def begin(box: Any, *people: int) -> None:
    async with aiohttp.ClientSession() as session:
        for person in people:
            where = f"{box.url}/box/chats/{int(box.token.split(':')[0])}/start"
            async with session.post(where, json={"person": person}) as answer:
                assert answer.status == 200


async def test_a_person_gets_all_clauses_in_order_a_day_each_and_then_it_ends(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with playground.running(unpaced=True) as box, place_in(tmp_path).opened() as store:
        await begin(box, MARYAM)
        before = len(box.state.messages(MARYAM))
        await store.subscribers.save(AT_EIGHT, DAY)
        async with begun_sweep(store, api_url(box), clock) as one:
            for day in range(1, 14):
                for hour in (7, 8, 8, 9, 20):
                    clock.now = kabul(day, hour, 1)
                    await one.look(GOING)
        texts = [said["text"] for said in box.state.messages(MARYAM)[before:]]
        after = await store.subscribers.get(MARYAM)

        assert len(texts) == 11
        for number, text in enumerate(texts, 1):
            assert CLAUSES[number] in text
        assert Reader(CAMPAIGN, EN).say("panel.daily_last") in texts[-1]
        assert after == replace(AT_EIGHT, daily=None)
        assert store.dailies.known.totals == {Outcome.SENT: 11}
        assert len(store.dailies.known.days) <= 3, "old days keep no ledger"


async def test_choices_are_honoured_and_a_discreet_push_shows_nothing_and_is_deleted(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with playground.running(unpaced=True) as box, place_in(tmp_path).opened() as store:
        await begin(box, MARYAM, ZARGHUNA)
        before = {chat: len(box.state.messages(chat)) for chat in (MARYAM, ZARGHUNA)}
        await store.subscribers.save(replace(AT_EIGHT, quiet=True, language="fa"), DAY)
        await store.subscribers.save(replace(AT_EIGHT, chat=ZARGHUNA, discreet=True), DAY)
        async with begun_sweep(store, api_url(box), clock) as one:
            clock.now = kabul(1, 8)
            await one.look(GOING)
            quiet, discreet = (box.state.messages(chat)[before[chat] :] for chat in (MARYAM, ZARGHUNA))
            assert len(quiet) == len(discreet) == 1
            mark = Reader(CAMPAIGN, Lang("fa")).edition_notice()
            assert mark in quiet[0]["text"]
            assert discreet[0]["text"] == Reader(CAMPAIGN, EN).say("push.discreet")
            [[button]] = discreet[0]["reply_markup"]["inline_keyboard"]
            assert button["text"] == Reader(CAMPAIGN, EN).say("push.show")
            clock.now += 46 * 3600 + 900
            await one.look(GOING)
            assert len(box.state.messages(ZARGHUNA)) == before[ZARGHUNA]
            assert store.dailies.known.words == {"done": 1}


async def test_over_an_hour_late_it_is_skipped_counted_and_comes_the_next_day(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with playground.running(unpaced=True) as box, place_in(tmp_path).opened() as store:
        await begin(box, MARYAM)
        before = len(box.state.messages(MARYAM))
        await store.subscribers.save(AT_EIGHT, DAY)
        async with begun_sweep(store, api_url(box), clock) as one:
            clock.now = kabul(1, 9, 1)
            await one.look(GOING)
            assert len(box.state.messages(MARYAM)) == before
            assert store.dailies.known.totals == {Outcome.SKIPPED: 1}
            clock.now = kabul(2, 8, 59)
            await one.look(GOING)
        assert [CLAUSES[1] in said["text"] for said in box.state.messages(MARYAM)[before:]] == [True]


async def test_after_a_long_silence_what_another_machine_may_have_sent_is_not_sent(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with playground.running(unpaced=True) as box, place_in(tmp_path).opened() as store:
        await begin(box, MARYAM)
        before = len(box.state.messages(MARYAM))
        await store.subscribers.save(AT_EIGHT, DAY)
        async with begun_sweep(store, api_url(box), clock):
            await store.broadcasts.beat(clock.now)
        clock.now = kabul(1, 8, 10)
        async with begun_sweep(store, api_url(box), clock) as one:
            await one.look(GOING)
            assert len(box.state.messages(MARYAM)) == before
            assert store.dailies.known.totals == {Outcome.SKIPPED: 1}


async def test_who_blocked_the_bot_is_erased_and_a_censors_page_erases_nobody(tmp_path: Path) -> None:
    clock, people = Clock(kabul(1, 7, 30)), 60
    first = 10_000_000
    async with playground.running(quiet_people=people, unpaced=True) as box, place_in(tmp_path).opened() as store:
        async with store.database.writing() as change:
            for number in range(people):
                one = replace(AT_EIGHT, chat=first + number)
                await store.subscribers.table.put(change, subscriber.name(one.chat), subscriber.encoded(one))
        box.state.quiet.gone[first] = "bot was blocked by the user"
        await store.subscribers.save(replace(AT_EIGHT, chat=NOBODY), DAY)
        async with begun_sweep(store, api_url(box), clock) as sender:
            box.state.faults.replace([{"kind": "html403", "methods": ["sendMessage"], "share": 1.0}])
            clock.now = kabul(1, 8)
            await sender.look(GOING)
            assert await store.subscribers.count() == people + 1
        box.state.faults.replace([])
        async with begun_sweep(store, api_url(box), clock) as sender:
            clock.now = kabul(2, 8)
            await sender.look(GOING)
            assert await store.subscribers.count() == people
            missed = await store.subscribers.get(NOBODY)
            assert missed
            assert missed.missed
            assert missed.daily
            assert missed.daily.clause <= 2
        assert set(box.state.quiet.spread()) <= {0, 1}


async def test_killed_between_claim_and_settle_nobody_gets_it_twice_and_the_open_ones_are_unknown(
    tmp_path: Path,
) -> None:
    people, first, place = 40, 10_000_000, place_in(tmp_path)
    async with playground.running(quiet_people=people, unpaced=True, latency=0.05) as box:
        async with place.opened() as store:
            async with store.database.writing() as change:
                for number in range(people):
                    one = replace(AT_EIGHT, chat=first + number)
                    await store.subscribers.table.put(change, subscriber.name(one.chat), subscriber.encoded(one))
            async with begun_sweep(store, api_url(box), lambda: kabul(1, 7, 50)):
                pass
        for more in (1, 7):
            before = sum(box.state.quiet._got)
            child = await daily_sender.start_sweep(place, api_url(box), kabul(1, 8))
            async with asyncio.timeout(60):
                while sum(box.state.quiet._got) < before + more:
                    await asyncio.sleep(0.002)
            child.kill()
            await child.wait()
        async with place.opened() as store, begun_sweep(store, api_url(box), lambda: kabul(1, 8, 20)) as sender:
            await sender.look(GOING)
            totals = store.dailies.known.totals
            assert totals[Outcome.SENT] + totals[Outcome.UNKNOWN] == people
            assert totals[Outcome.UNKNOWN] >= 1
            assert set(box.state.quiet.spread()) <= {0, 1}
            assert box.state.quiet.spread().get(0, 0) <= totals[Outcome.UNKNOWN]


class Letters(ApiClient):
    """Notes what is sent and when. When it `hangs`, a call gets no answer any more, and the process may die."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(Transport(), "", lambda: 0.0)
        self.now = clock
        self.hangs = False
        self.hung = asyncio.Event()
        self.sent: list[tuple[int, float]] = []

    async def send(self, form: RequestTemplate, chat: int) -> SendResult:
        said = json.loads(b"{" + form.rest[1:])
        [number] = [number for number, clause in CLAUSES.items() if clause in said["text"]]
        self.sent.append((number, self.now()))
        if self.hangs:
            self.hung.set()
            await asyncio.Event().wait()
        return Sent(1)


class Silent(Letters):
    async def send(self, form: RequestTemplate, chat: int) -> SendResult:
        assert "news" in str(form.rest)
        return Sent(1)


KABUL = ZoneInfo("Asia/Kabul")
FURTHEST_BACK = 6 * 86400.0  # a clock that goes back by more than a week was wrong before, and is believed now
STEPS = st.one_of(
    st.tuples(st.just("on"), st.integers(60, 5 * 3600)),
    st.tuples(st.just("on"), st.integers(60, 5 * 3600)),
    st.tuples(st.just("back"), st.integers(60, 3 * 86400)),
    st.tuples(st.just("ahead"), st.integers(3600, 6 * 86400)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("die"), st.just(0)),
    st.tuples(st.just("hour"), st.integers(0, 23)),
)


def day_of(at: float, hour: int) -> date:
    """The day whose clause it is: after midnight it may still be yesterday's."""
    there = datetime.fromtimestamp(at, KABUL)
    return there.date() if there.hour >= hour else there.date() - timedelta(days=1)


async def lived_through(steps: list[tuple[str, int]], folder: Path) -> tuple[list[tuple[int, date]], Totals]:
    """What somebody got, with the day it was for, when all this happened to the bot."""
    clock, seen = Clock(kabul(1, 0, 1)), list[tuple[int, date]]()
    letters, furthest, hour = Letters(clock), clock.now, 8
    async with place_in(folder).opened() as store:
        await store.subscribers.save(AT_EIGHT, DAY)
        one = daily_sender.daily_sweep(store, letters, clock)
        await one.begin()
        for what, number in steps:
            match what:
                case "on" | "ahead":
                    clock.now += number
                case "back" if furthest - (clock.now - number) < FURTHEST_BACK:
                    clock.now -= number
                case "restart":
                    one = daily_sender.daily_sweep(store, letters, clock)
                    await one.begin()
                case "die":
                    letters.hangs = True
                case "hour":
                    hour = number
                    await store.subscribers.change(MARYAM, lambda it: changed(it, number), DAY)  # noqa: B023
            furthest, before = max(furthest, clock.now), len(letters.sent)
            if await looked_until_killed(one, letters):
                one = daily_sender.daily_sweep(store, letters, clock)
                await store.dailies.load()
                await one.begin()
            seen += [(clause, day_of(at, hour)) for clause, at in letters.sent[before:]]
        return seen, store.dailies.known.totals


def changed(one: Subscriber, hour: int) -> Subscriber:
    return replace(one, daily=replace(one.daily, hour=hour)) if one.daily else one


async def looked_until_killed(one: DailySweep, letters: Letters) -> bool:
    """A look; whether the process died of it."""
    looking, hung = asyncio.create_task(one.look(GOING)), asyncio.create_task(letters.hung.wait())
    await asyncio.wait((looking, hung), return_when=asyncio.FIRST_COMPLETED)
    died = not looking.done()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        if died or task is hung:
            task.cancel()
    await asyncio.gather(looking, hung, return_exceptions=True)
    if not died:
        looking.result()
    letters.hangs, letters.hung = letters.hangs and not died, asyncio.Event()
    return died


async def test_neither_a_clock_put_back_nor_another_hour_gives_a_second_one_in_a_day(tmp_path: Path) -> None:
    on, back, later = ("on", int(8.5 * 3600)), ("back", 3600), ("on", 3600)
    seen, _ = await lived_through([on, back, later, ("hour", 10), ("on", 2 * 3600)], tmp_path)

    assert seen == [(1, date(2026, 3, 1))]


async def test_who_leaves_takes_the_discreet_push_along(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with place_in(tmp_path).opened() as store:
        await store.subscribers.save(replace(AT_EIGHT, discreet=True), DAY)
        one = daily_sender.daily_sweep(store, Silent(clock), clock)
        await one.begin()
        clock.now = kabul(1, 8)
        await one.look(GOING)

        assert await store.dailies.forget(MARYAM) == [1]
        assert await store.dailies.forget(MARYAM) == []
        await store.subscribers.leave(MARYAM, DAY)
        await store.subscribers.save(replace(AT_EIGHT, discreet=True), DAY)
        clock.now = kabul(1, 8, 20)
        await one.look(GOING)
        assert await store.dailies.forget(MARYAM) == [], "who comes back on the same day gets no second one"


@settings(max_examples=30, deadline=None)
@given(st.lists(STEPS, min_size=20, max_size=60))
def test_whatever_happens_nobody_gets_two_in_a_day_and_no_clause_twice_or_out_of_order(
    steps: list[tuple[str, int]],
) -> None:
    with TemporaryDirectory() as folder:
        seen, totals = asyncio.run(lived_through(steps, Path(folder)))

    clauses, days = [clause for clause, _ in seen], [day for _, day in seen]
    assert clauses == list(range(1, len(seen) + 1))
    assert len(days) == len(set(days))
    assert totals[Outcome.SENT] + totals[Outcome.UNKNOWN] == len(seen)
