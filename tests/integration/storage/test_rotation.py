"""Epochs: keys rotate automatically, nobody is lost or duplicated, and destroyed keys make old copies unreadable."""

import asyncio
import random
import signal
import sys
import time
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

import pytest

from storage.errors import StorageRefused
from storage.sealing import key_file
from storage.sealing.rotation import DAYS
from storage.sealing.sealed_table import RowPosition
from storage.store import Store
from storage.subscriptions.daily_count import series
from storage.subscriptions.subscriber import Subscriber
from storage.subscriptions.subscriber_store import SaveResult
from tests.support.storage_process import BOT, DAY, ROOT, Place, everybody, fill, person, place_in


async def epochs_in_use(store: Store) -> set[int]:
    tables = (store.subscribers.table, store.daily_counts.table, store.metadata.table)
    return {row.epoch for table in tables for row in await table.page_after(store.database, RowPosition(), 10_000)}


async def subscriber_pseudonyms(store: Store) -> set[bytes]:
    return {row.pseudonym for row in await store.subscribers.table.page_after(store.database, RowPosition(), 100)}


async def test_after_30_days_keys_and_pseudonyms_are_new_and_the_old_keys_are_destroyed(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        for number in range(20):
            await store.subscribers.save(person(number), DAY)
        before = {
            row.pseudonym for row in await store.subscribers.table.page_after(store.database, RowPosition(), 100)
        }
        counts = await store.daily_counts.days()
        old = place.keys.read_bytes()

        await store.maintain(DAY + timedelta(DAYS - 1))
        assert place.keys.read_bytes() == old

        await store.maintain(DAY + timedelta(DAYS))
        after = {
            row.pseudonym for row in await store.subscribers.table.page_after(store.database, RowPosition(), 100)
        }
        assert len(after) == 20
        assert not before & after
        assert await epochs_in_use(store) == {2}
        assert [epoch.number for epoch in key_file.parse(place.keys.read_bytes(), place.keys)] == [2]
        assert sorted(somebody.chat for somebody in await everybody(store)) == [
            person(number).chat for number in range(20)
        ]
        assert await store.daily_counts.days() == counts
        assert await store.metadata.belongs_to(store.database, BOT)
        assert store.rotation.ages(DAY + timedelta(DAYS))[0].days == 0


async def test_a_manual_rotation_keeps_the_old_keys_for_their_30_days(tmp_path: Path) -> None:
    """Backups of these days still open, and erased rows open nowhere after 30 days all the same."""
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(5))
        await store.rotation.begin(DAY + timedelta(10))
        await store.maintain(DAY + timedelta(10))
        assert [age.number for age in store.rotation.ages(DAY)] == [1, 2]
        assert not store.rotation.is_moving

        await store.maintain(DAY + timedelta(29))
        assert [age.number for age in store.rotation.ages(DAY)] == [1, 2]
        await store.maintain(DAY + timedelta(30))
        assert [age.number for age in store.rotation.ages(DAY)] == [2]
        assert len(await everybody(store)) == 5


