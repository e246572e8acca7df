"""Mix all faults: nobody gets a message twice, unknown deliveries are counted, a page erases nobody."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

import playground
from bot.telegram_api.rate_limiting.rate_limiter import MAX_PAUSE
from playground.world.faults import Fault, FaultKind
from storage.deliveries.broadcast_state import Status, Work
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, Sender, sender_at
from tests.support.storage_process import place_in

HERE = ["sendMessage"]


def mixed_faults(share: float) -> list[dict[str, Any]]:
    """Return faults for `share` of the calls: lost after delivery, 502 and slow; others are rarer."""
    return [
        {"kind": "lost", "methods": HERE, "share": share},
        {"kind": "502", "methods": HERE, "share": share},
        {"kind": "torn", "methods": HERE, "share": share / 2},
        {"kind": "html403", "methods": HERE, "share": share / 5},
        {"kind": "slow", "methods": HERE, "share": share, "seconds": 0.2},
        {"kind": "offline", "methods": HERE, "share": share / 5},
    ]


async def resume_until_it_ends(sender: Sender, number: int) -> Any:
    """Resume it whenever chance has put five pages in a row, as an admin would."""
    async with asyncio.timeout(120):
        while sender.service.progress(number).ended is None:
            if sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED:
                await sender.service.resume(number)
            await asyncio.sleep(0.05)
    return sender.service.progress(number)


async def send_with_faults(tmp_path: Path, people: int, rate: float) -> None:
    gone = {FIRST_CHAT + number: "bot was blocked by the user" for number in range(0, people, 20)}
    async with (
        playground.running(bulk_users=people, has_flood_limits=False, seed=5) as telegram,
        sender_at(place_in(tmp_path), f"{telegram.url}/bot{telegram.token}", rate, people) as sender,
    ):
        telegram.state.bulk_users.refusals |= gone
        telegram.state.faults.replace(mixed_faults(0.05))
        number = await sender.service.create(ANNOUNCEMENT)
        floods = asyncio.create_task(flood(telegram))
        progress = await resume_until_it_ends(sender, number)
        floods.cancel()
        spread = telegram.state.bulk_users.histogram()

        assert set(spread) <= {0, 1}, "somebody got it twice"
        assert (
            progress.sent + progress.refused + progress.unknown + progress.left + progress.skipped
            == progress.claimed
            == people
        )
        assert progress.unknown > people * 0.05
        assert spread[1] >= progress.sent
        assert spread[0] <= progress.unknown + progress.refused, "somebody was lost and is not counted"
        assert progress.refused <= len(gone)
        assert await sender.store.subscribers.count() == people - progress.refused
        for chat in random.Random(1).sample(range(people), 50):
            is_known = await sender.store.subscribers.get(FIRST_CHAT + chat) is not None
            assert is_known or FIRST_CHAT + chat in gone, "somebody was erased by a page"


async def flood(telegram: Any) -> None:
    """Answer in bursts with 429 and a second to wait, among the other faults."""
    for _ in range(3):
        await asyncio.sleep(0.4)
        telegram.state.faults.insert(Fault(FaultKind.TOO_MANY_REQUESTS, HERE, 1.0, 5, 1.0))


async def test_every_fault_mixed_in_for_a_thousand_people_sends_nothing_twice(tmp_path: Path) -> None:
    await send_with_faults(tmp_path, 1000, 1000.0)


@pytest.mark.torture
async def test_every_fault_mixed_in_for_20000_people_sends_nothing_twice(tmp_path: Path) -> None:
    await send_with_faults(tmp_path, 20_000, 1000.0)


@pytest.mark.parametrize("seconds", [-5.0, 0.0, 1.0])
async def test_an_odd_flood_wait_is_limited_and_holds_everybody(tmp_path: Path, seconds: float) -> None:
    async with (
        playground.running(bulk_users=40, has_flood_limits=False) as telegram,
        sender_at(place_in(tmp_path), f"{telegram.url}/bot{telegram.token}", 500.0, 40) as sender,
    ):
        telegram.state.faults.replace([{"kind": "429", "methods": HERE, "times": 6, "seconds": seconds}])
        progress = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))
        calls = [call for call in telegram.state.calls.since(0) if call["method"] == "sendMessage"]

        assert (progress.sent, progress.unknown) == (40, 0)
        assert telegram.state.bulk_users.histogram() == {1: 40}
        assert sum(call["error_code"] == 429 for call in calls) == 6


async def test_an_absurd_flood_wait_lasts_ten_minutes_at_most(tmp_path: Path) -> None:
    async with (
        playground.running(bulk_users=10, has_flood_limits=False) as telegram,
        sender_at(place_in(tmp_path), f"{telegram.url}/bot{telegram.token}", 500.0, 10) as sender,
    ):
        telegram.state.faults.replace([{"kind": "429", "methods": HERE, "seconds": 999_999.0}])
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).in_flight > 0)
        await asyncio.sleep(0.3)
        left = sender.engine._context.limiter.paused_for
        assert MAX_PAUSE - 5 < left <= MAX_PAUSE

        assert await sender.service.stop(number)
        progress = await sender.wait_until_ended(number)
        assert (progress.sent, progress.unknown, progress.skipped) == (0, 0, progress.claimed)
