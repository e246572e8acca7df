"""Check that drafts, announcements and watchlists of earlier versions open; damaged ones give a clear error.

The files in `stored_documents` were written by those versions. Do not change them.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.broadcast.authoring import draft
from bot.broadcast.authoring.draft import Draft, Source, Stage
from bot.broadcast.progress import watchlist
from bot.broadcast.progress.watchlist import MonitoredBroadcast
from bot.model import announcement
from bot.model.announcement import Announcement, LinkButton, LinkPreview, Media, Notice, Piece
from bot.model.audience import Audience

FOLDER = Path(__file__).with_name("stored_documents")
PHOTO = Piece("اطلاعیه 😀", media=Media.PHOTO, file_id="AgACAgQAA")
VIDEO = Piece(
    "اطلاعیه 😀",
    media=Media.VIDEO,
    file_id="BAACAgQAA",
    spoiler=True,
    caption_above=True,
    cover="CoverId",
    starts_at=5,
)
NOTICE = Piece(
    "Notice",
    (
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "text_link", "offset": 4, "length": 2, "url": "https://example.org/a"},
    ),
)
PREVIEWED = Piece("x", preview=LinkPreview("https://example.org", small=True, above_text=True))
BUTTON = LinkButton("Read", "https://example.org/b")
AUDIENCE = Audience(frozenset({1, 3}), frozenset({"en", "fa"}))
FIRST_DRAFT = Draft(
    admin_language="en",
    default_language="fa",
    pieces={"fa": PHOTO, "en": NOTICE},
    links={"en": (BUTTON,)},
    audience=AUDIENCE,
    send_at=1796131800.5,
    zone=2,
    awaiting="text.ps",
    edited_broadcast=7,
    stage=Stage.ASKED,
    deadline=1796045400.25,
    nonce="00ff",
)
SECOND_DRAFT = replace(FIRST_DRAFT, status_message=41)
THIRD_DRAFT = replace(SECOND_DRAFT, stars=70)
FOURTH_DRAFT = replace(
    THIRD_DRAFT,
    pieces={"fa": VIDEO, "en": NOTICE, "ps": PREVIEWED},
    sources={"text.en": Source(12, 1796000000, ("reply",), is_cut=True)},
)
FIRST_ANNOUNCEMENT = Announcement(
    "fa",
    {"fa": PHOTO, "en": replace(NOTICE, buttons=((BUTTON,),))},
    AUDIENCE,
    notices={"en": Notice("There is news", "Show")},
    paid=True,
)
SECOND_ANNOUNCEMENT = replace(
    FIRST_ANNOUNCEMENT,
    pieces={"fa": VIDEO, "en": replace(NOTICE, buttons=((BUTTON,),)), "ps": PREVIEWED},
    sources={"text.en": 12},
)
DRAFTS = {
    "draft_1": FIRST_DRAFT,
    "draft_2": SECOND_DRAFT,
    "draft_3": THIRD_DRAFT,
    "draft_4": FOURTH_DRAFT,
    **{f"empty_draft_{version}": Draft("fa", "fa") for version in (1, 2, 3, 4)},
}
FIRST_MONITORED = MonitoredBroadcast(7, 12, True, 1, "fa", messages={1009: 41})
MONITORED = {
    "watchlist_1": FIRST_MONITORED,
    "watchlist_2": replace(FIRST_MONITORED, reported={1001: 1796131800.5}, is_paid=True),
}
ANNOUNCEMENTS = {"announcement_1": FIRST_ANNOUNCEMENT, "announcement_2": SECOND_ANNOUNCEMENT}


def stored(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_of_an_earlier_version_opens_as_it_was(name: str) -> None:
    assert draft.decode(stored(name)) == DRAFTS[name]


@pytest.mark.parametrize("name", ANNOUNCEMENTS)
def test_an_announcement_of_an_earlier_version_opens_as_it_was(name: str) -> None:
    assert announcement.decode(stored(name)) == ANNOUNCEMENTS[name]


@pytest.mark.parametrize("name", MONITORED)
def test_a_monitored_broadcast_of_an_earlier_version_opens_as_it_was(name: str) -> None:
    assert watchlist.decode(stored(name)) == [MONITORED[name]]
    assert watchlist.decode(watchlist.encode([MONITORED[name]])) == [MONITORED[name]]


def test_an_opened_draft_is_stored_and_opens_again() -> None:
    assert draft.decode(draft.encode(FOURTH_DRAFT)) == FOURTH_DRAFT


def test_the_name_of_an_announcement_is_not_stored() -> None:
    named = replace(SECOND_ANNOUNCEMENT, name="7.0a1b2c3d")

    assert announcement.decode(announcement.encode(named)).name == ""


def test_half_of_a_character_that_an_earlier_version_stored_is_replaced() -> None:
    """Half of a surrogate pair cannot be encoded; its replacement is as long, so that formatting stays in place."""
    content = stored("announcement_1").replace(b"Notice", b"Not\xed\xa0\xbdce")
    document = json.loads(stored("draft_1"))
    document["said"] = document["said"].replace("Notice", "Not\ud83dce")

    assert announcement.decode(content).pieces["en"].text == "Not\ufffdce"
    assert draft.decode(json.dumps(document).encode()).pieces["en"].text == "Not\ufffdce"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("default_language", 7, r"Expected `str`, got `int` - at `\$.default_language`"),
        ("send_at", "now", r"Expected `float \| null`, got `str` - at `\$.send_at`"),
        ("stage", "unheard", r"Invalid enum value 'unheard' - at `\$.stage`"),
        ("pieces", {"en": {"entities": []}}, "Object missing required field `text`"),
        ("links", {"en": [{"label": "x"}]}, "Object missing required field `url`"),
    ],
)
def test_an_error_names_the_field_of_a_damaged_draft(name: str, value: Any, message: str) -> None:
    document = json.loads(draft.encode(FOURTH_DRAFT)) | {name: value}

    with pytest.raises(ValueError, match=message):
        draft.decode(json.dumps(document).encode())


@pytest.mark.parametrize("content", [b"", b"\xff", b"7", b"[]", b"{}", b'{"said": "7"}', b'{"pieces": 7}', b"null"])
def test_content_that_is_no_document_raises_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        draft.decode(content)
    with pytest.raises(ValueError, match=r"\w"):
        announcement.decode(content)
