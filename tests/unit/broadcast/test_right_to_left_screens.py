"""Screens for admins whose language is written from right to left: bars, addresses, arrows and digits."""

import re
from unicodedata import bidirectional

import pytest

from bot.broadcast.authoring import draft_text, editor_screens, review_screens
from bot.broadcast.authoring.checks.lint import Excess, LintProblem, MaskedLink, ProblemKind
from bot.broadcast.authoring.draft import Draft
from bot.broadcast.authoring.incoming.text_input import parse_links
from bot.broadcast.authoring.review_screens import Reach
from bot.broadcast.delivery.pricing import FREE_OFFER
from bot.model.announcement import LinkButton
from bot.model.audience import Audience
from content.model import Lang
from content.screens.reader import Reader
from storage.deliveries.broadcast_state import Status
from tests.support.bot_and_playground import CAMPAIGN
from tests.unit.broadcast.test_progress_screen import recall, shown, view

LANGUAGES = list(CAMPAIGN.languages)
LTR, RTL = "\u200e", "\u200f"
EMPTY = Draft("en", "en")


def reader_of(lang: Lang) -> Reader:
    return Reader(CAMPAIGN, lang)


def is_rtl(lang: Lang) -> bool:
    return CAMPAIGN.languages[lang].rtl


def problem_lines(lang: Lang, *problems: LintProblem) -> list[str]:
    """Return the lines of the check page of an empty draft with these problems."""
    reach = Reach(1, 1, is_everyone=True, rate=30.0)
    screen = review_screens.check(
        reader_of(lang), EMPTY, reach=reach, offer=FREE_OFFER, problems=problems, other_admins=1
    )
    return screen.text.splitlines()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_progress_bar_fills_in_reading_direction(lang: Lang) -> None:
    text, _ = shown(view(recall(Status.READY, done=75)), lang)

    (bar,) = [line for line in text.splitlines() if "▓" in line]
    assert bar.startswith(RTL) == is_rtl(lang)
    assert not any(bidirectional(letter) == "L" for letter in bar)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_address_in_the_list_of_link_buttons_keeps_its_slash_at_the_end(lang: Lang) -> None:
    draft = Draft("en", "en", links={"fa": (LinkButton("متن", "https://example.org/"),)})

    screen = editor_screens.links(reader_of(lang), draft, "fa")

    assert f"متن – {LTR}https://example.org/{LTR}" in screen.text.splitlines()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("label", ["متن", "example.org"])
def test_the_arrow_of_a_masked_link_points_at_the_address_it_opens(lang: Lang, label: str) -> None:
    problem = LintProblem(ProblemKind.MASKED, "en", MaskedLink(label, "https://example.com/a"))

    lines = problem_lines(lang, problem)

    mark, arrow = (RTL, "←") if is_rtl(lang) else (LTR, "→")
    assert f"{mark}{label} {mark}{arrow}{mark} https://example.com/a" in lines


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lengths_and_their_limits_are_written_in_the_digits_of_the_language(lang: Lang) -> None:
    number = CAMPAIGN.languages[lang].number

    lines = problem_lines(lang, LintProblem(ProblemKind.TOO_LONG, "en", Excess(5000, 4096)))

    assert f"{number(5000)} > {number(4096)}" in lines


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_topic_that_the_campaign_no_longer_has_is_shown_as_a_number_of_the_language(lang: Lang) -> None:
    text = draft_text.audience_text(reader_of(lang), Audience(topics=frozenset({999})))

    assert CAMPAIGN.languages[lang].number(999) in text
    assert lang == "en" or not re.search("[0-9]", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_example_of_a_link_button_is_in_the_language_and_is_read_as_one(lang: Lang) -> None:
    address = "https://example.org/page"
    example = reader_of(lang).say("broadcast.link_example", address=address)

    assert example in editor_screens.links(reader_of(lang), EMPTY, lang).text
    links = parse_links(example)
    assert isinstance(links, tuple)
    assert [link.url for link in links] == [address]
    assert is_rtl(lang) == (bidirectional(example[0]) == "AL")
