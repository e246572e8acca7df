"""Build the screens that answer a word or a question: a quote, a choice of clauses, or the list of topics."""

from content.model import Clause, StatementId
from content.screens.declaration import home_rows
from content.screens.navigation import AtClause, AtTopic, Contents, to_link
from content.screens.reader import Reader
from content.screens.screen import Row, Screen, ShareButton, Span, Style
from content.screens.standalone_quotes import standalone
from content.screens.topics import topic_rows
from content.search.matcher import ResultKind, SearchResult


def answer(reader: Reader, result: SearchResult) -> Screen:
    """Return the screen for `result` in the reader's language.

    When the text names a clause, such as "clause 4", do not call this: open that clause instead.
    """
    match result.kind:
        case ResultKind.ANSWER | ResultKind.CLAUSE:
            return _quotation(reader, result)
        case ResultKind.SUGGEST:
            return _suggestions(reader, result)
        case ResultKind.NONE:
            return _greeting(reader) if result.is_greeting else _nothing(reader)


def quotes(reader: Reader, clause: Clause, statements: tuple[StatementId, ...]) -> tuple[str, ...]:
    """Return the quotes of those `statements` that are from `clause`, so that each can be understood alone.

    If there are none, return the whole text of `clause`.
    """
    text, pointers = clause.texts[reader.lang], reader.book.language.pointers
    quote_by_id = {
        statement.id: standalone(statement.quotes[reader.lang], text, pointers)
        for statement in reader.campaign.statements_of(clause.id)
    }
    fitting = tuple(quote_by_id[statement] for statement in statements if statement in quote_by_id)
    return fitting or (text,)


def _quotation(reader: Reader, result: SearchResult) -> Screen:
    first, *others = (reader.campaign.clause_by_id[clause] for clause in result.clauses)
    spans = [Span(reader.clause_label(first) + "\n", Style.BOLD)]
    for quote in quotes(reader, first, result.statements):
        spans += [Span(quote, Style.QUOTE), Span("\n")]
    spans += [Span("\n"), Span(reader.edition_notice(), Style.ITALIC)]
    return Screen(
        tuple(spans),
        (
            (reader.place_button("whole_clause", reader.place_of(first)),),
            *((reader.clause_button(other),) for other in others),
            *_topic_row(reader, result),
            *reader.original_toggle(reader.place_of(first, in_original=True)),
            (ShareButton(reader.say("button.share"), to_link(AtClause(first.id))),),
        ),
    )


def _topic_row(reader: Reader, result: SearchResult) -> tuple[Row, ...]:
    """Return a row with a button for the result's first topic. Return no row if the result has no topic."""
    topics = {topic.id: topic for topic in reader.campaign.topics}
    first = [topics[topic] for topic in result.topics if topic in topics][:1]
    return tuple(
        (reader.place_button("more_on", AtTopic(topic.id), topic=topic.names[reader.lang]),) for topic in first
    )


def _suggestions(reader: Reader, result: SearchResult) -> Screen:
    rows = tuple((reader.clause_button(reader.campaign.clause_by_id[clause]),) for clause in result.clauses)
    none_of_these = (reader.place_button("none_of_these", Contents()),)
    return Screen((Span(reader.say("answer.unsure")),), (*rows, *reader.browse_rows(), none_of_these))


def _nothing(reader: Reader) -> Screen:
    text = reader.say("answer.nothing", first=1, last=reader.campaign.numbered_clause_count)
    return Screen((Span(text),), topic_rows(reader))


def _greeting(reader: Reader) -> Screen:
    text = reader.say("answer.greeting", first=1, last=reader.campaign.numbered_clause_count)
    return Screen((Span(text),), home_rows(reader))
