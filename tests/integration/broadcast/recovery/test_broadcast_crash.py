"""Kill, terminate and disk errors in the middle of a broadcast: nobody is lost and nobody gets it twice.

Every broadcast that is killed is also posted in the channel, in two languages.
"""

import asyncio
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import playground
from bot.broadcast.delivery.context import MIN_IN_FLIGHT
from bot.model.announcement import ChannelPlan
from storage import sqlite
from storage.deliveries.channel_post import Posts, PostStatus
from storage.deliveries.ledger import LedgerId
from storage.subscriptions.subscriber import Digest, QuietHours
from tests.support.broadcast_sender import ANNOUNCEMENT, add_subscribers, sender_at, start_sender
from tests.support.storage_process import Place, count_outcomes, place_in

FAST = 500.0
CHANNEL = -1002778


@dataclass(frozen=True, slots=True)
class Totals:
    """How many people got it how often, the totals of the ledger, and the texts and the states of the posts."""

    spread: dict[int, int]
    sent: int
    unknown: int
    claimed: int
    texts: dict[str, int]
    posts: Posts


def api_url(telegram: Any) -> str:
    return f"{telegram.url}/bot{telegram.token}"


async def broadcast_with_kills(
    tmp_path: Path,
    people: int,
    kills: int,
    by: str,
    rate: float,
    latency: float = 0.0,
    waiting: Mapping[str, object] | None = None,
) -> Totals:
    """Send a broadcast that is cut off `kills` times by kill() or terminate(), then send it to its end.

    Every second person makes the choice `waiting`, because of which they wait during the first half of the kills, and
    for four hours at most.
    """
    place, chance = place_in(tmp_path), random.Random(kills)
    async with playground.running(bulk_users=people, has_flood_limits=False, latency=latency) as telegram:
        async with place.opened() as store:
            await add_subscribers(store, people)
            if waiting:
                await add_subscribers(store, people, first=1, step=2, **waiting)
        async with sender_at(place, "http://127.0.0.1:9/bot") as sender:
            channel = await sender.channel.store.name(CHANNEL, "Campaign channel", "campaign_channel", by=1009)
            plan = ChannelPlan(channel.tag, ("en", "fa"))
            number = await sender.service.create(replace(ANNOUNCEMENT, channel=plan), at=time.time())
        ahead = 0.0
        for kill in range(kills):
            if waiting and kill == kills // 2:
                assert telegram.state.bulk_users.total_received() <= people // 2
                ahead = await _end_of_wait(place)
            child = await start_sender(place, api_url(telegram), rate, ahead)
            await _sent(telegram, max(1, int(1.4 * people / kills * chance.random())))
            await asyncio.sleep(chance.random() * 0.01)
            getattr(child, by)()
            async with asyncio.timeout(16):
                await child.wait()
        async with sender_at(place, api_url(telegram), now=lambda: time.time() + ahead) as sender:
            await sender.wait_until(lambda: number in sender.store.broadcasts.known)
            progress = await sender.wait_until_ended(number, 120)
            await sender.wait_until(lambda: are_settled(sender.service.progress(number).posts))
            counts = await count_outcomes(sender.store.database, LedgerId.for_broadcast(number))
            assert counts == sender.store.broadcasts.known[number].totals
            assert (
                progress.sent + progress.refused + progress.unknown + progress.left + progress.skipped
                == progress.claimed
            )
            posts = sender.service.progress(number).posts
        return Totals(
            dict(telegram.state.bulk_users.histogram()),
            progress.sent,
            progress.unknown,
            progress.claimed,
            Counter(post["text"] for post in telegram.state.messages(CHANNEL)),
            posts,
        )


def are_settled(posts: Posts) -> bool:
    """Return whether nothing is left to do in the channel."""
    return all(post.status in (PostStatus.POSTED, PostStatus.UNKNOWN) for post in posts)


