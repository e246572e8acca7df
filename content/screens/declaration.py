"""Screens of the declaration: what a person sees at every place of the text, in one language.

No sentence about the declaration is composed here: screens are titles, quotes and the campaign's phrases.
"""

from collections.abc import Iterator
from itertools import groupby

from content.model import Campaign, Clause, Lang
from content.screens.navigation import (
    AtClause,
    AtDemand,
    AtTopic,
    Contents,
    Demands,
    LanguageChosen,
    Languages,
    Place,
    Start,
    Topics,
    to_data,
    to_link,
)
from content.screens.reader import Reader as Reader
from content.screens.screen import Button, CallbackButton, Row, Screen, ShareButton, Span, Style
from content.screens.topics import demand, demands, listing, topic, topics


def start(reader: Reader) -> Screen:
    """One short screen: what this is, read, find, language."""
    edition = reader.campaign.editions[reader.lang]
    example = reader.book.language.number(min(4, reader.campaign.numbered_clause_count))
    return Screen(
        (
            Span(edition.title, Style.BOLD),
            Span(f"\n{edition.date}\n\n" + reader.say("start.text", example=example) + "\n\n"),
            Span(reader.say("start.notice"), Style.ITALIC),
        ),
        (
            (reader.place_button("read", Contents()),),
            (reader.place_button("topics", Topics()), reader.place_button("demands", Demands())),
            (reader.action_button(reader.say("button.subscribe"), "join"),),
            (reader.place_button("language", Languages()),),
        ),
    )


def contents(reader: Reader) -> Screen:
    """The titles of all parts, and a button for each."""
    campaign = reader.campaign
    edition = campaign.editions[reader.lang]
    return Screen(
        (
            Span(edition.title, Style.BOLD),
            Span(f"\n{edition.date}\n\n" + "\n".join(_lines(reader)) + "\n\n"),
            Span(reader.edition_notice(), Style.ITALIC),
            Span("\n\n" + reader.say("contents.hint")),
        ),
        (
            *_parts(reader),
            (reader.place_button("topics", Topics()), reader.place_button("demands", Demands())),
            (ShareButton(reader.say("button.share_declaration"), ""),),
        ),
    )


def _lines(reader: Reader) -> Iterator[str]:
    for clause in reader.campaign.clauses:
        title = clause.titles[reader.lang]
        number = clause.number
        yield reader.say("contents.line", number=number, title=title) if number else title


def _parts(reader: Reader) -> Iterator[Row]:
    """Buttons in the order of the text, numbers four in a row, mirrored where the language runs leftwards."""
    for numbered, clauses in groupby(reader.campaign.clauses, key=lambda clause: clause.number is not None):
        buttons = [CallbackButton(_short(reader, clause), reader.callback_data(clause)) for clause in clauses]
        width = 4 if numbered else 1
        for i in range(0, len(buttons), width):
            yield reader.directed_row(buttons[i : i + width])


def _short(reader: Reader, clause: Clause) -> str:
    return reader.book.language.number(clause.number) if clause.number else clause.titles[reader.lang]


def clause(reader: Reader, clause: Clause, *, in_original: bool = False, notice: str = "") -> Screen:
    """One clause, complete and verbatim, with the ways on; a `notice`, when there is one, comes first."""
    shown = reader.text_language(in_original)
    spans = [
        Span(_heading(reader, clause, shown) + "\n", Style.BOLD),
        Span("\n" + clause.texts[shown] + "\n\n"),
        Span(reader.edition_notice(shown), Style.ITALIC),
    ]
    if notice:
        spans.insert(0, Span(notice + "\n\n", Style.ITALIC))
    return Screen(tuple(spans), tuple(_ways(reader, clause, in_original)))


def _heading(reader: Reader, clause: Clause, shown: Lang) -> str:
    book = reader.campaign.phrasebooks[shown]
    if clause.number is None:
        return clause.titles[shown]
    position = book.say("clause.position", number=clause.number, total=reader.campaign.numbered_clause_count)
    return f"{position}\n{clause.titles[shown]}"


def _ways(reader: Reader, clause: Clause, in_original: bool) -> Iterator[Row]:
    before, after = _neighbours(reader.campaign, clause)
    steps: list[Button] = [CallbackButton(reader.say("button.contents"), to_data(Contents(), reader.lang))]
    if before:
        steps.insert(0, CallbackButton(reader.say("button.previous"), reader.callback_data(before)))
    if after:
        steps.append(CallbackButton(reader.say("button.next"), reader.callback_data(after)))
    yield reader.directed_row(steps)
    yield from reader.original_toggle(reader.place_of(clause, in_original=not in_original))
    yield (ShareButton(reader.say("button.share"), to_link(AtClause(clause.id))),)


def _neighbours(campaign: Campaign, clause: Clause) -> tuple[Clause | None, Clause | None]:
    all_ = campaign.clauses
    at = all_.index(clause)
    return (all_[at - 1] if at else None, all_[at + 1] if at + 1 < len(all_) else None)


def languages(reader: Reader) -> Screen:
    rows = tuple(
        (CallbackButton(language.name, to_data(LanguageChosen(code), reader.lang)),)
        for code, language in reader.campaign.languages.items()
    )
    return listing(reader, "language", rows)


def home_rows(reader: Reader) -> tuple[Row, ...]:
    """The ways on from a screen that has none of its own."""
    return (
        (reader.place_button("read", Contents()),),
        (reader.place_button("topics", Topics()), reader.place_button("demands", Demands())),
    )


def show(reader: Reader, place: Place) -> Screen | None:
    """The screen of any place; None when the campaign does not have it."""
    match place:
        case Start() | LanguageChosen():
            return start(reader)
        case Contents():
            return contents(reader)
        case AtClause(clause_id, _, in_original):
            found = reader.campaign.clause_by_id.get(clause_id)
            return clause(reader, found, in_original=in_original) if found else None
        case Topics():
            return topics(reader)
        case AtTopic():
            return topic(reader, place)
        case Demands():
            return demands(reader)
        case AtDemand():
            return demand(reader, place)
        case Languages():
            return languages(reader)
