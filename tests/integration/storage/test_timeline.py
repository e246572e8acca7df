"""The timeline of a broadcast: few samples that add up, however long it took, and also after a crash."""

import asyncio
import itertools
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import playground
from storage.deliveries import timeline
from storage.deliveries.ledger import Outcome, Totals
from storage.deliveries.timeline import MOST, Counts, Sample, Timeline
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, Sender, sender_at
from tests.support.storage_process import place_in

BEGUN = 1_790_000_000.0
SENT, REFUSED, UNKNOWN = Outcome.SENT, Outcome.REFUSED, Outcome.UNKNOWN

# Seconds until the next commit, and how many were sent, refused and unknown in it; the same many times over.
COMMITS = st.builds(
    lambda some, times: some * times,
    st.lists(
        st.tuples(
            st.floats(0, 2) | st.floats(0, 60) | st.floats(0, 200_000),
            *(st.integers(0, most) for most in (128, 2, 2)),
        ),
        min_size=1,
        max_size=20,
    ),
    st.integers(1, 30),
)
MANY_COMMITS = settings(deadline=None, max_examples=60)  # hundreds of commits each
Commits = list[tuple[float, int, int, int]]


def record(commits: Commits, restarted: bool = False) -> tuple[Timeline, float, Totals]:
    """Record commits as the engine does. `restarted` reads the written timeline back before each commit."""
    line, now, totals = Timeline(BEGUN), BEGUN, Counter[Outcome]()
    written = timeline.encode(line)
    for pause, *counts in commits:
        now += pause
        before, line = line, timeline.decode(written) if restarted else line
        line = line.recorded(now, totals)
        if line is not before:
            written = timeline.encode(line)
        totals = totals + Counter(dict(zip((SENT, REFUSED, UNKNOWN), counts, strict=True)))
    return line, now, totals


@MANY_COMMITS
@given(COMMITS)
def test_samples_are_few_add_up_and_never_decrease(commits: Commits) -> None:
    line, now, totals = record(commits)
    points = line.points(now, timeline.counts_in(totals))

    assert len(line.samples) <= MOST
    assert [sample.slot for sample in line.samples] == sorted({sample.slot for sample in line.samples})
    assert all(sample.slot < line.open for sample in line.samples)
    assert points[0] == timeline.TimelinePoint(0, Counts())
    assert points[-1].counts == timeline.counts_in(totals)
    assert points[-1].at >= now - BEGUN - 0.001
    assert len(points) <= 2 * (MOST + 2)
    for earlier, later in itertools.pairwise(points):
        assert earlier.at <= later.at
        for result in ("sent", "refused", "unknown"):
            assert getattr(earlier.counts, result) <= getattr(later.counts, result)


@MANY_COMMITS
@given(COMMITS)
def test_every_point_is_correct_at_its_time(commits: Commits) -> None:
    """It is wrong by no more than what was sent within line sample."""
    line, now, totals = record(commits)
    at, sent, history = 0.0, 0, list[tuple[float, int]]()
    for pause, count, *_ in commits:
        at, sent = at + pause, sent + count
        history.append((at, sent))
    for point in line.points(now, timeline.counts_in(totals)):
        least = max((sent for at, sent in history if at < point.at - line.width - 0.001), default=0)
        most = max((sent for at, sent in history if at <= point.at + 0.001), default=0)

        assert least <= point.counts.sent <= most


@MANY_COMMITS
@given(COMMITS)
def test_a_restart_before_every_commit_changes_nothing(commits: Commits) -> None:
    assert record(commits, restarted=True) == record(commits)


@MANY_COMMITS
@given(COMMITS)
def test_a_timeline_survives_encoding(commits: Commits) -> None:
    line, _, _ = record(commits)

    assert timeline.decode(timeline.encode(line)) == line
    assert len(timeline.encode(line)) < 5000


def test_a_timeline_of_an_earlier_version_is_read() -> None:
    old = b'{"begun":1790000000.0,"width":2.0,"open":9,"samples":[[0,10,1,0],[4,30,1,2]]}'
    read = timeline.decode(old)

    assert read == Timeline(begun=BEGUN, width=2.0, open=9, samples=(Sample(0, 10, 1, 0), Sample(4, 30, 1, 2)))
    assert timeline.encode(read) == old


