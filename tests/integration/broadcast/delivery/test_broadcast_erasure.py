"""Erased people are in no ledger any more: those found gone, and those with a message in flight."""

from pathlib import Path

import pytest

from bot.broadcast.delivery.results import list_updates
from bot.broadcast.delivery.results.circuit_breaker import SubscriberAction, SubscriberUpdate
from storage.deliveries.broadcast_state import Work
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome
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
from tests.support.storage_process import DAY, count_outcomes, place_in

GONE = [FIRST_CHAT, FIRST_CHAT + 7, FIRST_CHAT + 19]
BLOCKED = dict.fromkeys(GONE, "bot was blocked by the user")
CLEAN_AFTER = 46.1 * 3600


def ledger_of(sender: Sender, number: int) -> Ledger:
    key = sender.store.broadcasts.known[number].key
    assert key
    return Ledger(LedgerId.for_broadcast(number), key)


async def entries(sender: Sender, number: int, people: int = 20) -> dict[int, Entry]:
    ledger = ledger_of(sender, number)
    rows = {
        chat: await ledger.entry_for(sender.store.database, chat) for chat in range(FIRST_CHAT, FIRST_CHAT + people)
    }
    return {chat: entry for chat, entry in rows.items() if entry is not None}


async def test_a_subscriber_found_gone_is_in_no_ledger_and_no_total_changes(tmp_path: Path) -> None:
    async with (
        running_playground(20) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=20) as sender,
    ):
        first = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))
        telegram.state.bulk_users.refusals |= BLOCKED
        second = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))
        await sender.wait_until(lambda: not sender.store.rotation_lock._holders)
        for progress, outcome in ((first, Outcome.SENT), (second, Outcome.REFUSED)):
            rows = await entries(sender, progress.number)
            assert {chat for chat, entry in rows.items() if not entry.chat} == set(GONE)
            assert {(rows[chat].message, rows[chat].outcome) for chat in GONE} == {(0, outcome)}
            counts = await count_outcomes(sender.store.database, LedgerId.for_broadcast(progress.number))
            assert counts == sender.store.broadcasts.known[progress.number].totals

        assert (second.sent, second.refused) == (17, 3)
        assert await sender.service.recall(1)
        recalled = await sender.wait_until_ended(1)
        assert recalled.jobs[Work.RECALL].counts == {"done": 17}
        assert (recalled.sent, recalled.claimed) == (20, 20)
        assert {entry.chat for entry in (await entries(sender, 1)).values()} == {0}  # nothing more is done about it


async def test_a_discreet_message_to_a_subscriber_found_gone_stays_in_the_ledger_until_deleted(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with (
        running_playground(20, clock=clock) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=20, now=clock, discreet=True) as sender,
    ):
        await sender.wait_until_ended(await sender.service.create(DISCREET_ANNOUNCEMENT))
        telegram.state.bulk_users.refusals |= BLOCKED
        await sender.wait_until_ended(await sender.service.create(DISCREET_ANNOUNCEMENT))
        await sender.wait_until(lambda: not sender.store.rotation_lock._holders)
        assert all(entry.chat for entry in (await entries(sender, 1)).values())
        assert {chat for chat, entry in (await entries(sender, 2)).items() if not entry.chat} == set(GONE)
        clock.ahead = CLEAN_AFTER
        await sender.engine._tend()
        sender.engine.wake()
        await sender.wait_until(
            lambda: all(state.clean_at is None for state in sender.store.broadcasts.known.values())
        )
        for number in (1, 2):
            assert {(entry.chat, entry.message) for entry in (await entries(sender, number)).values()} == {(0, 0)}


@pytest.mark.parametrize("discreet", [False, True])
async def test_a_person_is_erased_once_the_result_of_a_message_in_flight_is_known(
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
        progress = await sender.wait_until_ended(number)
        await sender.wait_until(lambda: not sender.store.ledger_eraser._late)
        rows = await entries(sender, number)

        assert (progress.sent, progress.in_flight) == (2, 0)
        assert rows[FIRST_CHAT + 1].chat == FIRST_CHAT + 1
        assert bool(rows[FIRST_CHAT].message) is discreet  # stays until it is deleted
        assert bool(rows[FIRST_CHAT].chat) is discreet


async def test_no_ledger_is_searched_when_nobody_is_erased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("the ledgers were looked for")

    async with place_in(tmp_path).opened() as store:
        monkeypatch.setattr(store.ledger_eraser, "_ledgers", refuse)
        await store.ledger_eraser.erase_late_results()
        await list_updates.apply(
            store,
            DAY,
            [
                SubscriberUpdate(FIRST_CHAT, SubscriberAction.MARK_MISSED),
                SubscriberUpdate(FIRST_CHAT + 1, SubscriberAction.MARK_REACHED),
            ],
        )
        await list_updates.apply(store, DAY, [])
