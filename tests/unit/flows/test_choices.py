"""Choices: every action of every panel has one effect however often it is pressed, and nobody ends with no topic."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows import choices
from content.screens.screen import ActionButton
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import ZONES, Daily, Subscriber
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.subscriptions import LANGUAGES
from tests.unit.content.test_screens import buttons
from tests.unit.flows.test_mydata import ANYBODY
from tests.unit.telegram_api.test_callback_signing import screens

TOPICS = frozenset(topic.number for topic in CAMPAIGN.topics)
SHOWN = sorted({one.action for _, screen in screens() for one in buttons(screen) if isinstance(one, ActionButton)})
GOING = ("join", "leave", "forget", "open")  # what flows.subscribing decides by itself
CHOICES = [action for action in SHOWN if action.split(".")[0] not in GOING]
ME = Subscriber(2**40, "fa", frozenset({1, 2}))


def applied(action: str, one: Subscriber, topics: Iterable[int] = TOPICS) -> Subscriber | None:
    return choices.applied(action, one, frozenset(topics), LANGUAGES)


@given(ANYBODY, st.sampled_from(CHOICES))
def test_every_action_of_the_panels_is_known_and_may_be_repeated(one: Subscriber, action: str) -> None:
    after = applied(action, one)

    assert after
    assert applied(action, after) == after
    subscriber.encode(after)  # it can be stored


@given(ANYBODY, st.lists(st.sampled_from(CHOICES), max_size=30))
def test_whatever_is_pressed_nobody_ends_with_no_topic(one: Subscriber, actions: list[str]) -> None:
    for action in actions:
        after = applied(action, one)
        assert after
        assert after.topics is None or after.topics
        assert (after.chat, after.missed) == (one.chat, one.missed)
        one = after


@given(ANYBODY, st.text("abcdefghijklmnopqrstuvwxyz0123456789.", max_size=30))
def test_any_other_action_is_none_or_can_be_stored(one: Subscriber, action: str) -> None:
    after = applied(action, one)

    if after:
        subscriber.encode(after)


@pytest.mark.parametrize(
    "action",
    [
        "", "dance", "topic", "topic.1", "topic.1.2", "topic.1.", "topic.0.1", "topic.64.1", "topic.12.1",
        "topic.-1.1", "topics", "topics.all", "quiet", "quiet.2", "lang.de", "lang.", "daily", "daily.24.0",
        "daily.8.20", "daily.8", "daily.8.0.1", "daily.on", "join", "leave", "open.main",
    ],
)  # fmt: skip
def test_an_action_that_there_is_not_changes_nobody(action: str) -> None:
    assert applied(action, ME) is None


def test_the_first_topic_left_out_of_all_leaves_the_others() -> None:
    everything = Subscriber(2**40, "fa")
    after = applied("topic.3.0", everything)

    assert after
    assert after.topics == TOPICS - {3}
    assert applied("alltopics", after) == everything
    assert applied("topic.3.1", everything) == everything


def test_the_last_topic_stays() -> None:
    one = Subscriber(2**40, "fa", frozenset({5}))

    assert applied("topic.5.0", one) == one


def test_a_topic_that_the_campaign_has_no_more_is_no_topic_to_be_left_with() -> None:
    """Else somebody would sit there with a number that nothing is ever sent to."""
    one = Subscriber(2**40, "fa", frozenset({5, 60}))

    assert applied("topic.5.0", one) == one


def test_moving_the_hour_of_the_daily_clause_keeps_the_place_in_the_text() -> None:
    one = Subscriber(2**40, "fa", daily=Daily(8, "Asia/Kabul", 7))

    after = applied("daily.9.1", one)

    assert after
    assert after.daily == Daily(9, ZONES[1], 7)
