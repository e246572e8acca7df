"""A discreet notice opens the last announcements in its own message, and can be put back."""

import pytest

from bot.flows import opened_notice, router
from bot.flows.context import FlowContext
from bot.flows.subscription import daily_screen
from bot.model.announcement import (
    SETTINGS_DATA,
    LinkButton,
    Media,
    Piece,
    broadcast_name_in,
    hidden_name_in,
)
from bot.model.events import ButtonPress, ChatId, Sender, UserId
from bot.model.replies import EditMessage, ReplaceText, Replies, SendText
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, Button, CallbackButton, units
from storage.subscriptions.subscriber import Subscriber
from tests.support.bot_and_playground import CAMPAIGN, MATCHER
from tests.support.subscriptions import BOOKS, EN, FA, LANGUAGES

NAME = "7.0a1b2c3d"
BOLD = {"type": "bold", "offset": 0, "length": 5}
OWN = Piece(
    "فردا😀 ظهر",
    ({"type": "bold", "offset": 0, "length": 6},),
    buttons=((LinkButton("Map", "https://example.org/map"),),),
)
OLDER = Piece("Older", (BOLD,), buttons=((LinkButton("Join", "https://example.org/join"),),))
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def opened(*pieces: Piece, lang: Lang = EN) -> ReplaceText:
    return opened_notice.opened(pieces, NAME, Reader(CAMPAIGN, lang))


def press(data: str, lang: Lang = EN, subscriber: Subscriber | None = None) -> Replies:
    event = ButtonPress("q", ChatId(1), Sender(UserId(1)), 5, data, is_private=True)
    return router.decide(event, FlowContext(Reader(CAMPAIGN, lang), MATCHER, "b", subscriber))


def marked(piece: Piece) -> list[str]:
    """Return the parts of the text that the entities mark."""
    encoded = piece.text.encode("utf-16-le")
    spans = [(entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2) for entity in piece.entities]
    return [encoded[start:end].decode("utf-16-le") for start, end in spans]


@each_language
def test_the_own_announcement_comes_first_and_formatting_and_links_stay_with_their_text(lang: Lang) -> None:
    shown = opened(OWN, OLDER, Piece("Oldest"), lang=lang).piece
    heading = BOOKS[lang].say("latest.others")

    assert shown.text.startswith(f"{OWN.text}\n\n{heading}\n\nOlder")
    assert shown.text.endswith("Oldest")
    assert marked(shown) == [OWN.text[:5], heading, "Older"]
    assert shown.buttons == OWN.buttons + OLDER.buttons


def test_an_only_announcement_has_no_heading() -> None:
    assert opened(OWN).piece == OWN


def test_announcements_that_do_not_fit_are_left_out() -> None:
    long = Piece("x" * (TEXT_LIMIT - 20))
    shown = opened(OWN, long, OLDER).piece

    assert units(shown.text) <= TEXT_LIMIT
    assert "x" * 100 not in shown.text
    assert "Older" in shown.text
    assert BOOKS[EN].say("latest.others") in shown.text
    assert opened(long, OLDER).piece == long


def test_no_message_has_more_entities_than_telegram_takes() -> None:
    full = Piece("Crowd", (BOLD,) * 99)

    assert opened(full, OLDER).piece == full


def test_media_are_left_out_with_a_hint() -> None:
    shown = opened(Piece("Look", media=Media.PHOTO, file_id="id")).piece

    assert shown.media is None
    assert shown.text == f"Look\n\n{BOOKS[EN].say('latest.media')}"


@each_language
def test_hide_puts_the_neutral_sentence_with_its_button_back(lang: Lang) -> None:
    [row] = opened(OWN, lang=lang).rows
    hide = next(button for button in row if button.label == BOOKS[lang].say("button.hide"))
    assert hidden_name_in(hide.data) == NAME
    assert broadcast_name_in(hide.data) is None

    closed = opened_notice.closed(NAME, Reader(CAMPAIGN, lang))
    [[button]] = closed.rows
    assert closed.piece == Piece(BOOKS[lang].say("broadcast.notice"))
    assert broadcast_name_in(button.data) == NAME


@each_language
def test_a_discreet_daily_clause_opens_in_place_and_hide_puts_the_sentence_back(lang: Lang) -> None:
    notice = daily_screen.notice(Reader(CAMPAIGN, lang), 4)
    [shown] = [reply.screen for reply in press(notice.button.data, lang) if isinstance(reply, EditMessage)]
    assert CAMPAIGN.clauses[4].texts[lang] in shown.text
    [hide] = shown.rows[0]
    assert isinstance(hide, CallbackButton)
    assert hide.label == BOOKS[lang].say("button.hide")

    [closed] = [reply for reply in press(hide.data, lang) if isinstance(reply, ReplaceText)]
    assert closed.piece == Piece(BOOKS[lang].say("push.discreet"))
    assert closed.rows == ((notice.button,),)


@pytest.mark.parametrize("data", ["dc:99", "dh:99", "dc:0", "dc:", "dx:4", "dc:4.1"])
def test_a_button_for_a_clause_that_does_not_exist_is_old(data: str) -> None:
    [shown] = [reply.screen for reply in press(data) if isinstance(reply, EditMessage)]

    assert shown.text.startswith(BOOKS[EN].say("answer.old_button"))


def test_settings_open_below_the_announcement_which_stays() -> None:
    def first_line(subscriber: Subscriber | None) -> tuple[str, list[Button]]:
        replies = press(SETTINGS_DATA, FA, subscriber)
        assert not any(isinstance(reply, EditMessage | ReplaceText) for reply in replies)
        [screen] = [reply.screen for reply in replies if isinstance(reply, SendText)]
        return screen.text, [button for row in screen.rows for button in row]

    text, buttons = first_line(Subscriber(1, "fa"))
    assert BOOKS[FA].say("panel.subscribed") in text
    assert BOOKS[FA].say("button.unsubscribe") in [button.label for button in buttons]
    assert BOOKS[FA].say("panel.none") in first_line(None)[0]
