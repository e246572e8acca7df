"""Screens that answer a word or a question: an exact quote when sure, else a choice of clauses, else the topics."""

from content.model import Clause, StatementId
from content.screens.declaration import home_rows
from content.screens.navigation import AtClause, AtTopic, to_link
from content.screens.reader import Reader
from content.screens.screen import Row, Screen, Share, Span, Style
from content.screens.topics import topic_rows
from content.search.matcher import Found, Tier


def answer(reader: Reader, found: Found) -> Screen:
    """What `found` calls for, in the reader's language. A clause that was named is not answered here but opened."""
    match found.kind:
        case Tier.ANSWER | Tier.CLAUSE:
            return _sure(reader, found)
        case Tier.SUGGEST:
            return _unsure(reader, found)
        case Tier.NONE:
            return _greeting(reader) if found.greeting else _nothing(reader)


def quotes(reader: Reader, clause: Clause, statements: tuple[StatementId, ...]) -> tuple[str, ...]:
    """The statements of `clause` among `statements`, word for word; its whole text when none is."""
    fitting = {one.id: one.quotes[reader.lang] for one in reader.campaign.statements_of(clause.id)}
    return tuple(fitting[one] for one in statements if one in fitting) or (clause.texts[reader.lang],)


def _sure(reader: Reader, found: Found) -> Screen:
    first, *others = (reader.campaign.clause_by_id[one] for one in found.clauses)
    spans = [Span(reader.title(first) + "\n", Style.BOLD)]
    for quote in quotes(reader, first, found.statements):
        spans += [Span(quote, Style.QUOTE), Span("\n")]
    spans += [Span("\n"), Span(reader.mark(), Style.ITALIC)]
    return Screen(
        tuple(spans),
        (
            (reader.press("whole_clause", reader.at(first)),),
            *((reader.open(other),) for other in others),
            *_more_on(reader, found),
            *reader.other_text(reader.at(first, in_original=True)),
            (Share(reader.say("button.share"), to_link(AtClause(first.id))),),
        ),
    )


def _more_on(reader: Reader, found: Found) -> tuple[Row, ...]:
    """What else concerns it: the first topic that the question was about."""
    topics = {topic.id: topic for topic in reader.campaign.topics}
    named = [topics[one] for one in found.topics if one in topics][:1]
    return tuple((reader.press("more_on", AtTopic(topic.id), topic=topic.names[reader.lang]),) for topic in named)


def _unsure(reader: Reader, found: Found) -> Screen:
    rows = tuple((reader.open(reader.campaign.clause_by_id[one]),) for one in found.clauses)
    return Screen((Span(reader.say("answer.unsure")),), rows)


def _nothing(reader: Reader) -> Screen:
    said = reader.say("answer.nothing", first=1, last=reader.campaign.numbered)
    return Screen((Span(said),), topic_rows(reader))


def _greeting(reader: Reader) -> Screen:
    said = reader.say("answer.greeting", first=1, last=reader.campaign.numbered)
    return Screen((Span(said),), home_rows(reader))
