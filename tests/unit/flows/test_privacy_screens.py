"""The screens under /privacy explain Telegram's settings on every device, and lead back."""

import pytest

from bot.flows import privacy_screens, router
from bot.flows.context import FlowContext
from bot.model.devices import Device
from bot.model.events import ButtonPress, ChatId, Sender, UserId
from bot.model.replies import DeleteMessage, EditMessage
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, CallbackButton, Screen, units
from tests.support.bot_and_playground import CAMPAIGN, MATCHER
from tests.support.subscriptions import BOOKS, EN, FA, LANGUAGES

each_language = pytest.mark.parametrize("lang", LANGUAGES)


def press(label: str, screen: Screen, app: Lang = EN) -> Screen:
    buttons = [button for row in screen.rows for button in row if isinstance(button, CallbackButton)]
    data = next(button.data for button in buttons if label in button.label)
    replies = router.decide(pressed(data), FlowContext(Reader(CAMPAIGN, app), MATCHER, "b"))
    return next(reply.screen for reply in replies if isinstance(reply, EditMessage))


@each_language
def test_every_device_has_its_page_in_the_language_of_the_button(lang: Lang) -> None:
    say = BOOKS[lang].say
    shown = press(say("button.traces"), privacy_screens.promises(Reader(CAMPAIGN, lang), 17))
    for device in Device:
        shown = press(say(f"button.{device}"), shown)
        assert say(f"privacy.on_{device}") in shown.text
        assert say("privacy.traces_limits") in shown.text
        assert units(shown.text) <= TEXT_LIMIT

    assert press(say("button.back"), shown) == privacy_screens.promises(Reader(CAMPAIGN, lang), 17)


def pressed(data: str) -> ButtonPress:
    return ButtonPress("q", ChatId(1), Sender(UserId(17)), 5, data, is_private=True)


def test_a_button_of_a_dropped_language_answers_in_the_language_of_the_person() -> None:
    replies = privacy_screens.press(pressed("p.xx.iphone"), Reader(CAMPAIGN, FA))

    assert replies is not None
    assert replies[-1] == EditMessage(privacy_screens.traces(Reader(CAMPAIGN, FA), Device.IPHONE))


@each_language
@pytest.mark.parametrize("device", Device)
def test_the_caption_of_a_picture_says_its_steps_and_can_be_hidden(lang: Lang, device: Device) -> None:
    reader = Reader(CAMPAIGN, lang)
    asked = f"p.{lang}.picture.{device}"
    assert asked in [button.data for row in privacy_screens.traces(reader, device).rows for button in row
                     if isinstance(button, CallbackButton)]  # fmt: skip
    request = privacy_screens.picture_request(pressed(asked), Reader(CAMPAIGN, EN))
    caption = privacy_screens.picture_caption(reader, device)
    ((hide,),) = caption.rows

    assert request == privacy_screens.PictureRequest(reader, device)
    assert len(privacy_screens.steps(reader, device)) == 3
    assert all(step in caption.text for step in privacy_screens.steps(reader, device))
    assert isinstance(hide, CallbackButton)
    assert privacy_screens.press(pressed(hide.data), Reader(CAMPAIGN, EN)) == (
        DeleteMessage(BOOKS[lang].say("toast.not_deleted")),
    )
    assert privacy_screens.press(pressed(asked), reader) is None


@pytest.mark.parametrize("data", ["p.en.picture", "p.en.picture.windows", "p.en.android", "p.en.hide"])
def test_other_buttons_ask_for_no_picture(data: str) -> None:
    assert privacy_screens.picture_request(pressed(data), Reader(CAMPAIGN, EN)) is None


@pytest.mark.parametrize("data", ["p.en.windows", "p.en", "p..iphone", "x.en.iphone"])
def test_other_data_is_not_of_these_screens(data: str) -> None:
    assert privacy_screens.press(pressed(data), Reader(CAMPAIGN, EN)) is None
