"""An announcement waits while a person's quiet hours last, and reaches them once, afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.broadcast.delivery.requests import ApiClient, RequestTemplate
from bot.broadcast.delivery.results.outcome import SendResult
from bot.broadcast.delivery.retention import KEEP_LEDGER_FOR
from bot.model.announcement import Piece
from storage import sqlite
from storage.deliveries.broadcast_state import Status, Work
from storage.deliveries.ledger import Ledger, LedgerId, Outcome
from storage.deliveries.waiting_rows import LONGEST_WAIT, MOST_DEFERRALS
from storage.subscriptions.subscriber import QuietHours
from tests.support.broadcast_sender import (
    ADMIN,
    ANNOUNCEMENT,
    FIRST_CHAT,
    Sender,
    add_subscribers,
    api_url,
    running_playground,
    sender_at,
    sender_on,
)
from tests.support.storage_process import DAY, Place, count_outcomes, place_in
from tests.support.waiting_people import (
    KABUL,
    SENT,
    NotingClient,
    Wall,
    copied,
    goes_on_from_the_copy,
    goes_on_without_the_copy,
    got,
    kabul,
    move,
    wait_until_asleep,
)

NIGHT = QuietHours(22, 6, KABUL)
HOUR = 3600.0
PEOPLE = 8
AWAKE = range(0, PEOPLE, 2)
ASLEEP = range(1, PEOPLE, 2)


async def set_hours(sender: Sender, number: int, hours: QuietHours | None) -> None:
    await sender.store.subscribers.change(FIRST_CHAT + number, partial(replace, quiet_hours=hours), DAY)


@asynccontextmanager
async def night(place: Place, wall: Wall) -> AsyncIterator[tuple[Any, Sender]]:
    """Run an engine at 23 o'clock, while every second one of PEOPLE sleeps from 22 to 6."""
    SENT.clear()
    async with running_playground(PEOPLE) as telegram, place.opened() as store:
        await add_subscribers(store, PEOPLE)
        async with sender_on(store, api_url(telegram), 10_000.0, wall, client=NotingClient) as sender:
            for number in ASLEEP:
                await set_hours(sender, number, NIGHT)
            yield telegram, sender


async def test_an_announcement_waits_for_the_end_of_quiet_hours_and_comes_once(tmp_path: Path) -> None:
    wall = Wall()
    async with night(place_in(tmp_path), wall) as (telegram, sender):
        number = await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        progress = sender.service.progress(number)
        assert (got(telegram, AWAKE), got(telegram, ASLEEP)) == ({1}, {0})
        assert (progress.sent, progress.waiting, progress.ended) == (4, 4, None)
        assert progress.jobs[Work.SEND].at == kabul(6, day=2)
        assert not sender.store.rotation_lock._holders

        move(sender, wall, kabul(6, day=2))
        progress = await sender.wait_until_ended(number)
        assert (progress.sent, progress.waiting) == (8, 0)
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}
        counts = await count_outcomes(sender.store.database, LedgerId.for_broadcast(number))
        assert counts == sender.store.broadcasts.known[number].totals
        assert progress.recall_until == wall.at + KEEP_LEDGER_FOR


async def test_a_recipient_who_is_claimed_when_quiet_hours_begin_is_not_sent_to_before_they_end(
    tmp_path: Path,
) -> None:
    wall = Wall(kabul(21, 59))

    class Nightfall(ApiClient):
        """Let quiet hours begin with the first call."""

        async def send(self, request: RequestTemplate, chat: int) -> SendResult:
            wall.at = max(wall.at, kabul(22))
            return await super().send(request, chat)

    async with running_playground(PEOPLE) as telegram, place_in(tmp_path).opened() as store:
        await add_subscribers(store, PEOPLE, quiet_hours=NIGHT)
        async with sender_on(store, api_url(telegram), 10_000.0, wall, client=Nightfall) as sender:
            await sender.service.create(ANNOUNCEMENT)
            await wait_until_asleep(sender, wall)
            assert telegram.state.bulk_users.histogram() == {0: PEOPLE - 1, 1: 1}
            move(sender, wall, kabul(6, day=2))
            await sender.wait_until_ended(1)
            assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def test_an_urgent_announcement_comes_at_once(tmp_path: Path) -> None:
    async with night(place_in(tmp_path), Wall()) as (telegram, sender):
        progress = await sender.wait_until_ended(await sender.service.create(replace(ANNOUNCEMENT, urgent=True)))

        assert (progress.sent, progress.waiting) == (PEOPLE, 0)
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def test_a_withdrawn_or_stopped_announcement_never_reaches_those_who_sleep(tmp_path: Path) -> None:
    wall = Wall()
    async with night(place_in(tmp_path), wall) as (telegram, sender):
        for number, end in ((1, sender.service.recall), (2, sender.service.stop)):
            await sender.service.create(ANNOUNCEMENT)
            await wait_until_asleep(sender, wall, number)
            assert await end(number)
        move(sender, wall, kabul(7, day=2))
        for number in (1, 2):
            progress = await sender.wait_until_ended(number)
            assert (progress.waiting, progress.skipped) == (0, 4)

        assert (got(telegram, AWAKE), got(telegram, ASLEEP)) == ({2}, {0})


