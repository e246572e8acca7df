"""Test the screen with the ways in which a clause or a demand can be passed on."""

import pytest

from content.model import AddresseeId, ClauseId, Lang, TopicId
from content.screens import declaration
from content.screens.navigation.button_data import to_data
from content.screens.navigation.deep_links import address
from content.screens.navigation.places import AtClause, AtDemand, AtTopic, PassOn
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, CopyButton, Screen, ShareButton
from tests.support.shipped_campaign import CAMPAIGN

BOT = "declaration_bot"
SUBJECTS = [AtClause(clause.id) for clause in CAMPAIGN.clauses] + [AtDemand(a.id) for a in CAMPAIGN.addressees]


def shown(lang: Lang, subject: AtClause | AtDemand, username: str = BOT) -> Screen:
    screen = declaration.show(Reader(CAMPAIGN, lang, username), PassOn(subject))
    assert screen
    return screen


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_each_way_has_a_button_and_a_sentence_on_what_the_receiver_sees(lang: Lang) -> None:
    for subject in SUBJECTS:
        screen = shown(lang, subject)
        *ways, _ = screen.rows
        for (button,) in ways:
            assert f"\n\n{button.label}\n" in screen.text


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_the_link_leads_to_what_is_passed_on_and_back_leads_to_where_the_person_came_from(lang: Lang) -> None:
    for subject in (
        AtClause(ClauseId("4"), origin=AtTopic(TopicId("women"))),
        AtDemand(AddresseeId("un"), origin=AtTopic(TopicId("un"))),
    ):
        buttons = [button for row in shown(lang, subject).rows for button in row]

        assert [button.text for button in buttons if isinstance(button, CopyButton)] == [address(BOT, subject)]
        assert to_data(subject, lang) in [button.data for button in buttons if isinstance(button, CallbackButton)]


def test_a_clause_is_shared_through_the_bot_and_a_bot_without_a_name_has_no_link() -> None:
    buttons = [button for row in shown(CAMPAIGN.original, SUBJECTS[0], username="").rows for button in row]

    # A text to copy, a picture, a file, a message through the bot
    assert [type(button) for button in buttons[:-2]] == [*[CallbackButton] * 3, ShareButton]


@pytest.mark.parametrize("subject", [AtClause(ClauseId("99")), AtDemand(AddresseeId("nobody"))], ids=repr)
def test_what_the_campaign_no_longer_has_cannot_be_passed_on(subject: AtClause | AtDemand) -> None:
    assert declaration.show(Reader(CAMPAIGN, CAMPAIGN.original), PassOn(subject)) is None
