"""Every action of a button has one effect however often it is pressed; without a tick everything arrives."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows import choices
from bot.model.audience import EVERYONE, Audience
from content.screens.screen import ActionButton
from storage.subscriptions import subscriber
from storage.subscriptions.subscriber import ZONES, Daily, Digest, QuietHours, Subscriber
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.subscriptions import LANGUAGES
from tests.unit.content.test_screens import buttons
from tests.unit.flows.test_mydata import ANYBODY
from tests.unit.telegram_api.test_callback_signing import screens

TOPICS = frozenset(topic.number for topic in CAMPAIGN.topics)
ACTIONS = sorted(
    {button.action for _, screen in screens() for button in buttons(screen) if isinstance(button, ActionButton)}
)
OTHER_ACTIONS = ("join", "leave", "forget", "open")  # handled by flows.subscribing
CHOICES = [action for action in ACTIONS if action.split(".")[0] not in OTHER_ACTIONS]
ME = Subscriber(2**40, "fa", frozenset({1, 2}))


def apply(action: str, before: Subscriber, topics: Iterable[int] = TOPICS) -> Subscriber | None:
    return choices.apply(action, before, frozenset(topics), LANGUAGES)


@given(ANYBODY, st.sampled_from(CHOICES))
def test_every_button_is_known_and_may_be_pressed_again(before: Subscriber, action: str) -> None:
    after = apply(action, before)

    assert after
    assert apply(action, after) == after
    subscriber.encode(after)  # it can be stored


@given(ANYBODY, st.lists(st.sampled_from(CHOICES), max_size=30))
def test_nobody_loses_all_topics_but_with_the_button_for_that(before: Subscriber, actions: list[str]) -> None:
    for action in actions:
        after = apply(action, before)
        assert after
        if action != "notopics" and before.topics != frozenset():
            assert after.topics is None or after.topics
        assert (after.chat, after.missed) == (before.chat, before.missed)
        before = after


@given(ANYBODY, st.text("abcdefghijklmnopqrstuvwxyz0123456789.", max_size=30))
def test_any_other_action_is_unknown_or_can_be_stored(before: Subscriber, action: str) -> None:
    after = apply(action, before)

    if after:
        subscriber.encode(after)


@pytest.mark.parametrize(
    "action",
    [
        "pick", "pick.1", "pick.1.2", "pick.0.1", "pick.64.1", "pick.-1.1", "notopics.1",
        "", "dance", "topic", "topic.1", "topic.1.2", "topic.1.", "topic.0.1", "topic.64.1", "topic.12.1",
        "topic.-1.1", "topics", "topics.all", "quiet", "quiet.2", "lang.de", "lang.", "daily", "daily.24.0",
        "daily.8.20", "daily.8", "daily.8.0.1", "daily.on", "quiethours",
        "quiethours.22", "quiethours.22.6", "quiethours.22.22.0",
        "quiethours.24.6.0", "quiethours.22.6.20", "quiethours.22.15.0", "quiethours.-1.6.0",
        "quiethours.on", "digest", "digest.day", "digest.day.18", "digest.day.24.0", "digest.7.18.0",
        "digest.4.18.20", "digest.off", "digest..18.0", "digest.day.18.0.1", "join", "leave", "open.main",
    ],
)  # fmt: skip
def test_an_unknown_action_changes_nothing(action: str) -> None:
    assert apply(action, ME) is None


def test_at_once_quiet_hours_and_digests_replace_each_other() -> None:
    daily, quiet, friday = "digest.day.18.0", "quiethours.22.6.0", "digest.4.10.0"
    person = replace(ME, daily=Daily(8, "UTC"))
    for action in (daily, quiet, friday, "quiethours.off", friday, quiet):
        after = apply(action, person)
        assert after
        chosen = {
            daily: (None, Digest(18, None, "Asia/Kabul")),
            quiet: (QuietHours(22, 6, "Asia/Kabul"), None),
            friday: (None, Digest(10, 4, "Asia/Kabul")),
            "quiethours.off": (None, None),
        }
        assert (after.quiet_hours, after.digest) == chosen[action]
        assert after.daily == Daily(8, "Asia/Kabul")
        person = after


def test_the_first_tick_selects_only_that_topic_and_further_ticks_add_topics() -> None:
    first = apply("pick.3.1", Subscriber(2**40, "fa"))
    assert first
    assert first.topics == frozenset({3})

    second = apply("pick.7.1", first)
    assert second
    assert second.topics == frozenset({3, 7})


def test_without_a_tick_everything_arrives_and_a_second_press_keeps_that() -> None:
    after = apply("pick.3.0", Subscriber(2**40, "fa", frozenset({3})))

    assert after
    assert after.topics is None
    assert apply("pick.3.0", after) == after


def test_a_topic_added_later_reaches_those_with_everything_and_not_those_with_every_topic_ticked() -> None:
    everything, ticked = Subscriber(2**40, "fa"), Subscriber(2**40, "fa", TOPICS)
    about_new_topic = Audience(frozenset({60}))

    assert about_new_topic.includes(everything)
    assert not about_new_topic.includes(ticked)


def test_without_any_topic_only_announcements_for_everyone_arrive() -> None:
    after = apply("notopics", Subscriber(2**40, "fa"))

    assert after
    assert EVERYONE.includes(after)
    assert not any(Audience(frozenset({topic})).includes(after) for topic in TOPICS)
    assert subscriber.decode(subscriber.encode(after)) == after
    assert apply("pick.3.1", after) == replace(after, topics=frozenset({3}))


def test_an_old_button_that_switches_off_one_of_all_topics_keeps_the_others() -> None:
    everything = Subscriber(2**40, "fa")
    after = apply("topic.3.0", everything)

    assert after
    assert after.topics == TOPICS - {3}
    assert apply("alltopics", after) == everything
    assert apply("topic.3.1", everything) == everything


def test_an_old_button_does_not_switch_off_the_last_topic() -> None:
    before = Subscriber(2**40, "fa", frozenset({5}))

    assert apply("topic.5.0", before) == before


def test_a_topic_that_the_campaign_no_longer_has_does_not_count_as_the_last_one() -> None:
    """Otherwise the subscriber would be left with a topic about which nothing is ever sent."""
    before = Subscriber(2**40, "fa", frozenset({5, 60}))

    assert apply("pick.5.0", before) == replace(before, topics=None)
    assert apply("topic.5.0", before) == before


def test_moving_the_hour_of_the_daily_clause_keeps_the_place_in_the_text() -> None:
    before = Subscriber(2**40, "fa", daily=Daily(8, "Asia/Kabul", 7))

    after = apply("daily.9.1", before)

    assert after
    assert after.daily == Daily(9, ZONES[1], 7)
