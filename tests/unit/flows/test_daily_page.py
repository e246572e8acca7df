"""The page for the hour of the daily clause shows the time now, and hours of the day before those of the night."""

import pytest

from bot.flows import router
from bot.flows.context import FlowContext
from bot.flows.subscription import subscription_screens
from bot.flows.time_format import suggested_zone
from bot.model.events import ChatId, Sender, SignedPress, UserId
from bot.model.replies import EditMessage
from content.loading.phrases.locales import describe_language, shipped_locales
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Screen
from storage.subscriptions.subscriber import ZONES, Daily, Subscriber
from tests.support.bot_and_playground import CAMPAIGN, MATCHER
from tests.support.subscriptions import EN, FA, PS

NOW = 1_795_950_900.0  # 29 November 2026, 11:15 in London, 15:45 in Kabul
ME = Subscriber(1, "fa")


def page(action: str, lang: Lang = EN, subscriber: Subscriber = ME) -> Screen:
    event = SignedPress("q", ChatId(1), Sender(UserId(1)), 5, lang, action)
    context = FlowContext(Reader(CAMPAIGN, lang), MATCHER, "b", subscriber, now=NOW)
    return next(reply.screen for reply in router.decide(event, context) if isinstance(reply, EditMessage))


def hours(screen: Screen) -> set[int]:
    actions = [button.action.split(".") for row in screen.rows for button in row if isinstance(button, ActionButton)]
    return {int(action[1]) for action in actions if action[0] == "daily" and action[1].isdecimal()}


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        (EN, "It is 11:15 in London (29 November)."),
        (FA, "اکنون در کابل ساعت ۱۵:۴۵ است (۸ قوس)."),
        (PS, "اوس په کابل کې ۱۵:۴۵ بجې دي (۸ لیندۍ)."),
    ],
)
def test_the_page_shows_the_time_now_in_the_zone_that_the_language_suggests(lang: Lang, sentence: str) -> None:
    assert page("open.daily", lang).text.endswith(sentence)


def test_a_chosen_zone_goes_before_the_suggested_one() -> None:
    berlin = Subscriber(1, "en", daily=Daily(8, "Europe/Berlin"))

    assert "12:15 in Vienna, Berlin" in page("open.daily", EN, berlin).text
    assert "15:45 in Kabul" in page("open.daily.0", EN, berlin).text


def test_the_two_pages_have_every_hour_and_the_page_of_the_chosen_one_opens() -> None:
    day, night = page("open.daily.0"), page("open.daily.0.night")

    assert hours(day) | hours(night) == set(range(24))
    assert not hours(day) & hours(night)
    assert hours(page("open.daily", EN, Subscriber(1, "en", daily=Daily(23, "UTC")))) == hours(night)
    assert hours(page("open.daily", EN, Subscriber(1, "en", daily=Daily(8, "UTC")))) == hours(day)


@pytest.mark.parametrize("lang", shipped_locales())
def test_every_locale_suggests_a_zone_that_can_be_stored(lang: str) -> None:
    assert describe_language(lang).zone in ZONES


def test_a_language_without_a_locale_suggests_utc() -> None:
    assert describe_language("pt").zone == "UTC"
    assert ZONES[suggested_zone(Reader(CAMPAIGN, FA))] == "Asia/Kabul"


def test_mydata_says_in_sentences_what_kept_the_bot_from_a_person() -> None:
    def text(**marks: bool) -> str:
        return subscription_screens.my_data(Reader(CAMPAIGN, EN), Subscriber(1, "en", **marks), 1).text  # type: ignore[arg-type]

    assert "Problems reaching you: none" in text()
    assert "could not find this chat once" in text(missed=True)
    assert "none" not in text(unreached=True)
