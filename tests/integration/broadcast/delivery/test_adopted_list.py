"""A list that another bot adopts: subscribers who have not started that bot yet are not erased for it."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.broadcast.delivery.results.progress import Progress
from content.model import Lang
from storage.deliveries.broadcast_state import Status, Work
from storage.store import Store, opened
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import Subscriber
from tests.support.bot_and_playground import CAMPAIGN, ENGLISH, BotAndPlayground, at_work, playground_alone
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


def refusal_fault(code: int, numbers: range) -> dict[str, object]:
    return {
        "kind": "refused", "methods": ["sendMessage"], "code": code, "description": WORDS[code],
        "chats": chats(numbers),
    }  # fmt: skip


async def adopt_list(place: Place, bot: int = BOT) -> None:
    """Subscribe everybody to another bot, then adopt its list."""
    async with opened(place.database, place.keys, DAY, bot + 1) as store:
        await add_subscribers(store, PEOPLE)
    async with opened(place.database, place.keys, DAY, bot, adopt=True) as store:
        assert all(subscriber.unreached for subscriber in await everybody(store))


async def announce(sender: Sender) -> Progress:
    return await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))


@pytest.mark.parametrize("code", [403, 400])
async def test_nobody_is_erased_and_people_who_start_the_bot_later_get_the_next_announcement(
    tmp_path: Path, code: int
) -> None:
    place = place_in(tmp_path)
    await adopt_list(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        for _ in range(3):
            telegram.state.faults.replace([refusal_fault(code, range(80, PEOPLE))])
            progress = await announce(sender)
            assert (progress.sent, progress.refused, progress.refused_for_now) == (80, 160, 160)
            assert progress.reasons == {"not started": 160}
            assert await store.subscribers.count() == PEOPLE
        reached = {subscriber.chat for subscriber in await everybody(store) if not subscriber.unreached}
        assert reached == set(chats(range(80)))
        telegram.state.faults.replace([refusal_fault(code, range(100, PEOPLE))])
        progress = await announce(sender)
        assert (progress.sent, progress.refused_for_now) == (100, 140)


async def test_a_retry_reaches_people_who_have_started_the_bot_since(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    await adopt_list(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        telegram.state.faults.replace([refusal_fault(403, range(80, PEOPLE))])
        progress = await announce(sender)
        telegram.state.faults.replace([refusal_fault(403, range(200, PEOPLE))])
        assert await sender.service.retry_refused(progress.number)
        progress = await sender.wait_until_ended(progress.number)

        assert (progress.sent, progress.refused_for_now, progress.reasons) == (200, 40, {"not started": 40})
        assert telegram.state.bulk_users.histogram() == {0: 40, 1: 200}


async def test_an_announcement_ends_although_almost_nobody_has_started_the_bot(tmp_path: Path) -> None:
    """The bot expects that it may not write to them: it trips no circuit breaker."""
    place = place_in(tmp_path)
    await adopt_list(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        telegram.state.faults.replace([refusal_fault(403, range(2, PEOPLE))])
        progress = await announce(sender)

        assert (progress.sent, progress.refused_for_now) == (2, PEOPLE - 2)
        assert progress.jobs[Work.SEND].status is Status.OVER


async def test_a_subscriber_reached_before_is_erased_at_the_second_failure(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    await adopt_list(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        assert (await announce(sender)).sent == PEOPLE
        telegram.state.faults.replace([refusal_fault(403, range(3)), refusal_fault(400, range(3, 6))])
        progress = await announce(sender)
        assert (progress.refused, progress.reasons) == (6, {"not found": 6})
        assert await store.subscribers.count() == PEOPLE
        progress = await announce(sender)
        assert (progress.refused, progress.refused_for_now, progress.reasons) == (6, 0, {"not found again": 6})
        assert await store.subscribers.count() == PEOPLE - 6


async def test_a_subscriber_who_blocks_the_new_bot_or_deletes_their_account_is_erased(tmp_path: Path) -> None:
    """These words of Telegram name the person and this bot."""
    place = place_in(tmp_path)
    await adopt_list(place)
    async with (
        running_playground(PEOPLE) as telegram,
        place.opened() as store,
        sender_on(store, api_url(telegram), 10_000.0) as sender,
    ):
        telegram.state.bulk_users.refusals |= {
            FIRST_CHAT: "bot was blocked by the user",
            FIRST_CHAT + 1: "user is deactivated",
        }
        progress = await announce(sender)

        assert (progress.sent, progress.refused, progress.refused_for_now) == (PEOPLE - 2, 2, 0)
        assert progress.reasons == {"blocked": 1, "deactivated": 1}
        assert await store.subscribers.count() == PEOPLE - 2


async def test_adopting_a_list_again_for_the_same_bot_marks_nobody(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened() as store:
        await add_subscribers(store, 10)
    async with opened(place.database, place.keys, DAY, BOT, adopt=True) as store:
        assert not any(subscriber.unreached for subscriber in await everybody(store))


async def test_everybody_is_marked_during_a_key_rotation_too(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with opened(place.database, place.keys, DAY, BOT + 1) as store:
        await add_subscribers(store, 1200)
        await store.rotation.begin(DAY)
        await store.rotation.go_on(slices=2)
    async with opened(place.database, place.keys, DAY, BOT, adopt=True) as store:
        subscribers = await everybody(store)
        assert len({subscriber.chat for subscriber in subscribers}) == await store.subscribers.count() == 1200
        assert all(subscriber.unreached for subscriber in subscribers)


async def test_mydata_shows_that_a_person_who_writes_has_been_reached(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        await store_old_list(place, ENGLISH)
        async with at_work(place):
            reader = place.person(ENGLISH)
            await reader.start()
            shown = await reader.say("/mydata")

        assert CAMPAIGN.phrasebooks[Lang("en")].say("mydata.not_reached") not in shown["text"]
        async with open_current_list(place) as store:
            assert await store.subscribers.get(ENGLISH) == Subscriber(ENGLISH, "en")


async def store_old_list(place: BotAndPlayground, *people: int) -> None:
    """Store a list of another bot with these people, adopted by the bot of this town."""
    chosen, today = place.settings(), datetime.now(UTC).date()
    async with opened(chosen.database, chosen.keys, today, place.bot_id + 1) as store:
        for chat in people:
            await store.subscribers.save(Subscriber(chat, "en"), today)
    async with opened(chosen.database, chosen.keys, today, place.bot_id, adopt=True):
        pass


def open_current_list(place: BotAndPlayground) -> AbstractAsyncContextManager[Store]:
    chosen = place.settings()
    return opened(chosen.database, chosen.keys, datetime.now(UTC).date(), place.bot_id)


def test_a_record_of_an_earlier_version_counts_as_reached() -> None:
    plain = subscriber.encode(Subscriber(5, "en", missed=True))
    assert subscriber.decode(plain) == Subscriber(5, "en", missed=True, unreached=False)
    assert subscriber.decode(subscriber.encode(Subscriber(5, "en", unreached=True))).unreached
