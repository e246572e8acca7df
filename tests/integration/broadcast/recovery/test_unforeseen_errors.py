"""An error that nobody foresaw leaves those in flight unknown, as a crash does: totals add up without a restart."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.broadcast.delivery.service import Progress
from storage.database import Change
from storage.deliveries.broadcast_state import JobReason, Status, Work
from storage.deliveries.ledger import Entry, Ledger, Outcome
from storage.subscriptions.subscriber import Daily, Subscriber
from tests.support import daily_sender
from tests.support.announcement_admins import closed_office, count
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, Sender, api_url, running_playground, sender_at
from tests.support.storage_process import DAY, place_in

SEND = ["sendMessage"]
ANSWER = '{"ok":true,"result":{"message_id":%s}}'


def balances(told: Progress) -> bool:
    ended = told.sent + told.refused + told.unknown + told.left + told.skipped
    return ended + told.in_flight == told.claimed


class Failing:
    """A method of the ledger that fails whenever one entry is among those it is given: the first after `after`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, after: int, times: int = 1000) -> None:
        self.left, self.times = after, times
        self.poison: bytes | None = None
        real = getattr(Ledger, name)

        async def failing(ledger: Ledger, change: Change, entries: Iterable[Entry]) -> None:
            entries = list(entries)
            self.left -= len(entries)
            if self.poison is None and self.left <= 0 and entries:
                self.poison = entries[0].pseudonym
            if self.times and self.poison in [one.pseudonym for one in entries]:
                self.times -= 1
                raise TypeError("nobody foresaw this")
            await real(ledger, change, entries)

        monkeypatch.setattr(Ledger, name, failing)


async def failed(sender: Sender, number: int) -> Progress:
    await sender.wait_until(lambda: sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED)
    return sender.service.progress(number)


@pytest.mark.expects_errors
@pytest.mark.parametrize(("where", "times", "unknown"), [("settle", 1000, 1), ("settle", 1, 0), ("claim", 1, 0)])
async def test_a_failure_of_the_transaction_costs_what_cannot_be_stored_and_the_rest_get_it_once(
    tmp_path: Path, where: str, times: int, unknown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        running_playground(150) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 300.0, 150) as sender,
    ):
        Failing(monkeypatch, where, 40, times)
        number = await sender.service.create(ANNOUNCEMENT)
        told = await failed(sender, number)

        assert told.jobs[Work.SEND].reason is JobReason.ERROR
        assert told.unknown == unknown
        assert balances(told)
        await asyncio.sleep(0.2)
        assert replace(sender.service.progress(number), stops_at=told.stops_at) == told
        assert await sender.service.resume(number)
        told = await sender.wait_until_ended(number)
        assert (told.claimed, told.sent, told.unknown) == (150, 150 - unknown, unknown)
        assert telegram.state.quiet.spread() == {1: 150}


@pytest.mark.expects_errors
async def test_when_nothing_can_be_stored_any_more_all_in_flight_are_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        running_playground(150) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 300.0, 150) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 20)

        async def failing(ledger: Ledger, change: Change, entries: Iterable[Entry]) -> None:
            raise TypeError("nobody foresaw this")

        with monkeypatch.context() as patched:
            patched.setattr(Ledger, "settle", failing)
            told = await failed(sender, number)
        assert told.unknown > 0
        assert (told.in_flight, told.sent + told.unknown) == (0, told.claimed)
        assert await sender.service.resume(number)
        told = await sender.wait_until_ended(number)
        assert (told.claimed, told.sent + told.unknown) == (150, 150)
        assert set(telegram.state.quiet.spread()) <= {0, 1}
        assert await sender.service.resend_unknown(number)
        assert (await sender.wait_until_ended(number)).sent == 150


@pytest.mark.parametrize("number", ["9223372036854775808", "1e30", "0", "-7", "true", '"12"', "null", "[1]"])
async def test_an_answer_with_an_impossible_number_is_unknown_and_pauses_nothing(tmp_path: Path, number: str) -> None:
    async with (
        running_playground(150) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 300.0, 150) as sender,
    ):
        fault = {"kind": "raw", "methods": SEND, "code": 200, "body": ANSWER % number, "times": 1}
        telegram.state.faults.replace([fault])
        told = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))

        assert (told.sent, told.unknown, told.claimed) == (149, 1, 150)
        assert "paused" not in [news.kind for news in sender.events]


@pytest.mark.expects_errors
async def test_the_report_is_true_after_a_failure_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with closed_office(tmp_path, people=60) as one, one.at_work():
        await one.writer.start()
        await one.other.start()
        Failing(monkeypatch, "settle", 20)
        await one.begin()
        await one.writer.sees("something went wrong that nobody foresaw")
        await one.writer.press_under("Paused by itself: something", "Resume")
        report = await one.writer.sees("Sending has ended")

        unknown = count(report, "Unknown, may have arrived")
        assert unknown == 1
        assert count(report, "Sent") + unknown == count(report, "Together") == 60
        assert one.got() == {1: 60}


@pytest.mark.expects_errors
async def test_the_daily_clause_survives_a_failure_and_nobody_gets_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, noon, ahead = place_in(tmp_path), daily_sender.kabul(3, 12), [-60.0]
    async with running_playground(30) as telegram, place.opened() as store:
        for number in range(30):
            chosen = Subscriber(FIRST_CHAT + number, "en", daily=Daily(12, "Asia/Kabul", 1))
            await store.subscribers.save(chosen, DAY)
        async with daily_sender.begun_sweep(store, api_url(telegram), lambda: noon + ahead[0]) as one:
            await one.look(asyncio.Event())
            ahead[0] = 60.0
            stopping, claims = asyncio.Event(), [0]
            real = store.dailies.commit

            async def failing(*given: Any) -> Any:
                claims[0] += 1
                if claims[0] == 2:
                    raise TypeError("nobody foresaw this")
                return await real(*given)

            monkeypatch.setattr(store.dailies, "commit", failing)
            running = asyncio.create_task(one.run(stopping))
            async with asyncio.timeout(60):
                while not one._failed:
                    await asyncio.sleep(0.01)
            assert not running.done()
            one._rest_until = 0.0
            monkeypatch.setattr(store.dailies, "commit", real)
            await one.look(stopping)
            stopping.set()
            await running
            counts = store.dailies.counts()

        assert set(telegram.state.quiet.spread()) == {1}
        assert counts["sent"] + counts["unknown"] == 30
        assert counts["unknown"] > 0
        assert Outcome.CLAIMED not in await Ledger(
            -daily_day(noon), store.dailies.known.days[daily_day(noon)].key
        ).counted(store.database)


def daily_day(at: float) -> int:
    return datetime.fromtimestamp(at, UTC).toordinal()
