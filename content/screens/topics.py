"""Screens of topics and of those who are asked: lists, and what the declaration says, quoted word for word."""

from dataclasses import dataclass

from content.model import Clause, Lang, Phrasebook, Statement, Words
from content.screens.navigation import AtDemand, AtTopic, Contents, Demands, Topics, to_data
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, Row, Screen, Span, Style


def topics(reader: Reader) -> Screen:
    return listing(reader, "topics", (*topic_rows(reader), (reader.place_button("contents", Contents()),)))


def topic_rows(reader: Reader) -> tuple[Row, ...]:
    """A button for every topic."""
    return tuple(
        (CallbackButton(topic.names[reader.lang], to_data(AtTopic(topic.id), reader.lang)),)
        for topic in reader.campaign.topics
    )


def demands(reader: Reader) -> Screen:
    rows = tuple(
        (CallbackButton(addressee.names[reader.lang], to_data(AtDemand(addressee.id), reader.lang)),)
        for addressee in reader.campaign.addressees
    )
    return listing(reader, "demands", (*rows, (reader.place_button("contents", Contents()),)))


def listing(reader: Reader, key: str, rows: tuple[Row, ...]) -> Screen:
    title, hint = reader.say(f"{key}.title"), reader.say(f"{key}.hint")
    return Screen((Span(title, Style.BOLD), Span(f"\n\n{hint}")), rows)


def topic(reader: Reader, place: AtTopic) -> Screen | None:
    """All statements on one topic; None when the campaign has no such topic."""
    found = next((topic for topic in reader.campaign.topics if topic.id == place.topic), None)
    if found is None:
        return None
    quoted = reader.campaign.statements_on(found.id)
    screen = _quotes(reader, _Head(found.names, "topic.hint"), quoted, reader.text_language(place.in_original))
    other = reader.original_toggle(AtTopic(place.topic, not place.in_original))
    return screen.with_rows((*screen.rows, *other, (reader.place_button("all_topics", Topics()),)))


def demand(reader: Reader, place: AtDemand) -> Screen | None:
    """All that is asked of one addressee; None when the campaign asks nobody of that name."""
    found = next((one for one in reader.campaign.addressees if one.id == place.addressee), None)
    if found is None:
        return None
    quoted = reader.campaign.asks_to(found.id)
    screen = _quotes(reader, _Head(found.names, "demand.hint"), quoted, reader.text_language(place.in_original))
    other = reader.original_toggle(AtDemand(place.addressee, not place.in_original))
    return screen.with_rows((*screen.rows, *other, (reader.place_button("all_demands", Demands()),)))


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above quotes: whose or on what they are, and the phrase that says so."""

    names: Words
    hint: str


def _quotes(reader: Reader, head: _Head, quoted: tuple[Statement, ...], shown: Lang) -> Screen:
    """The statements in the language `shown`, each under its clause, and a button to each clause."""
    book, clauses = reader.campaign.phrasebooks[shown], reader.campaign.clause_by_id
    spans = [Span(head.names[shown], Style.BOLD), Span(f"\n{book.say(head.hint)}\n\n")]
    for statement in quoted:
        spans += [
            Span(_name(book, clauses[statement.clause]) + "\n", Style.BOLD),
            Span(statement.quotes[shown], Style.QUOTE),
            Span("\n\n"),
        ]
    spans.append(Span(reader.edition_notice(shown), Style.ITALIC))
    once = dict.fromkeys(statement.clause for statement in quoted)
    return Screen(tuple(spans), tuple((reader.clause_button(clauses[one]),) for one in once))


def _name(book: Phrasebook, clause: Clause) -> str:
    return book.say("clause.name", number=clause.number) if clause.number else clause.titles[book.language.code]
