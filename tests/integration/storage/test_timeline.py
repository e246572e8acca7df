"""The course of a broadcast: however long and whenever it went on, few samples that add up, also after a crash."""

import asyncio
import itertools
import time
from collections import Counter
from pathlib import Path

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
UNHURRIED = settings(deadline=None, max_examples=60)  # hundreds of commits each
Commits = list[tuple[float, int, int, int]]


def lived(commits: Commits, restarted: bool = False) -> tuple[Timeline, float, Totals]:
    """As the engine notes them; `restarted` reads back before each commit what was written."""
    one, now, totals = Timeline(BEGUN), BEGUN, Counter[Outcome]()
    written = timeline.encode(one)
    for pause, *counts in commits:
        now += pause
        before, one = one, timeline.decode(written) if restarted else one
        one = one.recorded(now, totals)
        if one is not before:
            written = timeline.encode(one)
        totals = totals + Counter(dict(zip((SENT, REFUSED, UNKNOWN), counts, strict=True)))
    return one, now, totals


@UNHURRIED
@given(COMMITS)
def test_few_samples_that_add_up_and_never_go_back(commits: Commits) -> None:
    one, now, totals = lived(commits)
    points = one.points(now, timeline.counts_in(totals))

    assert len(one.samples) <= MOST
    assert [sample.slot for sample in one.samples] == sorted({sample.slot for sample in one.samples})
    assert all(sample.slot < one.open for sample in one.samples)
    assert points[0] == timeline.TimelinePoint(0, Counts())
    assert points[-1].counts == timeline.counts_in(totals)
    assert points[-1].at >= now - BEGUN - 0.001
    assert len(points) <= 2 * (MOST + 2)
    for earlier, later in itertools.pairwise(points):
        assert earlier.at <= later.at
        for what in ("sent", "refused", "unknown"):
            assert getattr(earlier.counts, what) <= getattr(later.counts, what)


@UNHURRIED
@given(COMMITS)
def test_every_point_is_true_at_its_time(commits: Commits) -> None:
    """Wrong by no more than what came in one sample."""
    one, now, totals = lived(commits)
    at, sent, history = 0.0, 0, list[tuple[float, int]]()
    for pause, count, *_ in commits:
        at, sent = at + pause, sent + count
        history.append((at, sent))
    for point in one.points(now, timeline.counts_in(totals)):
        least = max((sent for at, sent in history if at < point.at - one.width - 0.001), default=0)
        most = max((sent for at, sent in history if at <= point.at + 0.001), default=0)

        assert least <= point.counts.sent <= most


@UNHURRIED
@given(COMMITS)
def test_a_restart_before_every_commit_changes_nothing(commits: Commits) -> None:
    assert lived(commits, restarted=True) == lived(commits)


@UNHURRIED
@given(COMMITS)
def test_it_comes_back_as_it_was_written(commits: Commits) -> None:
    one, _, _ = lived(commits)

    assert timeline.decode(timeline.encode(one)) == one
    assert len(timeline.encode(one)) < 5000


def test_a_timeline_of_an_earlier_version_is_read() -> None:
    old = b'{"begun":1790000000.0,"width":2.0,"open":9,"samples":[[0,10,1,0],[4,30,1,2]]}'
    read = timeline.decode(old)

    assert read == Timeline(begun=BEGUN, width=2.0, open=9, samples=(Sample(0, 10, 1, 0), Sample(4, 30, 1, 2)))
    assert timeline.encode(read) == old


def test_a_night_in_the_middle_is_flat_and_coarsens_nothing() -> None:
    commits = [(1.0, 30, 0, 0)] * 40 + [(8 * 3600.0, 30, 0, 0)] + [(1.0, 30, 0, 0)] * 40
    one, now, totals = lived(commits)
    points = one.points(now, timeline.counts_in(totals))

    flat = [(a.at, b.at) for a, b in itertools.pairwise(points) if b.at - a.at > 60]
    assert one.width == 1.0
    assert flat == [(41.0, 40.0 + 8 * 3600)]
    assert points[-1].counts.sent == 81 * 30


def test_two_days_are_told_in_half_hours() -> None:
    one, now, totals = lived([(10.0, 300, 0, 0)] * (2 * 8640))

    assert one.width == 2048.0
    assert 60 < len(one.points(now, timeline.counts_in(totals))) <= MOST


def test_a_clock_that_goes_back_adds_nothing_before_it_has_caught_up() -> None:
    one = Timeline(BEGUN).recorded(BEGUN + 100, Counter({SENT: 10}))

    assert one.recorded(BEGUN - 5000, Counter({SENT: 20})) is one
    assert one.recorded(BEGUN + 101, Counter({SENT: 30})).samples == (Sample(0, 10, 0, 0), Sample(100, 30, 0, 0))


def test_the_unknown_that_are_sent_again_become_fewer() -> None:
    one = Timeline(BEGUN).recorded(BEGUN + 9, Counter({SENT: 90, UNKNOWN: 10}))
    points = one.points(BEGUN + 10, Counts(99, 0, 1))

    assert [point.counts.unknown for point in points] == [0, 10, 10, 1]


# With the engine


async def settled(sender: Sender, number: int, sent: int) -> None:
    await sender.wait_until(lambda: sender.service.progress(number).sent >= sent)


async def test_the_engine_notes_it_over_a_pause_and_a_restart(tmp_path: Path) -> None:
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
            told = await sender.wait_until_ended(number)
            noted = await sender.store.timelines.get(sender.store.database, number)

    assert noted
    assert told.ended
    points = noted.points(told.ended, Counts(told.sent, told.refused, told.unknown))
    flat = [a.counts.sent for a, b in itertools.pairwise(points) if a.counts == b.counts and b.at - a.at > 500]
    assert flat == [paused]
    assert points[-1].counts == Counts(200)
    assert told.ended - noted.begun > 600


async def test_what_is_over_in_a_moment_writes_no_course(tmp_path: Path) -> None:
    async with playground.running(has_flood_limits=False, bulk_users=5, first_bulk_user_id=FIRST_CHAT) as telegram:
        api = f"{telegram.url}/bot{telegram.token}"
        async with sender_at(place_in(tmp_path), api, people=5) as sender:
            told = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))

            assert told.sent == 5
            assert await sender.store.timelines.get(sender.store.database, told.number) is None


async def test_it_is_written_when_a_sample_is_over_and_not_at_each_commit(tmp_path: Path) -> None:
    written = set[Timeline | None]()
    async with playground.running(has_flood_limits=False, bulk_users=300, first_bulk_user_id=FIRST_CHAT) as telegram:
        api = f"{telegram.url}/bot{telegram.token}"
        async with sender_at(place_in(tmp_path), api, rate=100, people=300) as sender:
            number = await sender.service.create(ANNOUNCEMENT)
            while sender.service.progress(number).ended is None:
                written.add(await sender.store.timelines.get(sender.store.database, number))
                await asyncio.sleep(0.01)

    assert 3 <= len(written) <= 5  # it takes three seconds; there are some fifty commits