async def test_a_second_process_may_request_a_rotation(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        key_file.request_rotation(place.keys)
        await store.maintain(DAY)
        assert store.vault.current_epoch == 2
        await store.maintain(DAY)
        assert store.vault.current_epoch == 2


async def test_a_clock_that_was_in_the_future_does_not_stop_rotation(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(5))
        await store.maintain(DAY + timedelta(5000))
        await store.maintain(DAY)
        await store.maintain(DAY)

        assert [(age.number, age.days) for age in store.rotation.ages(DAY)] == [(3, 0)]
        assert len(await everybody(store)) == 5


async def test_people_join_change_and_leave_during_a_rotation(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(1000))
        await store.rotation.begin(DAY)
        assert not await store.rotation.go_on(slices=2)
        assert await epochs_in_use(store) == {1, 2}

        for number in range(0, 1000, 50):
            assert await store.subscribers.get(person(number).chat) == person(number)
            assert await store.subscribers.save(person(number), DAY) is SaveResult.SAME
            changed = Subscriber(person(number).chat, "en")
            assert await store.subscribers.save(changed, DAY) is not SaveResult.JOINED
            assert await store.subscribers.leave(person(number + 1).chat, DAY)
            assert not await store.subscribers.leave(person(number + 1).chat, DAY)
        assert await store.rotation.go_on()
        stored = {somebody.chat: somebody for somebody in await everybody(store)}

        assert len(stored) == await store.subscribers.count() == 980
        assert all(
            stored[person(number).chat] == Subscriber(person(number).chat, "en") for number in range(0, 1000, 50)
        )


async def test_rotation_waits_while_all_subscribers_are_read(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(1000))
        await store.rotation.begin(DAY)
        await store.rotation.go_on(slices=2)
        people = list[Subscriber]()
        async with aclosing(store.subscribers.everyone(page=100)) as pages:
            async for page in pages:
                people += page
                assert not await store.rotation.go_on()

        assert len(people) == len({somebody.chat for somebody in people}) == 1000
        assert await store.rotation.go_on()


async def test_rotation_waits_while_a_broadcast_blocks_it(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(10))
        async with store.rotation_lock.block_rotation():
            await store.maintain(DAY + timedelta(DAYS))
            assert store.rotation.is_moving
            assert len(store.rotation.ages(DAY)) == 2
        await store.maintain(DAY + timedelta(DAYS))
        assert not store.rotation.is_moving
        assert len(store.rotation.ages(DAY)) == 1


async def test_rows_that_do_not_open_neither_stop_a_rotation_nor_outlive_their_epoch(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(1000))
        async with store.database.transaction() as transaction:
            await transaction.run("UPDATE subscribers SET sealed = $1 WHERE pseudonym < $2", b"damaged", b"\x80")
        damaged = 1000 - len(await everybody(store))
        await store.rotation.begin(DAY)
        await store.maintain(DAY)
        assert len(store.vault.rejected) == damaged > 0
        assert await rows_in_epoch(store, 1) == damaged

        await store.maintain(DAY + timedelta(DAYS))
        assert await store.subscribers.count() == 1000 - damaged
        assert len(store.vault.rejected) == 0


async def rows_in_epoch(store: Store, epoch: int) -> int:
    [(count,)] = await store.database.rows("SELECT COUNT(*) FROM subscribers WHERE epoch = $1", epoch)
    return int(count)


async def test_a_row_restored_from_an_older_epoch_does_not_replace_the_newer_one(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await fill(store, range(1))
        [old] = await store.subscribers.table.page_after(store.database, RowPosition(), 5)
        await store.rotation.begin(DAY)
        await store.rotation.go_on()
        newer = Subscriber(person(0).chat, "ps")
        await store.subscribers.save(newer, DAY)
        async with store.database.transaction() as transaction:
            await transaction.run("INSERT INTO subscribers VALUES ($1, $2, $3)", old.epoch, old.pseudonym, old.sealed)
    async with place.opened() as store:
        assert await store.subscribers.get(newer.chat) == newer
        assert await store.rotation.go_on()
        assert await everybody(store) == [newer]


async def test_keys_that_rows_need_are_destroyed_only_with_force(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await fill(store, range(500))
        with pytest.raises(StorageRefused, match="the current one"):
            await store.rotation.destroy(1)
        with pytest.raises(StorageRefused, match="There is no epoch 7"):
            await store.rotation.destroy(7)
        await store.rotation.begin(DAY)
        await store.rotation.go_on(slices=1)
        with pytest.raises(StorageRefused, match=r"still seals 200 rows: .*--force"):
            await store.rotation.destroy(1)

        await store.rotation.destroy(1, force=True)
        assert len(await everybody(store)) == await store.subscribers.count() == 300
        assert await epochs_in_use(store) == {2}
    async with place.opened() as store:
        assert len(await everybody(store)) == 300


async def test_a_kill_between_the_key_file_and_the_first_row_is_finished_by_the_next_start(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await fill(store, range(5))
        store.rotation._keyring.add(DAY)
    async with place.opened() as store:
        assert store.vault.current_epoch == 2
        await store.maintain(DAY)
        assert await epochs_in_use(store) == {2}
        assert len(await everybody(store)) == 5


# kill -9


async def kill_repeatedly(folder: Path, rows: int, times: int, seconds: float) -> None:
    """Kill a process `times` times while it rotates the rows of `rows` people again and again, and others join."""
    place, chance, next_number = place_in(folder), random.Random(9), rows
    async with place.opened() as store:
        await fill(store, range(rows))
    people = {person(number).chat: person(number) for number in range(rows)}
    rotated = 0
    for _ in range(times):
        reports = await kill_after(place, next_number, chance.uniform(0, seconds))
        rotated += sum(line.startswith("rotated") for line in reports)
        people, next_number = await compare(place, people, reports, next_number)
    assert rotated > 0


async def kill_after(place: Place, first: int, seconds: float) -> list[str]:
    """Start the second process, kill it after some seconds, and return what it reported."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.storage_process",
        "rotate",
        str(place.database),
        str(place.keys),
        str(first),
        "999999999",
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdout
    assert await child.stdout.readline() == b"open\n"
    await asyncio.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    reports = (await child.stdout.read()).decode().split("\n")
    await child.wait()
    return reports[:-1]


async def compare(
    place: Place, people: dict[int, Subscriber], reports: list[str], next_number: int
) -> tuple[dict[int, Subscriber], int]:
    """Check that everything that was reported is stored; only the call running at the kill may be done or not.

    Return the people who are stored, and the next number to join.
    """
    expected = dict(people)
    for word, number in (line.split() for line in reports):
        if word == "joined":
            expected[person(int(number)).chat] = person(int(number))
        elif word == "left":
            del expected[person(int(number)).chat]
    last = max([next_number - 1, *(int(line.split()[1]) for line in reports if not line.startswith("rotated"))])
    unsure = {person(last).chat, person(last + 1).chat}
    async with place.opened() as store:
        rows = await everybody(store)
        stored = {somebody.chat: somebody for somebody in rows}
        assert len(stored) == len(rows) == await store.subscribers.count(), "somebody is stored twice"
        assert {chat: somebody for chat, somebody in stored.items() if chat not in unsure} == {
            chat: somebody for chat, somebody in expected.items() if chat not in unsure
        }
        assert len(store.vault.rejected) == 0
        remaining = {chat: somebody for chat, somebody in stored.items() if chat not in unsure}
        for chat in unsure:
            await store.subscribers.leave(chat, DAY)
    return remaining, last + 2


async def test_a_killed_rotation_neither_loses_nor_duplicates_anybody(tmp_path: Path) -> None:
    await kill_repeatedly(tmp_path, 2000, 6, 0.5)


@pytest.mark.torture
async def test_a_rotation_of_20000_killed_25_times_neither_loses_nor_duplicates_anybody(tmp_path: Path) -> None:
    await kill_repeatedly(tmp_path, 20_000, 25, 3)


async def test_a_rotation_never_blocks_the_event_loop_for_long(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(3000))
        await store.rotation.begin(DAY)
        moving = asyncio.create_task(store.rotation.go_on())
        holds, before = [], time.thread_time()  # not the clock: other programs hold the processor too
        while not moving.done():
            await asyncio.sleep(0)
            holds.append(time.thread_time() - before)
            before = time.thread_time()

    assert max(holds) < 0.02


async def test_daily_counts_and_the_total_survive_rotations(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        for number in range(30):
            day = DAY + timedelta(number * 5)
            await store.maintain(day)
            await store.subscribers.save(person(number), day)
        points = series(await store.daily_counts.days())

        assert points[-1].total == 30 == len(await everybody(store))
        assert sum(point.joined for point in points) == 30
