"""Everything goes wrong at once: nobody twice, every doubtful one counted, nobody erased by a page."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

import playground
from bot.telegram_api.rate_limiting.rate_limiter import MAX_PAUSE
from playground.world.faults import Fault
from storage.deliveries.broadcast_state import Status, Work
from tests.support.broadcast_sender import FIRST, SAID, Sender, at_work
from tests.support.storage_process import place_in

HERE = ["sendMessage"]


def mixed(share: float) -> list[dict[str, Any]]:
    """5 % lost after delivery, 5 % 502, some torn, some pages, some slow."""
    return [
        {"kind": "lost", "methods": HERE, "share": share},
        {"kind": "502", "methods": HERE, "share": share},
        {"kind": "torn", "methods": HERE, "share": share / 2},
        {"kind": "html403", "methods": HERE, "share": share / 5},
        {"kind": "slow", "methods": HERE, "share": share, "seconds": 0.2},
        {"kind": "offline", "methods": HERE, "share": share / 5},
    ]


async def resumed_until_it_ends(sender: Sender, number: int) -> Any:
    """Chance may put five pages in a row: an admin looks, and lets it go on."""
    async with asyncio.timeout(120):
        while sender.service.progress(number).ended is None:
            if sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED:
                await sender.service.resume(number)
            await asyncio.sleep(0.05)
    return sender.service.progress(number)


async def with_faults(tmp_path: Path, people: int, rate: float) -> None:
    gone = {FIRST + number: "bot was blocked by the user" for number in range(0, people, 20)}
    async with (
        playground.running(quiet_people=people, unpaced=True, seed=5) as box,
        at_work(place_in(tmp_path), f"{box.url}/bot{box.token}", rate, people) as sender,
    ):
        box.state.quiet.gone |= gone
        box.state.faults.replace(mixed(0.05))
        number = await sender.service.create(SAID)
        floods = asyncio.create_task(flood(box))
        told = await resumed_until_it_ends(sender, number)
        floods.cancel()
        spread = box.state.quiet.spread()

        assert set(spread) <= {0, 1}, "somebody got it twice"
        assert told.sent + told.refused + told.unknown + told.left + told.skipped == told.claimed == people
        assert told.unknown > people * 0.05
        assert spread[1] >= told.sent
        assert spread[0] <= told.unknown + told.refused, "somebody was lost and is not counted"
        assert told.refused <= len(gone)
        assert await sender.store.subscribers.count() == people - told.refused
        for chat in random.Random(1).sample(range(people), 50):
            is_known = await sender.store.subscribers.get(FIRST + chat) is not None
            assert is_known or FIRST + chat in gone, "somebody was erased by a page"


async def flood(box: Any) -> None:
    """Bursts of 429 with a second to wait, in the midst of the other faults."""
    for _ in range(3):
        await asyncio.sleep(0.4)
        box.state.faults._faults.insert(0, Fault("429", HERE, 1.0, 5, 1.0))


async def test_a_thousand_people_with_every_fault_mixed_in(tmp_path: Path) -> None:
    await with_faults(tmp_path, 1000, 1000.0)


@pytest.mark.torture
async def test_20000_people_with_every_fault_mixed_in(tmp_path: Path) -> None:
    await with_faults(tmp_path, 20_000, 1000.0)


@pytest.mark.parametrize("seconds", [-5.0, 0.0, 1.0])
async def test_an_odd_flood_wait_is_clamped_and_obeyed_by_all(tmp_path: Path, seconds: float) -> None:
    async with (
        playground.running(quiet_people=40, unpaced=True) as box,
        at_work(place_in(tmp_path), f"{box.url}/bot{box.token}", 500.0, 40) as sender,
    ):
        box.state.faults.replace([{"kind": "429", "methods": HERE, "times": 6, "seconds": seconds}])
        told = await sender.finished(await sender.service.create(SAID))
        calls = [one for one in box.state.calls.since(0) if one["method"] == "sendMessage"]

        assert (told.sent, told.unknown) == (40, 0)
        assert box.state.quiet.spread() == {1: 40}
        assert sum(one["error_code"] == 429 for one in calls) == 6


async def test_an_absurd_flood_wait_pauses_for_ten_minutes_at_most(tmp_path: Path) -> None:
    async with (
        playground.running(quiet_people=10, unpaced=True) as box,
        at_work(place_in(tmp_path), f"{box.url}/bot{box.token}", 500.0, 10) as sender,
    ):
        box.state.faults.replace([{"kind": "429", "methods": HERE, "seconds": 999_999.0}])
        number = await sender.service.create(SAID)
        await sender.until(lambda: sender.service.progress(number).in_flight > 0)
        await asyncio.sleep(0.3)
        left = sender.engine._tools.limiter.paused_for
        assert MAX_PAUSE - 5 < left <= MAX_PAUSE

        assert await sender.service.stop(number)
        told = await sender.finished(number)
        assert (told.sent, told.unknown, told.skipped) == (0, 0, told.claimed)
