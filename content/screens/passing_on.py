"""Build the screen with the ways to pass on a clause or the demands on an addressee.

Each way has a button, and a sentence that says what the receiver of the text learns about the bot and the sender.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from content.screens.card_request import CardRequest, card_button
from content.screens.copying.copy_screen import text_button
from content.screens.copying.letters import letter_button
from content.screens.frame import offline_button, ways_out
from content.screens.listening import clause_request, listen_button
from content.screens.navigation.deep_links import address, to_link
from content.screens.navigation.places import AtClause, AtDemand, PassOn
from content.screens.reader import Reader
from content.screens.screen import Button, CopyButton, Screen, ShareButton, Span, Style


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to pass on a text: its button, and the key of a phrase.

    The phrase says what the receiver of the text learns about the bot and the sender.
    """

    button: Button
    phrase: str


def pass_on(reader: Reader, place: PassOn) -> Screen | None:
    """Return the screen of `place`, or None if the campaign has no such clause or addressee."""
    name = _name_of(reader, place.subject)
    if name is None:
        return None
    ways = tuple(_ways(reader, place.subject))
    spans = [Span(name, Style.BOLD), Span("\n" + reader.say("pass_on.hint"))]
    for way in ways:
        spans += [Span(f"\n\n{way.button.label}", Style.BOLD), Span("\n" + reader.say(way.phrase))]
    rows = tuple((way.button,) for way in ways)
    return Screen(tuple(spans), (*rows, ways_out(reader, reader.place_button("back", place.subject))), place)


def _name_of(reader: Reader, subject: AtClause | AtDemand) -> str | None:
    match subject:
        case AtClause():
            clause = reader.campaign.clause_by_id.get(subject.clause)
            return reader.clause_label(clause) if clause else None
        case AtDemand():
            names = (row.names for row in reader.campaign.addressees if row.id == subject.addressee)
            return next((name[reader.lang] for name in names), None)


def _ways(reader: Reader, subject: AtClause | AtDemand) -> Iterator[_Way]:
    """Yield the ways to pass on `subject`. Those that reveal least about the bot and the sender come first."""
    if text := text_button(reader, subject):
        yield _Way(text, "copying.reveals")
    if isinstance(subject, AtDemand) and (letter := letter_button(reader, subject)):
        yield _Way(letter, "letter.reveals")
    yield _Way(card_button(reader.say("button.picture"), CardRequest(subject), reader.lang), "card.receiver_sees")
    yield _Way(offline_button(reader, PassOn(subject)), "offline.pass_on")
    if reader.username:
        copy = CopyButton(reader.say("button.copy_link"), address(reader.username, subject))
        yield _Way(copy, "pass_on.link")
    if isinstance(subject, AtClause):  # inline queries find clauses only
        query = to_link(AtClause(subject.clause))
        yield _Way(ShareButton(reader.say("button.share"), query), "pass_on.share")
    if isinstance(subject, AtClause) and (listen := listen_button(reader, clause_request(subject))):
        yield _Way(listen, "listen.reveals")
