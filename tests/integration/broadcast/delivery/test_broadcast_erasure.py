"""Who is erased is in no ledger any more: whom a broadcast finds gone, and whom a message was on its way to."""

from pathlib import Path

import pytest

from bot.broadcast.delivery.results import list_updates
from bot.broadcast.delivery.results.circuit_breaker import Finding, Remedy
from storage.deliveries.broadcast_state import Work
from storage.deliveries.ledger import Entry, Ledger, Outcome
from tests.support.announcement_admins import Clock
from tests.support.broadcast_sender import FIRST, NOTICED, SAID, Sender, api, at_work, box
from tests.support.storage_process import DAY, place_in

GONE = [FIRST, FIRST + 7, FIRST + 19]
BLOCKED = dict.fromkeys(GONE, "bot was blocked by the user")
CLEAN_AFTER = 46.1 * 3600


def ledger_of(sender: Sender, number: int) -> Ledger:
    key = sender.store.broadcasts.known[number].key
    assert key
    return Ledger(number, key)


async def entries(sender: Sender, number: int, people: int = 20) -> dict[int, Entry]:
    ledger = ledger_of(sender, number)
    found = {chat: await ledger.entry_for(sender.store.database, chat) for chat in range(FIRST, FIRST + people)}
    return {chat: entry for chat, entry in found.items() if entry is not None}


async def test_who_is_found_gone_is_in_no_ledger_and_no_total_changes(tmp_path: Path) -> None:
    async with box(20) as telegram, at_work(place_in(tmp_path), api(telegram), people=20) as sender:
        first = await sender.finished(await sender.service.create(SAID))
        telegram.state.quiet.gone |= BLOCKED
        second = await sender.finished(await sender.service.create(SAID))
        await sender.until(lambda: not sender.store.rotation_lock._holders)
        for told, outcome in ((first, Outcome.SENT), (second, Outcome.REFUSED)):
            rows = await entries(sender, told.number)
            assert {chat for chat, entry in rows.items() if not entry.chat} == set(GONE)
            assert {(rows[chat].message, rows[chat].outcome) for chat in GONE} == {(0, outcome)}
            counts = await ledger_of(sender, told.number).counted(sender.store.database)
            assert counts == sender.store.broadcasts.known[told.number].totals

        assert (second.sent, second.refused) == (17, 3)
        assert await sender.service.recall(1)
        recalled = await sender.finished(1)
        assert recalled.jobs[Work.RECALL].counts == {"done": 17}
        assert (recalled.sent, recalled.claimed) == (20, 20)
        assert {entry.chat for entry in (await entries(sender, 1)).values()} == {0}  # nothing more is done about it


async def test_who_is_found_gone_keeps_a_discreet_push_in_the_ledger_until_it_is_deleted(tmp_path: Path) -> None:
    clock = Clock()
    async with (
        box(20, clock=clock) as telegram,
        at_work(place_in(tmp_path), api(telegram), people=20, now=clock, discreet=True) as sender,
    ):
        await sender.finished(await sender.service.create(NOTICED))
        telegram.state.quiet.gone |= BLOCKED
        await sender.finished(await sender.service.create(NOTICED))
        await sender.until(lambda: not sender.store.rotation_lock._holders)
        assert all(entry.chat for entry in (await entries(sender, 1)).values())
        assert {chat for chat, entry in (await entries(sender, 2)).items() if not entry.chat} == set(GONE)
        clock.ahead = CLEAN_AFTER
        await sender.engine._tend()
        sender.engine.poke()
        await sender.until(lambda: all(one.clean_at is None for one in sender.store.broadcasts.known.values()))
        for number in (1, 2):
            assert {(one.chat, one.message) for one in (await entries(sender, number)).values()} == {(0, 0)}


@pytest.mark.parametrize("discreet", [False, True])
async def test_whom_a_message_is_on_its_way_to_is_forgotten_when_it_is_known_how_it_ended(
    tmp_path: Path, discreet: bool
) -> None:
    place = place_in(tmp_path)
    async with box(2) as telegram, at_work(place, api(telegram), people=2, discreet=discreet) as sender:
        telegram.state.faults.replace([{"kind": "slow", "methods": ["sendMessage"], "seconds": 1.0}])
        number = await sender.service.create(NOTICED)
        await sender.until(lambda: sender.service.progress(number).in_flight == 2)
        assert await sender.service.forget(FIRST) == []
        assert (await entries(sender, number))[FIRST].outcome is Outcome.CLAIMED
        assert (await entries(sender, number))[FIRST].chat == 0
        told = await sender.finished(number)
        await sender.until(lambda: not sender.store.ledger_eraser._late)
        rows = await entries(sender, number)

        assert (told.sent, told.in_flight) == (2, 0)
        assert rows[FIRST + 1].chat == FIRST + 1
        assert bool(rows[FIRST].message) is discreet  # stays until it is deleted
        assert bool(rows[FIRST].chat) is discreet


async def test_where_nobody_is_erased_no_ledger_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("the ledgers were looked for")

    async with place_in(tmp_path).opened() as store:
        monkeypatch.setattr(store.ledger_eraser, "_ledgers", refuse)
        await store.ledger_eraser.erase_late_results()
        await list_updates.apply(store, DAY, [Finding(FIRST, Remedy.MISSED), Finding(FIRST + 1, Remedy.FOUND)])
        await list_updates.apply(store, DAY, [])
