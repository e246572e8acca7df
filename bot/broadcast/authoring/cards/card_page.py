"""Build the screen on which an admin chooses the card of a clause or demand for an announcement. Pure."""

from collections.abc import Iterator

from bot.broadcast.authoring.editor_screens import PREFIX, action_button, titled_screen
from content.model import Lang
from content.screens.card_request import CardRequest
from content.screens.navigation.places import AtClause, AtDemand
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Screen


def screen(reader: Reader, language: str, headline: str = "") -> Screen:
    """Return the screen on which an admin chooses a card for the text in `language`.

    `headline` says why the card that was chosen before is not attached.
    """
    question = reader.say("attach_card.choose", language=reader.language_name(language))
    rows = [(button,) for button in _buttons(reader, language)]
    back = (action_button(reader, "back", f"text.{language}"),)
    return titled_screen(reader, [headline, question], *rows, back)


def _buttons(reader: Reader, language: str) -> Iterator[ActionButton]:
    """Yield a button for each clause, then for the demand on each addressee.

    The buttons' actions contain an index, because ids of clauses and addressees can be too long for callback data.
    """
    for index, clause in enumerate(reader.campaign.clauses):
        yield reader.action_button(reader.clause_label(clause), f"{PREFIX}card.{language}.c{index}")
    for index, addressee in enumerate(reader.campaign.addressees):
        label = reader.say("attach_card.demand", addressee=addressee.names[reader.lang])
        yield reader.action_button(label, f"{PREFIX}card.{language}.d{index}")


def chosen_card(reader: Reader, choice: str) -> CardRequest | None:
    """Parse the end of a button's action, such as `c2`; return which card it stands for, or None if there is none."""
    kind, index = choice[:1], choice[1:]
    number = int(index) if index.isdecimal() and index.isascii() else -1
    match kind:
        case "c" if 0 <= number < len(reader.campaign.clauses):
            return CardRequest(AtClause(reader.campaign.clauses[number].id))
        case "d" if 0 <= number < len(reader.campaign.addressees):
            return CardRequest(AtDemand(reader.campaign.addressees[number].id))
        case _:
            return None


def can_have_card(reader: Reader, language: str) -> bool:
    """Return whether the declaration has a text in `language` that a card can show."""
    return Lang(language) in reader.campaign.languages
