"""/mydata shows exactly what is stored about any subscriber, in every language."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.subscription import subscription_screens
from content.model import Lang
from content.screens.reader import Reader
from storage.subscriptions.subscriber import ZONES, Daily, Digest, QuietHours, Subscriber
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.random_subscribers import subscribers
from tests.support.subscriptions import LANGUAGES, read_my_data

ANYBODY = subscribers(
    chat=st.integers(1, 2**52),
    language=st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=2),
    unreached=st.booleans(),
)


@given(ANYBODY, st.sampled_from(LANGUAGES))
def test_mydata_shows_every_stored_field(subscriber: Subscriber, lang: Lang) -> None:
    assert (
        read_my_data(subscription_screens.my_data(Reader(CAMPAIGN, lang), subscriber, subscriber.chat).text, lang)
        == subscriber
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_changing_any_stored_field_changes_mydata(lang: Lang) -> None:
    subscriber = Subscriber(2**40, "fa", frozenset({1, 2}), daily=Daily(8, "Asia/Kabul", 1))
    changed: dict[str, list[Any]] = {
        "chat": [2**40 + 1],
        "language": ["ps", "en", "de"],
        "topics": [None, frozenset(), frozenset({1}), frozenset({1, 3}), frozenset({1, 2, 63})],
        "quiet": [True],
        "discreet": [True],
        "text_only": [True],
        "daily": [None, Daily(9, "Asia/Kabul"), *(Daily(8, zone) for zone in ZONES[1:]), Daily(8, "Asia/Kabul", 2)],
        "missed": [True],
        "unreached": [True],
        "quiet_hours": [QuietHours(22, 6, "Asia/Kabul"), QuietHours(21, 6, "Asia/Kabul"), QuietHours(22, 7, "UTC")],
        "digest": [Digest(hour, day, "Asia/Kabul") for hour in (17, 18) for day in (None, *range(7))],
    }
    others = [replace(subscriber, **{name: value}) for name, values in changed.items() for value in values]
    texts = {
        subscription_screens.my_data(Reader(CAMPAIGN, lang), other, other.chat).text
        for other in (subscriber, *others)
    }

    assert set(changed) == {field.name for field in fields(Subscriber)}
    assert len(texts) == 1 + len(others)
