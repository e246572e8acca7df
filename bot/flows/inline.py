"""Answer inline queries with clauses, as texts and pictures that a person can send to any chat."""

from bot.cards.card_builder import card_name, requested_card
from bot.flows.answering import reader_in_language_of
from bot.flows.context import FlowContext
from bot.flows.listening import inline_voice
from bot.model.events import GuestQuery, InlineQuery
from bot.model.replies import (
    AnswerGuest,
    AnswerInline,
    GuestReplies,
    InlineArticle,
    InlinePicture,
    InlineReplies,
)
from content.model import Clause, StatementId
from content.screens.answers import quotes
from content.screens.card_request import CardRequest
from content.screens.copying.plain_text import source_of
from content.screens.navigation.deep_links import address, from_link
from content.screens.navigation.places import AtClause
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, Row, Screen, Span, Style, UrlButton, units
from content.screens.split import split_text

_DESCRIPTION_LENGTH = 120  # characters of a clause that the description of a result shows
_MAX_RESULTS = 50  # Telegram's limit
_ELLIPSIS = " …"
_Quotation = tuple[Clause, tuple[StatementId, ...]]  # a clause and its statements to quote; () quotes all of it


def answer(event: InlineQuery, context: FlowContext) -> InlineReplies:
    """Answer an inline query with a text result for each clause that it finds, and pictures of the first clause.

    An empty query finds all clauses. A link such as `clause-4` finds that clause. Any other text is searched for.
    Recordings of the clauses follow. There are at most 50 results. If there are none, Telegram shows only the button
    that opens the bot.
    """
    reader, quotations = _quotations(event.text, context)
    pictures = _pictures(quotations[0][0], reader, context) if quotations and event.text.strip() else ()
    articles = tuple(
        article(clause, reader, context.username, statements)
        for clause, statements in quotations[: _MAX_RESULTS - len(pictures)]
    )
    voices = tuple(voice for clause, _ in quotations if (voice := inline_voice(clause, reader)))
    return (AnswerInline(articles, reader.say("button.open_bot"), pictures, voices),)


def answer_guest(event: GuestQuery, context: FlowContext) -> GuestReplies:
    """Answer a mention in a chat of which the bot is not a member, with a quotation of the clause that matches best.

    A mention without a question gets the first part of the declaration. There is no answer (an empty tuple) if no
    clause matches, or for a command other than /clause.
    """
    if event.command and event.command.name != "clause":
        return ()
    reader, quotations = _quotations(event.command.rest if event.command else event.text, context)
    if not quotations:
        return ()
    clause, statements = quotations[0]
    return (AnswerGuest(article(clause, reader, context.username, statements)),)


def _pictures(clause: Clause, reader: Reader, context: FlowContext) -> tuple[InlinePicture, ...]:
    """Return an inline result for each page of the picture of a clause; () if the picture cannot be offered.

    It can be offered if Telegram already has it, because an admin has requested it. `context` returns the file ids of
    its pages.
    """
    card = requested_card(reader, CardRequest(AtClause(clause.id)))
    file_ids = context.offered_pictures(card_name(card)) if card else ()
    return tuple(
        InlinePicture(
            id=f"{clause.id}.{reader.lang}.picture.{number}",
            title=reader.say("card.inline", number=number) if len(file_ids) > 1 else reader.say("button.picture"),
            file_id=file_id,
            caption=Screen((Span(reader.clause_label(clause)),)),
        )
        for number, file_id in enumerate(file_ids, 1)
    )


def _quotations(text: str, context: FlowContext) -> tuple[Reader, tuple[_Quotation, ...]]:
    """Return a Reader in the language of the query `text`, and the clauses that match the query.

    With each clause are the statements to quote from it; () means to quote the whole clause.
    """
    reader = context.reader
    clauses = reader.campaign.clause_by_id
    if not text.strip():
        return reader, tuple((clause, ()) for clause in clauses.values())
    match from_link(text.strip()):
        case AtClause(clause) if clause in clauses:
            return reader, ((clauses[clause], ()),)
    result = context.matcher.find(text, reader.lang)
    first = result.clauses[:1]
    quotations = tuple((clauses[id_], result.statements if id_ in first else ()) for id_ in result.clauses)
    return reader_in_language_of(result, reader), quotations


def article(clause: Clause, reader: Reader, username: str, statements: tuple[StatementId, ...] = ()) -> InlineArticle:
    """Return an inline result that quotes `statements` of the clause, or the whole clause if `statements` is empty.

    A quotation that is too long for one message is cut. The result contains nothing about the person who sends it.
    """
    text = "\n\n".join(quotes(reader, clause, statements))
    heading, mark = Span(source_of(reader, clause, reader.lang) + "\n\n", Style.BOLD), _mark(reader)
    limit = TEXT_LIMIT - units(heading.text) - sum(units(span.text) for span in mark)
    screen = Screen((heading, Span(_shortened(text, limit)), *mark), _links(clause, reader, username))
    return InlineArticle(f"{clause.id}.{reader.lang}", reader.clause_label(clause), _description(text), screen)


def _description(text: str) -> str:
    if len(text) <= _DESCRIPTION_LENGTH:
        return text
    return text[:_DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + _ELLIPSIS


def _shortened(text: str, limit: int) -> str:
    """Return `text`; if it has more than `limit` UTF-16 units, return its beginning and an ellipsis."""
    if units(text) <= limit:
        return text
    return next(split_text(text, limit - units(_ELLIPSIS))).rstrip() + _ELLIPSIS


def _links(clause: Clause, reader: Reader, username: str) -> tuple[Row, ...]:
    """Return the buttons below a quotation.

    One button opens the clause in the bot. If the quotation is a translation, another button opens the original text.
    """
    places = [("read", AtClause(clause.id))]
    if reader.lang != reader.campaign.original:
        places.append(("original", AtClause(clause.id, in_original=True)))
    return tuple((UrlButton(reader.say(f"button.{label}"), address(username, place)),) for label, place in places)


def _mark(reader: Reader) -> tuple[Span, ...]:
    """Return the line that marks a quotation as an unofficial translation; () if the text is official."""
    if reader.campaign.editions[reader.lang].is_official:
        return ()
    return (Span("\n\n"), Span(reader.edition_notice(), Style.ITALIC))
