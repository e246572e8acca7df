"""Broadcasts in the database: the ledger, the states, sealed documents, and what a new process finds."""

import random
import shutil
import struct
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.deliveries import broadcast_state, daily_state
from storage.deliveries.broadcast_state import BroadcastHold, BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.daily_state import DailyState, DayLedger
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome, fresh_key
from storage.deliveries.waiting_rows import WaitingRows
from storage.errors import KeysHeld, StorageTrouble
from storage.sealing.sealed_table import RowPosition
from storage.store import Store
from tests.support.leak_scan import scan
from tests.support.storage_process import DAY, TOKEN, Place, count_outcomes, place_in

CHATS = [7_000_000_000 + number * 977 for number in range(300)]
FIRST_BROADCAST = LedgerId.for_broadcast(1)


async def begin_broadcast(store: Store, claimed: int) -> tuple[BroadcastState, Ledger]:
    """Create a broadcast and claim that many recipients."""
    state = await store.broadcasts.create(b"{}", Job(Work.SEND, 0.0), 0.0)
    assert state.key
    ledger = Ledger(LedgerId.for_broadcast(state.number), state.key)
    async with store.broadcasts.changing(state.number) as inside:
        await ledger.claim(inside.change, [Entry(ledger.pseudonym(chat), chat, "fa") for chat in CHATS[:claimed]])
        inside.standing = inside.standing.add_to_totals(Counter({Outcome.CLAIMED: claimed}))
    return store.broadcasts.known[state.number], ledger


