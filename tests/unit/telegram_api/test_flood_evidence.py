"""Which calls a flood wait holds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_api.rate_limiting.flood_evidence import MAX_PAUSE, FloodEvidence, clamp_retry_after, scope_of


@given(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()), st.just({}))
)
def test_any_retry_after_becomes_a_number_of_seconds(retry_after: object) -> None:
    assert 1.0 <= clamp_retry_after(retry_after) <= MAX_PAUSE


def test_a_huge_retry_after_is_the_longest_pause() -> None:
    assert clamp_retry_after(math.inf) == MAX_PAUSE
    assert clamp_retry_after(10**400) == MAX_PAUSE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("sendMessage", 1), ("sendMessage", 2)),
        (("sendMessage", 1), ("editMessageText", 1)),
        (("deleteMessage", 1), ("editMessageText", 1)),
        (("setMyCommands", None), ("setMyDescription", None)),
    ],
)
def test_scopes_that_do_not_hold_each_other(first: tuple[str, int | None], second: tuple[str, int | None]) -> None:
    assert scope_of(*first) != scope_of(*second)


def test_all_send_methods_to_a_chat_are_one_scope() -> None:
    assert scope_of("sendPhoto", 1) == scope_of("sendMessage", 1) == scope_of("copyMessage", 1)


def test_three_chats_refused_within_a_second_hold_all_messages() -> None:
    evidence = FloodEvidence()

    assert evidence.record_refusal(1, 0.0, 30.0) == 0
    assert evidence.record_refusal(1, 0.1, 30.0) == 0
    assert evidence.record_refusal(2, 0.2, 20.0) == 0
    assert evidence.record_refusal(3, 0.3, 10.0) == pytest.approx(10.0)


def test_chats_refused_one_after_the_other_hold_only_themselves() -> None:
    evidence = FloodEvidence()

    assert not any(evidence.record_refusal(chat, chat * 0.6, 30.0) for chat in range(100))


def test_a_message_that_passes_in_between_is_evidence_against_a_general_wait() -> None:
    evidence = FloodEvidence()
    for chat in range(100):
        assert evidence.record_refusal(chat, 0.0, 30.0) == 0
        evidence.record_success()
