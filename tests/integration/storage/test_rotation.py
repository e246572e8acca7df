"""Epochs: keys change by themselves, nobody is lost or doubled, and destroyed keys blind what was copied before."""

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


async def test_after_30_days_keys_and_pseudonyms_are_others_and_the_old_keys_are_gone(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        for number in range(20):
            await store.subscribers.save(person(number), DAY)
        before = {
            row.pseudonym for row in await store.subscribers.table.page_after(store.database, RowPosition(), 100)
        }
        tallied = await store.daily_counts.days()
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
        assert [one.number for one in key_file.parse(place.keys.read_bytes(), place.keys)] == [2]
        assert sorted(one.chat for one in await everybody(store)) == [person(number).chat for number in range(20)]
        assert await store.daily_counts.days() == tallied
        assert await store.metadata.belongs_to(store.database, BOT)
        assert store.rotation.ages(DAY + timedelta(DAYS))[0].days == 0


async def test_a_rotation_by_hand_keeps_the_old_keys_until_their_30_days_are_over(tmp_path: Path) -> None:
    """Backups of these days stay of use; and what was forgotten opens nowhere after 30 days all the same."""
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


async def test_a_second_process_may_ask_for_a_rotation(tmp_path: Path) -> None:
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


async def test_people_come_change_and_go_between_two_epochs(tmp_path: Path) -> None:
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
        found = {one.chat: one for one in await everybody(store)}

        assert len(found) == await store.subscribers.count() == 980
        assert all(
            found[person(number).chat] == Subscriber(person(number).chat, "en") for number in range(0, 1000, 50)
        )


async def test_rotation_waits_while_somebody_reads_all(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await fill(store, range(1000))
        await store.rotation.begin(DAY)
        await store.rotation.go_on(slices=2)
        found = []
        async with aclosing(store.subscribers.everyone(page=100)) as pages:
            async for some in pages:
                found += some
                assert not await store.rotation.go_on()

        assert len(found) == len({one.chat for one in found}) == 1000
        assert await store.rotation.go_on()


async def test_rotation_waits_while_a_broadcast_holds_it(tmp_path: Path) -> None:
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
        async with store.database.transaction() as change:
            await change.run("UPDATE subscribers SET sealed = $1 WHERE pseudonym < $2", b"spoiled", b"\x80")
        spoiled = 1000 - len(await everybody(store))
        await store.rotation.begin(DAY)
        await store.maintain(DAY)
        assert len(store.vault.rejected) == spoiled > 0
        assert await rows_in_epoch(store, 1) == spoiled

        await store.maintain(DAY + timedelta(DAYS))
        assert await store.subscribers.count() == 1000 - spoiled
        assert len(store.vault.rejected) == 0


async def rows_in_epoch(store: Store, epoch: int) -> int:
    [(count,)] = await store.database.rows("SELECT COUNT(*) FROM subscribers WHERE epoch = $1", epoch)
    return int(count)


async def test_a_row_put_back_from_an_older_epoch_does_not_replace_the_newer_one(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await fill(store, range(1))
        [old] = await store.subscribers.table.page_after(store.database, RowPosition(), 5)
        await store.rotation.begin(DAY)
        await store.rotation.go_on()
        newer = Subscriber(person(0).chat, "ps")
        await store.subscribers.save(newer, DAY)
        async with store.database.transaction() as change:
            await change.run("INSERT INTO subscribers VALUES ($1, $2, $3)", old.epoch, old.pseudonym, old.sealed)
    async with place.opened() as store:
        assert await store.subscribers.get(newer.chat) == newer
        assert await store.rotation.go_on()
        assert await everybody(store) == [newer]


async def test_keys_are_destroyed_only_on_purpose_while_rows_need_them(tmp_path: Path) -> None:
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


async def kills(folder: Path, rows: int, times: int, seconds: float) -> None:
    """A process rotates `rows` people again and again while others come and go; it is killed at `times` moments."""
    place, chance, came = place_in(folder), random.Random(9), rows
    async with place.opened() as store:
        await fill(store, range(rows))
    people = {person(number).chat: person(number) for number in range(rows)}
    rotated = 0
    for _ in range(times):
        told = await killed_after(place, came, chance.uniform(0, seconds))
        rotated += sum(line.startswith("rotated") for line in told)
        people, came = await compared(place, people, told, came)
    assert rotated > 0


async def killed_after(place: Place, first: int, seconds: float) -> list[str]:
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
    told = (await child.stdout.read()).decode().split("\n")
    await child.wait()
    return told[:-1]


async def compared(
    place: Place, people: dict[int, Subscriber], told: list[str], came: int
) -> tuple[dict[int, Subscriber], int]:
    """What was said is so; only the one act under way at the kill may be either done or not."""
    expected = dict(people)
    for word, number in (line.split() for line in told):
        if word == "joined":
            expected[person(int(number)).chat] = person(int(number))
        elif word == "left":
            del expected[person(int(number)).chat]
    last = max([came - 1, *(int(line.split()[1]) for line in told if not line.startswith("rotated"))])
    open_to = {person(last).chat, person(last + 1).chat}
    async with place.opened() as store:
        rows = await everybody(store)
        found = {one.chat: one for one in rows}
        assert len(found) == len(rows) == await store.subscribers.count(), "somebody is there twice"
        assert {chat: one for chat, one in found.items() if chat not in open_to} == {
            chat: one for chat, one in expected.items() if chat not in open_to
        }
        assert len(store.vault.rejected) == 0
        left = {chat: one for chat, one in found.items() if chat not in open_to}
        for chat in open_to:
            await store.subscribers.leave(chat, DAY)
    return left, last + 2


async def test_nobody_is_lost_or_doubled_when_a_rotation_is_killed(tmp_path: Path) -> None:
    await kills(tmp_path, 2000, 6, 0.5)


@pytest.mark.torture
async def test_nobody_is_lost_or_doubled_in_25_kills_of_a_rotation_of_20000(tmp_path: Path) -> None:
    await kills(tmp_path, 20_000, 25, 3)


async def test_a_rotation_never_holds_the_event_loop_long(tmp_path: Path) -> None:
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


async def test_tallies_and_the_total_survive_rotations(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        for number in range(30):
            day = DAY + timedelta(number * 5)
            await store.maintain(day)
            await store.subscribers.save(person(number), day)
        points = series(await store.daily_counts.days())

        assert points[-1].total == 30 == len(await everybody(store))
        assert sum(point.joined for point in points) == 30