async def test_settled_entries_are_read_back_in_key_order(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        _, ledger = await begin_broadcast(store, 100)
        claimed = await ledger.page_after(store.database, b"", Outcome.CLAIMED, 500)
        async with store.database.transaction() as transaction:
            await ledger.settle(transaction, [entry.with_outcome(Outcome.SENT, 41) for entry in claimed[:30]])
        sent = await ledger.page_after(store.database, b"", Outcome.SENT, 500)
        first = sent[0].pseudonym

        assert [entry.pseudonym for entry in claimed] == sorted(entry.pseudonym for entry in claimed)
        assert sent == [replace(entry, outcome=Outcome.SENT, message=41) for entry in claimed[:30]]
        outcomes = await count_outcomes(store.database, FIRST_BROADCAST)
        assert outcomes == {Outcome.SENT: 30, Outcome.CLAIMED: 70}
        assert await ledger.page_after(store.database, sent[9].pseudonym, Outcome.SENT, 5) == sent[10:15]
        assert await ledger.claimed_among(store.database, [first, b"x" * 16]) == {first}
        assert await ledger.entry_for(store.database, sent[3].chat) == sent[3]


async def test_a_row_from_before_quiet_hours_is_due_at_no_time(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        state, ledger = await begin_broadcast(store, 0)
        assert state.key
        pseudonym, nonce = ledger.pseudonym(CHATS[0]), bytes(12)
        plain = struct.pack(">q q 2s B 5x", CHATS[0], 41, b"fa", 1)  # as earlier versions wrote it
        sealed = nonce + AESGCM(state.key[32:]).encrypt(nonce, plain, pseudonym)
        statement = "INSERT INTO ledger (broadcast, pseudonym, outcome, sealed) VALUES (1, $1, 1, $2)"
        async with store.database.transaction() as transaction:
            await transaction.run(statement, pseudonym, sealed)

        entry = await ledger.entry_for(store.database, CHATS[0])
        assert entry == Entry(pseudonym, CHATS[0], "fa", Outcome.SENT, 41, discreet=True)


async def test_nobody_is_claimed_twice(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        _, ledger = await begin_broadcast(store, 10)
        entries = [Entry(ledger.pseudonym(chat), chat, "fa") for chat in (CHATS[20], CHATS[3])]
        with pytest.raises(StorageTrouble):
            async with store.database.transaction() as transaction:
                await ledger.claim(transaction, entries)

        assert await count_outcomes(store.database, FIRST_BROADCAST) == {Outcome.CLAIMED: 10}


async def test_a_day_and_a_broadcast_of_the_same_number_have_different_ledgers(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        await begin_broadcast(store, 10)
        ledger = Ledger(LedgerId.for_day(1), fresh_key())
        async with store.database.transaction() as transaction:
            await ledger.claim(transaction, [Entry(ledger.pseudonym(CHATS[0]), 0, "fa")])

        assert await count_outcomes(store.database, FIRST_BROADCAST) == {Outcome.CLAIMED: 10}
        assert await count_outcomes(store.database, LedgerId.for_day(1)) == {Outcome.CLAIMED: 1}


async def test_messages_in_flight_when_a_process_ended_are_unknown_to_the_next(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        before, ledger = await begin_broadcast(store, 10)
        settled = await ledger.page_after(store.database, b"", Outcome.CLAIMED, 4)
        async with store.broadcasts.changing(before.number) as inside:
            await ledger.settle(inside.change, [entry.with_outcome(Outcome.SENT, 1) for entry in settled])
            inside.standing = inside.standing.add_to_totals(Counter({Outcome.CLAIMED: -4, Outcome.SENT: 4}))
    async with place.opened() as store:
        await store.broadcasts.load()
        assert await store.broadcasts.recover() == 6
        assert await store.broadcasts.recover() == 0
        after = store.broadcasts.known[before.number]

        assert after.totals == {Outcome.SENT: 4, Outcome.UNKNOWN: 6}
        assert after.totals == await count_outcomes(store.database, FIRST_BROADCAST)
        assert after.claimed == 10


async def test_a_block_that_raises_changes_nothing(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        before, _ = await begin_broadcast(store, 1)
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
        before, ledger = await begin_broadcast(store, 300)
        entries = await ledger.page_after(store.database, b"", Outcome.CLAIMED, 500)
        await store.broadcasts.destroy(before.number)
        await store.maintain(DAY)
        contents = b"".join(file.read_bytes() for file in place.database.parent.iterdir())

        assert len(entries) == 300
        assert not any(entry.pseudonym in contents for entry in entries)
        after = store.broadcasts.known[before.number]
        assert {job.status for job in after.jobs.values()} == {Status.OVER}
        assert after == replace(before, key=None, jobs=after.jobs)


async def test_the_files_name_no_recipient_of_a_broadcast(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await begin_broadcast(store, 300)
        await store.broadcasts.create(b"SECRET WORDS", Job(Work.SEND, 0.0), 0.0)
        findings = scan([place.database.parent], CHATS, TOKEN)
        contents = [file.read_bytes() for file in place.database.parent.iterdir()]

    assert findings == []
    assert not any(b"SECRET WORDS" in content for content in contents)


async def test_documents_are_stored_by_name_and_move_with_the_keys(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        long = random.Random(1).randbytes(5000)
        async with store.database.transaction() as transaction:
            await store.documents.put(transaction, b"draft/1", long)
            await store.documents.put(transaction, b"draft/2", b"")
            await store.documents.put(transaction, b"other", b"x")
        await store.rotation.begin(DAY)
        await store.rotation.go_on()
        await store.rotation.destroy(1)

        assert await store.documents.all(store.database, b"draft/") == {b"draft/1": long, b"draft/2": b""}
        async with store.database.transaction() as transaction:
            assert await store.documents.remove(transaction, b"draft/1")
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


async def test_the_last_heartbeat_is_read_back(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        assert await store.broadcasts.last_heartbeat() is None
        await store.broadcasts.write_heartbeat(1234.5)
        assert await store.broadcasts.last_heartbeat() == 1234.5


async def test_the_ledger_is_searched_by_its_primary_key(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        for where in ("pseudonym = $2", "pseudonym > $2 AND outcome = 1 ORDER BY pseudonym LIMIT 5"):
            statement = f"EXPLAIN QUERY PLAN SELECT sealed FROM ledger WHERE broadcast = $1 AND {where}"
            plan = await store.database.rows(statement, 1, b"")
            assert len(plan) == 1
            assert plan[0][3].startswith("SEARCH ledger USING PRIMARY KEY (broadcast=? AND pseudonym")


# Documents, as they are written now and as earlier versions wrote them

KEY = bytes(range(64))
KEY_IN_BASE64 = b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw=="


def test_a_broadcast_state_survives_encoding() -> None:
    recall = Job(
        work=Work.RECALL,
        at=3.5,
        status=Status.PAUSED,
        reason=JobReason.CONTENT,
        detail="no rights: none",
        position=RowPosition(2, b"\x01\xff"),
        counts={"done": 3},
    )
    state = BroadcastState(
        number=7,
        created=1.0,
        key=KEY,
        totals=Counter({Outcome.SENT: 3}),
        begun=1.5,
        destroy_at=9.0,
        clean_at=8.0,
        held=BroadcastHold(last_heartbeat=5.0, at=9.0, is_copy=True),
    ).with_job(recall)

    assert broadcast_state.decode(broadcast_state.encode(state)) == state


OLD_STATE = (
    b'{"number": 7, "created": 1790000000.5, "key": "' + KEY_IN_BASE64 + b'", "jobs": ['
    b'{"work": "send", "at": 1790000001.0, "status": "paused", "why": "breaker: page", '
    b'"place": [2, "0123456789abcdef0123456789abcdef"], "counts": {}}, '
    b'{"work": "clean", "at": 0.0, "status": "over", "why": "", "place": [-1, ""], "counts": {"done": 3}}], '
    b'"totals": {"1": 40, "4": 2}, "begun": 1790000002.0, "ended": null, "destroy_at": null, '
    b'"clean_at": 1790000003.0, "stop_at": 1790000004, "tag": "0a1b2c3d", "reasons": {"blocked": 2}, '
    b'"excused": ["no rights"], "held": [5.0, 9.0, true]}'
)
OLDEST_STATE = (
    b'{"number": 1, "created": 0.0, "key": null, "jobs": [], "totals": {}, "begun": null, "ended": null, '
    b'"destroy_at": null, "clean_at": null}'
)


def test_a_broadcast_state_of_an_earlier_version_is_read() -> None:
    state = broadcast_state.decode(OLD_STATE)

    assert state == BroadcastState(
        number=7,
        created=1790000000.5,
        key=KEY,
        jobs={
            Work.SEND: Job(
                work=Work.SEND,
                at=1790000001.0,
                status=Status.PAUSED,
                reason=JobReason.BREAKER,
                detail="page",
                position=RowPosition(2, bytes.fromhex("0123456789abcdef0123456789abcdef")),
            ),
            Work.CLEAN: Job(work=Work.CLEAN, at=0.0, status=Status.OVER, counts={"done": 3}),
        },
        totals=Counter({Outcome.SENT: 40, Outcome.UNKNOWN: 2}),
        begun=1790000002.0,
        clean_at=1790000003.0,
        stop_at=1790000004.0,
        tag="0a1b2c3d",
        reasons={"blocked": 2},
        excused=("no rights",),
        held=BroadcastHold(last_heartbeat=5.0, at=9.0, is_copy=True),
    )
    assert broadcast_state.decode(broadcast_state.encode(state)) == state
    assert broadcast_state.decode(OLDEST_STATE) == BroadcastState(number=1, created=0.0, key=None)


@pytest.mark.parametrize(
    ("why", "reason", "detail"),
    [
        (b"", None, ""),
        (b"admin", JobReason.ADMIN, ""),
        (b"held", JobReason.HELD, ""),
        (b"mistake", JobReason.ERROR, ""),
        (b"stars", JobReason.STARS, ""),
        (b"stopped", JobReason.STOPPED, ""),
        (b"recalled", JobReason.RECALLED, ""),
        (b"expired", JobReason.EXPIRED, ""),
        (b"only", JobReason.ONLY_UNSENT, ""),
        (b"content: bad request: no rights", JobReason.CONTENT, "bad request: no rights"),
    ],
)
def test_every_reason_that_an_earlier_version_wrote_is_read(
    why: bytes, reason: JobReason | None, detail: str
) -> None:
    job = broadcast_state.decode(OLD_STATE.replace(b"breaker: page", why)).jobs[Work.SEND]

    assert (job.reason, job.detail) == (reason, detail)


def test_a_document_with_a_field_of_the_wrong_type_is_refused() -> None:
    document = broadcast_state.encode(BroadcastState(number=1, created=0.0, key=None))
    with pytest.raises(msgspec.ValidationError, match=r"Expected `float`, got `str` - at `\$.created`"):
        broadcast_state.decode(document.replace(b'"created":0.0', b'"created":"0"'))


OLD_DAILY_STATE = (
    b'{"swept": 1790000000.0, "floor": 0.0, "gone": 739900, "days": {"739901": ["' + KEY_IN_BASE64 + b'", null], '
    b'"739902": ["' + KEY_IN_BASE64 + b'", 1790000003.0]}, "totals": {"1": 7}, "words": {"done": 2}}'
)


def test_a_daily_state_of_an_earlier_version_is_read() -> None:
    state = daily_state.decode(OLD_DAILY_STATE)

    assert state == DailyState(
        swept=1790000000.0,
        gone=739900,
        days={739901: DayLedger(KEY), 739902: DayLedger(KEY, clean_at=1790000003.0)},
        totals=Counter({Outcome.SENT: 7}),
        words={"done": 2},
    )
    assert daily_state.decode(daily_state.encode(state)) == state
    assert daily_state.decode(daily_state.encode(DailyState())) == DailyState()


def test_keys_of_ledgers_are_in_no_repr() -> None:
    state = daily_state.decode(OLD_DAILY_STATE)

    assert repr(KEY)[2:10] not in repr(state) + repr(broadcast_state.decode(OLD_STATE))


async def test_recipients_who_are_due_are_taken_again_if_their_claim_was_not_stored(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        _, ledger = await begin_broadcast(store, 30)
        rows = WaitingRows(ledger, lambda: 1000.0)
        entries = await ledger.page_after(store.database, b"", Outcome.CLAIMED, 30)
        async with store.database.transaction() as transaction:
            await ledger.settle(transaction, [rows.deferred(entry, 900.0) for entry in entries])
        lost = await rows.take_due(store.database, 20) + await rows.take_due(store.database, 20)
        assert len(lost) == 30
        again = await rows.take_due(store.database, 50)
        assert {entry.pseudonym for entry in again} == {entry.pseudonym for entry in lost}

        async with store.database.transaction() as transaction:
            await ledger.settle(transaction, [entry.with_outcome(Outcome.CLAIMED) for entry in again])
        while rows.has_due:
            assert not await rows.take_due(store.database, 20)
        assert rows.next_due is None
