"""Announcements wait for a person's digest, and come together, once, in their order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.broadcast.delivery.pause_expiry import LEFT_FOR
from bot.broadcast.delivery.requests import RequestTemplate
from bot.broadcast.delivery.results.outcome import SendResult, Unknown
from bot.broadcast.delivery.retention import KEEP_LEDGER_FOR
from bot.broadcast.delivery.waiting import first_sound
from bot.model.announcement import Announcement, Piece
from storage.deliveries.broadcast_state import Status, Work
from storage.deliveries.ledger import Entry, Ledger, LedgerId
from storage.deliveries.waiting_rows import MOST_DEFERRALS
from storage.subscriptions.subscriber import Digest
from tests.support.broadcast_sender import (
    ANNOUNCEMENT,
    DISCREET_ANNOUNCEMENT,
    FIRST_CHAT,
    Sender,
    add_subscribers,
    api_url,
    running_playground,
    sender_at,
    sender_on,
)
from tests.support.storage_process import DAY, Place, place_in
from tests.support.waiting_people import (
    KABUL,
    SENT,
    NotingClient,
    SentMessage,
    Wall,
    goes_on_from_the_copy,
    goes_on_without_the_copy,
    got,
    kabul,
    move,
    slow_client,
    wait_until_asleep,
)

DAILY, FRIDAY = Digest(18, None, KABUL), Digest(18, 4, KABUL)
MONDAY_NOON = kabul(12, day=2)
PEOPLE = 8
AT_ONCE, EVERY_DAY, ON_FRIDAY = range(4), range(4, 6), range(6, 8)


def announcement(text: str) -> Announcement:
    return replace(ANNOUNCEMENT, pieces=dict.fromkeys(("en", "fa"), Piece(text)))


async def set_digest(sender: Sender, number: int, digest: Digest | None) -> None:
    await sender.store.subscribers.change(FIRST_CHAT + number, partial(replace, digest=digest), DAY)


async def add_people(sender: Sender) -> None:
    await add_subscribers(sender.store, PEOPLE)
    for number in EVERY_DAY:
        await set_digest(sender, number, DAILY)
    for number in ON_FRIDAY:
        await set_digest(sender, number, FRIDAY)


@asynccontextmanager
async def week(place: Place, wall: Wall) -> AsyncIterator[tuple[Any, Sender]]:
    """Run an engine on a Monday at noon, with people who get announcements at once, every day and on Friday."""
    SENT.clear()
    wall.at = MONDAY_NOON
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0, wall, client=NotingClient) as sender,
    ):
        await add_people(sender)
        yield telegram, sender


def sent_to(person: int) -> list[SentMessage]:
    return [message for message in SENT if message.person == person]


async def test_announcements_come_together_in_their_order_and_only_the_first_makes_a_sound(tmp_path: Path) -> None:
    wall = Wall()
    async with week(place_in(tmp_path), wall) as (telegram, sender):
        for day in (2, 3, 4):
            move(sender, wall, kabul(12, day=day))
            await sender.service.create(announcement(f"day {day}"))
            await wait_until_asleep(sender, wall, day - 1)
            assert got(telegram, EVERY_DAY) == {day - 2}
            move(sender, wall, kabul(18, day=day))
            await wait_until_asleep(sender, wall, day - 1)
            assert got(telegram, EVERY_DAY) == {day - 1}
        assert (got(telegram, AT_ONCE), got(telegram, ON_FRIDAY)) == ({3}, {0})
        assert sender.service.progress(1).waiting == len(ON_FRIDAY)

        move(sender, wall, kabul(18, day=6))
        for number in (1, 2, 3):
            progress = await sender.wait_until_ended(number)
            assert (progress.sent, progress.waiting, progress.skipped) == (PEOPLE, 0, 0)
            assert progress.recall_until == wall.at + KEEP_LEDGER_FOR
        assert telegram.state.bulk_users.histogram() == {3: PEOPLE}

    for person in ON_FRIDAY:
        assert sent_to(person) == [SentMessage(person, f"day {day}", rings=day == 2) for day in (2, 3, 4)]
    for person in (*AT_ONCE, *EVERY_DAY):
        assert sent_to(person) == [SentMessage(person, f"day {day}", rings=True) for day in (2, 3, 4)]


async def test_a_bot_that_was_down_at_the_hour_sends_within_three_hours_and_else_at_the_next_one(
    tmp_path: Path,
) -> None:
    wall = Wall()
    async with week(place_in(tmp_path), wall) as (telegram, sender):
        await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        move(sender, wall, kabul(20, 59, day=2))
        await wait_until_asleep(sender, wall)
        assert got(telegram, EVERY_DAY) == {1}
        for hour, day in ((21, 6), (12, 7), (17, 7)):
            move(sender, wall, kabul(hour, 1, day=day))
            await wait_until_asleep(sender, wall)
            assert got(telegram, ON_FRIDAY) == {0}
        assert sender.service.progress(1).jobs[Work.SEND].at == kabul(18, day=7)
        move(sender, wall, kabul(18, day=7))
        await sender.wait_until_ended(1)

        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def test_while_several_wait_for_a_week_one_is_edited_withdrawn_stopped_and_a_new_one_starts(
    tmp_path: Path,
) -> None:
    wall = Wall()
    async with week(place_in(tmp_path), wall) as (_, sender):
        for number in (1, 2, 3, 4):
            await sender.service.create(announcement(f"number {number}"))
            await wait_until_asleep(sender, wall, number)
        wall.at = kabul(12, day=6)
        await sender.engine._tend()
        assert await sender.service.edit(1, announcement("edited"))
        assert await sender.service.recall(2)
        assert await sender.service.stop(3)
        await sender.wait_until(lambda: sender.service.progress(1).jobs[Work.EDIT].status is Status.OVER)
        for number in (2, 3):
            assert (await sender.wait_until_ended(number)).skipped == len(ON_FRIDAY) + len(EVERY_DAY)
        await sender.service.create(announcement("number 5"))
        await wait_until_asleep(sender, wall, 5)

        move(sender, wall, kabul(18, day=6))
        for number in (1, 4, 5):
            assert (await sender.wait_until_ended(number)).sent == PEOPLE
        for person in (*EVERY_DAY, *ON_FRIDAY):
            assert [message.text for message in sent_to(person)] == ["edited", "number 4", "number 5"]


async def test_a_pause_while_people_wait_does_not_show_until_when(tmp_path: Path) -> None:
    wall = Wall()
    async with week(place_in(tmp_path), wall) as (_, sender):
        await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        assert await sender.service.pause(1)

        assert sender.service.progress(1).stops_at == wall.at + LEFT_FOR


async def test_an_urgent_announcement_comes_at_once_and_with_a_sound(tmp_path: Path) -> None:
    wall = Wall()
    async with week(place_in(tmp_path), wall) as (telegram, sender):
        for text in ("first", "second"):
            number = await sender.service.create(replace(announcement(text), urgent=True))
            assert (await sender.wait_until_ended(number)).sent == PEOPLE

        assert telegram.state.bulk_users.histogram() == {2: PEOPLE}
        assert all(message.rings for message in SENT)


async def test_a_changed_digest_counts_when_the_earlier_one_is_due_but_not_for_ever(tmp_path: Path) -> None:
    wall, (mover, leaver) = Wall(), ON_FRIDAY
    async with week(place_in(tmp_path), wall) as (telegram, sender):
        await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        await sender.store.subscribers.leave(FIRST_CHAT + leaver, DAY)
        await sender.service.forget(FIRST_CHAT + leaver)
        await set_digest(sender, EVERY_DAY[0], None)
        await set_digest(sender, EVERY_DAY[1], replace(DAILY, hour=10))
        move(sender, wall, kabul(18, day=2))
        await wait_until_asleep(sender, wall)
        assert [got(telegram, range(number, number + 1)) for number in EVERY_DAY] == [{1}, {0}]
        move(sender, wall, kabul(10, day=3))
        await wait_until_asleep(sender, wall)
        assert got(telegram, EVERY_DAY) == {1}

        for change in range(MOST_DEFERRALS):
            await set_digest(sender, mover, replace(FRIDAY, hour=10 + change))
            move(sender, wall, sender.service.progress(1).jobs[Work.SEND].at)
            await sender.wait_until(lambda: not sender.engine._running and _at(sender) != wall.at)
        progress = await sender.wait_until_ended(1)
        assert (progress.left, progress.skipped) == (1, 1)
        assert got(telegram, ON_FRIDAY) == {0}
        assert wall.at < MONDAY_NOON + 10 * 86400


def _at(sender: Sender) -> float:
    job = sender.service.progress(1).jobs[Work.SEND]
    return 0.0 if job.status is Status.OVER else job.at


async def test_people_who_are_due_do_not_wait_for_the_end_of_the_list(tmp_path: Path) -> None:
    people, wall = 60, Wall(kabul(17, 30))
    SENT.clear()

    async with running_playground(people) as telegram, place_in(tmp_path).opened() as store:
        await add_subscribers(store, people)
        await add_subscribers(store, people, first=1, step=2, digest=DAILY)
        async with sender_on(store, api_url(telegram), 60.0, wall, client=slow_client(wall, 120)) as sender:
            await sender.service.create(ANNOUNCEMENT)
            await sender.wait_until_ended(1)
        assert telegram.state.bulk_users.histogram() == {1: people}
    has_digest = [message.person % 2 == 1 for message in SENT]
    assert not any(has_digest[:14]), "somebody got it before the hour"
    assert not all(has_digest[-12:]), "those who were due had to wait for others who get it at once"


async def test_a_newer_announcement_never_overtakes_an_older_one(tmp_path: Path) -> None:
    """The second one is still on its way through the list when the first one is due."""
    people, wall = 40, Wall(kabul(12))
    SENT.clear()

    async with running_playground(people) as telegram, place_in(tmp_path).opened() as store:
        await add_subscribers(store, people)
        await add_subscribers(store, people, first=1, step=2, digest=DAILY)
        async with sender_on(store, api_url(telegram), 80.0, wall, client=slow_client(wall, 60)) as sender:
            await sender.service.create(announcement("first"))
            await wait_until_asleep(sender, wall)
            move(sender, wall, kabul(17, 55))
            await sender.service.create(announcement("second"))
            for number in (1, 2):
                assert (await sender.wait_until_ended(number)).sent == people
        assert telegram.state.bulk_users.histogram() == {2: people}
    for person in range(1, people, 2):
        assert [(message.text, message.rings) for message in sent_to(person)] == [("first", True), ("second", False)]


async def test_a_copy_lets_those_wait_on_whose_digest_is_not_due_and_counts_the_others_as_unknown(
    tmp_path: Path,
) -> None:
    """The original goes on for 30 seconds after the copy: meanwhile the daily digest is due."""
    original, copy, wall = place_in(tmp_path / "original"), place_in(tmp_path / "copy"), Wall(kabul(17, 59, day=2))
    async with running_playground(PEOPLE) as telegram:
        async with sender_at(original, api_url(telegram), now=wall) as sender:
            await add_people(sender)
            await sender.service.create(ANNOUNCEMENT)
            await wait_until_asleep(sender, wall)
        await goes_on_without_the_copy(original, copy, telegram, wall, kabul(18, day=2) + 5)
        assert telegram.state.bulk_users.histogram() == {0: 2, 1: 6}
        await goes_on_from_the_copy(copy, telegram, wall, kabul(18, day=6))
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def test_only_the_unsent_of_a_held_announcement_leave_those_unknown_who_waited(tmp_path: Path) -> None:
    place, wall = place_in(tmp_path), Wall(MONDAY_NOON)
    async with running_playground(PEOPLE) as telegram:
        async with sender_at(place, api_url(telegram), now=wall) as sender:
            await add_people(sender)
            await sender.service.create(ANNOUNCEMENT)
            await wait_until_asleep(sender, wall)
        wall.at = kabul(12, day=5)
        async with sender_at(place, api_url(telegram), now=wall) as sender:
            await sender.wait_until(lambda: [event.kind for event in sender.events] == ["held"])
            assert await sender.service.send_only_unsent(1, by=1)
            progress = await sender.wait_until_ended(1)
            assert (progress.sent, progress.unknown) == (len(AT_ONCE), len(EVERY_DAY) + len(ON_FRIDAY))
            assert await sender.service.resend_unknown(1)
            await wait_until_asleep_again(sender, wall)
            move(sender, wall, kabul(18, day=6))
            progress = await sender.wait_until_ended(1)
            assert progress.sent == PEOPLE
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}


async def wait_until_asleep_again(sender: Sender, wall: Wall) -> None:
    """Wait until a resend waits for the hour of the people with a digest."""
    await sender.wait_until(lambda: not sender.engine._running and sender.service.progress(1).waiting == 4)
    assert sender.service.progress(1).jobs[Work.RESEND].at > wall.at


async def test_a_message_that_did_not_arrive_leaves_the_sound_to_the_next_one(tmp_path: Path) -> None:
    wall, [person, *_] = Wall(), EVERY_DAY

    class Refusing(NotingClient):
        """Lose the first message to one person."""

        async def send(self, request: RequestTemplate, chat: int) -> SendResult:
            result = await super().send(request, chat)
            is_first = len(sent_to(chat - FIRST_CHAT)) == 1
            return Unknown("lost") if chat == FIRST_CHAT + person and is_first else result

    SENT.clear()
    wall.at = MONDAY_NOON
    async with (
        running_playground(PEOPLE) as telegram,
        place_in(tmp_path).opened() as store,
        sender_on(store, api_url(telegram), 10_000.0, wall, client=Refusing) as sender,
    ):
        await add_subscribers(store, PEOPLE, digest=DAILY)
        for number in (1, 2, 3):
            await sender.service.create(announcement(f"number {number}"))
            await wait_until_asleep(sender, wall, number)
        move(sender, wall, kabul(18, day=2))
        for number in (1, 2, 3):
            await sender.wait_until_ended(number)
    assert [message.rings for message in sent_to(person)] == [True, True, False]
    assert [message.rings for message in sent_to(person + 1)] == [True, False, False]


async def rows(sender: Sender) -> dict[int, Entry | None]:
    """Return the row of each person in the ledger of the first announcement."""
    ledger = Ledger(LedgerId.for_broadcast(1), sender.store.broadcasts.known[1].key or b"")
    return {
        person: await ledger.entry_for(sender.store.database, FIRST_CHAT + person) for person in range(PEOPLE + 1)
    }


async def people_in_the_ledger_at(sender: Sender, wall: Wall, at: float) -> set[int]:
    wall.at = at
    await sender.engine._tend()
    return {person for person, row in (await rows(sender)).items() if row is not None}


async def test_while_some_wait_the_others_stay_in_the_ledger_no_longer_than_ever(tmp_path: Path) -> None:
    wall = Wall()
    async with week(place_in(tmp_path), wall) as (telegram, sender):
        await sender.service.create(ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        move(sender, wall, kabul(18, day=2))
        await wait_until_asleep(sender, wall)
        everybody = set(range(PEOPLE))
        assert await people_in_the_ledger_at(sender, wall, kabul(23, 50, day=4)) == everybody
        assert await people_in_the_ledger_at(sender, wall, kabul(0, 10, day=5)) == everybody - {*AT_ONCE}
        assert await people_in_the_ledger_at(sender, wall, kabul(13, day=5)) == {*ON_FRIDAY}
        assert sender.service.progress(1).sent == len(AT_ONCE) + len(EVERY_DAY)

        await sender.store.rotation.begin(DAY)
        await sender.store.rotation.go_on()
        await add_subscribers(sender.store, PEOPLE + 1, first=PEOPLE)
        move(sender, wall, kabul(18, day=6))
        assert (await sender.wait_until_ended(1)).sent == PEOPLE
        assert telegram.state.bulk_users.histogram() == {1: PEOPLE}, "a person who joined later got it, or one twice"


async def test_a_discreet_notice_stays_as_long_for_people_who_got_it_later(tmp_path: Path) -> None:
    wall, late = Wall(), ON_FRIDAY[0]
    async with week(place_in(tmp_path), wall) as (_, sender):
        await sender.store.subscribers.change(FIRST_CHAT, partial(replace, discreet=True), DAY)
        weekly = Digest(9, 2, KABUL)  # an hour before the notices of the first people are deleted
        change = partial(replace, discreet=True, digest=weekly)
        await sender.store.subscribers.change(FIRST_CHAT + late, change, DAY)
        await sender.service.create(DISCREET_ANNOUNCEMENT)
        await wait_until_asleep(sender, wall)
        for day in (2, 3):
            move(sender, wall, kabul(18, day=day))
            await wait_until_asleep(sender, wall)
        move(sender, wall, kabul(9, day=4))
        await wait_until_asleep(sender, wall)

        assert await notices_at(sender, wall, kabul(9, 30, day=4)) == {0, late}
        assert await notices_at(sender, wall, kabul(10, 30, day=4)) == {late}
        assert await notices_at(sender, wall, kabul(9, day=5)) == {late}
        assert await notices_at(sender, wall, kabul(22, 30, day=5)) == set()  # after 37 and a half hours
        assert sender.store.broadcasts.known[1].clean_at is not None
        move(sender, wall, kabul(18, day=6))
        await sender.wait_until(lambda: sender.service.progress(1).ended is not None)
        assert await notices_at(sender, wall, kabul(12, day=7)) == set()
        assert sender.store.broadcasts.known[1].clean_at is None


async def notices_at(sender: Sender, wall: Wall, at: float) -> set[int]:
    """Return who has a discreet notice, after the cleaning that is due."""
    wall.at = at
    await sender.engine._tend()
    sender.engine.wake()
    works = sender.service.progress(1).jobs
    await sender.wait_until(lambda: Work.CLEAN not in works or _is_cleaned(sender))
    return {person for person, row in (await rows(sender)).items() if row is not None and row.is_push}


def _is_cleaned(sender: Sender) -> bool:
    return sender.service.progress(1).jobs[Work.CLEAN].status is Status.OVER


def test_the_memory_of_sounds_is_bounded() -> None:
    sound = first_sound.FirstSound()
    for chat in range(first_sound._MOST + 10):
        assert sound.may_ring(chat, 1, 0.0)
    assert len(sound._rung) == first_sound._MOST
    assert not sound.may_ring(100, 2, 60.0)
    assert sound.may_ring(100, 1, 60.0)  # the same message, in another attempt
    assert sound.may_ring(100, 2, 4 * 3600.0)
