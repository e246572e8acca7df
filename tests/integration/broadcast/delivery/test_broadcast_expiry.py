"""Broadcasts that are left paused are stopped at last, and their ledgers destroyed."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcast.delivery import pause_expiry
from bot.broadcast.delivery.pause_expiry import LEFT_FOR, NOTICE
from storage.deliveries.broadcast_state import BroadcastState, Job, JobReason, Status, Work, decode, encode
from storage.deliveries.ledger import Outcome
from tests.support.announcement_admins import Clock, two_admins
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, Sender, api_url, running_playground, sender_at
from tests.support.person import Person, Silence, pauses
from tests.support.storage_process import place_in

HOUR = 3600.0


async def pause_midway(sender: Sender) -> int:
    number = await sender.service.create(ANNOUNCEMENT)
    await sender.wait_until(lambda: sender.service.progress(number).sent > 30)
    assert await sender.service.pause(number)
    await sender.wait_until(lambda: sender.store.broadcasts.known[number].stop_at is not None)
    await sender.wait_until(lambda: not sender.store.broadcasts.known[number].totals[Outcome.CLAIMED])
    return number


async def test_a_broadcast_paused_for_two_days_is_stopped_and_its_ledger_destroyed_two_days_later(
    tmp_path: Path,
) -> None:
    place, clock = place_in(tmp_path), Clock()
    async with running_playground(300) as telegram:
        async with sender_at(place, api_url(telegram), 300.0, 300, now=clock) as sender:
            number = await pause_midway(sender)
            stops_at = sender.service.progress(number).stops_at
            assert stops_at == pytest.approx(clock() + LEFT_FOR, abs=10)
        clock.ahead = 47.9 * HOUR
        async with sender_at(place, api_url(telegram), now=clock) as sender:
            await asyncio.sleep(0.1)
            before = sender.service.progress(number)
            assert before.ended is None
            clock.ahead = 50 * HOUR
            progress = await sender.wait_until_ended(number)

            assert [event.kind for event in sender.events] == [
                "expires",
                "expired",
            ]  # at its start it had been silent
            assert progress.jobs[Work.SEND].reason is JobReason.EXPIRED
            assert not await sender.service.resume(number)
            assert progress.sent == before.sent < 300
            assert (progress.claimed, progress.in_flight) == (progress.sent + progress.skipped, 0)
            assert progress.recall_until == pytest.approx(clock() + 48 * HOUR, abs=10)

            clock.ahead = 99 * HOUR
            await sender.engine._tend()
            assert await sender.store.database.rows("SELECT * FROM ledger") == []
            assert sender.store.broadcasts.known[number].key is None
            assert telegram.state.bulk_users.histogram() == {0: 300 - progress.sent, 1: progress.sent}


async def test_a_broadcast_resumed_in_time_does_not_expire(tmp_path: Path) -> None:
    clock = Clock()
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 300.0, 300, clock) as sender,
    ):
        number = await pause_midway(sender)
        clock.ahead = 47.9 * HOUR
        assert await sender.service.resume(number)
        progress = await sender.wait_until_ended(number)

        assert (progress.sent, progress.stops_at) == (300, None)
        assert sender.store.broadcasts.known[number].stop_at is None


async def test_a_broadcast_that_expired_while_the_bot_was_off_can_be_resumed_for_an_hour(tmp_path: Path) -> None:
    place, clock = place_in(tmp_path), Clock()
    async with running_playground(300) as telegram:
        async with sender_at(place, api_url(telegram), 300.0, 300, now=clock) as sender:
            resumed, lost = await pause_midway(sender), await pause_midway(sender)
        clock.ahead = 72 * HOUR
        async with sender_at(place, api_url(telegram), now=clock) as sender:
            await sender.wait_until(lambda: [event.kind for event in sender.events] == ["expires", "expires"])
            assert sender.service.progress(lost).stops_at == pytest.approx(clock() + NOTICE, abs=10)
            assert await sender.service.resume(resumed)
            assert (await sender.wait_until_ended(resumed)).sent == 300
            clock.ahead = 73.1 * HOUR
            assert (await sender.wait_until_ended(lost)).jobs[Work.SEND].reason is JobReason.EXPIRED


async def test_a_scheduled_broadcast_that_stays_held_is_stopped_after_two_days(tmp_path: Path) -> None:
    place, clock = place_in(tmp_path), Clock()
    async with running_playground(20) as telegram:
        async with sender_at(place, api_url(telegram), people=20, now=clock) as sender:
            number = await sender.service.create(ANNOUNCEMENT, at=clock() + HOUR)
        clock.ahead = 3 * HOUR
        async with sender_at(place, api_url(telegram), now=clock) as sender:
            await sender.wait_until(lambda: [event.kind for event in sender.events] == ["held"])
            assert sender.service.progress(number).stops_at == pytest.approx(clock() + LEFT_FOR, abs=10)
            clock.ahead = 52 * HOUR
            progress = await sender.wait_until_ended(number)

            assert (progress.claimed, progress.jobs[Work.SEND].reason) == (0, JobReason.EXPIRED)
            assert telegram.state.bulk_users.histogram() == {0: 20}


async def test_resending_gets_two_more_days_and_a_paused_edit_ends_with_the_ledger(tmp_path: Path) -> None:
    clock = Clock()
    async with (
        running_playground(20) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 10_000.0, 20, clock) as sender,
    ):
        telegram.state.faults.replace([{"kind": "torn", "methods": ["sendMessage"], "times": 3}])
        number = await sender.service.create(ANNOUNCEMENT)
        assert (await sender.wait_until_ended(number)).unknown == 3
        clock.ahead = 47 * HOUR
        telegram.state.faults.replace([{"kind": "slow", "seconds": 0.5}])
        assert await sender.service.resend_unknown(number)
        await sender.wait_until(lambda: bool(sender.engine._running))
        assert await sender.service.pause(number)
        await sender.wait_until(lambda: not sender.engine._running)
        clock.ahead = 49 * HOUR
        await sender.engine._tend()
        assert sender.store.broadcasts.known[number].key is not None

        assert await sender.service.stop(number)
        await sender.wait_until(lambda: sender.service.progress(number).ended is not None)
        async with sender.store.broadcasts.changing(number) as inside:
            inside.standing = inside.standing.with_job(Job(Work.EDIT, 0.0, Status.PAUSED, JobReason.ADMIN))
        clock.ahead = 98 * HOUR
        await sender.engine._tend()
        assert await sender.store.database.rows("SELECT * FROM ledger") == []
        assert {job.status for job in sender.service.progress(number).jobs.values()} == {Status.OVER}


jobs = st.builds(Job, st.sampled_from(Work), st.floats(0, 4e9), st.sampled_from(Status))


@given(st.lists(jobs, max_size=4), st.lists(st.floats(0, 4e9), min_size=1, max_size=6))
def test_a_paused_broadcast_never_waits_longer_than_two_days_whatever_the_clock_does(
    some: list[Job], clock: list[float]
) -> None:
    state = BroadcastState(1, 0.0, bytes(64), {job.work: job for job in some})
    works = {job.work: job for job in some if job.work in (Work.SEND, Work.RESEND, Work.RETRY)}
    waits = [job for job in works.values() if job.status is Status.PAUSED]
    is_left = bool(waits) and all(job.status is not Status.READY for job in works.values())
    for now in clock:
        state = pause_expiry.with_expiry(state, now)
        assert (state.stop_at is not None) is is_left
        assert pause_expiry.with_expiry(state, now) == state
        if state.stop_at is not None:
            assert state.stop_at <= max(now, *(job.at for job in waits)) + LEFT_FOR
            after = pause_expiry.stopped(state)
            assert {job.status for job in after.jobs.values() if job.work is not Work.CLEAN} <= {Status.OVER}
            assert after.stop_at is None
    assert decode(encode(state)) == state


def test_a_state_stored_before_there_was_an_expiry_is_read() -> None:
    before = encode(BroadcastState(1, 0.0, None)).replace(b',"stop_at":null', b"")

    assert b"stop_at" not in before
    assert decode(before) == BroadcastState(1, 0.0, None)


@pytest.mark.parametrize("language", ["fa", "ps"])
async def test_admins_see_until_when_a_pause_lasts_and_that_the_broadcast_was_stopped(
    tmp_path: Path, language: str
) -> None:
    async with two_admins(tmp_path, people=60, rate="10", language=language) as team:
        waits = team.phrase("progress.stops", moment="M", zone="Z").partition("M")[0]
        await team.begin_sending()
        await team.writer.press_under("Is being sent.", "Pause")
        await team.writer.sees("If nobody resumes it, it will be stopped for good: ")
        await team.other.sees(waits)
        team.clock.ahead = 48.1 * HOUR
        mine = await team.writer.sees("Can be changed or deleted for everyone until")
        await see_twice(team.other, team.phrase("progress.expired"))
        await see_twice(team.writer, "nobody resumed it for two days")  # in the report, and with a sound

        assert "Stopped for good: " in mine["text"]
        assert not any(waits in progress.get("text", "") for progress in await team.other.messages())
        assert sum(got * people for got, people in team.received_counts().items()) < 60


async def test_the_notice_of_an_automatic_pause_says_until_when_it_lasts(tmp_path: Path) -> None:
    async with two_admins(tmp_path, people=60, rate="300") as team:
        team.place.playground.state.bulk_users.refusals |= {
            FIRST_CHAT + number: "bot was blocked by the user" for number in range(60)
        }
        await team.begin_sending()
        notice = await team.writer.sees("Announcement no. 1 needs your attention.")
        await see_twice(team.writer, "If nobody resumes it, it will be stopped for good: ")

        assert "Paused automatically: too many" in notice["text"]
        assert "If nobody resumes it" in notice["text"]


async def see_twice(person: Person, text: str) -> None:
    for pause in pauses():
        if sum(text in message.get("text", "") for message in await person.messages()) == 2:
            return
        await asyncio.sleep(pause)
    raise Silence(f"{text!r} is not shown twice")
