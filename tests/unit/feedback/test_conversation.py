"""A conversation as data: its number, its end, and a stored form that shows nothing by its size."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.feedback.conversation import (
    LIFETIME,
    MAX_CONVERSATIONS,
    Conversation,
    Conversations,
    decode,
    encode,
    random_number,
)

NOW = 1_796_000_000.0
FIRST = 4_500_000_000_000_000  # as long as a chat id can be


def full() -> Conversations:
    """Return as many conversations as are stored at most."""
    conversations = Conversations()
    for turn in range(MAX_CONVERSATIONS):
        opened = conversations.opened(FIRST + turn, "pt-br", NOW)
        assert opened is not None
        conversations = conversations.put(replace(opened, is_muted=True, answers=1_000_000))
    return conversations


def test_the_stored_size_is_the_same_for_none_and_for_the_most() -> None:
    assert len(encode(Conversations())) == len(encode(full()))


def test_conversations_survive_being_stored() -> None:
    conversations = full()

    assert decode(encode(conversations)) == conversations


def test_numbers_are_unique_and_have_four_digits() -> None:
    numbers = [conversation.number for conversation in full().stored]

    assert len(set(numbers)) == MAX_CONVERSATIONS
    assert all(1000 <= number <= 9999 for number in [*numbers, random_number()])


def test_nobody_more_is_stored_than_the_most_but_those_who_are_can_go_on() -> None:
    conversations = full()

    assert conversations.opened(7, "fa", NOW) is None
    again = conversations.opened(FIRST, "fa", NOW + 100)
    assert again is not None
    assert (again.number, again.until) == (conversations.stored[0].number, NOW // 3600 * 3600 + LIFETIME)


@given(st.floats(-10 * LIFETIME, 10 * LIFETIME))
def test_no_clock_lets_a_conversation_last_longer_than_two_days_and_a_quarter_of_an_hour(offset: float) -> None:
    conversation = Conversation(1234, 5, "fa", NOW + LIFETIME)
    left = conversation.until - (NOW + offset)

    assert conversation.is_over(NOW + offset) == (left <= 0 or left > LIFETIME + 900)
    open_one = Conversations((conversation,)).of_chat(5, NOW + offset)
    assert (open_one is None) == conversation.is_over(NOW + offset)


def test_a_repr_does_not_name_the_person() -> None:
    assert str(FIRST) not in repr(full())
