"""Broadcasts in the database: the ledger, where they stand, documents, and what a new process finds."""

import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from storage.deliveries import broadcast_state
from storage.deliveries.broadcast_state import BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.ledger import Entry, Ledger, Outcome, fresh_key
from storage.errors import KeysHeld, StorageTrouble
from storage.sealing.sealed_table import Place as At
from storage.store import Store
from tests.support.leak_scan import scan
from tests.support.storage_process import DAY, TOKEN, Place, place_in

CHATS = [7_000_000_000 + number * 977 for number in range(300)]


async def begun(store: Store, claimed: int) -> tuple[BroadcastState, Ledger]:
    """A broadcast that has claimed so many."""
    made = await store.broadcasts.create(b"{}", Job(Work.SEND, 0.0), 0.0)
    assert made.key
    ledger = Ledger(made.number, made.key)
    async with store.broadcasts.changing(made.number) as inside:
        await ledger.claim(inside.change, [Entry(ledger.pseudonym(chat), chat, "fa") for chat in CHATS[:claimed]])
        inside.standing = inside.standing.moved(Counter({Outcome.CLAIMED: claimed}))
    return store.broadcasts.known[made.number], ledger


async def test_what_was_settled_is_read_back_in_key_order(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        _, ledger = await begun(store, 100)
        claimed = await ledger.after(store.database, b"", Outcome.CLAIMED, 500)
        async with store.database.writing() as change:
            await ledger.settle(change, [one.ended(Outcome.SENT, 41) for one in claimed[:30]])
        sent = await ledger.after(store.database, b"", Outcome.SENT, 500)

        assert [one.pseudonym for one in claimed] == sorted(one.pseudonym for one in claimed)
        assert sent == [replace(one, outcome=Outcome.SENT, message=41) for one in claimed[:30]]
        assert await ledger.counted(store.database) == {Outcome.SENT: 30, Outcome.CLAIMED: 70}
        assert await ledger.after(store.database, sent[9].pseudonym, Outcome.SENT, 5) == sent[10:15]
        assert await ledger.known(store.database, [sent[0].pseudonym, b"x" * 16]) == {sent[0].pseudonym}
        assert await ledger.of(store.database, sent[3].chat) == sent[3]


async def test_nobody_is_claimed_twice(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        _, ledger = await begun(store, 10)
        again = [Entry(ledger.pseudonym(chat), chat, "fa") for chat in (CHATS[20], CHATS[3])]
        with pytest.raises(StorageTrouble):
            async with store.database.writing() as change:
                await ledger.claim(change, again)

        assert await ledger.counted(store.database) == {Outcome.CLAIMED: 10}


async def test_what_was_in_flight_when_a_process_ended_is_unknown_in_the_next(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        before, ledger = await begun(store, 10)
        some = await ledger.after(store.database, b"", Outcome.CLAIMED, 4)
        async with store.broadcasts.changing(before.number) as inside:
            await ledger.settle(inside.change, [one.ended(Outcome.SENT, 1) for one in some])
            inside.standing = inside.standing.moved(Counter({Outcome.CLAIMED: -4, Outcome.SENT: 4}))
    async with place.opened() as store:
        await store.broadcasts.load()
        assert await store.broadcasts.recover() == 6
        assert await store.broadcasts.recover() == 0
        after = store.broadcasts.known[before.number]

        assert after.totals == {Outcome.SENT: 4, Outcome.UNKNOWN: 6} == await ledger.counted(store.database)
        assert after.claimed == 10


async def test_a_block_that_raises_changes_nothing(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        before, _ = await begun(store, 1)
        with pytest.raises(ZeroDivisionError):
            await change_and_fail(store, before.number)

        assert store.broadcasts.known[before.number] == before
        await store.broadcasts.load()
        assert store.broadcasts.known[before.number] == before


async def change_and_fail(store: Store, number: int) -> None:
    async with store.broadcasts.changing(number) as inside:
        inside.standing = replace(inside.standing, ended=1.0)
        raise ZeroDivisionError


async def test_a_destroyed_ledger_leaves_the_totals_and_no_trace(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        before, ledger = await begun(store, 300)
        rows = [(one.pseudonym,) for one in await ledger.after(store.database, b"", Outcome.CLAIMED, 500)]
        await store.broadcasts.destroy(before.number)
        await store.tend(DAY)
        left = b"".join(file.read_bytes() for file in place.database.parent.iterdir())

        assert len(rows) == 300
        assert not any(pseudonym in left for (pseudonym,) in rows)
        after = store.broadcasts.known[before.number]
        assert {job.status for job in after.jobs.values()} == {Status.OVER}
        assert after == replace(before, key=None, jobs=after.jobs)


async def test_the_files_name_nobody_whom_a_broadcast_has_come_to(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await begun(store, 300)
        await store.broadcasts.create(b"SECRET WORDS", Job(Work.SEND, 0.0), 0.0)
        found = scan([place.database.parent], CHATS, TOKEN)
        files = [file.read_bytes() for file in place.database.parent.iterdir()]

    assert found == []
    assert not any(b"SECRET WORDS" in content for content in files)


async def test_documents_are_kept_by_name_and_move_with_the_keys(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        long = random.Random(1).randbytes(5000)
        async with store.database.writing() as change:
            await store.documents.put(change, b"draft/1", long)
            await store.documents.put(change, b"draft/2", b"")
            await store.documents.put(change, b"other", b"x")
        await store.rotation.begin(DAY)
        await store.rotation.go_on()
        await store.rotation.destroy(1)

        assert await store.documents.all(store.database, b"draft/") == {b"draft/1": long, b"draft/2": b""}
        async with store.database.writing() as change:
            assert await store.documents.remove(change, b"draft/1")
        assert await store.documents.get(store.database, b"draft/1") is None
        assert await store.documents.get(store.database, b"other") == b"x"


async def test_a_second_process_with_a_copy_of_the_keys_is_refused(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened():
        pass
    copy = tmp_path / "elsewhere" / "seal.key"
    copy.parent.mkdir()
    shutil.copy2(place.keys, copy)
    async with place.opened():
        with pytest.raises(KeysHeld, match="Another process writes the database in"):
            async with Place(place.database, copy).opened():
                pass


async def test_the_heartbeat_is_kept(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        assert await store.broadcasts.last_beat() is None
        await store.broadcasts.beat(1234.5)
        assert await store.broadcasts.last_beat() == 1234.5


def test_a_standing_survives_its_own_writing() -> None:
    job = Job(Work.RECALL, 3.5, Status.PAUSED, JobReason.CONTENT, "no rights", At(2, b"\x01\xff"), {"done": 3})
    one = BroadcastState(7, 1.0, fresh_key(), {}, Counter({Outcome.SENT: 3}), 1.5, None, 9.0, 8.0).with_job(job)

    assert broadcast_state.decoded(broadcast_state.encoded(one)) == one


async def test_the_ledger_goes_by_its_primary_key(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        for where in ("pseudonym = $2", "pseudonym > $2 AND outcome = 1 ORDER BY pseudonym LIMIT 5"):
            statement = f"EXPLAIN QUERY PLAN SELECT sealed FROM ledger WHERE broadcast = $1 AND {where}"
            plan = await store.database.rows(statement, 1, b"")
            assert len(plan) == 1
            assert plan[0][3].startswith("SEARCH ledger USING PRIMARY KEY (broadcast=? AND pseudonym")
