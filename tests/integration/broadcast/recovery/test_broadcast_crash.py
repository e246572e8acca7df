"""kill -9, SIGTERM and trouble on the disk in the middle of a broadcast: nobody twice, nobody lost, all counted."""

import asyncio
import random
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import playground
from bot.broadcast.delivery.context import LEAST
from storage import sqlite
from storage.deliveries.ledger import LedgerId
from tests.support.broadcast_sender import SAID, at_work, enlist, start_sender
from tests.support.storage_process import count_outcomes, place_in

FAST = 500.0


@dataclass(frozen=True, slots=True)
class Seen:
    """After all: how often people got it, and what the ledger says."""

    spread: dict[int, int]
    sent: int
    unknown: int
    claimed: int


def api(box: Any) -> str:
    return f"{box.url}/bot{box.token}"


async def killed(tmp_path: Path, people: int, kills: int, by: str, rate: float, latency: float = 0.0) -> Seen:
    """A broadcast that is cut off `kills` times by kill() or terminate(), then sent to its end."""
    place, chance = place_in(tmp_path), random.Random(kills)
    async with playground.running(quiet_people=people, unpaced=True, latency=latency) as box:
        async with place.opened() as store:
            await enlist(store, people)
        async with at_work(place, "http://127.0.0.1:9/bot") as sender:
            number = await sender.service.create(SAID, at=time.time())
        for _ in range(kills):
            child = await start_sender(place, api(box), rate)
            await _sent(box, max(1, int(1.4 * people / kills * chance.random())))
            await asyncio.sleep(chance.random() * 0.01)
            getattr(child, by)()
            async with asyncio.timeout(16):
                await child.wait()
        async with at_work(place, api(box)) as sender:
            await sender.until(lambda: number in sender.store.broadcasts.known)
            told = await sender.finished(number, 120)
            counts = await count_outcomes(sender.store.database, LedgerId.for_broadcast(number))
            assert counts == sender.store.broadcasts.known[number].totals
            assert told.sent + told.refused + told.unknown + told.left + told.skipped == told.claimed
        return Seen(dict(box.state.quiet.spread()), told.sent, told.unknown, told.claimed)


async def _sent(box: Any, more: int) -> None:
    """Waits for so many messages more, or until there come no more."""
    begun = before = sum(box.state.quiet._got)
    silent_since = time.monotonic()
    while before < begun + more and time.monotonic() < silent_since + (3.0 if before == begun else 1.0):
        await asyncio.sleep(0.005)
        now = sum(box.state.quiet._got)
        silent_since = time.monotonic() if now != before else silent_since
        before = now


def none_twice_none_lost(seen: Seen, people: int) -> bool:
    """Everybody was claimed; who got nothing is unknown."""
    return (
        seen.claimed == people
        and seen.sent + seen.unknown == people
        and set(seen.spread) <= {0, 1}
        and seen.spread.get(0, 0) <= seen.unknown
        and seen.spread[1] >= seen.sent
    )


async def test_5_kills_over_1500_people_send_nothing_twice_and_lose_nobody(tmp_path: Path) -> None:
    seen = await killed(tmp_path, 1500, 5, "kill", FAST)

    assert none_twice_none_lost(seen, 1500), seen
    assert seen.unknown <= 5 * 128


async def test_at_30_a_second_a_kill_leaves_a_handful_unknown_at_most(tmp_path: Path) -> None:
    seen = await killed(tmp_path, 60, 2, "kill", 30.0)

    assert none_twice_none_lost(seen, 60), seen
    assert seen.unknown <= 2 * 2 * LEAST  # a busy machine's calls take longer, and twice as many are in flight


async def test_sigterm_leaves_nothing_unknown_when_telegram_answers(tmp_path: Path) -> None:
    seen = await killed(tmp_path, 1500, 5, "terminate", FAST, latency=0.05)

    assert none_twice_none_lost(seen, 1500), seen
    assert seen.unknown == 0
    assert seen.spread == {1: 1500}


@pytest.mark.torture
async def test_200_kills_over_5000_people(tmp_path: Path) -> None:
    seen = await killed(tmp_path, 5000, 200, "kill", 1000.0)

    assert none_twice_none_lost(seen, 5000), seen
    assert seen.unknown <= 200 * 128


@pytest.mark.torture
async def test_100_sigterms_over_5000_people(tmp_path: Path) -> None:
    seen = await killed(tmp_path, 5000, 100, "terminate", 1000.0)

    assert none_twice_none_lost(seen, 5000), seen
    assert seen.unknown == 0


async def held_for(tmp_path: Path, seconds: float) -> None:
    """The database is held by somebody else in the middle: nothing is sent meanwhile but what was claimed."""
    place = place_in(tmp_path)
    async with (
        playground.running(quiet_people=800, unpaced=True) as box,
        at_work(place, api(box), 400.0, 800) as sender,
    ):
        number = await sender.service.create(SAID)
        await sender.until(lambda: sender.service.progress(number).sent > 50)
        other = sqlite3.connect(place.database, isolation_level=None, timeout=10, check_same_thread=False)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")  # ours may be open, and ends meanwhile
        await asyncio.sleep(0.5)
        before = sum(box.state.quiet._got)
        await asyncio.sleep(seconds)
        assert sum(box.state.quiet._got) == before
        other.close()
        told = await sender.finished(number, 60)

        assert (told.sent, told.unknown) == (800, 0)
        assert box.state.quiet.spread() == {1: 800}


async def test_a_database_held_by_another_process_delays_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_TIMEOUT", 50)
    await held_for(tmp_path, 1.0)


@pytest.mark.torture
async def test_a_database_held_for_30_seconds(tmp_path: Path) -> None:
    await held_for(tmp_path, 30.0)


@pytest.mark.parametrize("trouble", ["PRAGMA query_only = ON", "PRAGMA max_page_count = 1"])
async def test_on_a_full_or_read_only_disk_it_waits(tmp_path: Path, trouble: str) -> None:
    async with (
        playground.running(quiet_people=1500, unpaced=True) as box,
        at_work(place_in(tmp_path), api(box), 500.0, 1500) as sender,
    ):
        number = await sender.service.create(SAID)
        await sender.until(lambda: sender.service.progress(number).sent > 50)
        writer = sender.store.database._writer  # type: ignore[attr-defined]
        await writer.execute(trouble)
        await asyncio.sleep(0.5)
        before = sum(box.state.quiet._got)
        await asyncio.sleep(0.7)
        assert sum(box.state.quiet._got) == before < 1500
        await writer.execute("PRAGMA query_only = OFF")
        await writer.execute("PRAGMA max_page_count = 1000000")
        told = await sender.finished(number, 60)

        assert (told.sent, told.unknown) == (1500, 0)
        assert box.state.quiet.spread() == {1: 1500}
