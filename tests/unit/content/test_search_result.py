"""Test the decision between a screen of the bot and the clauses that the search finds for the same text."""

import pytest

from content.model import ClauseId, Lang
from content.screens import answers
from content.screens.navigation.button_data import to_data
from content.screens.navigation.places import AtCommand
from content.screens.reader import Reader
from content.screens.screen import CallbackButton
from content.search.bot_requests import BotRequest
from content.search.search_result import ResultKind, SearchResult, decided
from tests.support.shipped_campaign import CAMPAIGN

EN = Lang("en")
FOUR = (ClauseId("4"),)
NOTHING = SearchResult(ResultKind.NONE)


def request(certainty: float) -> BotRequest:
    return BotRequest("privacy", EN, certainty=certainty)


@pytest.mark.parametrize(
    ("certainty", "weight", "expected"), [(3.0, 8.0, "request"), (0.0, 9.0, "clauses"), (0.0, 3.0, "both")]
)
def test_the_likelier_one_wins_and_else_both_are_offered(certainty: float, weight: float, expected: str) -> None:
    asked, result = request(certainty), SearchResult(ResultKind.ANSWER, FOUR, weight=weight)
    decision = decided(asked, result)

    if expected == "both":
        assert isinstance(decision, SearchResult)
        assert (decision.kind, decision.clauses, decision.request) == (ResultKind.SUGGEST, FOUR, asked)
    else:
        assert decision == (asked if expected == "request" else result)


def test_a_clause_that_is_named_always_opens() -> None:
    named = SearchResult(ResultKind.CLAUSE, FOUR)

    assert decided(request(5.0), named) == named


def test_without_any_clause_a_less_certain_request_opens_its_screen() -> None:
    assert decided(request(-0.9), NOTHING) == request(-0.9)
    assert decided(request(-1.5), NOTHING) == NOTHING


def test_a_choice_has_a_button_for_the_screen_above_those_for_the_clauses() -> None:
    reader = Reader(CAMPAIGN, EN)
    screen = answers.answer(reader, SearchResult(ResultKind.SUGGEST, FOUR, request=request(0.0)))

    assert screen.rows[0] == (CallbackButton(reader.say("command.privacy"), to_data(AtCommand("privacy"), EN)),)
    assert screen.rows[1][0].label == reader.clause_label(CAMPAIGN.clause_by_id[ClauseId("4")])
