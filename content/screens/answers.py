"""Build the screens that answer a word or a question: quotes, a choice of clauses, or the list of topics."""

from collections.abc import Iterator

from content.model import Clause, StatementId, TopicId
from content.screens.frame import passing_on_row, ways_out
from content.screens.menu import home_rows
from content.screens.navigation.button_data import fits_into_button, to_data
from content.screens.navigation.places import AtAnswer, AtChoices, AtClause, AtCommand, AtTopic, Contents
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, Row, Screen, Span, Style
from content.screens.standalone_quotes import standalone
from content.screens.topics import topic_rows
from content.search.search_result import ResultKind, SearchResult


def answer(reader: Reader, result: SearchResult) -> Screen:
    """Return the screen that answers a search, in the reader's language. `result` is what the search found.

    If the text names a clause, such as "clause 4", do not call this function, but show the screen of that clause.
    """
    match result.kind:
        case ResultKind.ANSWER | ResultKind.CLAUSE:
            return _quotation(reader, _place_of(reader, result))
        case ResultKind.SUGGEST:
            return _choices(reader, AtChoices(result.clauses, result.request.command if result.request else ""))
        case ResultKind.NONE:
            return _greeting(reader) if result.is_greeting else _nothing(reader)


def quotation(reader: Reader, place: AtAnswer) -> Screen | None:
    """Return the screen of an answer that a person opens again by a button. `place` is from the button's data.

    Return None if the campaign does not have one of the clauses.
    """
    return _quotation(reader, place) if _has_all(reader, place) else None


def choices(reader: Reader, place: AtChoices) -> Screen | None:
    """Return the screen of a choice that a person opens again by a button. `place` is from the button's data.

    Return None if the campaign does not have one of the clauses, or the bot does not have the command.
    """
    is_known = not place.command or f"command.{place.command}" in reader.book.phrases
    return _choices(reader, place) if is_known and _has_all(reader, place) else None


def _has_all(reader: Reader, place: AtAnswer | AtChoices) -> bool:
    return all(clause in reader.campaign.clause_by_id for clause in place.clauses)


def _place_of(reader: Reader, result: SearchResult) -> AtAnswer:
    """Return the place of the answer `result`: the data with which a button can open the answer again."""
    statements = [statement.id for statement in reader.campaign.statements_of(result.clauses[0])]
    quoted = tuple(statements.index(statement) for statement in result.statements if statement in statements)
    known = {topic.id for topic in reader.campaign.topics}
    return AtAnswer(result.clauses, quoted, next((topic for topic in result.topics if topic in known), None))


def quotes(reader: Reader, clause: Clause, statements: tuple[StatementId, ...]) -> tuple[str, ...]:
    """Return the quotes of `statements` that are from `clause`, in the reader's language.

    A quote that begins with words such as "To this end" refers to the sentence before it, and is returned with that
    sentence. If none of the statements is from `clause`, return the whole text of `clause` as the only quote.
    """
    text, pointers = clause.texts[reader.lang], reader.book.language.pointers
    quote_by_id = {
        statement.id: standalone(statement.quotes[reader.lang], text, pointers)
        for statement in reader.campaign.statements_of(clause.id)
    }
    fitting = tuple(quote_by_id[statement] for statement in statements if statement in quote_by_id)
    return fitting or (text,)


def _quotation(reader: Reader, place: AtAnswer) -> Screen:
    first, *others = (reader.campaign.clause_by_id[clause] for clause in place.clauses)
    spans = [Span(reader.clause_label(first) + "\n", Style.BOLD)]
    for quote in quotes(reader, first, _quoted_statements(reader, place)):
        spans += [Span(quote, Style.QUOTE), Span("\n")]
    spans += [Span("\n"), Span(reader.edition_notice(), Style.ITALIC)]
    origin = place if fits_into_button(place) else None
    return Screen(
        tuple(spans),
        (
            (reader.place_button("whole_clause", reader.place_of(first, origin=origin)),),
            *((reader.clause_button(other, origin),) for other in others),
            *_topic_row(reader, place.topic, origin),
            *reader.original_toggle(reader.place_of(first, in_original=True, origin=origin)),
            passing_on_row(reader, AtClause(first.id, origin=origin)),
            ways_out(reader),
        ),
        place,
    )


def _quoted_statements(reader: Reader, place: AtAnswer) -> tuple[StatementId, ...]:
    statements = reader.campaign.statements_of(place.clauses[0])
    return tuple(statements[quote].id for quote in place.quotes if quote < len(statements))


def _topic_row(reader: Reader, id_: TopicId | None, origin: AtAnswer | None) -> Iterator[Row]:
    """Yield a row with a button that opens the topic `id_`, or no row if the campaign does not have it.

    `origin` is the answer to which "Back" leads from the topic. If it is None, the topic has no button "Back".
    """
    for topic in reader.campaign.topics:
        if topic.id == id_:
            yield (reader.place_button("more_on", AtTopic(topic.id, origin=origin), topic=topic.names[reader.lang]),)


def _choices(reader: Reader, place: AtChoices) -> Screen:
    origin = place if fits_into_button(place) else None
    clauses = (reader.campaign.clause_by_id[clause] for clause in place.clauses)
    rows = (*_command_row(reader, place.command), *((reader.clause_button(clause, origin),) for clause in clauses))
    none_of_these = reader.place_button("none_of_these", Contents())
    ways = ways_out(reader, none_of_these)
    return Screen((Span(reader.say("answer.unsure")),), (*rows, *reader.browse_rows(), ways), place)


def _command_row(reader: Reader, command: str) -> Iterator[Row]:
    """Yield a row with a button for the screen of `command`, or no row if `command` is empty."""
    if command:
        yield (CallbackButton(reader.say(f"command.{command}"), to_data(AtCommand(command), reader.lang)),)


def _nothing(reader: Reader) -> Screen:
    text = reader.say("answer.nothing", first=1, last=reader.campaign.numbered_clause_count)
    return Screen((Span(text),), (*topic_rows(reader), ways_out(reader, reader.place_button("contents", Contents()))))


def _greeting(reader: Reader) -> Screen:
    text = reader.say("answer.greeting", first=1, last=reader.campaign.numbered_clause_count)
    return Screen((Span(text),), home_rows(reader))
