"""Test callback data and deep links: those of the bot lead to their place, and all others are refused."""

import re
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.model import AddresseeId, ClauseId, Lang, TopicId
from content.screens.navigation.button_data import fits_into_button, from_data, to_data
from content.screens.navigation.deep_links import LinkTarget, from_link, to_link
from content.screens.navigation.places import (
    AtAnswer,
    AtChoices,
    AtClause,
    AtCommand,
    AtDemand,
    AtTopic,
    Contents,
    Demands,
    Home,
    LanguageChosen,
    Languages,
    PassOn,
    Place,
    Start,
    Topics,
)
from content.screens.screen import DATA_LIMIT

IDS = st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)
LANGS = st.from_regex(r"[a-z]{2,3}(-[a-z0-9]{2,5})?", fullmatch=True).map(Lang)
MARKS = st.just("") | st.from_regex(r"[0-9a-f]{4}", fullmatch=True)
LINKS = st.one_of(
    st.builds(AtClause, IDS.map(ClauseId), st.just(""), st.booleans()),
    st.builds(AtTopic, IDS.map(TopicId)),
    st.builds(AtDemand, IDS.map(AddresseeId)),
    st.builds(LanguageChosen, LANGS),
    st.builds(AtCommand, st.from_regex(r"[a-z]{1,20}", fullmatch=True)),
)
SHORT_IDS = st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True)
CLAUSES = st.lists(SHORT_IDS.map(ClauseId), min_size=1, max_size=3).map(tuple)
ORIGINS: st.SearchStrategy[Place] = st.one_of(
    st.sampled_from([Start(), Home(), Contents(), Topics(), Demands(), Languages()]),
    st.builds(AtClause, IDS.map(ClauseId), st.just(""), st.booleans()),
    st.builds(AtTopic, IDS.map(TopicId), st.booleans()),
    st.builds(AtDemand, IDS.map(AddresseeId), st.booleans()),
    st.builds(
        AtAnswer, CLAUSES, st.lists(st.integers(0, 35), max_size=3).map(tuple), st.none() | SHORT_IDS.map(TopicId)
    ),
    st.builds(AtChoices, CLAUSES, st.sampled_from(["", "help", "privacy"])),
    st.builds(LanguageChosen, LANGS),
    st.builds(AtCommand, st.from_regex(r"[a-z]{1,20}", fullmatch=True)),
)
MAYBE_ORIGINS = st.none() | ORIGINS
PLACES: st.SearchStrategy[Place] = st.one_of(
    ORIGINS,
    st.builds(AtClause, IDS.map(ClauseId), MARKS, st.booleans(), MAYBE_ORIGINS),
    st.builds(AtTopic, IDS.map(TopicId), st.booleans(), MAYBE_ORIGINS),
    st.builds(AtDemand, IDS.map(AddresseeId), st.booleans(), MAYBE_ORIGINS),
    st.builds(PassOn, st.builds(AtClause, IDS.map(ClauseId), st.just(""), st.booleans(), MAYBE_ORIGINS)),
    st.builds(PassOn, st.builds(AtDemand, IDS.map(AddresseeId), st.booleans(), MAYBE_ORIGINS)),
    st.builds(Languages, MAYBE_ORIGINS),
)
LETTERS = st.sampled_from(string.printable + "۴ق\u200f\x00İ٣")


@st.composite
def mutations(draw: st.DrawFn, of: st.SearchStrategy[str]) -> str:
    """Return a string with one character changed, removed or inserted."""
    text = draw(of)
    at = draw(st.integers(0, len(text) - 1))
    match draw(st.sampled_from(["change", "remove", "insert"])):
        case "change":
            return text[:at] + draw(LETTERS) + text[at + 1 :]
        case "remove":
            return text[:at] + text[at + 1 :]
        case _:
            return text[:at] + draw(LETTERS) + text[at:]


@given(PLACES, LANGS)
def test_button_data_leads_back_to_its_place(place: Place, lang: Lang) -> None:
    """Where the button has no room for the origin, its place has none."""
    data = to_data(place, lang)
    if isinstance(place, (AtClause, AtTopic, AtDemand, Languages)) and "/" not in data:
        place = replace(place, origin=None)
    if isinstance(place, PassOn) and "/" not in data:
        place = PassOn(replace(place.subject, origin=None))

    assert from_data(data) == (place, lang)


def test_the_origin_of_a_clause_is_left_out_where_it_does_not_fit() -> None:
    place = AtClause(ClauseId("preamble"), "12ab", origin=AtTopic(TopicId("women")))
    long = replace(place, origin=AtTopic(TopicId("w" * 50)))

    assert to_data(place, Lang("fa")) == "r.C.fa.preamble.12ab/T.women"
    assert to_data(long, Lang("fa")) == "r.C.fa.preamble.12ab"


