"""Build the lists of topics and addressees, and a screen for each. That screen quotes statements word for word."""

from dataclasses import dataclass

from content.model import Clause, Lang, Phrasebook, Statement, Words
from content.screens.navigation import AtDemand, AtTopic, Contents, Demands, Topics, to_data
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, Row, Screen, Span, Style
from content.screens.standalone_quotes import standalone


def topics(reader: Reader) -> Screen:
    """Return the screen with the list of topics."""
    return listing(reader, "topics", (*topic_rows(reader), (reader.place_button("contents", Contents()),)))


def topic_rows(reader: Reader) -> tuple[Row, ...]:
    """Return one row for each topic, with a button that opens it."""
    return tuple(
        (CallbackButton(topic.names[reader.lang], to_data(AtTopic(topic.id), reader.lang)),)
        for topic in reader.campaign.topics
    )


def demands(reader: Reader) -> Screen:
    """Return the screen with the list of addressees."""
    rows = tuple(
        (CallbackButton(addressee.names[reader.lang], to_data(AtDemand(addressee.id), reader.lang)),)
        for addressee in reader.campaign.addressees
    )
    return listing(reader, "demands", (*rows, (reader.place_button("contents", Contents()),)))


def listing(reader: Reader, key: str, rows: tuple[Row, ...]) -> Screen:
    """Return a screen with the phrases KEY.title and KEY.hint above `rows`."""
    title, hint = reader.say(f"{key}.title"), reader.say(f"{key}.hint")
    return Screen((Span(title, Style.BOLD), Span(f"\n\n{hint}")), rows)


def topic(reader: Reader, place: AtTopic) -> Screen | None:
    """Return the screen with all statements on one topic, or None if the campaign has no such topic."""
    selected = next((topic for topic in reader.campaign.topics if topic.id == place.topic), None)
    if selected is None:
        return None
    heading, statements = _Heading(selected.names, "topic.hint"), reader.campaign.statements_on(selected.id)
    screen = _quotes(reader, heading, statements, reader.text_language(place.in_original))
    toggle = reader.original_toggle(AtTopic(place.topic, not place.in_original))
    return screen.with_rows((*screen.rows, *toggle, (reader.place_button("all_topics", Topics()),)))


def demand(reader: Reader, place: AtDemand) -> Screen | None:
    """Return the screen with all that is asked of one addressee, or None if the campaign has no such addressee."""
    selected = next((row for row in reader.campaign.addressees if row.id == place.addressee), None)
    if selected is None:
        return None
    heading, statements = _Heading(selected.names, "demand.hint"), reader.campaign.statements_to(selected.id)
    screen = _quotes(reader, heading, statements, reader.text_language(place.in_original))
    toggle = reader.original_toggle(AtDemand(place.addressee, not place.in_original))
    return screen.with_rows((*screen.rows, *toggle, (reader.place_button("all_demands", Demands()),)))


@dataclass(frozen=True, slots=True)
class _Heading:
    """The heading of a screen with quotes: the name of a topic or addressee, and the key of the phrase below it."""

    names: Words
    hint: str


def _quotes(reader: Reader, heading: _Heading, statements: tuple[Statement, ...], lang: Lang) -> Screen:
    """Return a screen with the statements in the language `lang`, each below the name of its clause.

    Below the text, the screen has a button for each clause that is named.
    """
    book, clauses = reader.campaign.phrasebooks[lang], reader.campaign.clause_by_id
    spans = [Span(heading.names[lang], Style.BOLD), Span(f"\n{book.say(heading.hint)}\n\n")]
    for statement in statements:
        clause = clauses[statement.clause]
        spans += [
            Span(_name(book, clause) + "\n", Style.BOLD),
            Span(standalone(statement.quotes[lang], clause.texts[lang], book.language.pointers), Style.QUOTE),
            Span("\n\n"),
        ]
    spans.append(Span(reader.edition_notice(lang), Style.ITALIC))
    distinct_clauses = dict.fromkeys(statement.clause for statement in statements)
    return Screen(tuple(spans), tuple((reader.clause_button(clauses[clause]),) for clause in distinct_clauses))


def _name(book: Phrasebook, clause: Clause) -> str:
    return book.say("clause.name", number=clause.number) if clause.number else clause.titles[book.language.code]
