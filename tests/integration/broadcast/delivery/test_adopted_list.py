"""A list that is handed to another bot: whoever has not started that one yet is not erased for it."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.broadcast.delivery.service import Progress
from storage.deliveries.broadcast_state import Status, Work
from storage.store import Store, opened
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Subscriber
from tests.support.bot_and_playground import ENGLISH, Town, at_work, empty_town
from tests.support.broadcast_sender import (
    ANNOUNCEMENT,
    FIRST_CHAT,
    Sender,
    add_subscribers,
    api_url,
    running_playground,
    sender_on,
)
from tests.support.storage_process import BOT, DAY, Place, everybody, place_in

PEOPLE = 240
WORDS = {
    403: "Forbidden: bot can't initiate conversation with a user",
    400: "Bad Request: chat not found",
}


def chats(numbers: range) -> list[int]:
    return [FIRST_CHAT + number for number in numbers]


def refused(code: int, numbers: range) -> dict[str, object]:
    return {
        "kind": "refused", "methods": ["sendMessage"], "code": code, "description": WORDS[code],
        "chats": chats(numbers),
    }  # fmt: skip


async def adopted(place: Place, bot: int = BOT) -> None:
    """The list was another bot's, with everybody subscribed there."""
    async with opened(place.database, place.keys, DAY, bot + 1) as store:
        await add_subscribers(store, PEOPLE)
    async with opened(place.database, place.keys, DAY, bot, adopt=True) as store:
        assert all(one.unreached for one in await everybody(store))


async def announced(sender: Sender) -> Progress:
    return await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))


@pytest.mark.parametrize("code", [403, 400])
async def test_nobody_is_erased_and_whoever_starts_the_bot_later_gets_the_next(tmp_path: Path, code: int) -> None:
    place = place_in(tmp_path)
    await adopted(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        for _ in range(3):
            telegram.state.faults.replace([refused(code, range(80, PEOPLE))])
            told = await announced(sender)
            assert (told.sent, told.refused, told.refused_for_now) == (80, 160, 160)
            assert told.reasons == {"not started": 160}
            assert await store.subscribers.count() == PEOPLE
        reached = {one.chat for one in await everybody(store) if not one.unreached}
        assert reached == set(chats(range(80)))
        telegram.state.faults.replace([refused(code, range(100, PEOPLE))])
        told = await announced(sender)
        assert (told.sent, told.refused_for_now) == (100, 140)


async def test_those_who_started_it_meanwhile_are_tried_again(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    await adopted(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        telegram.state.faults.replace([refused(403, range(80, PEOPLE))])
        told = await announced(sender)
        telegram.state.faults.replace([refused(403, range(200, PEOPLE))])
        assert await sender.service.retry_refused(told.number)
        told = await sender.wait_until_ended(told.number)

        assert (told.sent, told.refused_for_now, told.reasons) == (200, 40, {"not started": 40})
        assert telegram.state.quiet.spread() == {0: 40, 1: 200}


async def test_almost_nobody_has_started_it_and_the_announcement_goes_on_to_its_end(tmp_path: Path) -> None:
    """That they may not be written to is expected: it trips no breaker."""
    place = place_in(tmp_path)
    await adopted(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        telegram.state.faults.replace([refused(403, range(2, PEOPLE))])
        told = await announced(sender)

        assert (told.sent, told.refused_for_now) == (2, PEOPLE - 2)
        assert told.jobs[Work.SEND].status is Status.OVER


async def test_whoever_was_reached_is_believed_gone_at_the_second_time(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    await adopted(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        assert (await announced(sender)).sent == PEOPLE
        telegram.state.faults.replace([refused(403, range(3)), refused(400, range(3, 6))])
        told = await announced(sender)
        assert (told.refused, told.reasons) == (6, {"not found": 6})
        assert await store.subscribers.count() == PEOPLE
        told = await announced(sender)
        assert (told.refused, told.refused_for_now, told.reasons) == (6, 0, {"not found again": 6})
        assert await store.subscribers.count() == PEOPLE - 6


async def test_who_blocks_the_new_bot_or_is_deleted_is_erased_as_before(tmp_path: Path) -> None:
    """These words name the person, and the bot that says them."""
    place = place_in(tmp_path)
    await adopted(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        telegram.state.quiet.gone |= {
            FIRST_CHAT: "bot was blocked by the user",
            FIRST_CHAT + 1: "user is deactivated",
        }
        told = await announced(sender)

        assert (told.sent, told.refused, told.refused_for_now) == (PEOPLE - 2, 2, 0)
        assert told.reasons == {"blocked": 1, "deactivated": 1}
        assert await store.subscribers.count() == PEOPLE - 2


async def test_to_adopt_it_again_for_the_same_bot_marks_nobody(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await add_subscribers(store, 10)
    async with opened(place.database, place.keys, DAY, BOT, adopt=True) as store:
        assert not any(one.unreached for one in await everybody(store))


async def test_everybody_is_marked_in_the_midst_of_a_rotation_too(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with opened(place.database, place.keys, DAY, BOT + 1) as store:
        await add_subscribers(store, 1200)
        await store.rotation.begin(DAY)
        await store.rotation.go_on(slices=2)
    async with opened(place.database, place.keys, DAY, BOT, adopt=True) as store:
        found = await everybody(store)
        assert len({one.chat for one in found}) == await store.subscribers.count() == 1200
        assert all(one.unreached for one in found)


async def test_who_writes_to_the_new_bot_is_heard_and_told_so_by_mydata(tmp_path: Path) -> None:
    async with empty_town(tmp_path) as place:
        await old_list(place, ENGLISH)
        async with at_work(place):
            reader = place.person(ENGLISH)
            await reader.start()
            shown = await reader.say("/mydata")

        assert "not reached by this one yet: no" in shown["text"]
        async with current(place) as store:
            assert await store.subscribers.get(ENGLISH) == Subscriber(ENGLISH, "en")


async def old_list(place: Town, *people: int) -> None:
    """A list of another bot with these people, handed to the bot of this town."""
    chosen, today = place.settings(), datetime.now(UTC).date()
    async with opened(chosen.database, chosen.keys, today, place.bot_id + 1) as store:
        for one in people:
            await store.subscribers.save(Subscriber(one, "en"), today)
    async with opened(chosen.database, chosen.keys, today, place.bot_id, adopt=True):
        pass


def current(place: Town) -> AbstractAsyncContextManager[Store]:
    chosen = place.settings()
    return opened(chosen.database, chosen.keys, datetime.now(UTC).date(), place.bot_id)


def test_a_record_of_an_earlier_version_was_reached() -> None:
    plain = subscriber.encoded(Subscriber(5, "en", missed=True))
    assert subscriber.decoded(plain) == Subscriber(5, "en", missed=True, unreached=False)
    assert subscriber.decoded(subscriber.encoded(Subscriber(5, "en", unreached=True))).unreached
