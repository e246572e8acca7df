"""Build the screen with a text to copy. It contains no other text, so that people can copy the whole message.

The message has neither a link nor the bot's name. A notice over the chat says how to copy: some apps copy a block of
text at a tap, and in others a person presses and holds the message.
"""

from dataclasses import dataclass

from content.model import Lang
from content.screens.copying.copy_buttons import copy_button
from content.screens.copying.copy_data import CopyKind, CopyRequest, to_copy_data
from content.screens.copying.letters import addressee_of_letter, letter_copy_row, letter_screen, letter_text
from content.screens.copying.plain_text import addressee_of, clause_text, demand_text
from content.screens.frame import ways_out
from content.screens.navigation.places import AtClause, AtDemand, PassOn
from content.screens.reader import Reader
from content.screens.screen import Button, CallbackButton, Row, Screen, Span, Style


@dataclass(frozen=True, slots=True)
class _Copy:
    """The parts of a screen for copying: the text, the button "Back", and buttons that copy further short texts."""

    text: str
    back: Button
    row: Row = ()


def copy_screen(reader: Reader, request: CopyRequest) -> Screen | None:
    """Return the screen for `request`: a text to copy, or the screen that offers drafts of a letter.

    Return None if the campaign does not have the clause or addressee, or if the bot offers no letters.
    """
    if request.kind is CopyKind.LETTER:
        return letter_screen(reader, request.subject) if isinstance(request.subject, AtDemand) else None
    copy = _copy_of(reader, request)
    if copy is None:
        return None
    rows = (*([copy.row] if copy.row else []), ways_out(reader, copy.back))
    return Screen((Span(copy.text, Style.BLOCK),), rows)


def text_button(reader: Reader, subject: AtClause | AtDemand) -> Button | None:
    """Return a button that copies the text of `subject`; for a long text, a button that shows it for copying.

    Return None if the campaign has no such text.
    """
    request, label = CopyRequest(CopyKind.TEXT, subject), reader.say("copying.button")
    copy = _copy_of(reader, request)
    if copy is None:
        return None
    return copy_button(label, copy.text) or CallbackButton(label, to_copy_data(request, reader.lang))


def _copy_of(reader: Reader, request: CopyRequest) -> _Copy | None:
    lang = reader.text_language(request.subject.in_original)
    if request.kind is CopyKind.LETTER_TEXT:
        return _copy_of_letter(reader, request.subject, lang) if isinstance(request.subject, AtDemand) else None
    text, back = _text_of(reader, request.subject, lang), reader.place_button("back", PassOn(request.subject))
    return _Copy(text, back) if text else None


def _text_of(reader: Reader, subject: AtClause | AtDemand, lang: Lang) -> str | None:
    match subject:
        case AtClause():
            clause = reader.campaign.clause_by_id.get(subject.clause)
            return clause_text(reader, clause, lang) if clause else None
        case AtDemand():
            addressee = addressee_of(reader, subject.addressee)
            return demand_text(reader, addressee, lang) if addressee else None


def _copy_of_letter(reader: Reader, subject: AtDemand, lang: Lang) -> _Copy | None:
    addressee = addressee_of_letter(reader, subject)
    if addressee is None:
        return None
    data = to_copy_data(CopyRequest(CopyKind.LETTER, subject), reader.lang)
    back = CallbackButton(reader.say("button.back"), data)
    return _Copy(letter_text(reader, addressee, lang), back, letter_copy_row(reader, addressee, lang))
