"""The bot answers pictures, files and voice notes with one sentence a minute, and in groups with none."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.dispatch.notice_interval import INTERVAL, MAX_CHATS, NoticeInterval
from bot.model.events import ChatId
from tests.support.bot_and_playground import ADMIN, ENGLISH, GROUP, BotAndPlayground, bot_and_playground
from tests.support.person import Person
from tests.support.subscriptions import BOOKS, EN


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[BotAndPlayground]:
    async with bot_and_playground(tmp_path) as running:
        yield running


def test_a_notice_is_due_once_a_minute_in_each_chat() -> None:
    notices = NoticeInterval()

    assert [notices.is_due(ChatId(1), at) for at in (0, 1, INTERVAL - 1, INTERVAL, INTERVAL + 1)] == [
        True, False, False, True, False,
    ]  # fmt: skip
    assert notices.is_due(ChatId(2), 1)


def test_the_number_of_remembered_chats_is_bounded_and_the_oldest_are_forgotten() -> None:
    notices = NoticeInterval()
    for chat in range(MAX_CHATS + 1):
        notices.is_due(ChatId(chat), 0)

    assert len(notices._noticed_at) == MAX_CHATS
    assert notices.is_due(ChatId(0), 1)
    assert not notices.is_due(ChatId(MAX_CHATS), 1)


async def send_all(person: Person, *kinds: str, **more: str) -> None:
    for kind in kinds:
        await person.post(f"chats/{person.chat}/send", kind=kind, **more)


async def count_answers(place: BotAndPlayground, person: Person) -> int:
    """Wait until everything before has been handled, and return how many answers the person got."""
    await person.post(f"chats/{person.chat}/send", text="/privacy")
    await person.sees(BOOKS[EN].say("privacy.title"))
    return int(place.playground.state.received(person.id)) - 1


async def test_messages_without_text_get_one_sentence_a_minute(place: BotAndPlayground) -> None:
    person = place.person(ENGLISH)
    shown = await person.send("photo")
    await send_all(person, "document", "voice", "sticker", "video")

    assert shown["text"] == BOOKS[EN].say("answer.not_text", first=1, last=11)
    assert await count_answers(place, person) == 1


async def test_an_album_gets_one_notice(place: BotAndPlayground) -> None:
    person = place.person(ENGLISH)
    await send_all(person, "album")

    assert await count_answers(place, person) == 1


async def test_an_album_with_a_command_as_caption_gets_the_answer_to_the_command(place: BotAndPlayground) -> None:
    person = place.person(ENGLISH)
    await send_all(person, "album", caption="/clause 4")

    assert await count_answers(place, person) == 1
    await person.sees(BOOKS[EN].say("clause.position", number=4, total=11))


async def test_a_caption_is_answered_as_a_question(place: BotAndPlayground) -> None:
    person = place.person(ENGLISH)
    await send_all(person, "photo", caption="clause 4")

    await person.sees(BOOKS[EN].say("clause.position", number=4, total=11))
    assert await count_answers(place, person) == 1


async def test_another_person_gets_a_notice_of_their_own(place: BotAndPlayground) -> None:
    for person in (place.person(ENGLISH), place.person(ADMIN)):
        assert (await person.send("photo"))["text"] == BOOKS[EN].say("answer.not_text", first=1, last=11)


async def test_pictures_in_a_group_get_no_notice(place: BotAndPlayground) -> None:
    member, private = place.person(ENGLISH, GROUP), place.person(ENGLISH)
    await send_all(member, "photo", "document", caption="look @declaration_bot")
    await count_answers(place, private)

    assert place.playground.state.received(GROUP) == 0
