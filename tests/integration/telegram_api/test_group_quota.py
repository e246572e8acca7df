"""A group is sent 20 messages a minute at most; it is told once, and nobody else waits for it."""

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.events import ChatId
from bot.telegram_api.rate_limiting.group_quota import (
    GROUPS,
    MESSAGES,
    PATIENCE,
    RUSH,
    SECONDS,
    WAITING,
    GroupQuestion,
    GroupQuota,
)
from tests.support.bot_and_playground import ENGLISH, GROUP, Town, town
from tests.support.person import Person
from tests.support.subscriptions import BOOKS, EN

READING, OTHER = ChatId(-1), ChatId(-2)
TOLD = BOOKS[EN].say("group.too_many_questions", number=MESSAGES)


def answer(quota: GroupQuota, question: GroupQuestion, now: float) -> bool:
    """Whether it can be answered at once, and is."""
    wait = quota.seconds_to_wait(question, now)
    if wait != 0:
        return False
    quota.remove_question(question)
    assert quota.take(question.group, now) == 0
    return True


def filled(now: float = 0.0) -> GroupQuota:
    quota = GroupQuota()
    for _ in range(MESSAGES - 1):
        assert answer(quota, quota.add_question(READING, now), now)
    return quota


def test_the_last_message_of_a_minute_is_kept_for_the_word_about_too_many() -> None:
    quota = filled()
    dropped = quota.add_question(READING, 1.0)

    assert quota.seconds_to_wait(dropped, 1.0) is None
    assert quota.record_drop(READING, 1.0)
    assert quota.take(READING, 1.0) == 0
    assert quota.take(READING, 1.0) == SECONDS - 1


def test_a_question_waits_for_a_turn_that_comes_soon() -> None:
    quota = filled()
    question = quota.add_question(READING, SECONDS - 3)

    assert quota.seconds_to_wait(question, SECONDS - 3) == 3
    assert answer(quota, question, SECONDS)


def test_a_question_whose_turn_would_come_late_is_dropped_at_once() -> None:
    quota = filled()
    question = quota.add_question(READING, SECONDS - PATIENCE - 1)

    assert quota.seconds_to_wait(question, SECONDS - PATIENCE - 1) is None


def test_of_many_that_wait_the_oldest_are_dropped() -> None:
    quota = filled()
    questions = [quota.add_question(READING, SECONDS - 3) for _ in range(WAITING + 2)]

    assert [question.is_dropped for question in questions] == [True] * 2 + [False] * WAITING


def test_questions_that_can_be_answered_at_once_are_not_too_many() -> None:
    quota = GroupQuota()
    questions = [quota.add_question(READING, 0) for _ in range(MESSAGES - 1 + WAITING)]

    assert not any(question.is_dropped for question in questions)
    assert quota.add_question(READING, 0)
    assert questions[0].is_dropped


def test_a_group_is_told_once_in_a_rush_and_again_in_the_next() -> None:
    quota = GroupQuota()

    assert [quota.record_drop(READING, at) for at in (0.0, 60.0, RUSH, 2 * RUSH + 1)] == [True, False, False, True]
    assert quota.record_drop(OTHER, 0.0)


def test_one_group_uses_up_nothing_of_another() -> None:
    quota = filled()

    assert answer(quota, quota.add_question(OTHER, 0), 0)


def test_the_memory_is_bounded() -> None:
    quota = GroupQuota()
    for number in range(GROUPS + 10):
        quota.take(ChatId(-number), 0.0)

    assert len(quota._groups) == GROUPS


arrivals = st.lists(st.floats(0, 4), min_size=1, max_size=150)


@given(arrivals)
def test_no_minute_has_more_than_20_messages_and_every_question_ends(gaps: list[float]) -> None:
    quota, now, sent, told = GroupQuota(), 0.0, list[float](), 0
    for gap in gaps:
        now += gap
        question = quota.add_question(READING, now)
        while wait := quota.seconds_to_wait(question, now):
            assert now + wait <= question.arrived_at + PATIENCE
            now += wait
        quota.remove_question(question)
        if wait == 0 or quota.record_drop(READING, now):
            told += wait is None
            assert quota.take(READING, now) == 0
            sent.append(now)

    assert all(later - first > 60 for first, later in zip(sent, sent[MESSAGES:], strict=False))
    assert told <= 1 + now / RUSH


async def asked(people: list[Person], number: int) -> None:
    """All of them ask in the group, one after the other, as fast as they can."""
    for at in range(number):
        await people[at % len(people)].post(f"chats/{GROUP}/send", text=f"/clause {at % 11 + 1}")


@pytest.mark.timing
async def test_30_commands_in_a_group_are_no_flood_and_the_group_is_told_once(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        private, *newcomers = [await place.newcomer() for _ in range(6)]
        await private.start()
        members = [place.person(one.id, GROUP) for one in newcomers]
        asking = asyncio.create_task(asked(members, 30))
        slowest = max([await seconds_to_answer(place, private, number) for number in range(1, 6)])
        await asking
        async with asyncio.timeout(60):  # a chat is sent one message a second
            while place.box.state.received(GROUP) < MESSAGES:
                slowest = max(slowest, await seconds_to_answer(place, private, 1))
                await asyncio.sleep(1.0)
        await asyncio.sleep(2.0)
        shown = [one for one in await members[0].messages() if one["from"]["is_bot"]]
        refused = Counter(call["error_code"] for call in place.box.state.calls.since(0))

        assert slowest < 1
        assert refused[429] == 0
        assert len(shown) == MESSAGES
        assert [one["text"] for one in shown].count(TOLD) == 1
        assert all("reply_to_message" in one for one in shown)


async def seconds_to_answer(place: Town, person: Person, number: int) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    shown = await person.say(f"/clause {number}")
    assert re.search(rf"\b{number}\b", shown["text"])
    return loop.time() - begun


async def test_a_command_that_is_not_answered_costs_the_group_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        member = place.person(ENGLISH, GROUP)
        others = [place.person((await place.newcomer()).id, GROUP) for _ in range(4)]
        for at in range(30):
            await others[at % 4].post(f"chats/{GROUP}/send", text="/roll")
        await member.say("/topics")

        assert place.box.state.received(GROUP) == 1
