"""Inline mode: clauses as cards that a person can send into any chat."""

from bot.flows.answering import asked_in
from bot.model.events import InlineQuery
from bot.model.replies import AnswerInline, Card, Replies
from content.model import Clause, StatementId
from content.screens.answers import quotes
from content.screens.navigation import AtClause, from_link, to_link
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, Row, Screen, Span, Style, UrlButton, units
from content.screens.split import split_text
from content.search.matcher import Matcher

_LINE = 120  # characters of a clause that a card's description shows
_MOST = 50  # cards that Telegram takes
_MORE = " …"
_Wanted = tuple[Clause, tuple[StatementId, ...]]  # a clause, and the statements of it to quote (none: all of it)


def asked(event: InlineQuery, reader: Reader, matcher: Matcher, username: str) -> Replies:
    """`clause-4` deals that clause, a word or a question what speaks to it, nothing typed yet all of them.

    What finds nothing deals none: the button above the empty list opens the bot.
    """
    dealer, wanted = _wanted(event.text, reader, matcher)
    cards = tuple(card(clause, dealer, username, statements) for clause, statements in wanted[:_MOST])
    return (AnswerInline(cards, dealer.say("button.open_bot")),)


def _wanted(text: str, reader: Reader, matcher: Matcher) -> tuple[Reader, tuple[_Wanted, ...]]:
    clauses = reader.campaign.clause_by_id
    if not text.strip():
        return reader, tuple((clause, ()) for clause in clauses.values())
    match from_link(text.strip()):
        case AtClause(clause) if clause in clauses:
            return reader, ((clauses[clause], ()),)
    found = matcher.find(text, reader.lang)
    first = found.clauses[:1]
    wanted = tuple((clauses[one], found.statements if one in first else ()) for one in found.clauses)
    return asked_in(found, reader), wanted


def card(clause: Clause, reader: Reader, username: str, statements: tuple[StatementId, ...] = ()) -> Card:
    """The clause, or what fits of it, under the declaration's name; nothing in it tells who shares or who reads."""
    text = "\n\n".join(quotes(reader, clause, statements))
    line = text if len(text) <= _LINE else text[:_LINE].rsplit(" ", 1)[0] + _MORE
    head, mark = Span(_source(clause, reader) + "\n\n", Style.BOLD), _mark(reader)
    room = TEXT_LIMIT - units(head.text) - sum(units(span.text) for span in mark)
    screen = Screen((head, Span(_fitted(text, room)), *mark), _ways(clause, reader, username))
    return Card(f"{clause.id}.{reader.lang}", reader.clause_label(clause), line, screen)


def _fitted(text: str, room: int) -> str:
    """The text; of one too long for a single message its beginning, the whole is behind the button."""
    return text if units(text) <= room else next(split_text(text, room - units(_MORE))).rstrip() + _MORE


def _ways(clause: Clause, reader: Reader, username: str) -> tuple[Row, ...]:
    """To the clause in the bot, and from a translation to the original."""
    original = reader.lang != reader.campaign.original
    ways = [
        ("read", AtClause(clause.id)),
        *([("original", AtClause(clause.id, in_original=True))] if original else []),
    ]
    return tuple(
        (UrlButton(reader.say(f"button.{label}"), f"https://t.me/{username}?start={to_link(place)}"),)
        for label, place in ways
    )


def _source(clause: Clause, reader: Reader) -> str:
    declaration = reader.campaign.editions[reader.lang].title
    if clause.number:
        return reader.say("inline.shared", declaration=declaration, number=clause.number)
    return reader.say("inline.shared_part", declaration=declaration, title=clause.titles[reader.lang])


def _mark(reader: Reader) -> tuple[Span, ...]:
    edition = reader.campaign.editions[reader.lang]
    if edition.official:
        return ()
    return (Span("\n\n"), Span(reader.edition_notice(), Style.ITALIC))
