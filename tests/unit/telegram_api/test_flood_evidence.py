"""Whom a flood wait concerns: pure."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_api.rate_limiting.flood_evidence import MAX_PAUSE, FloodEvidence, clamp_retry_after, scope_of


@given(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()), st.just({}))
)
def test_any_retry_after_becomes_a_number_of_seconds(said: object) -> None:
    assert 1.0 <= clamp_retry_after(said) <= MAX_PAUSE


def test_beyond_any_number_is_the_longest_pause() -> None:
    assert clamp_retry_after(math.inf) == MAX_PAUSE
    assert clamp_retry_after(10**400) == MAX_PAUSE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("sendMessage", 1), ("sendMessage", 2)),
        (("sendMessage", 1), ("editMessageText", 1)),
        (("deleteMessage", 1), ("editMessageText", 1)),
        (("setMyCommands", None), ("setMyDescription", None)),
    ],
)
def test_scopes_that_do_not_hold_each_other(one: tuple[str, int | None], other: tuple[str, int | None]) -> None:
    assert scope_of(*one) != scope_of(*other)


def test_all_ways_of_sending_to_a_chat_are_one_scope() -> None:
    assert scope_of("sendPhoto", 1) == scope_of("sendMessage", 1) == scope_of("copyMessage", 1)


def test_three_different_chats_within_a_second_are_everybody() -> None:
    evidence = FloodEvidence()

    assert evidence.record_refusal(1, 0.0, 30.0) == 0
    assert evidence.record_refusal(1, 0.1, 30.0) == 0
    assert evidence.record_refusal(2, 0.2, 20.0) == 0
    assert evidence.record_refusal(3, 0.3, 10.0) == pytest.approx(10.0)


def test_chats_that_are_refused_one_after_the_other_are_not_everybody() -> None:
    evidence = FloodEvidence()

    assert not any(evidence.record_refusal(chat, chat * 0.6, 30.0) for chat in range(100))


def test_a_message_that_passes_in_between_shows_that_not_everybody_is_meant() -> None:
    evidence = FloodEvidence()
    for chat in range(100):
        assert evidence.record_refusal(chat, 0.0, 30.0) == 0
        evidence.record_success()
