"""Screens that answer a word or a question: an exact quote when sure, else a choice of clauses, else the topics."""

from content.model import Clause, StatementId
from content.screens.declaration import home_rows
from content.screens.navigation import AtClause, AtTopic, to_link
from content.screens.reader import Reader
from content.screens.screen import Row, Screen, ShareButton, Span, Style
from content.screens.topics import topic_rows
from content.search.matcher import ResultKind, SearchResult


def answer(reader: Reader, found: SearchResult) -> Screen:
    """What `found` calls for, in the reader's language. A clause that was named is not answered here but opened."""
    match found.kind:
        case ResultKind.ANSWER | ResultKind.CLAUSE:
            return _sure(reader, found)
        case ResultKind.SUGGEST:
            return _unsure(reader, found)
        case ResultKind.NONE:
            return _greeting(reader) if found.greeting else _nothing(reader)


def quotes(reader: Reader, clause: Clause, statements: tuple[StatementId, ...]) -> tuple[str, ...]:
    """The statements of `clause` among `statements`, word for word; its whole text when none is."""
    fitting = {one.id: one.quotes[reader.lang] for one in reader.campaign.statements_of(clause.id)}
    return tuple(fitting[one] for one in statements if one in fitting) or (clause.texts[reader.lang],)


def _sure(reader: Reader, found: SearchResult) -> Screen:
    first, *others = (reader.campaign.clause_by_id[one] for one in found.clauses)
    spans = [Span(reader.clause_label(first) + "\n", Style.BOLD)]
    for quote in quotes(reader, first, found.statements):
        spans += [Span(quote, Style.QUOTE), Span("\n")]
    spans += [Span("\n"), Span(reader.edition_notice(), Style.ITALIC)]
    return Screen(
        tuple(spans),
        (
            (reader.place_button("whole_clause", reader.place_of(first)),),
            *((reader.clause_button(other),) for other in others),
            *_more_on(reader, found),
            *reader.original_toggle(reader.place_of(first, in_original=True)),
            (ShareButton(reader.say("button.share"), to_link(AtClause(first.id))),),
        ),
    )


def _more_on(reader: Reader, found: SearchResult) -> tuple[Row, ...]:
    """What else concerns it: the first topic that the question was about."""
    topics = {topic.id: topic for topic in reader.campaign.topics}
    named = [topics[one] for one in found.topics if one in topics][:1]
    return tuple(
        (reader.place_button("more_on", AtTopic(topic.id), topic=topic.names[reader.lang]),) for topic in named
    )


def _unsure(reader: Reader, found: SearchResult) -> Screen:
    rows = tuple((reader.clause_button(reader.campaign.clause_by_id[one]),) for one in found.clauses)
    return Screen((Span(reader.say("answer.unsure")),), rows)


def _nothing(reader: Reader) -> Screen:
    said = reader.say("answer.nothing", first=1, last=reader.campaign.numbered_clause_count)
    return Screen((Span(said),), topic_rows(reader))


def _greeting(reader: Reader) -> Screen:
    said = reader.say("answer.greeting", first=1, last=reader.campaign.numbered_clause_count)
    return Screen((Span(said),), home_rows(reader))