async def test_those_who_slept_get_the_text_as_it_was_edited_meanwhile(tmp_path: Path) -> None:
    wall = Wall()
    async with night(place_in(tmp_path), wall) as (telegram, sender):
        number = await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        SENT.clear()
        edited = replace(ANNOUNCEMENT, pieces=dict.fromkeys(("en", "fa"), Piece("At one")))
        assert await sender.service.edit(number, edited)
        await sender.wait_until(lambda: sender.service.progress(number).jobs[Work.EDIT].status is Status.OVER)
        assert telegram.state.bulk_users.total_received() == len(AWAKE)

        move(sender, wall, kabul(6, day=2))
        await sender.wait_until_ended(number)
        assert [message.text for message in SENT] == ["At one"] * len(ASLEEP)
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def test_a_person_who_leaves_gets_nothing_and_one_who_moves_the_hours_waits_but_not_for_ever(
    tmp_path: Path,
) -> None:
    wall = Wall()
    async with night(place_in(tmp_path), wall) as (telegram, sender):
        number = await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        await sender.store.subscribers.leave(FIRST_CHAT + 1, DAY)
        await sender.service.forget(FIRST_CHAT + 1)
        for evening in range(MOST_DEFERRALS - 1):
            await set_hours(sender, 3, QuietHours(6 + 8 * evening, 14 + 8 * evening, KABUL))
            move(sender, wall, sender.service.progress(number).jobs[Work.SEND].at)
            await wait_until_asleep(sender, wall)
            assert got(telegram, range(3, 4)) == {0}
        await set_hours(sender, 3, QuietHours(22, 6, KABUL))
        move(sender, wall, sender.service.progress(number).jobs[Work.SEND].at)
        progress = await sender.wait_until_ended(number)

        assert (progress.sent, progress.left, progress.skipped) == (6, 1, 1)
        assert got(telegram, range(1, 2)) == {0}


async def test_a_pause_in_the_night_outlasts_it_and_a_resumed_broadcast_reaches_all(tmp_path: Path) -> None:
    wall = Wall()
    async with night(place_in(tmp_path), wall) as (telegram, sender):
        number = await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        assert await sender.service.pause(number)
        move(sender, wall, kabul(7, day=2))
        await sender.store.broadcasts.write_heartbeat(wall.at)
        assert got(telegram, ASLEEP) == {0}

        assert await sender.service.resume(number)
        progress = await sender.wait_until_ended(number)
        assert progress.sent == PEOPLE
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def test_the_ledger_lives_until_the_last_quiet_hour_ended_and_two_days_longer(tmp_path: Path) -> None:
    wall = Wall()
    async with night(place_in(tmp_path), wall) as (_, sender):
        number = await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        move(sender, wall, kabul(6, day=2))
        await sender.wait_until_ended(number)
        for hours, is_kept in ((47.9, True), (48.1, False)):
            wall.at = kabul(6, day=2) + hours * HOUR
            await sender.engine._tend()
            assert (sender.store.broadcasts.known[number].key is not None) is is_kept
        assert not await count_outcomes(sender.store.database, LedgerId.for_broadcast(number))


