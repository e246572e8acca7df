"""Only what the campaign sent or signed is called genuine, whatever a deceiver changes."""

from dataclasses import replace

import pytest

from bot.broadcast.delivery.requests import RequestTemplates
from bot.model.announcement import Announcement, LinkButton, Media, Piece
from bot.signing.plain_form import plain_form
from bot.signing.signature import SignedKind
from bot.signing.verdict import SentAnnouncement, Standing, Verdict, judge
from content.model import Campaign
from storage.subscriptions.subscriber import Subscriber
from tests.support.shipped_campaign import CAMPAIGN
from tests.support.signing import (
    ANNOUNCEMENT,
    DARI_TEXT,
    DAY,
    ENGLISH_TEXT,
    FORGERIES,
    ON_THE_WAY,
    OTHER_KEY,
    PIECE,
    SIGNER,
    SIGNING_CAMPAIGN,
    Change,
    signed,
)

SENT = [SentAnnouncement(ANNOUNCEMENT, DAY)]
FALSE = {Standing.ALTERED, Standing.UNKNOWN, Standing.BAD_CODE}


def verdict(message: Piece, sent: list[SentAnnouncement] = SENT, campaign: Campaign = SIGNING_CAMPAIGN) -> Standing:
    return judge(message, sent, campaign).standing


@pytest.mark.parametrize("campaign", [CAMPAIGN, SIGNING_CAMPAIGN], ids=["without a key", "with a key"])
def test_what_was_sent_is_genuine_in_each_language_with_its_date(campaign: Campaign) -> None:
    for message in (PIECE, replace(PIECE, buttons=()), Piece(ENGLISH_TEXT), Piece(DARI_TEXT)):
        assert judge(message, SENT, campaign) == Verdict(Standing.GENUINE, DAY)


@pytest.mark.parametrize(("name", "change"), ON_THE_WAY)
def test_what_apps_change_on_the_way_stays_genuine(name: str, change: Change) -> None:
    assert verdict(Piece(change(ENGLISH_TEXT))) is Standing.GENUINE, name


@pytest.mark.parametrize("with_code", [False, True])
@pytest.mark.parametrize(("name", "change"), FORGERIES)
def test_a_changed_text_is_never_genuine(name: str, change: Change, with_code: bool) -> None:
    text = change(ENGLISH_TEXT)
    if with_code:
        text += "\n\n" + signed(plain_form(PIECE)).split()[-1]

    assert verdict(Piece(text)) in FALSE, name
    assert verdict(Piece(text), []) in FALSE, name


@pytest.mark.parametrize(
    "forged",
    [
        replace(PIECE, entities=({**PIECE.entities[0], "url": "https://example.net/"},)),
        replace(PIECE, entities=(*PIECE.entities, {"type": "text_link", "offset": 0, "length": 2, "url": "https://a.b/"})),
        replace(PIECE, entities=(*PIECE.entities, {"type": "strikethrough", "offset": 0, "length": 2})),
        replace(PIECE, entities=(*PIECE.entities, {"type": "text_mention", "offset": 0, "length": 2})),
        replace(PIECE, buttons=((LinkButton("Programme", "https://example.net/"),),)),
        replace(PIECE, buttons=((LinkButton("Join", "https://example.org/programme"),),)),
        replace(PIECE, buttons=(*PIECE.buttons, (LinkButton("Join", "https://t.me/clone_bot"),))),
        replace(PIECE, buttons=((LinkButton("Vote", ""),),)),
    ],
)  # fmt: skip
def test_added_and_exchanged_links_and_buttons_are_found(forged: Piece) -> None:
    assert verdict(forged) is Standing.ALTERED


def test_an_announcement_that_was_withdrawn_or_edited_is_no_longer_genuine() -> None:
    withdrawn = [replace(SENT[0], is_withdrawn=True)]
    edited = Announcement("en", {"en": Piece(ENGLISH_TEXT.replace("noon", "one o'clock"))})

    assert judge(PIECE, withdrawn, SIGNING_CAMPAIGN) == Verdict(Standing.WITHDRAWN, DAY)
    assert verdict(Piece(ENGLISH_TEXT), [SentAnnouncement(edited, DAY)]) is Standing.ALTERED


def test_the_signed_copy_is_genuine_here_and_signed_for_a_bot_that_has_not_sent_it() -> None:
    copy = Piece(signed(plain_form(PIECE)))

    assert judge(copy, SENT, SIGNING_CAMPAIGN) == Verdict(Standing.GENUINE, DAY)
    assert judge(copy, [], SIGNING_CAMPAIGN) == Verdict(Standing.SIGNED, DAY)


def test_a_code_by_another_key_is_bad_even_below_a_genuine_text() -> None:
    assert verdict(Piece(signed(plain_form(PIECE), OTHER_KEY))) is Standing.BAD_CODE
    assert verdict(Piece(signed("Come to @clone_bot", OTHER_KEY))) is Standing.BAD_CODE


def test_a_handover_is_told_from_an_ordinary_announcement() -> None:
    text = signed("Our new bot: @standby_bot", kind=SignedKind.HANDOVER)
    sent = [SentAnnouncement(Announcement("en", {"en": Piece(text)}), DAY)]

    assert verdict(Piece(text), sent) is Standing.GENUINE_HANDOVER
    assert verdict(Piece(text)) is Standing.SIGNED_HANDOVER
    assert verdict(Piece(signed("Our new bot: @standby_bot"))) is Standing.SIGNED


def test_a_picture_above_a_genuine_text_is_not_called_genuine() -> None:
    assert verdict(replace(PIECE, media=Media.PHOTO)) is Standing.GENUINE_TEXT
    assert verdict(Piece(signed("The text of another bot"), media=Media.PHOTO)) is Standing.SIGNED_TEXT
    assert verdict(Piece(signed(plain_form(PIECE)), media=Media.PHOTO), []) is Standing.SIGNED_TEXT


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
def test_a_picture_without_a_text_is_neither_signed_nor_offered_as_a_signed_copy(text: str) -> None:
    """The code would be that of an empty text, and would fit below any picture."""
    picture = Piece(text, media=Media.PHOTO, file_id="AgAC")
    templates = RequestTemplates(Announcement("en", {"en": picture}), 1, copy_labels={"en": "Signed copy"})
    request = templates.for_subscriber(Subscriber(5, "en"))

    assert SIGNER.signed(picture, "en", DAY) is None
    assert request is not None
    assert b"Signed copy" not in request.body(5)
    assert verdict(Piece(signed(text), media=Media.PHOTO)) is Standing.BAD_CODE


def test_other_texts_are_unknown() -> None:
    for text in ("What does clause 4 say?", "", "❤", "\u200b"):
        assert verdict(Piece(text)) is Standing.UNKNOWN