@given(st.builds(AtChoices, st.lists(IDS.map(ClauseId), min_size=1, max_size=3).map(tuple)), LANGS)
def test_a_choice_fits_into_a_button_or_says_that_it_does_not(place: AtChoices, lang: Lang) -> None:
    assert not fits_into_button(place) or from_data(to_data(place, lang)) == (place, lang)


@given(PLACES, LANGS)
def test_button_data_fits_into_a_button(place: Place, lang: Lang) -> None:
    assert 1 <= len(to_data(place, lang).encode()) <= DATA_LIMIT


@given(mutations(st.builds(to_data, PLACES, LANGS)))
def test_changed_button_data_is_refused_or_valid_for_another_place(data: str) -> None:
    target = from_data(data)

    assert target is None or to_data(*target) == data


@given(st.text(max_size=80))
def test_any_text_is_refused_as_button_data_or_valid_for_a_place(data: str) -> None:
    target = from_data(data)

    assert target is None or to_data(*target) == data


@given(LINKS)
def test_a_link_leads_back_to_its_place(place: LinkTarget) -> None:
    assert from_link(to_link(place)) == place


@given(LINKS)
def test_a_link_has_the_form_that_telegram_accepts(place: LinkTarget) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", to_link(place))


@given(mutations(st.builds(to_link, LINKS)) | st.text(max_size=80))
def test_any_payload_is_refused_or_valid(payload: str) -> None:
    place = from_link(payload)

    assert place is None or (to_link(place) == payload and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "r",
        "r.",
        "r.s",
        "r.s.",
        "r.s.en.",
        "r.s.EN",
        "r.s.english",
        "r.s.en\n",
        " r.s.en",
        "R.s.en",
        "r.x.en",
        "r.s.en.4",
        "r.C.en",
        "r.C.en.",
        "r.C.en.4.",
        "r.C.en.4.xyz",
        "r.C.en.4.ABCD",
        "r.C.en.4.abcd.abcd",
        "r.C.en.۴",
        "r.T.en.women.abcd",
        "r.L.en.english",
        "r.L.en.4",
        "r.C.en." + "4" * 41,
        "x" * 65,
        "r.C.en.4\x00",
        "b.C.en.4",
    ],
)
def test_data_of_no_button_is_refused(data: str) -> None:
    assert from_data(data) is None


@pytest.mark.parametrize(
    "payload",
    [
        *(
            "",
            "clause-",
            "Clause-4",
            "clause_4",
            "clause-4\n",
            "clause-۴",
            "clause-%34",
            "clause-4 topic-women",
        ),
        *("lang-english", "lang-e1", "lang-", "demand-", "../../etc", "a" * 65, "clause-" + "4" * 41),
    ],
)
def test_a_payload_of_no_link_is_refused(payload: str) -> None:
    assert from_link(payload) is None


def test_links_have_their_documented_form() -> None:
    """People have printed and shared these links, so they must never change."""
    assert to_link(AtClause(ClauseId("4"))) == "clause-4"
    assert to_link(AtClause(ClauseId("preamble"))) == "clause-preamble"
    assert to_link(AtClause(ClauseId("4"), in_original=True)) == "original-4"
    assert to_link(AtTopic(TopicId("women"))) == "topic-women"
    assert to_link(AtDemand(AddresseeId("un"))) == "demand-un"
    assert to_link(LanguageChosen(Lang("fa"))) == "lang-fa"
    assert to_link(AtCommand("latest")) == "latest"


def test_buttons_under_old_messages_keep_their_form() -> None:
    """Buttons stay in chats for years. After a change here none of them would work any more."""
    fa = Lang("fa")
    data = [
        to_data(place, fa)
        for place in (
            Start(),
            Contents(),
            Topics(),
            Demands(),
            Languages(),
            LanguageChosen(Lang("ps")),
            AtClause(ClauseId("4"), "12ab"),
            AtClause(ClauseId("4"), "12ab", in_original=True),
            AtTopic(TopicId("women")),
            AtTopic(TopicId("women"), in_original=True),
            AtDemand(AddresseeId("un")),
            AtDemand(AddresseeId("un"), in_original=True),
        )
    ]

    assert data == [
        *("r.s.fa", "r.c.fa", "r.t.fa", "r.d.fa", "r.l.fa", "r.L.fa.ps"),
        *("r.C.fa.4.12ab", "r.O.fa.4.12ab", "r.T.fa.women", "r.P.fa.women", "r.D.fa.un", "r.E.fa.un"),
    ]
