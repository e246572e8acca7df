"""Parts of the editor: imported messages, typed links and times, drafts, the lint and the screens."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcast.authoring import draft, editor_actions, editor_screens, review_screens
from bot.broadcast.authoring.checks import lint
from bot.broadcast.authoring.checks.lint import ProblemKind
from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.authoring.editor_actions import Step
from bot.broadcast.authoring.incoming import text_input
from bot.broadcast.authoring.incoming.message_import import (
    ImportedMessage,
    RefusalReason,
    RefusedMessage,
    import_message,
)
from bot.broadcast.authoring.incoming.text_input import InvalidLine
from bot.broadcast.authoring.review_screens import Reach
from bot.broadcast.delivery.pricing import FREE_OFFER, Offer
from bot.model.announcement import Announcement, LinkButton, Media, Piece
from bot.model.audience import Audience
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import units
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
DRAFT = Draft("en", "en", {"en": Piece("Tomorrow")})


def problem_kinds(piece: Piece, **more: Piece) -> set[ProblemKind]:
    return {problem.kind for problem in lint.content_problems(Announcement("en", {"en": piece, **more}), ["en"])}


# From a message to a piece


def test_formatting_is_imported_without_anything_about_people() -> None:
    mention = {"type": "text_mention", "offset": 0, "length": 3, "user": {"id": 7, "first_name": "Zahra"}}
    bold, url = {"type": "bold", "offset": 4, "length": 2}, {"type": "url", "offset": 0, "length": 3}
    message = {"text": "abc de", "entities": [bold, mention, url], "from": {"id": 7}}
    imported = import_message(message)

    assert isinstance(imported, ImportedMessage)
    assert imported.piece.entities == (bold, {"type": "text_mention", "offset": 0, "length": 3})


@pytest.mark.parametrize("kind", list(Media))
def test_media_are_imported_by_file_id_with_their_caption(kind: Media) -> None:
    small, large = {"file_id": "small"}, {"file_id": "large"}
    message = {kind.value: [small, large] if kind is Media.PHOTO else large, "caption": "see"}

    assert import_message(message) == ImportedMessage(Piece("see", (), kind, "large"))


def test_an_animation_is_not_mistaken_for_its_document() -> None:
    imported = import_message({"animation": {"file_id": "a"}, "document": {"file_id": "a"}})

    assert isinstance(imported, ImportedMessage)
    assert imported.piece.media is Media.ANIMATION


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"poll": {}}, RefusalReason.POLL),
        ({"photo": [], "media_group_id": "1"}, RefusalReason.ALBUM),
        ({"sticker": {}}, RefusalReason.WORDLESS),
        ({}, RefusalReason.KIND),
    ],
)
def test_a_message_that_cannot_be_announced_has_a_reason(message: dict[str, object], why: RefusalReason) -> None:
    assert import_message(message) == RefusedMessage(why)


@given(
    st.dictionaries(
        st.sampled_from(("text", "caption", "entities", "caption_entities", "photo", "video", "poll")), ODD
    )
)
def test_any_message_can_be_imported_and_linted(message: dict[str, object]) -> None:
    imported = import_message(message)
    if isinstance(imported, ImportedMessage):
        problem_kinds(imported.piece)


# What is typed


def test_each_line_becomes_a_link_button() -> None:
    text = "The text - https://example.org/a\n\nمتن – https://example.org/b-c"

    assert text_input.parse_links(text) == (
        LinkButton("The text", "https://example.org/a"),
        LinkButton("متن", "https://example.org/b-c"),
    )


@pytest.mark.parametrize("line", ["nothing", "x - example.org", "x - tg://user?id=1", "- https://example.org"])
def test_the_first_line_that_is_not_a_link_button_is_returned(line: str) -> None:
    assert text_input.parse_links(f"a - https://example.org\n{line}") == InvalidLine(line)


def test_a_line_without_an_address_is_the_label_of_another_languages_button() -> None:
    others = (LinkButton("The text", "https://example.org/a"), LinkButton("Map", "https://example.org/b"))

    assert text_input.parse_links("متن\nنقشه", others) == (
        LinkButton("متن", "https://example.org/a"),
        LinkButton("نقشه", "https://example.org/b"),
    )
    assert text_input.parse_links("متن\nنقشه\nسوم", others) == InvalidLine("سوم")
    assert text_input.parse_links("see example.com", others) == InvalidLine("see example.com")


# Drafts


@given(DRAFTS)
def test_a_draft_survives_encoding(original: Draft) -> None:
    assert draft.decode(draft.encode(original)) == original


def test_an_edit_voids_the_approval() -> None:
    asked = replace(DRAFT, stage=Stage.ASKED, deadline=1.0, nonce="n")
    step = editor_actions.press("first.en", asked, Reader(CAMPAIGN, Lang("en")), NOW)

    assert isinstance(step, Step)
    assert step.draft.stage is Stage.WRITING
    assert step.draft.nonce == ""


def test_a_confirmation_covers_every_word_the_audience_and_the_time() -> None:
    asked = replace(DRAFT, stage=Stage.ASKED, nonce="n")
    others = [
        replace(asked, pieces={"en": Piece("Tomorrow!")}),
        replace(asked, pieces={"en": Piece("Tomorrow", ({"type": "bold", "offset": 0, "length": 1},))}),
        replace(asked, links={"en": (LinkButton("a", "https://example.org"),)}),
        replace(asked, audience=Audience(languages=frozenset({"fa"}))),
        replace(asked, send_at=NOW),
        replace(asked, zone=1),
        replace(asked, edited_broadcast=1),
        replace(asked, nonce="m"),
        replace(asked, stars=70),
        replace(asked, stars=71),
    ]
    codes = {draft.approval_code(request, 1) for request in [asked, *others]} | {draft.approval_code(asked, 2)}

    assert len(codes) == len(others) + 2


def test_a_language_without_text_or_buttons_gets_those_of_the_default() -> None:
    link = LinkButton("a", "https://example.org")
    original = replace(DRAFT, pieces={"en": Piece("Tomorrow"), "fa": Piece("فردا")}, links={"en": (link,)})
    announcement = draft.to_announcement(original, {})

    assert announcement.piece("ps").text == "Tomorrow"
    assert announcement.piece("fa").buttons == ((link,),)
    assert draft.from_announcement(announcement, "en", 3).pieces == original.pieces


PICTURE = Piece("Tomorrow", (), Media.PHOTO, "file", spoiler=True)


def test_a_language_without_a_picture_gets_that_of_the_default_with_its_own_caption() -> None:
    original = replace(DRAFT, pieces={"en": PICTURE, "fa": Piece("فردا")}, shares_media=True)
    announcement = draft.to_announcement(original, {})

    assert announcement.piece("fa") == replace(PICTURE, text="فردا")
    assert draft.to_announcement(replace(original, shares_media=False), {}).piece("fa") == Piece("فردا")
    assert [problem.language for problem in lint.mixing_problems(original)] == ["fa"]
    assert draft.from_announcement(announcement, "en", 3).shares_media


def test_the_picture_of_another_language_is_used_if_the_default_has_none() -> None:
    original = replace(DRAFT, pieces={"en": Piece("Tomorrow"), "fa": PICTURE}, shares_media=True)

    assert draft.to_announcement(original, {}).piece("ps").file_id == "file"
    assert draft.to_announcement(original, {}).piece("ps").text == "Tomorrow"


def test_a_language_with_the_buttons_of_another_one_is_a_warning() -> None:
    link = LinkButton("a", "https://example.org")
    original = replace(DRAFT, pieces={"en": Piece("Tomorrow"), "fa": Piece("فردا")}, links={"en": (link,)})
    problems = list(lint.mixing_problems(original))

    assert [(problem.kind, problem.language) for problem in problems] == [(ProblemKind.MIXED_LINKS, "fa")]
    assert not any(problem.forbids_sending for problem in problems)
    assert not list(lint.mixing_problems(replace(original, links={"en": (link,), "fa": (link,)})))


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

    assert lint.shows_other_address(shown, url) == is_deceit
    assert (ProblemKind.MASKED in problem_kinds(piece)) == is_deceit


@pytest.mark.parametrize("name", ["utm_source", "fbclid", "gclid", "igshid", "igsh", "mc_eid"])
def test_tracking_is_found_in_texts_links_and_buttons(name: str) -> None:
    url = f"https://example.org/?a=1&{name}=2"
    link = {"type": "text_link", "offset": 0, "length": 4, "url": url}

    assert ProblemKind.TRACKING in problem_kinds(Piece(f"see {url}"))
    assert ProblemKind.TRACKING in problem_kinds(Piece("here", (link,)))
    assert ProblemKind.TRACKING in problem_kinds(Piece("here", buttons=((LinkButton("a", url),),)))
    assert problem_kinds(Piece("see https://example.org/?page=2")) == set()


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        (Piece(" "), ProblemKind.EMPTY),
        (Piece("a" * 4097), ProblemKind.TOO_LONG),
        (Piece("😀" * 513, (), Media.PHOTO, "id"), ProblemKind.TOO_LONG),
        (Piece("a\u202eb"), ProblemKind.BIDI),
        (Piece("a", buttons=((LinkButton("\u2066b", "https://example.org"),),)), ProblemKind.BIDI),
        (Piece("tg://user?id=5"), ProblemKind.USER_LINK),
        (Piece("abc", ({"type": "text_mention", "offset": 0, "length": 3},)), ProblemKind.USER_LINK),
        (Piece("a", ({"type": "bold", "offset": 0, "length": 1},) * 101), ProblemKind.TOO_MUCH_FORMAT),
        (Piece("a", buttons=((LinkButton("a", "https://example.org"),),) * 9), ProblemKind.BUTTONS),
        (Piece("", (), Media.PHOTO, "id"), ProblemKind.ONLY_MEDIA),
    ],
)
def test_each_problem_is_found(piece: Piece, kind: ProblemKind) -> None:
    assert problem_kinds(piece) == {kind}


def test_the_invisible_characters_that_dari_needs_are_allowed() -> None:
    assert problem_kinds(Piece("می‌خوانیم \u200f(۲۰۲۶)\u200e", ())) == set()


def test_a_missing_language_is_a_warning_if_the_audience_includes_it() -> None:
    announcement = Announcement("en", {"en": Piece("a")})
    only_english = replace(announcement, audience=Audience(languages=frozenset({"en"})))

    assert [problem.kind for problem in lint.content_problems(announcement, LANGUAGES)] == [
        ProblemKind.MISSING,
        ProblemKind.MISSING,
    ]
    assert not any(problem.forbids_sending for problem in lint.content_problems(announcement, LANGUAGES))
    assert lint.content_problems(only_english, LANGUAGES) == ()


# The screens


@given(DRAFTS, st.sampled_from(LANGUAGES), st.integers(0, 200))
def test_every_screen_of_a_draft_can_be_sent(original: Draft, lang: str, people: int) -> None:
    reader = Reader(CAMPAIGN, Lang(lang))
    reach = Reach(people, people + 9, False, 30.0)
    check = partial(review_screens.check, reach=reach, problems=[], other_admins=1)
    screens = [
        editor_screens.main(reader, original),
        editor_screens.text(reader, original, "fa"),
        editor_screens.audience(reader, original),
        editor_screens.sending_time(reader, original, NOW),
        editor_screens.zones(reader, original),
        *(check(reader, original, offer=offer) for offer in OFFERS),
        review_screens.question(reader, original, reach, "a" * 20),
    ]
    for screen in screens:
        check_limits(screen)


@pytest.mark.parametrize(
    ("number", "total", "everyone", "shown"),
    [(3, 3, True, 3), (9, 500, False, None), (12, 19, False, None), (33, 500, False, 30), (38, 500, False, 40)],
)
def test_a_count_below_ten_of_a_part_of_the_list_is_hidden(
    number: int, total: int, everyone: bool, shown: int | None
) -> None:
    assert Reach(number, total, everyone, 30.0).shown_number == shown


@pytest.mark.parametrize("action", ["", "text.xx", "zone.99", "topic.x.1", "yes", "unlink.fa", "send", "stop"])
def test_an_unknown_button_changes_nothing(action: str) -> None:
    step = editor_actions.press(action, DRAFT, Reader(CAMPAIGN, Lang("en")), NOW)

    assert isinstance(step, Step)
    assert step.draft == DRAFT
    assert step.task is None