def _lasting_hours() -> QuietHours:
    """Return quiet hours that last now, and for two hours or three."""
    hour = datetime.now(UTC).hour
    return QuietHours((hour - 1) % 24, (hour + 3) % 24, "UTC")


def _digest_in_hours(*, weekday: bool) -> Digest:
    """Return a digest that is due in two hours or three, every day or on that day of the week."""
    due = datetime.now(UTC) + timedelta(hours=3)
    return Digest(due.hour, due.weekday() if weekday else None, "UTC")


async def _end_of_wait(place: Place) -> float:
    """Return how many seconds later nobody waits any more, and let the bot not be in doubt about that time."""
    ahead = 4 * 3600.0
    async with place.opened() as store:
        await store.broadcasts.write_heartbeat(time.time() + ahead)
    return ahead


async def _sent(telegram: Any, more: int) -> None:
    """Wait for `more` messages, or until no more come."""
    begun = before = telegram.state.bulk_users.total_received()
    silent_since = time.monotonic()
    while before < begun + more and time.monotonic() < silent_since + (3.0 if before == begun else 1.0):
        await asyncio.sleep(0.005)
        now = telegram.state.bulk_users.total_received()
        silent_since = time.monotonic() if now != before else silent_since
        before = now


def none_twice_none_lost(totals: Totals, people: int) -> bool:
    """Return whether everybody was claimed, nobody got two, and those who got none are unknown.

    The same must be true of the posts in the channel.
    """
    return (
        totals.claimed == people
        and totals.sent + totals.unknown == people
        and set(totals.spread) <= {0, 1}
        and totals.spread.get(0, 0) <= totals.unknown
        and totals.spread[1] >= totals.sent
        and all(post_is_there_once(totals, post.language, post.status) for post in totals.posts)
    )


def post_is_there_once(totals: Totals, language: str, status: PostStatus) -> bool:
    """Return whether a post is in the channel as often as its state says: once, or at most once if unknown."""
    count = totals.texts.get(ANNOUNCEMENT.piece(language).text, 0)
    return count == 1 if status is PostStatus.POSTED else count <= 1


async def test_3_kills_over_600_people_send_nothing_twice_and_lose_nobody(tmp_path: Path) -> None:
    totals = await broadcast_with_kills(tmp_path, 600, 3, "kill", FAST)

    assert none_twice_none_lost(totals, 600), totals
    assert totals.unknown <= 3 * 128


async def test_a_kill_in_the_night_and_another_after_it_send_nothing_twice_and_lose_nobody(tmp_path: Path) -> None:
    totals = await broadcast_with_kills(tmp_path, 200, 2, "kill", FAST, waiting={"quiet_hours": _lasting_hours()})

    assert none_twice_none_lost(totals, 200), totals
    assert totals.unknown <= 2 * 128


async def test_kills_while_digests_wait_and_are_due_send_nothing_twice_and_lose_nobody(tmp_path: Path) -> None:
    totals = await broadcast_with_kills(
        tmp_path, 200, 2, "kill", FAST, waiting={"digest": _digest_in_hours(weekday=True)}
    )

    assert none_twice_none_lost(totals, 200), totals
    assert totals.unknown <= 2 * 128


async def test_a_kill_at_30_a_second_leaves_a_handful_unknown_at_most(tmp_path: Path) -> None:
    totals = await broadcast_with_kills(tmp_path, 60, 2, "kill", 30.0)

    assert none_twice_none_lost(totals, 60), totals
    assert (
        totals.unknown <= 2 * 2 * MIN_IN_FLIGHT
    )  # a busy machine's calls take longer, and twice as many are in flight


async def test_sigterm_leaves_nothing_unknown_when_telegram_answers(tmp_path: Path) -> None:
    totals = await broadcast_with_kills(tmp_path, 600, 3, "terminate", FAST, latency=0.05)

    assert none_twice_none_lost(totals, 600), totals
    assert totals.unknown == 0
    assert totals.spread == {1: 600}


