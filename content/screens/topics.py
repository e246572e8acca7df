"""Build the lists of topics and addressees, and the screens of a topic and of the demands on an addressee.

These screens quote statements word for word.
"""

from dataclasses import dataclass, replace

from content.model import Clause, Phrasebook, Statement, Words
from content.screens.frame import back_to_origin, language_rows, passing_on_row, ways_out
from content.screens.navigation.button_data import to_data
from content.screens.navigation.places import AtDemand, AtTopic, Contents, Demands, Place, Topics
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, Row, Screen, Span, Style
from content.screens.standalone_quotes import standalone


def topics(reader: Reader) -> Screen:
    """Return the screen with the list of topics."""
    return _listing(reader, "topics", topic_rows(reader), Topics())


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
    return _listing(reader, "demands", rows, Demands())


def _listing(reader: Reader, key: str, rows: tuple[Row, ...], place: Place) -> Screen:
    """Return a screen with the phrases `KEY.title` and `KEY.hint` above the buttons in `rows`.

    `place` is the place of the screen: the data with which a button can open it again.
    """
    title, hint = reader.say(f"{key}.title"), reader.say(f"{key}.hint")
    way_back = ways_out(reader, reader.place_button("contents", Contents()))
    return Screen((Span(title, Style.BOLD), Span(f"\n\n{hint}")), (*rows, way_back), place)


def topic(reader: Reader, place: AtTopic) -> Screen | None:
    """Return the screen with all statements on one topic, or None if the campaign has no such topic."""
    selected = next((topic for topic in reader.campaign.topics if topic.id == place.topic), None)
    if selected is None:
        return None
    heading, statements = _Heading(selected.names, "topic.hint"), reader.campaign.statements_on(selected.id)
    return _framed(reader, place, _quotes(reader, heading, statements, place), "all_topics", Topics())


def demand(reader: Reader, place: AtDemand) -> Screen | None:
    """Return the screen with all that is asked of one addressee, or None if the campaign has no such addressee."""
    selected = next((row for row in reader.campaign.addressees if row.id == place.addressee), None)
    if selected is None:
        return None
    heading, statements = _Heading(selected.names, "demand.hint"), reader.campaign.statements_to(selected.id)
    return _framed(reader, place, _quotes(reader, heading, statements, place), "all_demands", Demands())


def _framed(reader: Reader, place: AtTopic | AtDemand, screen: Screen, label: str, siblings: Place) -> Screen:
    """Return `screen` with further rows of buttons: original, other languages, sharing, and the ways out.

    The ways out are "Back", the menu, and `siblings`, which is the list of all topics or of all addressees. The
    button for that list has the phrase `button.LABEL` as its label.
    """
    toggle = reader.original_toggle(replace(place, in_original=not place.in_original))
    languages = language_rows(reader, lambda _: replace(place, in_original=False))
    sharing = (passing_on_row(reader, place),) if isinstance(place, AtDemand) else ()
    ways = ways_out(reader, *back_to_origin(reader, place), reader.place_button(label, siblings))
    return screen.with_rows((*screen.rows, *toggle, *languages, *sharing, ways))


@dataclass(frozen=True, slots=True)
class _Heading:
    """The heading of a screen with quotes: the name of a topic or addressee, and the key of the phrase below."""

    names: Words
    hint: str


def _quotes(
    reader: Reader, heading: _Heading, statements: tuple[Statement, ...], place: AtTopic | AtDemand
) -> Screen:
    """Return the screen of `place`: the quotes of `statements`, each below the name of its clause.

    A button for each of these clauses opens it. From there, "Back" leads to `place`.
    """
    lang = reader.text_language(place.in_original)
    book, clauses = reader.campaign.phrasebooks[lang], reader.campaign.clause_by_id
    spans = [Span(heading.names[lang], Style.BOLD), Span(f"\n{book.say(heading.hint)}\n\n")]
    for statement in statements:
        clause = clauses[statement.clause]
        spans += [
            Span(clause_name(book, clause) + "\n", Style.BOLD),
            Span(standalone(statement.quotes[lang], clause.texts[lang], book.language.pointers), Style.QUOTE),
            Span("\n\n"),
        ]
    spans.append(Span(reader.edition_notice(lang), Style.ITALIC))
    distinct_clauses = dict.fromkeys(statement.clause for statement in statements)
    rows = tuple((reader.clause_button(clauses[clause], place),) for clause in distinct_clauses)
    return Screen(tuple(spans), rows, place)


def clause_name(book: Phrasebook, clause: Clause) -> str:
    """Return the name of a clause, such as "Clause 4"; for a part without a number, its title."""
    return book.say("clause.name", number=clause.number) if clause.number else clause.titles[book.language.code]
