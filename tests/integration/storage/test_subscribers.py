"""Subscribers: each change has one effect however often it is repeated, and damaged rows affect nobody else."""

import asyncio
import itertools
import sqlite3
import time
from collections.abc import Coroutine
from contextlib import aclosing, closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.sealing.sealed_table import RowPosition
from storage.store import Store
from storage.subscriptions import daily_count, subscriber
from storage.subscriptions.daily_count import EVERYTHING, PEOPLE, CountKey, DailyCount, ListChange, series
from storage.subscriptions.subscriber import ZONES, Daily, Digest, QuietHours, Subscriber, decode, encode
from storage.subscriptions.subscriber_store import SaveResult, SubscriberCounts
from tests.support.random_subscribers import subscribers
from tests.support.storage_process import DAY, FIRST, everybody, fill, person, place_in

ANYBODY = subscribers(
    chat=st.integers(-(2**63), 2**63 - 1),
    language=st.from_regex(r"[a-z]{2,3}(-[a-z0-9]{2,5})?", fullmatch=True),
)
ME = Subscriber(FIRST, "fa", frozenset({1, 63}), quiet=True, daily=Daily(8, "Asia/Kabul", 3))


@given(ANYBODY)
def test_a_subscriber_survives_encoding(somebody: Subscriber) -> None:
    plain = subscriber.encode(somebody)

    assert subscriber.decode(plain) == somebody
    assert len(plain) == subscriber.SIZE <= 40
    assert subscriber.read_name(plain) == subscriber.record_name(somebody.chat)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ME, language="FA"), replace(ME, language="dari"), replace(ME, language="ف۱"),
        replace(ME, topics=frozenset({64})), replace(ME, topics=frozenset({-1})),
        replace(ME, daily=Daily(24, "UTC")), replace(ME, daily=Daily(1, "Mars")),
        replace(ME, daily=Daily(1, "UTC", 0)),
        replace(ME, quiet_hours=QuietHours(24, 6, "Asia/Kabul")),
        replace(ME, quiet_hours=QuietHours(5, 5, "Asia/Kabul")),
        replace(ME, quiet_hours=QuietHours(22, 6, "UTC")),
        replace(ME, daily=None, quiet_hours=QuietHours(1, 2, "Mars")),
        replace(ME, digest=Digest(24, None, "Asia/Kabul")),
        replace(ME, digest=Digest(8, 7, "Asia/Kabul")),
        replace(ME, digest=Digest(8, -1, "Asia/Kabul")),
        replace(ME, digest=Digest(8, None, "UTC")),
        replace(ME, quiet_hours=QuietHours(22, 6, "Asia/Kabul"), digest=Digest(8, None, "Asia/Kabul")),
    ],
)  # fmt: skip
def test_values_that_a_record_cannot_hold_are_refused(wrong: Subscriber) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        subscriber.encode(wrong)


@pytest.mark.parametrize("plain", [b"", bytes(31), bytes(32), subscriber.encode(ME)[:8] + b"\4" + bytes(22)])
def test_a_record_in_another_format_is_refused(plain: bytes) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        subscriber.decode(plain)


# Written by the code before quiet hours.
OLD_RECORD = "000000012a05f2000170748000000000000002321713ff2d62720000000000"
OLD_SUBSCRIBER = Subscriber(
    FIRST, "pt-br", frozenset({1, 63}), quiet=True, daily=Daily(23, "Pacific/Auckland", 255), missed=True
)


def test_a_record_from_before_quiet_hours_opens_and_is_written_as_it_was() -> None:
    plain = bytes.fromhex(OLD_RECORD)

    assert subscriber.decode(plain) == OLD_SUBSCRIBER
    assert subscriber.encode(OLD_SUBSCRIBER) == plain


