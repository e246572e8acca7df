"""The screens under /privacy explain Telegram's settings on every device, and lead back."""

import pytest

from bot.flows import privacy_screens, router
from bot.flows.context import FlowContext
from bot.model.events import ButtonPress, ChatId, Sender, UserId
from bot.model.replies import EditMessage
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, CallbackButton, Screen, units
from tests.support.bot_and_playground import CAMPAIGN, MATCHER
from tests.support.subscriptions import BOOKS, EN, FA, LANGUAGES

each_language = pytest.mark.parametrize("lang", LANGUAGES)


def press(label: str, screen: Screen, app: Lang = EN) -> Screen:
    buttons = [button for row in screen.rows for button in row if isinstance(button, CallbackButton)]
    data = next(button.data for button in buttons if label in button.label)
    event = ButtonPress("q", ChatId(1), Sender(UserId(17)), 5, data, is_private=True)
    replies = router.decide(event, FlowContext(Reader(CAMPAIGN, app), MATCHER, "b"))
    return next(reply.screen for reply in replies if isinstance(reply, EditMessage))


@each_language
def test_every_device_has_its_page_in_the_language_of_the_button(lang: Lang) -> None:
    say = BOOKS[lang].say
    shown = press(say("button.traces"), privacy_screens.promises(Reader(CAMPAIGN, lang), 17))
    for device in privacy_screens.DEVICES:
        shown = press(say(f"button.{device}"), shown)
        assert say(f"privacy.on_{device}") in shown.text
        assert say("privacy.traces_limits") in shown.text
        assert units(shown.text) <= TEXT_LIMIT

    assert press(say("button.back"), shown) == privacy_screens.promises(Reader(CAMPAIGN, lang), 17)


def test_a_button_of_a_dropped_language_answers_in_the_language_of_the_person() -> None:
    event = ButtonPress("q", ChatId(1), Sender(UserId(17)), 5, "p.xx.iphone", is_private=True)
    replies = privacy_screens.press(event, Reader(CAMPAIGN, FA))

    assert replies is not None
    assert replies[-1] == EditMessage(privacy_screens.traces(Reader(CAMPAIGN, FA), "iphone"))


@pytest.mark.parametrize("data", ["p.en.windows", "p.en", "p..iphone", "x.en.iphone"])
def test_other_data_is_not_of_these_screens(data: str) -> None:
    event = ButtonPress("q", ChatId(1), Sender(UserId(17)), 5, data, is_private=True)

    assert privacy_screens.press(event, Reader(CAMPAIGN, EN)) is None
