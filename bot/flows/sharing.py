"""Inline mode: clauses as cards that a person can send into any chat."""

from bot.events import Asked
from bot.replies import Card, Deal, Replies
from content.model import Clause
from content.places import AtClause, from_link, to_link
from content.references import references
from content.render import Reader
from content.screen import Link, Screen, Span, Style

_LINE = 120  # characters of a clause that a card's description shows


def asked(event: Asked, reader: Reader, username: str) -> Replies:
    """`clause-4` (or any way of naming a clause) deals that clause; everything else lists them all."""
    clauses = _wanted(event.text, reader) or reader.campaign.clauses
    cards = tuple(card(clause, reader, username) for clause in clauses)
    return (Deal(cards, reader.say("button.open_bot")),)


def _wanted(text: str, reader: Reader) -> tuple[Clause, ...]:
    match from_link(text.strip()):
        case AtClause(clause):
            named = clause
        case _:
            found = references().find(text, reader.campaign)
            if found is None or found.clause is None:
                return ()
            named = found.clause
    clause_ = reader.campaign.clause_by_id.get(named)
    return (clause_,) if clause_ else ()


def card(clause: Clause, reader: Reader, username: str) -> Card:
    """The clause, whole, under the declaration's name; nothing in it tells who shares or who reads."""
    text = clause.texts[reader.lang]
    line = text if len(text) <= _LINE else text[:_LINE].rsplit(" ", 1)[0] + " …"
    address = f"https://t.me/{username}?start={to_link(AtClause(clause.id))}"
    screen = Screen(
        (Span(_source(clause, reader) + "\n\n", Style.BOLD), Span(text), *_mark(reader)),
        ((Link(reader.say("button.read"), address),),),
    )
    return Card(f"{clause.id}.{reader.lang}", reader.title(clause), line, screen)


def _source(clause: Clause, reader: Reader) -> str:
    declaration = reader.campaign.editions[reader.lang].title
    if clause.number:
        return reader.say("inline.shared", declaration=declaration, number=clause.number)
    return reader.say("inline.shared_part", declaration=declaration, title=clause.titles[reader.lang])


def _mark(reader: Reader) -> tuple[Span, ...]:
    edition = reader.campaign.editions[reader.lang]
    if edition.official:
        return ()
    return (Span("\n\n"), Span(reader.mark(), Style.ITALIC))
