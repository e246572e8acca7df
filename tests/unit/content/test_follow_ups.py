"""Test that texts such as "next" are recognized in every language, and where they lead."""

import pytest

from content.loading.yaml_source import read_plain
from content.model import ClauseId, Lang
from content.paths import WORD_LISTS
from content.screens.navigation.next_places import next_place
from content.screens.navigation.places import AtAnswer, AtChoices, AtClause, Contents, Place, Topics
from content.search.bot_requests import BotRequest
from content.search.follow_ups import FollowUp
from tests.support.shipped_campaign import CAMPAIGN, MATCHER
from tests.support.text_campaign import text_matcher

LANGUAGES = ["en", "fa", "ps", "de", "fr", "ar", "uk"]
FOUR, FIVE = ClauseId("4"), ClauseId("5")
ANSWER = AtAnswer((FOUR, FIVE))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_that_continue_are_recognized_in_every_language(lang: str) -> None:
    matcher = text_matcher(lang, {"1": ("Ξψω", "Ξψω ψωξ.")})
    listed: dict[str, list[str]] = read_plain(WORD_LISTS / "requests" / f"{lang}.yaml")["follow_ups"]
    understood = {text: matcher.understand(text, Lang(lang)) for texts in listed.values() for text in texts}

    assert listed.keys() == set(FollowUp)
    assert all(len(texts) >= 5 for texts in listed.values())
    for name, texts in listed.items():
        for text in texts:
            request = understood[text]
            assert isinstance(request, BotRequest), text
            assert request.follow_up == name, text


@pytest.mark.parametrize(
    ("follow_up", "place", "expected"),
    [
        (FollowUp.NEXT, AtClause(FOUR), AtClause(FIVE)),
        (FollowUp.MORE, AtClause(FOUR), AtClause(FIVE)),
        (FollowUp.PREVIOUS, AtClause(FIVE), AtClause(FOUR)),
        (FollowUp.PREVIOUS, AtClause(ClauseId("preamble")), Contents()),
        (FollowUp.NEXT, AtClause(ClauseId("closing")), Contents()),
        (FollowUp.NEXT, Topics(), AtClause(ClauseId("preamble"))),
        (FollowUp.NEXT, ANSWER, AtClause(FIVE)),
        (FollowUp.MORE, ANSWER, AtClause(FOUR, origin=ANSWER)),
        (FollowUp.MORE, AtChoices((FIVE,)), AtClause(FIVE, origin=AtChoices((FIVE,)))),
        (FollowUp.AGAIN, ANSWER, ANSWER),
        (FollowUp.OFFICIAL, ANSWER, AtClause(FOUR, in_original=True, origin=ANSWER)),
        (FollowUp.OFFICIAL, Topics(), Contents()),
    ],
)
def test_a_text_leads_from_one_place_to_another(follow_up: FollowUp, place: Place, expected: Place) -> None:
    assert next_place(follow_up, place, CAMPAIGN) == expected


@pytest.mark.parametrize("text", ["next steps of the working group", "more sanctions", "continue the negotiations"])
def test_a_question_that_begins_like_one_of_them_is_none(text: str) -> None:
    understood = MATCHER.understand(text)

    assert not isinstance(understood, BotRequest)