async def test_a_list_from_before_quiet_hours_opens_and_takes_them(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store, store.database.transaction() as transaction:
        await store.subscribers.table.put(transaction, subscriber.record_name(FIRST), bytes.fromhex(OLD_RECORD))
    with closing(sqlite3.connect(place.database, isolation_level=None)) as older:
        older.execute("DELETE FROM migrations WHERE number > 6")
    hours = QuietHours(22, 6, "Pacific/Auckland")
    async with place.opened() as store:
        assert await store.subscribers.get(FIRST) == OLD_SUBSCRIBER
        await store.subscribers.change(FIRST, lambda somebody: replace(somebody, quiet_hours=hours), DAY)

        assert await store.subscribers.get(FIRST) == replace(OLD_SUBSCRIBER, quiet_hours=hours)


@given(ANYBODY)
def test_a_record_with_quiet_hours_or_a_digest_is_refused_by_code_that_does_not_know_them(
    somebody: Subscriber,
) -> None:
    version = 3 if somebody.digest else 2 if somebody.quiet_hours else 1

    assert subscriber.encode(somebody)[8] == version  # code before quiet hours reads 1, code before digests 1 and 2


# Written by the code with quiet hours and without digests.
RECORD_WITH_QUIET_HOURS = "000000012a05f200027074800000000000000232d713ff2d62720000000042"
SUBSCRIBER_WITH_QUIET_HOURS = replace(OLD_SUBSCRIBER, quiet_hours=QuietHours(22, 6, "Pacific/Auckland"))


def test_a_record_with_quiet_hours_from_before_digests_opens_and_is_written_as_it_was() -> None:
    plain = bytes.fromhex(RECORD_WITH_QUIET_HOURS)

    assert subscriber.decode(plain) == SUBSCRIBER_WITH_QUIET_HOURS
    assert subscriber.encode(SUBSCRIBER_WITH_QUIET_HOURS) == plain


async def test_a_list_from_before_digests_opens_and_takes_them(tmp_path: Path) -> None:
    place, weekly = place_in(tmp_path), Digest(18, 4, "Pacific/Auckland")
    async with place.opened() as store, store.database.transaction() as transaction:
        name, record = subscriber.record_name(FIRST), bytes.fromhex(RECORD_WITH_QUIET_HOURS)
        await store.subscribers.table.put(transaction, name, record)
    with closing(sqlite3.connect(place.database, isolation_level=None)) as older:
        older.execute("DELETE FROM migrations WHERE number > 8")
    async with place.opened() as store:
        assert await store.subscribers.get(FIRST) == SUBSCRIBER_WITH_QUIET_HOURS
        chosen = replace(OLD_SUBSCRIBER, digest=weekly)
        await store.subscribers.change(FIRST, lambda somebody: chosen, DAY)

        assert await store.subscribers.get(FIRST) == chosen


def test_every_stored_number_is_another_digest_or_none() -> None:
    def decoded(number: int) -> Digest | None:
        more, hours = divmod(number << 5, 256)
        return subscriber.decode(subscriber._LAYOUT.pack(FIRST, 3, b"fa", 0, 1, hours, 0, 0, bytes(7), more)).digest

    digests = [decoded(number) for number in range(24 * 24, 24 * 24 + 8 * 24)]
    assert len(set(digests)) == 8 * 24
    assert None not in digests
    assert {decoded(number) for number in range(24 * 24 + 8 * 24, 1024)} == {None}


def test_the_stored_number_of_a_zone_never_changes() -> None:
    assert (ZONES[0], ZONES[1], ZONES[12], len(ZONES)) == ("Asia/Kabul", "UTC", "Europe/London", 20)


def test_the_repr_of_a_subscriber_has_no_chat_id() -> None:
    assert str(FIRST) not in repr(ME)


async def test_joining_changing_and_leaving_have_one_effect_each(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        people = store.subscribers
        assert await people.get(ME.chat) is None
        assert not await people.leave(ME.chat, DAY)

        assert [await people.save(ME, DAY) for _ in range(3)] == [SaveResult.JOINED, SaveResult.SAME, SaveResult.SAME]
        assert await people.get(ME.chat) == ME
        louder = replace(ME, quiet=False, topics=None)
        assert [await people.save(louder, DAY) for _ in range(2)] == [SaveResult.CHANGED, SaveResult.SAME]
        assert await people.count() == 1

        assert [await people.leave(ME.chat, DAY) for _ in range(2)] == [True, False]
        assert await people.get(ME.chat) is None
        assert await people.save(ME, DAY) is SaveResult.JOINED


async def test_updates_that_arrive_three_times_at_once_count_once(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        people = store.subscribers
        assert await people.save(ME, DAY) is SaveResult.JOINED
        again = await asyncio.gather(*(people.save(replace(ME, language="ps"), DAY) for _ in range(3)))
        assert sorted(saved.value for saved in again) == ["changed", "same", "same"]
        assert sorted(await asyncio.gather(*(people.leave(ME.chat, DAY) for _ in range(3)))) == [False, False, True]
        [point] = series(await store.daily_counts.days())

        assert (point.joined, point.left, point.total) == (1, 1, 0)


async def test_a_change_is_read_and_written_in_one_transaction(tmp_path: Path) -> None:
    def advance(somebody: Subscriber) -> Subscriber:
        assert somebody.daily
        return replace(somebody, daily=replace(somebody.daily, clause=somebody.daily.clause + 1))

    async with place_in(tmp_path).opened() as store:
        await store.subscribers.save(ME, DAY)
        await asyncio.gather(*(store.subscribers.change(ME.chat, advance, DAY) for _ in range(5)))
        stored = await store.subscribers.get(ME.chat)

        assert stored == replace(ME, daily=Daily(8, "Asia/Kabul", 8))
        assert await store.subscribers.change(5, advance, DAY) is None


async def test_an_invalid_change_writes_nothing(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await store.subscribers.save(ME, DAY)
        with pytest.raises(ValueError, match="two small letters"):
            await store.subscribers.change(ME.chat, lambda somebody: replace(somebody, language="x"), DAY)

        assert await store.subscribers.get(ME.chat) == ME
        assert len(series(await store.daily_counts.days())) == 1


@pytest.mark.parametrize("page", [1, 7, 100, 1000])
async def test_everyone_is_yielded_once_with_any_page_size(tmp_path: Path, page: int) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(100))
        async with aclosing(store.subscribers.everyone(page)) as pages:
            people = [somebody async for page in pages for somebody in page]

        assert sorted(people, key=lambda somebody: somebody.chat) == list(map(person, range(100)))


async def test_choices_are_counted_from_the_rows(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        assert await store.subscribers.count_choices() == SubscriberCounts()
        await fill(store, range(40))
        counts = await store.subscribers.count_choices()
        everybody_there = list(map(person, range(40)))

        assert (counts.total, counts.everything) == (40, 10)
        assert counts.languages == {
            lang: sum(p.language == lang for p in everybody_there) for lang in ("fa", "ps", "en")
        }
        assert counts.topics[3] == sum(3 in (p.topics or ()) for p in everybody_there)


async def test_reading_everybody_gives_other_tasks_turns(tmp_path: Path) -> None:
    """5,000 rows take about 40 ms of processor time; the loop turns to others in between."""
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(5000))
        assert await longest_block_during(everybody(store)) < 0.02


async def longest_block_during(work: Coroutine[object, object, object]) -> float:
    doing = asyncio.create_task(work)
    longest, before = 0.0, time.thread_time()
    while not doing.done():
        await asyncio.sleep(0)
        longest, before = max(longest, time.thread_time() - before), time.thread_time()
    return longest


# Rows that somebody tampered with


async def tamper(store: Store, statement: str, *values: bytes | int | str | None) -> None:
    async with store.database.transaction() as transaction:
        await transaction.run(statement, *values)


async def rows_of(store: Store) -> list[tuple[bytes, bytes]]:
    return [
        (row.pseudonym, row.sealed)
        for row in await store.subscribers.table.page_after(store.database, RowPosition(), 100)
    ]


async def test_altered_swapped_and_foreign_rows_are_counted_and_affect_nobody_else(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(10))
        (a, sealed_a), (b, sealed_b), (c, sealed_c), *_ = await rows_of(store)
        await tamper(store, "UPDATE subscribers SET sealed = $1 WHERE pseudonym = $2", sealed_b, a)
        await tamper(store, "UPDATE subscribers SET sealed = $1 WHERE pseudonym = $2", sealed_a, b)
        await tamper(store, "UPDATE subscribers SET sealed = $1 WHERE pseudonym = $2", sealed_c[:-1] + b"!", c)
        for epoch, pseudonym, sealed in ((1, bytes(16), sealed_a), (99, bytes(16), sealed_b), (1, "text", 7)):
            await tamper(store, "INSERT INTO subscribers VALUES ($1, $2, $3)", epoch, pseudonym, sealed)
        people = await everybody(store)

        assert len(people) == 7
        assert len(store.vault.rejected) == 6
        await everybody(store)
        assert len(store.vault.rejected) == 6

    async with place_in(tmp_path).opened() as store:
        damaged = {person(number).chat for number in range(10)} - {somebody.chat for somebody in people}
        for somebody in map(person, range(10)):
            expected = None if somebody.chat in damaged else somebody
            assert await store.subscribers.get(somebody.chat) == expected


async def test_people_with_a_damaged_row_can_join_again_or_leave(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(2))
        await tamper(store, "UPDATE subscribers SET sealed = $1", b"damaged")
        assert await everybody(store) == []
        assert len(store.vault.rejected) == 2

        assert await store.subscribers.save(person(0), DAY) is SaveResult.JOINED
        assert await store.subscribers.leave(person(1).chat, DAY)
        assert await everybody(store) == [person(0)]
        assert len(store.vault.rejected) == 0


async def test_a_damaged_daily_count_affects_only_its_day(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await store.subscribers.save(person(1), DAY)
        await tamper(store, "UPDATE tallies SET sealed = $1", b"damaged")
        await store.subscribers.save(person(2), DAY + timedelta(1))

        assert [point.joined for point in series(await store.daily_counts.days())] == [1]


# Daily counts

FEW = st.integers(0, 5).map(lambda number: FIRST + number)
ACTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["save", "leave", "block"]),
        FEW,
        st.sampled_from(["fa", "ps"]),
        st.none() | st.frozensets(st.integers(0, 3)),
    ),
    max_size=30,
)


@settings(max_examples=15, deadline=None)
@given(ACTS)
def test_daily_counts_and_rows_agree_whatever_people_do(tmp_path_factory: pytest.TempPathFactory, acts: list) -> None:  # type: ignore[type-arg]
    asyncio.run(check_counts(tmp_path_factory.mktemp("storage"), acts))


async def check_counts(folder: Path, acts: list[tuple[int, str, int, str, frozenset[int] | None]]) -> None:
    model: dict[int, Subscriber] = {}
    async with place_in(folder).opened() as store:
        for later, act, chat, language, topics in acts:
            day = DAY + timedelta(later)
            if act == "save":
                saved = Subscriber(chat, language, topics)
                known = model.get(chat)
                expected = (
                    SaveResult.JOINED if known is None else SaveResult.SAME if known == saved else SaveResult.CHANGED
                )
                assert await store.subscribers.save(saved, day) is expected
                model[chat] = saved
            else:
                kind = ListChange.LEFT if act == "leave" else ListChange.BLOCKED
                assert await store.subscribers.leave(chat, day, kind) is (model.pop(chat, None) is not None)
        assert {somebody.chat: somebody for somebody in await everybody(store)} == model
        days = await store.daily_counts.days()
        points = series(days)
        assert (points[-1].total if points else 0) == len(model)
        for language, topic in itertools.product(("fa", "ps"), (0, 1, 2, 3)):
            subscribed = sum(wants(person, language, topic) for person in model.values())
            assert counted(days, language, topic) == subscribed


def counted(days: dict[date, DailyCount], language: str, topic: int) -> int:
    """Add up what all days count of one topic in one language."""
    signs = {
        ListChange.JOINED: 1,
        ListChange.GAINED: 1,
        ListChange.LEFT: -1,
        ListChange.BLOCKED: -1,
        ListChange.LOST: -1,
    }
    counts = [(key, number) for count in days.values() for key, number in count.items()]
    return sum(
        signs[key.kind] * number
        for key, number in counts
        if key.language == language and key.topic in (topic, EVERYTHING)
    )


def wants(person: Subscriber, language: str, topic: int) -> bool:
    return person.language == language and (person.topics is None or topic in person.topics)


def test_a_day_with_many_counts_takes_several_records_of_the_same_size() -> None:
    busy = DailyCount(
        {
            CountKey(kind, lang, topic): topic + 1
            for kind in ListChange
            for lang in ("fa", "ps")
            for topic in range(66)
        }
    )
    records = daily_count.encode(DAY, busy)

    assert len(records) == 6
    assert {len(record) for record in records} == {daily_count.SIZE}
    assert len({daily_count.read_name(record) for record in records}) == 6
    assert daily_count.sum_by_day(map(daily_count.decode, records)) == {DAY: busy}


async def test_a_busy_day_is_read_back_from_all_its_records(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        for number in range(4):
            everything = Subscriber(FIRST + number, ("fa", "ps", "en", "ur")[number], frozenset(range(64)))
            await store.subscribers.save(everything, DAY)
        days = await store.daily_counts.days()

        assert len(days[DAY]) == 4 * 65
        assert set(days[DAY].values()) == {1}
        assert await store.daily_counts.table.count(store.database) == 3


def test_the_series_has_totals_for_every_day() -> None:
    days = {
        DAY: DailyCount(
            {
                CountKey(ListChange.JOINED, "fa", PEOPLE): 12,
                CountKey(ListChange.JOINED, "fa", EVERYTHING): 10,
                CountKey(ListChange.JOINED, "fa", 3): 2,
            }
        ),
        DAY + timedelta(2): DailyCount(
            {CountKey(ListChange.BLOCKED, "fa", PEOPLE): 1, CountKey(ListChange.BLOCKED, "fa", 3): 1}
        ),
    }

    points = [(point.day.day, point.joined, point.blocked, point.total) for point in series(days)]

    assert points == [(1, 12, 0, 12), (2, 0, 0, 12), (3, 0, 1, 11)]
    assert series({}) == []


async def test_a_join_writes_all_records_of_the_day_whatever_its_language(tmp_path: Path) -> None:
    """Every join changes all records of a day: one, or as many as its counts need."""
    async with place_in(tmp_path).opened() as store:
        seen = []
        for number in range(4):
            await store.subscribers.save(person(number), DAY)
            seen.append(
                {
                    row.pseudonym: row.sealed
                    for row in await store.daily_counts.table.page_after(store.database, RowPosition(), 9)
                }
            )

    assert len({frozenset(rows) for rows in seen}) == 1
    assert len({sealed for rows in seen for sealed in rows.values()}) == 4


def test_a_record_of_version_0_2_opens_and_two_letters_are_written_as_they_were() -> None:
    """The bytes were written by version 0.2, whose records ended with zeros."""
    older = bytes.fromhex("0000000000002af90166610000000000000005140700030000000000000000")
    person = Subscriber(11001, "fa", frozenset({0, 2}), discreet=True, daily=Daily(7, "Asia/Kabul", 3))

    assert decode(older) == person
    assert encode(person) == older
    assert encode(replace(person, language="pt-br"))[9:11] == b"pt"
