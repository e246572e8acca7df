"""What an announcement is made from: messages, typed lines and moments, drafts as kept, and what the lint finds."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcast.authoring import draft, editor_actions, editor_screens, review_screens, text_input
from bot.broadcast.authoring.checks import lint
from bot.broadcast.authoring.checks.lint import Kind
from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.authoring.message_import import Captured, NoPiece, Why, captured
from bot.broadcast.authoring.review_screens import Reach
from bot.broadcast.authoring.text_input import NoMoment
from bot.broadcast.delivery.pricing import FREE_OFFER, Offer
from bot.flows import time_format
from bot.model.announcement import Announcement, LinkButton, Media, Piece
from bot.model.audience import Audience
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import units
from storage.subscriptions.subscriber import ZONES
from tests.support.bot_and_playground import CAMPAIGN
from tests.unit.content.test_screens import check_limits

LANGUAGES = [str(lang) for lang in CAMPAIGN.languages]
NOW = datetime(2026, 11, 24, 20, tzinfo=UTC).timestamp()
ODD: st.SearchStrategy[object] = st.sampled_from(
    [
        *(None, True, 7, "", "a", [], [7], {}, [{}], {"file_id": 7}, [{"file_id": "x"}], {"type": "bold"}),
        [{"type": "bold"}],
        [{"type": "bold", "offset": "1", "length": 1}],
        [{"type": ["x"], "offset": 0, "length": 1}],
        [{"type": "text_link", "offset": 3, "length": 10**9, "url": "https://example.org"}],
        [{"type": "text_link", "offset": 0, "length": 1, "url": 7}],
    ]
)
FIELDS = ("text", "caption", "entities", "caption_entities", "photo", "video", "poll")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
LINKS = st.builds(LinkButton, TEXTS, TEXTS)
PIECES = st.builds(
    Piece,
    TEXTS,
    st.lists(st.fixed_dictionaries({"type": st.just("bold"), "offset": st.integers(0, 9)}), max_size=2).map(tuple),
    st.none() | st.sampled_from(Media),
    st.none() | TEXTS,
)
DRAFTS = st.builds(
    Draft,
    st.sampled_from(LANGUAGES),
    st.sampled_from(LANGUAGES),
    st.dictionaries(st.sampled_from(LANGUAGES), PIECES),
    st.dictionaries(st.sampled_from(LANGUAGES), st.lists(LINKS, max_size=2).map(tuple)),
    st.builds(Audience, st.none() | st.frozensets(st.integers(0, 63)), st.none() | st.frozensets(TEXTS)),
    st.none() | st.floats(0, 2e9),
    st.integers(0, 19),
    st.sampled_from(("", "text.fa", "time")),
    st.integers(0, 9),
    st.sampled_from(Stage),
    st.floats(0, 2e9),
    TEXTS,
    st.integers(0, 9),
    st.integers(0, 9),
)
OFFERS = [FREE_OFFER, Offer(97_000, 100_000), Offer(97_000, 12), Offer(97_000, None)]
SAID = Draft("en", "en", {"en": Piece("Tomorrow")})


def told(piece: Piece, **more: Piece) -> set[Kind]:
    return {one.kind for one in lint.findings(Announcement("en", {"en": piece, **more}), ["en"])}


# From a message to a piece


def test_formatting_is_kept_and_nothing_about_people() -> None:
    mention = {"type": "text_mention", "offset": 0, "length": 3, "user": {"id": 7, "first_name": "Zahra"}}
    bold, found = {"type": "bold", "offset": 4, "length": 2}, {"type": "url", "offset": 0, "length": 3}
    message = {"text": "abc de", "entities": [bold, mention, found], "from": {"id": 7}}
    got = captured(message)

    assert isinstance(got, Captured)
    assert got.piece.entities == (bold, {"type": "text_mention", "offset": 0, "length": 3})


@pytest.mark.parametrize("kind", list(Media))
def test_media_are_kept_by_their_file_id_with_their_caption(kind: Media) -> None:
    small, large = {"file_id": "small"}, {"file_id": "large"}
    message = {kind.value: [small, large] if kind is Media.PHOTO else large, "caption": "see"}

    assert captured(message) == Captured(Piece("see", (), kind, "large"))


def test_an_animation_is_not_taken_for_the_document_that_comes_with_it() -> None:
    got = captured({"animation": {"file_id": "a"}, "document": {"file_id": "a"}})

    assert isinstance(got, Captured)
    assert got.piece.media is Media.ANIMATION


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"poll": {}}, Why.POLL),
        ({"photo": [], "media_group_id": "1"}, Why.ALBUM),
        ({"sticker": {}}, Why.WORDLESS),
        ({}, Why.KIND),
    ],
)
def test_what_cannot_be_announced_says_why(message: dict[str, object], why: Why) -> None:
    assert captured(message) == NoPiece(why)


@given(
    st.dictionaries(
        st.sampled_from(("text", "caption", "entities", "caption_entities", "photo", "video", "poll")), ODD
    )
)
def test_no_message_breaks_the_reading_or_the_lint(message: dict[str, object]) -> None:
    got = captured(message)
    if isinstance(got, Captured):
        told(got.piece)


# What is typed


def test_link_buttons_stand_a_line_each() -> None:
    text = "The text - https://example.org/a\n\nمتن – https://example.org/b-c"

    assert text_input.links(text) == (
        LinkButton("The text", "https://example.org/a"),
        LinkButton("متن", "https://example.org/b-c"),
    )


@pytest.mark.parametrize("line", ["nothing", "x - example.org", "x - tg://user?id=1", "- https://example.org"])
def test_a_line_that_is_no_link_button_is_named(line: str) -> None:
    assert text_input.links(f"a - https://example.org\n{line}") == line


@pytest.mark.parametrize("text", ["2026-12-01 18:00", "۲۰۲۶-۱۲-۰۱ ۱۸:۰۰", "٢٠٢٦/١٢/١ ١٨:٠٠", " 2026.12.1  18:00 "])
def test_a_moment_is_read_in_any_digits(text: str) -> None:
    at = text_input.moment(text, "Asia/Kabul", NOW)

    assert at == datetime(2026, 12, 1, 13, 30, tzinfo=UTC).timestamp()
    assert isinstance(at, float)
    assert time_format.format_typeable_moment(at, "Asia/Kabul") == "2026-12-01 18:00"


@pytest.mark.parametrize(
    ("text", "zone", "why"),
    [
        ("tomorrow", "UTC", "form"),
        ("2026-13-01 10:00", "UTC", "form"),
        ("2026-12-01 24:00", "UTC", "form"),
        ("0000-12-01 10:00", "UTC", "form"),
        ("2026-11-24 19:59", "UTC", "past"),
        ("1405-09-10 10:00", "Asia/Kabul", "past"),
        ("2029-01-01 10:00", "UTC", "far"),
        ("2027-03-28 02:30", "Europe/Berlin", "gap"),
    ],
)
def test_a_moment_that_cannot_be_says_why(text: str, zone: str, why: str) -> None:
    assert text_input.moment(text, zone, NOW) == NoMoment(why)


@given(st.text(max_size=30), st.sampled_from(ZONES))
def test_whatever_is_typed_is_no_accident(text: str, zone: str) -> None:
    text_input.links(text)
    text_input.moment(text, zone, NOW)


# Drafts


@given(DRAFTS)
def test_a_draft_comes_back_as_it_was_kept(one: Draft) -> None:
    assert draft.decoded(draft.encoded(one)) == one


def test_an_edit_voids_what_was_agreed_on() -> None:
    asked = replace(SAID, stage=Stage.ASKED, until=1.0, nonce="n")
    step = editor_actions.acted("first.en", asked, Reader(CAMPAIGN, Lang("en")))

    assert step.draft is not None
    assert step.draft.stage is Stage.WRITING
    assert step.draft.nonce == ""


def test_a_confirmation_is_bound_to_every_word_to_audience_and_time() -> None:
    asked = replace(SAID, stage=Stage.ASKED, nonce="n")
    others = [
        replace(asked, pieces={"en": Piece("Tomorrow!")}),
        replace(asked, pieces={"en": Piece("Tomorrow", ({"type": "bold", "offset": 0, "length": 1},))}),
        replace(asked, links={"en": (LinkButton("a", "https://example.org"),)}),
        replace(asked, audience=Audience(languages=frozenset({"fa"}))),
        replace(asked, at=NOW),
        replace(asked, zone=1),
        replace(asked, edits=1),
        replace(asked, nonce="m"),
        replace(asked, stars=70),
        replace(asked, stars=71),
    ]
    codes = {draft.digest(one, 1) for one in [asked, *others]} | {draft.digest(asked, 2)}

    assert len(codes) == len(others) + 2


def test_a_language_without_a_text_or_buttons_gets_those_of_another() -> None:
    link = LinkButton("a", "https://example.org")
    one = replace(SAID, pieces={"en": Piece("Tomorrow"), "fa": Piece("فردا")}, links={"en": (link,)})
    said = draft.announcement(one, {})

    assert said.piece("ps").text == "Tomorrow"
    assert said.piece("fa").buttons == ((link,),)
    assert draft.of_announcement(said, "en", 3).pieces == one.pieces


# The lint


@pytest.mark.parametrize(
    ("shown", "url", "is_deceit"),
    [
        ("example.org", "https://example.org/long", False),
        ("https://www.example.org/a/", "https://example.org/a", False),
        ("example.org", "https://example.com", True),
        ("example.org/a", "https://example.org/b", True),
        ("https://example.org", "https://example.org@evil.example/", True),
        ("read this", "https://example.com", False),
        ("نمونه.com", "https://example.com", True),
    ],
)
def test_a_link_must_not_show_another_address(shown: str, url: str, is_deceit: bool) -> None:
    piece = Piece(shown, ({"type": "text_link", "offset": 0, "length": units(shown), "url": url},))

    assert lint.deceives(shown, url) == is_deceit
    assert (Kind.MASKED in told(piece)) == is_deceit


@pytest.mark.parametrize("name", ["utm_source", "fbclid", "gclid", "igshid", "igsh", "mc_eid"])
def test_tracking_is_found_in_texts_links_and_buttons(name: str) -> None:
    url = f"https://example.org/?a=1&{name}=2"
    link = {"type": "text_link", "offset": 0, "length": 4, "url": url}

    assert Kind.TRACKING in told(Piece(f"see {url}"))
    assert Kind.TRACKING in told(Piece("here", (link,)))
    assert Kind.TRACKING in told(Piece("here", buttons=((LinkButton("a", url),),)))
    assert told(Piece("see https://example.org/?page=2")) == set()


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        (Piece(" "), Kind.EMPTY),
        (Piece("a" * 4097), Kind.TOO_LONG),
        (Piece("😀" * 513, (), Media.PHOTO, "id"), Kind.TOO_LONG),
        (Piece("a\u202eb"), Kind.BIDI),
        (Piece("a", buttons=((LinkButton("\u2066b", "https://example.org"),),)), Kind.BIDI),
        (Piece("tg://user?id=5"), Kind.USER_LINK),
        (Piece("abc", ({"type": "text_mention", "offset": 0, "length": 3},)), Kind.USER_LINK),
        (Piece("a", ({"type": "bold", "offset": 0, "length": 1},) * 101), Kind.TOO_MUCH_FORMAT),
        (Piece("a", buttons=((LinkButton("a", "https://example.org"),),) * 9), Kind.BUTTONS),
        (Piece("", (), Media.PHOTO, "id"), Kind.ONLY_MEDIA),
    ],
)
def test_what_is_wrong_is_found(piece: Piece, kind: Kind) -> None:
    assert told(piece) == {kind}


def test_the_signs_that_dari_needs_are_no_mistake() -> None:
    assert told(Piece("می‌خوانیم \u200f(۲۰۲۶)\u200e", ())) == set()


def test_a_missing_language_is_a_warning_where_it_is_meant() -> None:
    said = Announcement("en", {"en": Piece("a")})
    only_english = replace(said, audience=Audience(languages=frozenset({"en"})))

    assert [one.kind for one in lint.findings(said, LANGUAGES)] == [Kind.MISSING, Kind.MISSING]
    assert not any(one.forbids for one in lint.findings(said, LANGUAGES))
    assert lint.findings(only_english, LANGUAGES) == ()


# The screens


@given(DRAFTS, st.sampled_from(LANGUAGES), st.integers(0, 200))
def test_every_screen_of_a_draft_can_be_sent(one: Draft, lang: str, people: int) -> None:
    reader = Reader(CAMPAIGN, Lang(lang))
    reach = Reach(people, people + 9, False, 30.0)
    screens = [
        editor_screens.main(reader, one),
        editor_screens.text(reader, one, "fa"),
        editor_screens.whom(reader, one),
        editor_screens.when(reader, one),
        editor_screens.zones(reader, one),
        *(review_screens.check(reader, one, reach, offer, [], 1) for offer in OFFERS),
        review_screens.question(reader, one, reach, "a" * 20),
    ]
    for screen in screens:
        check_limits(screen)


@pytest.mark.parametrize(
    ("number", "total", "everyone", "shown"),
    [(3, 3, True, 3), (9, 500, False, None), (12, 19, False, None), (33, 500, False, 30), (38, 500, False, 40)],
)
def test_of_a_part_of_the_list_nothing_is_told_of_fewer_than_ten(
    number: int, total: int, everyone: bool, shown: int | None
) -> None:
    assert Reach(number, total, everyone, 30.0).told == shown


@pytest.mark.parametrize("action", ["", "text.xx", "zone.99", "topic.x.1", "yes", "unlink.fa", "send", "stop"])
def test_a_button_that_there_is_not_changes_nothing(action: str) -> None:
    step = editor_actions.acted(action, SAID, Reader(CAMPAIGN, Lang("en")))

    assert step.draft == SAID
    assert step.deed is None
