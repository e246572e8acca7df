"""Test how a quote is shown alone: whole sentences as they are, cut ones with a sign, pointing ones with more."""

import pytest

from content.screens.standalone_quotes import standalone

TEXT = "The lake is dirty, and fish die. To this end, we ask for a filter. We also ask for a guard!\nWater is life."


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("The lake is dirty, and fish die.", "The lake is dirty, and fish die."),
        ("We also ask for a guard!", "We also ask for a guard!"),
        ("Water is life.", "Water is life."),
        ("and fish die.", "…and fish die."),
        ("The lake is dirty", "The lake is dirty…"),
        ("we ask for a filter", "…we ask for a filter…"),
        ("To this end, we ask for a filter.", "The lake is dirty, and fish die. To this end, we ask for a filter."),
        (TEXT, TEXT),
        ("a quote of another text", "a quote of another text"),
    ],
)
def test_a_quote_is_shown_so_that_it_can_be_understood_alone(quote: str, shown: str) -> None:
    assert standalone(quote, TEXT, ["To this end"]) == shown
