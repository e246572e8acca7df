"""A group gets at most 20 messages a minute and one notice about it; other chats do not wait."""

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.model.events import ChatId
from bot.telegram_api.rate_limiting.chat_spacing import GROUP_MESSAGES
from bot.telegram_api.rate_limiting.group_quota import (
    MAX_GROUPS,
    MAX_WAITING,
    PATIENCE,
    RUSH_SECONDS,
    WINDOW,
    GroupQuestion,
    GroupQuota,
)
from tests.support.bot_and_playground import ENGLISH, GROUP, BotAndPlayground, bot_and_playground
from tests.support.person import Person
from tests.support.subscriptions import BOOKS, EN

GROUP_A, GROUP_B = ChatId(-1), ChatId(-2)
NOTICE = BOOKS[EN].say("group.too_many_questions", number=GROUP_MESSAGES)


def answer(quota: GroupQuota, question: GroupQuestion, now: float) -> bool:
    """Answer the question if that may be done at once; return whether it was."""
    wait = quota.seconds_to_wait(question, now)
    if wait != 0:
        return False
    quota.remove_question(question)
    assert quota.take(question.group, now) == 0
    return True


def full_quota(now: float = 0.0) -> GroupQuota:
    quota = GroupQuota()
    for _ in range(GROUP_MESSAGES - 1):
        assert answer(quota, quota.add_question(GROUP_A, now), now)
    return quota


def test_the_last_message_of_a_minute_is_reserved_for_the_notice() -> None:
    quota = full_quota()
    dropped = quota.add_question(GROUP_A, 1.0)

    assert quota.seconds_to_wait(dropped, 1.0) is None
    assert quota.record_drop(GROUP_A, 1.0)
    assert quota.take(GROUP_A, 1.0) == 0
    assert quota.take(GROUP_A, 1.0) == WINDOW - 1


def test_a_question_waits_for_a_turn_that_comes_soon() -> None:
    quota = full_quota()
    question = quota.add_question(GROUP_A, WINDOW - 3)

    assert quota.seconds_to_wait(question, WINDOW - 3) == 3
    assert answer(quota, question, WINDOW)


def test_a_question_whose_turn_would_come_too_late_is_dropped_at_once() -> None:
    quota = full_quota()
    question = quota.add_question(GROUP_A, WINDOW - PATIENCE - 1)

    assert quota.seconds_to_wait(question, WINDOW - PATIENCE - 1) is None


def test_the_oldest_of_too_many_waiting_questions_are_dropped() -> None:
    quota = full_quota()
    questions = [quota.add_question(GROUP_A, WINDOW - 3) for _ in range(MAX_WAITING + 2)]

    assert [question.is_dropped for question in questions] == [True] * 2 + [False] * MAX_WAITING


def test_questions_that_can_be_answered_at_once_are_not_too_many() -> None:
    quota = GroupQuota()
    questions = [quota.add_question(GROUP_A, 0) for _ in range(GROUP_MESSAGES - 1 + MAX_WAITING)]

    assert not any(question.is_dropped for question in questions)
    assert quota.add_question(GROUP_A, 0)
    assert questions[0].is_dropped


def test_a_group_is_notified_once_in_a_rush_and_again_in_the_next() -> None:
    quota = GroupQuota()
    moments = (0.0, 60.0, RUSH_SECONDS, 2 * RUSH_SECONDS + 1)

    assert [quota.record_drop(GROUP_A, now) for now in moments] == [True, False, False, True]
    assert quota.record_drop(GROUP_B, 0.0)


def test_groups_have_separate_quotas() -> None:
    quota = full_quota()

    assert answer(quota, quota.add_question(GROUP_B, 0), 0)


def test_the_memory_is_bounded() -> None:
    quota = GroupQuota()
    for number in range(MAX_GROUPS + 10):
        quota.take(ChatId(-number), 0.0)

    assert len(quota._groups) == MAX_GROUPS


arrivals = st.lists(st.floats(0, 4), min_size=1, max_size=150)


@given(arrivals)
@example([0.0, 0.0, 0.9993704252394073, 2.0, 0.0, 0.0, 0.0, 0.0, 2.0, *[4.0] * 12, 0.0, 0.0, 0.0])  # rounds down
def test_no_minute_has_more_than_20_messages_and_every_question_ends(gaps: list[float]) -> None:
    quota, now, sent, notices = GroupQuota(), 0.0, list[float](), 0
    for gap in gaps:
        now += gap
        question = quota.add_question(GROUP_A, now)
        while wait := quota.seconds_to_wait(question, now):
            assert now + wait <= question.arrived_at + PATIENCE
            now += wait
        quota.remove_question(question)
        if wait == 0 or quota.record_drop(GROUP_A, now):
            notices += wait is None
            assert quota.take(GROUP_A, now) == 0
            sent.append(now)

    assert all(later - first > 60 for first, later in zip(sent, sent[GROUP_MESSAGES:], strict=False))
    assert notices <= 1 + now / RUSH_SECONDS


async def ask_in_group(people: list[Person], number: int) -> None:
    """Let all people ask in the group, one after the other, as fast as they can."""
    for at in range(number):
        await people[at % len(people)].post(f"chats/{GROUP}/send", text=f"/clause {at % 11 + 1}")


@pytest.mark.timing
async def test_30_commands_in_a_group_cause_no_flood_and_one_notice(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        private, *newcomers = [await place.newcomer() for _ in range(6)]
        await private.start()
        members = [place.person(newcomer.id, GROUP) for newcomer in newcomers]
        asking = asyncio.create_task(ask_in_group(members, 30))
        slowest = max([await seconds_to_answer(place, private, number) for number in range(1, 6)])
        await asking
        async with asyncio.timeout(60):  # a chat is sent one message a second
            while place.playground.state.received(GROUP) < GROUP_MESSAGES:
                slowest = max(slowest, await seconds_to_answer(place, private, 1))
                await asyncio.sleep(1.0)
        await asyncio.sleep(2.0)
        shown = [message for message in await members[0].messages() if message["from"]["is_bot"]]
        refused = Counter(call["error_code"] for call in place.playground.state.calls.since(0))

        assert slowest < 1
        assert refused[429] == 0
        assert len(shown) == GROUP_MESSAGES
        assert [message["text"] for message in shown].count(NOTICE) == 1
        assert all("reply_to_message" in message for message in shown)


async def seconds_to_answer(place: BotAndPlayground, person: Person, number: int) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    shown = await person.say(f"/clause {number}")
    assert re.search(rf"\b{number}\b", shown["text"])
    return loop.time() - begun


async def test_an_unanswered_command_does_not_use_the_quota(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        member = place.person(ENGLISH, GROUP)
        others = [place.person((await place.newcomer()).id, GROUP) for _ in range(4)]
        for at in range(30):
            await others[at % 4].post(f"chats/{GROUP}/send", text="/roll")
        await member.say("/topics")

        assert place.playground.state.received(GROUP) == 1