@pytest.mark.torture
async def test_200_kills_over_5000_people_send_nothing_twice(tmp_path: Path) -> None:
    totals = await broadcast_with_kills(tmp_path, 5000, 200, "kill", 1000.0)

    assert none_twice_none_lost(totals, 5000), totals
    assert totals.unknown <= 200 * 128


@pytest.mark.torture
async def test_20_kills_in_the_night_and_after_it_send_nothing_twice(tmp_path: Path) -> None:
    totals = await broadcast_with_kills(tmp_path, 2000, 20, "kill", 1000.0, waiting={"quiet_hours": _lasting_hours()})

    print(totals)  # noqa: T201 -- docs/decisions/0075 names these
    assert none_twice_none_lost(totals, 2000), totals
    assert totals.unknown <= 20 * 128


@pytest.mark.torture
async def test_20_kills_while_digests_wait_and_are_due_send_nothing_twice(tmp_path: Path) -> None:
    daily = _digest_in_hours(weekday=False)
    totals = await broadcast_with_kills(tmp_path, 2000, 20, "kill", 1000.0, waiting={"digest": daily})

    print(totals)  # noqa: T201 -- docs/decisions/0078 names these
    assert none_twice_none_lost(totals, 2000), totals
    assert totals.unknown <= 20 * 128


@pytest.mark.torture
async def test_100_sigterms_over_5000_people_leave_nothing_unknown(tmp_path: Path) -> None:
    totals = await broadcast_with_kills(tmp_path, 5000, 100, "terminate", 1000.0)

    assert none_twice_none_lost(totals, 5000), totals
    assert totals.unknown == 0


async def lock_database(tmp_path: Path, seconds: float) -> None:
    """Lock the database in the middle for `seconds`: meanwhile only claimed recipients are sent to."""
    place = place_in(tmp_path)
    async with (
        playground.running(bulk_users=800, has_flood_limits=False) as telegram,
        sender_at(place, api_url(telegram), 400.0, 800) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 50)
        other = sqlite3.connect(place.database, isolation_level=None, timeout=10, check_same_thread=False)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")  # ours may be open, and ends meanwhile
        await asyncio.sleep(0.5)
        before = telegram.state.bulk_users.total_received()
        await asyncio.sleep(seconds)
        assert telegram.state.bulk_users.total_received() == before
        other.close()
        progress = await sender.wait_until_ended(number, 60)

        assert (progress.sent, progress.unknown) == (800, 0)
        assert telegram.state.bulk_users.histogram() == {1: 800}


async def test_a_database_locked_by_another_process_delays_a_broadcast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_TIMEOUT", 50)
    await lock_database(tmp_path, 1.0)


@pytest.mark.torture
async def test_a_database_locked_for_30_seconds_delays_a_broadcast(tmp_path: Path) -> None:
    await lock_database(tmp_path, 30.0)


@pytest.mark.parametrize("trouble", ["PRAGMA query_only = ON", "PRAGMA max_page_count = 1"])
async def test_a_broadcast_waits_while_the_disk_is_full_or_read_only(tmp_path: Path, trouble: str) -> None:
    async with (
        playground.running(bulk_users=1500, has_flood_limits=False) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 500.0, 1500) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 50)
        writer = sender.store.database._writer  # type: ignore[attr-defined]
        await writer.execute(trouble)
        await asyncio.sleep(0.5)
        before = telegram.state.bulk_users.total_received()
        await asyncio.sleep(0.7)
        assert telegram.state.bulk_users.total_received() == before < 1500
        await writer.execute("PRAGMA query_only = OFF")
        await writer.execute("PRAGMA max_page_count = 1000000")
        progress = await sender.wait_until_ended(number, 60)

        assert (progress.sent, progress.unknown) == (1500, 0)
        assert telegram.state.bulk_users.histogram() == {1: 1500}
