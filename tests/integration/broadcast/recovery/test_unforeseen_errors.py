"""After an unexpected error, messages in flight are unknown and the totals add up without a restart."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.broadcast.delivery.results.progress import Progress
from storage.database import Transaction
from storage.deliveries.broadcast_state import JobReason, Status, Work
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome
from storage.subscriptions.subscriber import Daily, Subscriber
from tests.support import daily_sender
from tests.support.announcement_admins import count_in, two_admins_stopped
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, Sender, api_url, running_playground, sender_at
from tests.support.storage_process import DAY, count_outcomes, place_in

SEND = ["sendMessage"]
ANSWER = '{"ok":true,"result":{"message_id":%s}}'


def adds_up(progress: Progress) -> bool:
    ended = progress.sent + progress.refused + progress.unknown + progress.left + progress.skipped
    return ended + progress.in_flight == progress.claimed


class FailingLedger:
    """Make a method of the ledger fail for one entry: the first that it gets after `after` others."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, after: int, times: int = 1000) -> None:
        self.left, self.times = after, times
        self.poison: bytes | None = None
        real = getattr(Ledger, name)

        async def failing(ledger: Ledger, change: Transaction, entries: Iterable[Entry]) -> None:
            entries = list(entries)
            self.left -= len(entries)
            if self.poison is None and self.left <= 0 and entries:
                self.poison = entries[0].pseudonym
            if self.times and self.poison in [entry.pseudonym for entry in entries]:
                self.times -= 1
                raise TypeError("an unexpected error")
            await real(ledger, change, entries)

        monkeypatch.setattr(Ledger, name, failing)


async def wait_until_failed(sender: Sender, number: int) -> Progress:
    await sender.wait_until(lambda: sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED)
    return sender.service.progress(number)


@pytest.mark.expects_errors
@pytest.mark.parametrize(("where", "times", "unknown"), [("settle", 1000, 1), ("settle", 1, 0), ("claim", 1, 0)])
async def test_a_failed_transaction_leaves_unstored_results_unknown_and_the_rest_get_it_once(
    tmp_path: Path, where: str, times: int, unknown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        running_playground(150) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 300.0, 150) as sender,
    ):
        FailingLedger(monkeypatch, where, 40, times)
        number = await sender.service.create(ANNOUNCEMENT)
        progress = await wait_until_failed(sender, number)

        assert progress.jobs[Work.SEND].reason is JobReason.ERROR
        assert progress.unknown == unknown
        assert adds_up(progress)
        await asyncio.sleep(0.2)
        assert replace(sender.service.progress(number), stops_at=progress.stops_at) == progress
        assert await sender.service.resume(number)
        progress = await sender.wait_until_ended(number)
        assert (progress.claimed, progress.sent, progress.unknown) == (150, 150 - unknown, unknown)
        assert telegram.state.bulk_users.histogram() == {1: 150}


@pytest.mark.expects_errors
async def test_everybody_in_flight_is_unknown_when_nothing_can_be_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        running_playground(150) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 300.0, 150) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 20)

        async def failing(ledger: Ledger, change: Transaction, entries: Iterable[Entry]) -> None:
            raise TypeError("an unexpected error")

        with monkeypatch.context() as patched:
            patched.setattr(Ledger, "settle", failing)
            progress = await wait_until_failed(sender, number)
        assert progress.unknown > 0
        assert (progress.in_flight, progress.sent + progress.unknown) == (0, progress.claimed)
        assert await sender.service.resume(number)
        progress = await sender.wait_until_ended(number)
        assert (progress.claimed, progress.sent + progress.unknown) == (150, 150)
        assert set(telegram.state.bulk_users.histogram()) <= {0, 1}
        assert await sender.service.resend_unknown(number)
        assert (await sender.wait_until_ended(number)).sent == 150


@pytest.mark.parametrize("number", ["9223372036854775808", "1e30", "0", "-7", "true", '"12"', "null", "[1]"])
async def test_a_response_with_an_impossible_message_id_is_unknown_and_pauses_nothing(
    tmp_path: Path, number: str
) -> None:
    async with (
        running_playground(150) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 300.0, 150) as sender,
    ):
        fault = {"kind": "raw", "methods": SEND, "code": 200, "body": ANSWER % number, "times": 1}
        telegram.state.faults.replace([fault])
        progress = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))

        assert (progress.sent, progress.unknown, progress.claimed) == (149, 1, 150)
        assert "paused" not in [news.kind for news in sender.events]


@pytest.mark.expects_errors
async def test_the_report_is_right_after_an_error_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_admins_stopped(tmp_path, people=60) as team, team.running_bot():
        await team.writer.start()
        await team.other.start()
        FailingLedger(monkeypatch, "settle", 20)
        await team.begin_sending()
        await team.writer.sees("an unexpected error occurred")
        await team.writer.press_under("Paused automatically: an unexpected error", "Resume")
        report = await team.writer.sees("Sending has ended")

        unknown = count_in(report, "Uncertain, may have arrived")
        assert unknown == 1
        assert count_in(report, "Sent") + unknown == count_in(report, "Total") == 60
        assert team.received_counts() == {1: 60}


@pytest.mark.expects_errors
async def test_the_daily_clause_survives_an_error_and_nobody_gets_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, noon, ahead = place_in(tmp_path), daily_sender.kabul(3, 12), [-60.0]
    async with running_playground(30) as telegram, place.opened() as store:
        for number in range(30):
            chosen = Subscriber(FIRST_CHAT + number, "en", daily=Daily(12, "Asia/Kabul", 1))
            await store.subscribers.save(chosen, DAY)
        async with daily_sender.begun_sweep(store, api_url(telegram), lambda: noon + ahead[0]) as sweep:
            await sweep.look(asyncio.Event())
            ahead[0] = 60.0
            stopping, claims = asyncio.Event(), [0]
            real = store.daily_ledger.commit

            async def failing(*arguments: Any, **options: Any) -> Any:
                claims[0] += 1
                if claims[0] == 2:
                    raise TypeError("an unexpected error")
                return await real(*arguments, **options)

            monkeypatch.setattr(store.daily_ledger, "commit", failing)
            running = asyncio.create_task(sweep.run(stopping))
            async with asyncio.timeout(60):
                while not sweep._has_failed:
                    await asyncio.sleep(0.01)
            assert not running.done()
            sweep._rest_until = 0.0
            monkeypatch.setattr(store.daily_ledger, "commit", real)
            await sweep.look(stopping)
            stopping.set()
            await running
            counts = store.daily_ledger.counts()

        assert set(telegram.state.bulk_users.histogram()) == {1}
        assert counts["sent"] + counts["unknown"] == 30
        assert counts["unknown"] > 0
        assert Outcome.CLAIMED not in await count_outcomes(store.database, LedgerId.for_day(daily_day(noon)))


def daily_day(at: float) -> int:
    return datetime.fromtimestamp(at, UTC).toordinal()
