"""Who is erased is in no ledger any more: whom a broadcast finds gone, and whom a message was on its way to."""

from pathlib import Path

import pytest

from bot.broadcast.delivery.results import list_updates
from bot.broadcast.delivery.results.circuit_breaker import SubscriberAction, SubscriberUpdate
from storage.deliveries.broadcast_state import Work
from storage.deliveries.ledger import Entry, Ledger, Outcome
from tests.support.announcement_admins import Clock
from tests.support.broadcast_sender import (
    ANNOUNCEMENT,
    DISCREET_ANNOUNCEMENT,
    FIRST_CHAT,
    Sender,
    api_url,
    running_playground,
    sender_at,
)
from tests.support.storage_process import DAY, place_in

GONE = [FIRST_CHAT, FIRST_CHAT + 7, FIRST_CHAT + 19]
BLOCKED = dict.fromkeys(GONE, "bot was blocked by the user")
CLEAN_AFTER = 46.1 * 3600


def ledger_of(sender: Sender, number: int) -> Ledger:
    key = sender.store.broadcasts.known[number].key
    assert key
    return Ledger(number, key)


async def entries(sender: Sender, number: int, people: int = 20) -> dict[int, Entry]:
    ledger = ledger_of(sender, number)
    found = {chat: await ledger.of(sender.store.database, chat) for chat in range(FIRST_CHAT, FIRST_CHAT + people)}
    return {chat: entry for chat, entry in found.items() if entry is not None}


async def test_who_is_found_gone_is_in_no_ledger_and_no_total_changes(tmp_path: Path) -> None:
    async with (
        running_playground(20) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=20) as sender,
    ):
        first = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))
        telegram.state.quiet.gone |= BLOCKED
        second = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))
        await sender.wait_until(lambda: not sender.store.hold._holders)
        for told, outcome in ((first, Outcome.SENT), (second, Outcome.REFUSED)):
            rows = await entries(sender, told.number)
            assert {chat for chat, entry in rows.items() if not entry.chat} == set(GONE)
            assert {(rows[chat].message, rows[chat].outcome) for chat in GONE} == {(0, outcome)}
            counts = await ledger_of(sender, told.number).counted(sender.store.database)
            assert counts == sender.store.broadcasts.known[told.number].totals

        assert (second.sent, second.refused) == (17, 3)
        assert await sender.service.recall(1)
        recalled = await sender.wait_until_ended(1)
        assert recalled.jobs[Work.RECALL].counts == {"done": 17}
        assert (recalled.sent, recalled.claimed) == (20, 20)
        assert {entry.chat for entry in (await entries(sender, 1)).values()} == {0}  # nothing more is done about it


async def test_who_is_found_gone_keeps_a_discreet_push_in_the_ledger_until_it_is_deleted(tmp_path: Path) -> None:
    clock = Clock()
    async with (
        running_playground(20, clock=clock) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=20, now=clock, discreet=True) as sender,
    ):
        await sender.wait_until_ended(await sender.service.create(DISCREET_ANNOUNCEMENT))
        telegram.state.quiet.gone |= BLOCKED
        await sender.wait_until_ended(await sender.service.create(DISCREET_ANNOUNCEMENT))
        await sender.wait_until(lambda: not sender.store.hold._holders)
        assert all(entry.chat for entry in (await entries(sender, 1)).values())
        assert {chat for chat, entry in (await entries(sender, 2)).items() if not entry.chat} == set(GONE)
        clock.ahead = CLEAN_AFTER
        await sender.engine._tend()
        sender.engine.wake()
        await sender.wait_until(lambda: all(one.clean_at is None for one in sender.store.broadcasts.known.values()))
        for number in (1, 2):
            assert {(one.chat, one.message) for one in (await entries(sender, number)).values()} == {(0, 0)}


@pytest.mark.parametrize("discreet", [False, True])
async def test_whom_a_message_is_on_its_way_to_is_forgotten_when_it_is_known_how_it_ended(
    tmp_path: Path, discreet: bool
) -> None:
    place = place_in(tmp_path)
    async with (
        running_playground(2) as telegram,
        sender_at(place, api_url(telegram), people=2, discreet=discreet) as sender,
    ):
        telegram.state.faults.replace([{"kind": "slow", "methods": ["sendMessage"], "seconds": 1.0}])
        number = await sender.service.create(DISCREET_ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).in_flight == 2)
        assert await sender.service.forget(FIRST_CHAT) == []
        assert (await entries(sender, number))[FIRST_CHAT].outcome is Outcome.CLAIMED
        assert (await entries(sender, number))[FIRST_CHAT].chat == 0
        told = await sender.wait_until_ended(number)
        await sender.wait_until(lambda: not sender.store.forgetting._late)
        rows = await entries(sender, number)

        assert (told.sent, told.in_flight) == (2, 0)
        assert rows[FIRST_CHAT + 1].chat == FIRST_CHAT + 1
        assert bool(rows[FIRST_CHAT].message) is discreet  # stays until it is deleted
        assert bool(rows[FIRST_CHAT].chat) is discreet


async def test_where_nobody_is_erased_no_ledger_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("the ledgers were looked for")

    async with place_in(tmp_path).opened() as store:
        monkeypatch.setattr(store.forgetting, "_ledgers", refuse)
        await store.forgetting.again()
        await list_updates.apply(
            store,
            DAY,
            [
                SubscriberUpdate(FIRST_CHAT, SubscriberAction.MISSED),
                SubscriberUpdate(FIRST_CHAT + 1, SubscriberAction.FOUND),
            ],
        )
        await list_updates.apply(store, DAY, [])