def test_a_pause_overnight_is_flat_and_does_not_widen_the_slots() -> None:
    commits = [(1.0, 30, 0, 0)] * 40 + [(8 * 3600.0, 30, 0, 0)] + [(1.0, 30, 0, 0)] * 40
    line, now, totals = record(commits)
    points = line.points(now, timeline.counts_in(totals))

    flat = [(a.at, b.at) for a, b in itertools.pairwise(points) if b.at - a.at > 60]
    assert line.width == 1.0
    assert flat == [(41.0, 40.0 + 8 * 3600)]
    assert points[-1].counts.sent == 81 * 30


def test_two_days_have_slots_of_half_an_hour() -> None:
    line, now, totals = record([(10.0, 300, 0, 0)] * (2 * 8640))

    assert line.width == 2048.0
    assert 60 < len(line.points(now, timeline.counts_in(totals))) <= MOST


def test_a_clock_that_goes_back_adds_nothing_until_it_has_caught_up() -> None:
    line = Timeline(BEGUN).recorded(BEGUN + 100, Counter({SENT: 10}))

    assert line.recorded(BEGUN - 5000, Counter({SENT: 20})) is line
    assert line.recorded(BEGUN + 101, Counter({SENT: 30})).samples == (Sample(0, 10, 0, 0), Sample(100, 30, 0, 0))


def test_resending_decreases_the_unknown() -> None:
    line = Timeline(BEGUN).recorded(BEGUN + 9, Counter({SENT: 90, UNKNOWN: 10}))
    points = line.points(BEGUN + 10, Counts(99, 0, 1))

    assert [point.counts.unknown for point in points] == [0, 10, 10, 1]


# With the engine


async def settled(sender: Sender, number: int, sent: int) -> None:
    await sender.wait_until(lambda: sender.service.progress(number).sent >= sent)


async def test_the_timeline_continues_after_a_pause_and_a_restart(tmp_path: Path) -> None:
    place, ahead = place_in(tmp_path), [0.0]

    def clock() -> float:
        return time.time() + ahead[0]

    async with playground.running(has_flood_limits=False, bulk_users=400, first_bulk_user_id=FIRST_CHAT) as telegram:
        api = f"{telegram.url}/bot{telegram.token}"
        async with sender_at(place, api, rate=80, people=200, now=clock) as sender:
            number = await sender.service.create(ANNOUNCEMENT)
            await settled(sender, number, 60)
            await sender.service.pause(number)
            await sender.wait_until(lambda: not sender.store.broadcasts.known[number].totals[Outcome.CLAIMED])
            paused = sender.service.progress(number).sent
            ahead[0] = 600.0
        async with sender_at(place, api, rate=80, now=clock) as sender:
            await sender.service.resume(number)
            progress = await sender.wait_until_ended(number)
            stored = await sender.store.timelines.get(sender.store.database, number)

    assert stored
    assert progress.ended
    points = stored.points(progress.ended, Counts(progress.sent, progress.refused, progress.unknown))
    flat = [a.counts.sent for a, b in itertools.pairwise(points) if a.counts == b.counts and b.at - a.at > 500]
    assert flat == [paused]
    assert points[-1].counts == Counts(200)
    assert progress.ended - stored.begun > 600


async def test_a_broadcast_that_ends_within_a_moment_has_no_timeline(tmp_path: Path) -> None:
    async with playground.running(has_flood_limits=False, bulk_users=5, first_bulk_user_id=FIRST_CHAT) as telegram:
        api = f"{telegram.url}/bot{telegram.token}"
        async with sender_at(place_in(tmp_path), api, people=5) as sender:
            progress = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))

            assert progress.sent == 5
            assert await sender.store.timelines.get(sender.store.database, progress.number) is None


@pytest.mark.timing
async def test_a_timeline_is_written_once_a_sample_and_not_at_each_commit(tmp_path: Path) -> None:
    written = set[Timeline | None]()
    async with playground.running(has_flood_limits=False, bulk_users=300, first_bulk_user_id=FIRST_CHAT) as telegram:
        api = f"{telegram.url}/bot{telegram.token}"
        async with sender_at(place_in(tmp_path), api, rate=100, people=300) as sender:
            number = await sender.service.create(ANNOUNCEMENT)
            while sender.service.progress(number).ended is None:
                written.add(await sender.store.timelines.get(sender.store.database, number))
                await asyncio.sleep(0.01)

    assert 3 <= len(written) <= 5  # it takes three seconds; there are some fifty commits
