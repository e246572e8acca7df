"""The daily clause comes in order, once a day and at its hour, despite kills, refusals and clocks that jump."""

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
NOT_STOPPING = asyncio.Event()


def api_url(telegram: Any) -> str:
    return f"{telegram.url}/bot{telegram.token}"


async def start_chats(telegram: Any, *people: int) -> None:
    async with aiohttp.ClientSession() as session:
        for person in people:
            where = f"{telegram.url}/box/chats/{int(telegram.token.split(':')[0])}/start"
            async with session.post(where, json={"person": person}) as answer:
                assert answer.status == 200


async def test_a_person_gets_one_clause_a_day_in_order_until_the_last(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with playground.running(has_flood_limits=False) as telegram, place_in(tmp_path).opened() as store:
        await start_chats(telegram, MARYAM)
        before = len(telegram.state.messages(MARYAM))
        await store.subscribers.save(AT_EIGHT, DAY)
        async with begun_sweep(store, api_url(telegram), clock) as sweep:
            for day in range(1, 14):
                for hour in (7, 8, 8, 9, 20):
                    clock.now = kabul(day, hour, 1)
                    await sweep.look(NOT_STOPPING)
        texts = [message["text"] for message in telegram.state.messages(MARYAM)[before:]]
        after = await store.subscribers.get(MARYAM)

        assert len(texts) == 11
        for number, text in enumerate(texts, 1):
            assert CLAUSES[number] in text
        assert Reader(CAMPAIGN, EN).say("panel.daily_last") in texts[-1]
        assert after == replace(AT_EIGHT, daily=None)
        assert store.daily_ledger.state.totals == {Outcome.SENT: 11}
        assert len(store.daily_ledger.state.days) <= 3, "old days keep no ledger"


async def test_the_daily_clause_follows_choices_and_discreet_messages_are_deleted(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with playground.running(has_flood_limits=False) as telegram, place_in(tmp_path).opened() as store:
        await start_chats(telegram, MARYAM, ZARGHUNA)
        before = {chat: len(telegram.state.messages(chat)) for chat in (MARYAM, ZARGHUNA)}
        await store.subscribers.save(replace(AT_EIGHT, quiet=True, language="fa"), DAY)
        await store.subscribers.save(replace(AT_EIGHT, chat=ZARGHUNA, discreet=True), DAY)
        async with begun_sweep(store, api_url(telegram), clock) as sweep:
            clock.now = kabul(1, 8)
            await sweep.look(NOT_STOPPING)
            quiet, discreet = (telegram.state.messages(chat)[before[chat] :] for chat in (MARYAM, ZARGHUNA))
            assert len(quiet) == len(discreet) == 1
            mark = Reader(CAMPAIGN, Lang("fa")).edition_notice()
            assert mark in quiet[0]["text"]
            assert discreet[0]["text"] == Reader(CAMPAIGN, EN).say("push.discreet")
            [[button]] = discreet[0]["reply_markup"]["inline_keyboard"]
            assert button["text"] == Reader(CAMPAIGN, EN).say("push.show")
            clock.now += 46 * 3600 + 900
            await sweep.look(NOT_STOPPING)
            assert len(telegram.state.messages(ZARGHUNA)) == before[ZARGHUNA]
            assert store.daily_ledger.state.words == {"done": 1}


async def test_a_clause_over_an_hour_late_is_skipped_and_comes_the_next_day(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with playground.running(has_flood_limits=False) as telegram, place_in(tmp_path).opened() as store:
        await start_chats(telegram, MARYAM)
        before = len(telegram.state.messages(MARYAM))
        await store.subscribers.save(AT_EIGHT, DAY)
        async with begun_sweep(store, api_url(telegram), clock) as sweep:
            clock.now = kabul(1, 9, 1)
            await sweep.look(NOT_STOPPING)
            assert len(telegram.state.messages(MARYAM)) == before
            assert store.daily_ledger.state.totals == {Outcome.SKIPPED: 1}
            clock.now = kabul(2, 8, 59)
            await sweep.look(NOT_STOPPING)
        assert [CLAUSES[1] in message["text"] for message in telegram.state.messages(MARYAM)[before:]] == [True]


async def test_after_a_long_silence_clauses_that_may_have_been_sent_elsewhere_are_not_sent(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with playground.running(has_flood_limits=False) as telegram, place_in(tmp_path).opened() as store:
        await start_chats(telegram, MARYAM)
        before = len(telegram.state.messages(MARYAM))
        await store.subscribers.save(AT_EIGHT, DAY)
        async with begun_sweep(store, api_url(telegram), clock):
            await store.broadcasts.write_heartbeat(clock.now)
        clock.now = kabul(1, 8, 10)
        async with begun_sweep(store, api_url(telegram), clock) as sweep:
            await sweep.look(NOT_STOPPING)
            assert len(telegram.state.messages(MARYAM)) == before
            assert store.daily_ledger.state.totals == {Outcome.SKIPPED: 1}


async def test_the_daily_clause_erases_blocked_subscribers_but_nobody_for_a_censors_page(tmp_path: Path) -> None:
    clock, people = Clock(kabul(1, 7, 30)), 60
    first = 10_000_000
    async with (
        playground.running(bulk_users=people, has_flood_limits=False) as telegram,
        place_in(tmp_path).opened() as store,
    ):
        async with store.database.transaction() as change:
            for number in range(people):
                person = replace(AT_EIGHT, chat=first + number)
                await store.subscribers.table.put(
                    change, subscriber.record_name(person.chat), subscriber.encode(person)
                )
        telegram.state.bulk_users.refusals[first] = "bot was blocked by the user"
        await store.subscribers.save(replace(AT_EIGHT, chat=NOBODY), DAY)
        async with begun_sweep(store, api_url(telegram), clock) as sender:
            telegram.state.faults.replace([{"kind": "html403", "methods": ["sendMessage"], "share": 1.0}])
            clock.now = kabul(1, 8)
            await sender.look(NOT_STOPPING)
            assert await store.subscribers.count() == people + 1
        telegram.state.faults.replace([])
        async with begun_sweep(store, api_url(telegram), clock) as sender:
            clock.now = kabul(2, 8)
            await sender.look(NOT_STOPPING)
            assert await store.subscribers.count() == people
            missed = await store.subscribers.get(NOBODY)
            assert missed
            assert missed.missed
            assert missed.daily
            assert missed.daily.clause <= 2
        assert set(telegram.state.bulk_users.histogram()) <= {0, 1}


async def test_a_kill_between_claim_and_settle_leaves_clauses_unknown_and_sends_none_twice(
    tmp_path: Path,
) -> None:
    people, first, place = 40, 10_000_000, place_in(tmp_path)
    async with playground.running(bulk_users=people, has_flood_limits=False, latency=0.05) as telegram:
        async with place.opened() as store:
            async with store.database.transaction() as change:
                for number in range(people):
                    person = replace(AT_EIGHT, chat=first + number)
                    await store.subscribers.table.put(
                        change, subscriber.record_name(person.chat), subscriber.encode(person)
                    )
            async with begun_sweep(store, api_url(telegram), lambda: kabul(1, 7, 50)):
                pass
        for more in (1, 7):
            before = telegram.state.bulk_users.total_received()
            child = await daily_sender.start_sweep(place, api_url(telegram), kabul(1, 8))
            async with asyncio.timeout(60):
                while telegram.state.bulk_users.total_received() < before + more:
                    await asyncio.sleep(0.002)
            child.kill()
            await child.wait()
        async with place.opened() as store, begun_sweep(store, api_url(telegram), lambda: kabul(1, 8, 20)) as sender:
            await sender.look(NOT_STOPPING)
            totals = store.daily_ledger.state.totals
            assert totals[Outcome.SENT] + totals[Outcome.UNKNOWN] == people
            assert totals[Outcome.UNKNOWN] >= 1
            assert set(telegram.state.bulk_users.histogram()) <= {0, 1}
            assert telegram.state.bulk_users.histogram().get(0, 0) <= totals[Outcome.UNKNOWN]


class RecordingClient(ApiClient):
    """Record which clause is sent when; while it `hangs`, calls get no answer, so that the process can be killed."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(Transport(), "", lambda: 0.0)
        self.now = clock
        self.hangs = False
        self.hung = asyncio.Event()
        self.sent: list[tuple[int, float]] = []

    async def send(self, request: RequestTemplate, chat: int) -> SendResult:
        parameters = json.loads(b"{" + request.json_after_chat[1:])
        [number] = [number for number, clause in CLAUSES.items() if clause in parameters["text"]]
        self.sent.append((number, self.now()))
        if self.hangs:
            self.hung.set()
            await asyncio.Event().wait()
        return Sent(1)


class DiscreetClient(RecordingClient):
    async def send(self, request: RequestTemplate, chat: int) -> SendResult:
        assert "You have a new message." in str(request.json_after_chat)
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
    """Return the day whose clause is sent at `at`; after midnight that may be the day before."""
    there = datetime.fromtimestamp(at, KABUL)
    return there.date() if there.hour >= hour else there.date() - timedelta(days=1)


async def live_through(steps: list[tuple[str, int]], folder: Path) -> tuple[list[tuple[int, date]], Totals]:
    """Take the bot through `steps`; return the clauses sent with their days, and the totals."""
    clock, seen = Clock(kabul(1, 0, 1)), list[tuple[int, date]]()
    client, furthest, hour = RecordingClient(clock), clock.now, 8
    async with place_in(folder).opened() as store:
        await store.subscribers.save(AT_EIGHT, DAY)
        sweep = daily_sender.daily_sweep(store, client, clock)
        await sweep.begin()
        for step, number in steps:
            match step:
                case "on" | "ahead":
                    clock.now += number
                case "back" if furthest - (clock.now - number) < FURTHEST_BACK:
                    clock.now -= number
                case "restart":
                    sweep = daily_sender.daily_sweep(store, client, clock)
                    await sweep.begin()
                case "die":
                    client.hangs = True
                case "hour":
                    hour = number
                    await store.subscribers.change(MARYAM, lambda person: with_hour(person, number), DAY)  # noqa: B023
            furthest, before = max(furthest, clock.now), len(client.sent)
            if await look_until_killed(sweep, client):
                sweep = daily_sender.daily_sweep(store, client, clock)
                await store.daily_ledger.load()
                await sweep.begin()
            seen += [(clause, day_of(at, hour)) for clause, at in client.sent[before:]]
        return seen, store.daily_ledger.state.totals


def with_hour(person: Subscriber, hour: int) -> Subscriber:
    return replace(person, daily=replace(person.daily, hour=hour)) if person.daily else person


async def look_until_killed(sweep: DailySweep, client: RecordingClient) -> bool:
    """Look once; return whether the process was killed during that."""
    looking, hung = asyncio.create_task(sweep.look(NOT_STOPPING)), asyncio.create_task(client.hung.wait())
    await asyncio.wait((looking, hung), return_when=asyncio.FIRST_COMPLETED)
    died = not looking.done()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        if died or task is hung:
            task.cancel()
    await asyncio.gather(looking, hung, return_exceptions=True)
    if not died:
        looking.result()
    client.hangs, client.hung = client.hangs and not died, asyncio.Event()
    return died


async def test_a_clock_set_back_or_another_hour_gives_no_second_clause_in_a_day(tmp_path: Path) -> None:
    on, back, later = ("on", int(8.5 * 3600)), ("back", 3600), ("on", 3600)
    seen, _ = await live_through([on, back, later, ("hour", 10), ("on", 2 * 3600)], tmp_path)

    assert seen == [(1, date(2026, 3, 1))]


async def test_the_discreet_message_of_a_person_who_leaves_is_returned_for_deletion(tmp_path: Path) -> None:
    clock = Clock(kabul(1, 7, 30))
    async with place_in(tmp_path).opened() as store:
        await store.subscribers.save(replace(AT_EIGHT, discreet=True), DAY)
        sweep = daily_sender.daily_sweep(store, DiscreetClient(clock), clock)
        await sweep.begin()
        clock.now = kabul(1, 8)
        await sweep.look(NOT_STOPPING)

        assert await store.daily_ledger.erase(MARYAM) == [1]
        assert await store.daily_ledger.erase(MARYAM) == []
        await store.subscribers.leave(MARYAM, DAY)
        await store.subscribers.save(replace(AT_EIGHT, discreet=True), DAY)
        clock.now = kabul(1, 8, 20)
        await sweep.look(NOT_STOPPING)
        assert await store.daily_ledger.erase(MARYAM) == [], "who comes back on the same day gets no second one"


@settings(max_examples=30, deadline=None)
@given(st.lists(STEPS, min_size=20, max_size=60))
def test_nobody_gets_two_clauses_in_a_day_or_clauses_out_of_order(
    steps: list[tuple[str, int]],
) -> None:
    with TemporaryDirectory() as folder:
        seen, totals = asyncio.run(live_through(steps, Path(folder)))

    clauses, days = [clause for clause, _ in seen], [day for _, day in seen]
    assert clauses == list(range(1, len(seen) + 1))
    assert len(days) == len(set(days))
    assert totals[Outcome.SENT] + totals[Outcome.UNKNOWN] == len(seen)
