"""Build the screens of the declaration. There is one for each place, such as a clause, in one language.

The code writes no sentences about the declaration. Screens show its titles and texts, and the campaign's phrases.
"""

from collections.abc import Iterator
from itertools import groupby

from content.model import Campaign, Clause, Edition, Lang
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

_NUMBERS_PER_ROW = 4


def start(reader: Reader) -> Screen:
    """Return the first screen: what the bot is, with buttons to read, search, subscribe and change the language."""
    edition = reader.campaign.editions[reader.lang]
    example = reader.book.language.number(min(4, reader.campaign.numbered_clause_count))
    return Screen(
        (
            Span(edition.title, Style.BOLD),
            Span(_date_line(edition) + "\n\n" + reader.say("start.text", example=example) + "\n\n"),
            Span(reader.say("start.notice"), Style.ITALIC),
        ),
        (
            (reader.place_button("read", Contents()),),
            *reader.browse_rows(),
            (reader.action_button(reader.say("button.subscribe"), "join"),),
            *reader.language_rows(),
        ),
    )


def _date_line(edition: Edition) -> str:
    return f"\n{edition.date}" if edition.date else ""


def contents(reader: Reader) -> Screen:
    """Return the table of contents, with a button for each clause."""
    edition = reader.campaign.editions[reader.lang]
    return Screen(
        (
            Span(edition.title, Style.BOLD),
            Span(_date_line(edition) + "\n\n" + "\n".join(_content_lines(reader)) + "\n\n"),
            Span(reader.edition_notice(), Style.ITALIC),
            Span("\n\n" + reader.say("contents.hint")),
        ),
        (
            *_clause_rows(reader),
            *reader.browse_rows(),
            (ShareButton(reader.say("button.share_declaration"), ""),),
        ),
    )


def _content_lines(reader: Reader) -> Iterator[str]:
    for clause in reader.campaign.clauses:
        title = clause.titles[reader.lang]
        number = clause.number
        yield reader.say("contents.line", number=number, title=title) if number else title


def _clause_rows(reader: Reader) -> Iterator[Row]:
    """Yield rows of buttons for all clauses, in order. A row has up to four numbered clauses, or one other clause."""
    for has_number, clauses in groupby(reader.campaign.clauses, key=lambda clause: clause.number is not None):
        buttons = [CallbackButton(_short_label(reader, clause), reader.callback_data(clause)) for clause in clauses]
        width = _NUMBERS_PER_ROW if has_number else 1
        for i in range(0, len(buttons), width):
            yield reader.directed_row(buttons[i : i + width])


def _short_label(reader: Reader, clause: Clause) -> str:
    return reader.book.language.number(clause.number) if clause.number else clause.titles[reader.lang]


def clause(reader: Reader, clause: Clause, *, in_original: bool = False, notice: str = "") -> Screen:
    """Return the screen with the whole text of one clause. A `notice` is shown above the text."""
    lang = reader.text_language(in_original)
    spans = [
        Span(_heading(reader, clause, lang) + "\n", Style.BOLD),
        Span("\n" + clause.texts[lang] + "\n\n"),
        Span(reader.edition_notice(lang), Style.ITALIC),
    ]
    if notice:
        spans.insert(0, Span(notice + "\n\n", Style.ITALIC))
    return Screen(tuple(spans), tuple(_navigation_rows(reader, clause, in_original)))


def _heading(reader: Reader, clause: Clause, lang: Lang) -> str:
    book = reader.campaign.phrasebooks[lang]
    if clause.number is None:
        return clause.titles[lang]
    position = book.say("clause.position", number=clause.number, total=reader.campaign.numbered_clause_count)
    return f"{position}\n{clause.titles[lang]}"


def _navigation_rows(reader: Reader, clause: Clause, in_original: bool) -> Iterator[Row]:
    """Yield rows of buttons below a clause: for its neighbours, the contents, the original text, and sharing."""
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
    """Return the clauses before and after `clause`, or None where there is none."""
    clauses = campaign.clauses
    at = clauses.index(clause)
    return (clauses[at - 1] if at else None, clauses[at + 1] if at + 1 < len(clauses) else None)


def languages(reader: Reader) -> Screen:
    """Return the screen on which people choose a language. Every language has its name in the language itself."""
    rows = tuple(
        (CallbackButton(language.name, to_data(LanguageChosen(code), reader.lang)),)
        for code, language in reader.campaign.languages.items()
    )
    return listing(reader, "language", rows)


def home_rows(reader: Reader) -> tuple[Row, ...]:
    """Return three buttons for a screen without buttons of its own: read, topics and demands."""
    return (
        (reader.place_button("read", Contents()),),
        *reader.browse_rows(),
    )


def show(reader: Reader, place: Place) -> Screen | None:
    """Return the screen of `place`, or None if the campaign has no such clause, topic or addressee."""
    match place:
        case Start() | LanguageChosen():
            return start(reader)
        case Contents():
            return contents(reader)
        case AtClause(clause_id, _, in_original):
            target = reader.campaign.clause_by_id.get(clause_id)
            return clause(reader, target, in_original=in_original) if target else None
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