async def test_a_wait_that_a_wrong_clock_made_too_long_is_looked_at_again(tmp_path: Path) -> None:
    wall = Wall(kabul(23) + 400 * 24 * HOUR)
    async with night(place_in(tmp_path), wall) as (telegram, sender):
        number = await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        wall.at = kabul(12)
        await sender.engine._tend()
        assert sender.service.progress(number).jobs[Work.SEND].at <= wall.at + LONGEST_WAIT
        sender.engine.wake()
        await sender.wait_until_ended(number)

        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def test_a_copy_counts_those_as_unknown_who_woke_up_since_and_lets_the_others_sleep_on(tmp_path: Path) -> None:
    """The original goes on for 30 seconds after the copy: meanwhile the quiet hours of some people end."""
    original, copy, wall = place_in(tmp_path / "original"), place_in(tmp_path / "copy"), Wall(kabul(5, 59, day=2))
    late_risers = (5, 7)
    async with running_playground(PEOPLE) as telegram:
        async with original.opened() as store:
            await add_subscribers(store, PEOPLE)
        async with sender_at(original, api_url(telegram), now=wall) as sender:
            for number in ASLEEP:
                await set_hours(sender, number, QuietHours(22, 8, KABUL) if number in late_risers else NIGHT)
            await sender.service.create(ANNOUNCEMENT)
            await wait_until_asleep(sender, wall)
        await goes_on_without_the_copy(original, copy, telegram, wall, kabul(6, 0, day=2) + 5)
        assert telegram.state.bulk_users.histogram() == {0: 2, 1: 6}
        await goes_on_from_the_copy(copy, telegram, wall, kabul(8, day=2))
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def test_a_copy_counts_those_as_unknown_whose_quiet_hours_have_begun_since(tmp_path: Path) -> None:
    original, copy, wall = place_in(tmp_path / "original"), place_in(tmp_path / "copy"), Wall(kabul(21, 59))
    async with running_playground(PEOPLE) as telegram:
        async with original.opened() as store:
            await add_subscribers(store, PEOPLE, quiet_hours=NIGHT)
        async with sender_at(original, "http://127.0.0.1:9/bot", now=wall) as sender:
            await sender.service.create(ANNOUNCEMENT, at=wall.at + 1)
        await copied(original, copy)
        wall.at += 50
        async with sender_at(original, api_url(telegram), now=wall) as sender:
            await sender.wait_until_ended(1)
        sqlite.mark_copy(copy.database, 60)
        wall.at = kabul(22) + 5
        async with sender_at(copy, api_url(telegram), now=wall) as sender:
            await sender.wait_until(lambda: [event.kind for event in sender.events] == ["held"])
            assert sender.service.progress(1).unknown == PEOPLE
            assert await sender.service.resume(1)
            await sender.wait_until_ended(1)
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def test_a_copy_counts_as_many_of_those_who_were_awake_as_the_original_had_time_for(tmp_path: Path) -> None:
    place, wall = place_in(tmp_path), Wall(kabul(6) - 1)
    async with place.opened() as store:
        await add_subscribers(store, PEOPLE)
        await add_subscribers(store, PEOPLE, first=1, step=2, quiet_hours=NIGHT)
    async with sender_at(place, "http://127.0.0.1:9/bot", now=wall) as sender:
        await sender.service.create(ANNOUNCEMENT, at=wall.at + 1)
    sqlite.mark_copy(place.database, 2)
    wall.at += 2
    async with sender_at(place, "http://127.0.0.1:9/bot", rate=1.0, now=wall) as sender:
        await sender.wait_until(lambda: [event.kind for event in sender.events] == ["held"])
        ledger = Ledger(LedgerId.for_broadcast(1), sender.store.broadcasts.known[1].key or b"")
        rows = [await ledger.entry_for(sender.store.database, FIRST_CHAT + number) for number in AWAKE]

        assert [row.outcome for row in rows if row] == [Outcome.UNKNOWN] * 3  # in two seconds, with a burst of one


async def test_only_the_unsent_of_a_held_broadcast_are_sent_to_and_those_who_slept_are_unknown(
    tmp_path: Path,
) -> None:
    place, wall = place_in(tmp_path), Wall()
    async with running_playground(PEOPLE) as telegram:
        async with place.opened() as store:
            await add_subscribers(store, PEOPLE, quiet_hours=NIGHT)
        async with sender_at(place, api_url(telegram), now=wall) as sender:
            await sender.service.create(ANNOUNCEMENT)
            await wait_until_asleep(sender, wall)
        wall.at = kabul(7, day=2)  # hours without a heartbeat
        async with sender_at(place, api_url(telegram), now=wall) as sender:
            await sender.wait_until(lambda: [event.kind for event in sender.events] == ["held"])
            assert await sender.service.send_only_unsent(1, by=ADMIN)
            progress = await sender.wait_until_ended(1)
            assert (progress.sent, progress.unknown, progress.waiting) == (0, PEOPLE, 0)
            assert await sender.service.resend_unknown(1)
            assert (await sender.wait_until_ended(1)).sent == PEOPLE
