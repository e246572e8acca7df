"""Build the screens of the declaration, such as those of a clause or the table of contents, in one language.

The screens show titles and texts of the declaration, and phrases of the campaign. The code contains no sentences.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from content.model import WHOLE, Campaign, Clause, Lang
from content.screens.answers import choices, quotation
from content.screens.frame import (
    back_to_origin,
    clause_in,
    language_rows,
    offline_button,
    passing_on_row,
    sharing_row,
    ways_out,
)
from content.screens.listening import ListenRequest, clause_request, listen_button
from content.screens.menu import date_line, home, languages
from content.screens.menu import start as start
from content.screens.navigation.places import (
    AtAnswer,
    AtChoices,
    AtClause,
    AtCommand,
    AtDemand,
    AtTopic,
    Contents,
    Demands,
    Home,
    LanguageChosen,
    Languages,
    Offline,
    PassOn,
    Place,
    Start,
    Topics,
)
from content.screens.passing_on import pass_on
from content.screens.reader import Reader as Reader
from content.screens.screen import Button, CallbackButton, Row, Screen, Span, Style
from content.screens.topics import demand, demands, topic, topics

_NUMBERS_PER_ROW = 4


def contents(reader: Reader) -> Screen:
    """Return the table of contents, with a button for each clause."""
    edition = reader.campaign.editions[reader.lang]
    return Screen(
        (
            Span(edition.title, Style.BOLD),
            Span(date_line(edition) + "\n\n" + "\n".join(_content_lines(reader)) + "\n\n"),
            Span(reader.edition_notice(), Style.ITALIC),
            Span("\n\n" + reader.say("contents.hint")),
        ),
        (
            *_listen_row(reader, ListenRequest(WHOLE)),
            *_clause_rows(reader),
            *reader.browse_rows(),
            sharing_row(reader, "share_declaration", "", Contents()),
            (offline_button(reader),),
            ways_out(reader),
        ),
        Contents(),
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


def clause(reader: Reader, clause: Clause, place: AtClause | None = None, *, notice: str = "") -> Screen:
    """Return the screen with the whole text of one clause. A `notice` is shown above the text.

    `place` says whether the text is that of the original, and to which screen "Back" leads.
    """
    place = replace(place or AtClause(clause.id), text_hash="")
    lang = reader.text_language(place.in_original)
    spans = [
        Span(_heading(reader, clause, lang) + "\n", Style.BOLD),
        Span("\n" + clause.texts[lang] + "\n\n"),
        Span(reader.edition_notice(lang), Style.ITALIC),
    ]
    if notice:
        spans.insert(0, Span(notice + "\n\n", Style.ITALIC))
    return Screen(tuple(spans), tuple(_navigation_rows(reader, clause, place)), place)


def _heading(reader: Reader, clause: Clause, lang: Lang) -> str:
    book = reader.campaign.phrasebooks[lang]
    if clause.number is None:
        return clause.titles[lang]
    position = book.say("clause.position", number=clause.number, total=reader.campaign.numbered_clause_count)
    return f"{position}\n{clause.titles[lang]}"


def _navigation_rows(reader: Reader, clause: Clause, place: AtClause) -> Iterator[Row]:
    """Yield the rows of buttons below a clause.

    The buttons open the clauses before and after, the original and other languages, or share the clause. The last row
    leads back and to the menu.
    """
    yield reader.directed_row(_steps(reader, clause, place))
    yield from reader.original_toggle(reader.place_of(clause, in_original=not place.in_original, origin=place.origin))
    yield from _listen_row(reader, clause_request(place))
    yield from language_rows(reader, clause_in(reader, place))
    yield passing_on_row(reader, place)
    yield ways_out(reader, *back_to_origin(reader, place))


def _listen_row(reader: Reader, request: ListenRequest) -> Iterator[Row]:
    """Yield a row with the button that plays the recording in `request`; no row if the campaign does not have it."""
    if button := listen_button(reader, request):
        yield (button,)


def _steps(reader: Reader, clause: Clause, place: AtClause) -> list[Button]:
    """Return buttons that open the previous clause, the table of contents, and the next clause.

    The first and the last clause have only two buttons.
    """
    before, after = _neighbours(reader.campaign, clause)
    steps: list[Button] = [reader.place_button("contents", Contents())]
    if before:
        steps.insert(0, reader.place_button("previous", reader.place_of(before, origin=place.origin)))
    if after:
        steps.append(reader.place_button("next", reader.place_of(after, origin=place.origin)))
    return steps


def _neighbours(campaign: Campaign, clause: Clause) -> tuple[Clause | None, Clause | None]:
    """Return the clauses before and after `clause`, or None where there is none."""
    clauses = campaign.clauses
    at = clauses.index(clause)
    return (clauses[at - 1] if at else None, clauses[at + 1] if at + 1 < len(clauses) else None)


def show(reader: Reader, place: Place) -> Screen | None:
    """Return the screen of `place`, or None if the campaign has no such clause, topic or addressee.

    For the screens of commands, and for the choice of files with the whole text, always return None. Other modules
    build them, because they need more than the campaign.
    """
    match place:
        case Start() | LanguageChosen():
            return start(reader)
        case Home():
            return home(reader)
        case Contents():
            return contents(reader)
        case AtClause():
            target = reader.campaign.clause_by_id.get(place.clause)
            return clause(reader, target, place) if target else None
        case Topics():
            return topics(reader)
        case AtTopic():
            return topic(reader, place)
        case Demands():
            return demands(reader)
        case AtDemand():
            return demand(reader, place)
        case PassOn():
            return pass_on(reader, place)
        case Languages():
            return languages(reader, place)
        case AtAnswer():
            return quotation(reader, place)
        case AtChoices():
            return choices(reader, place)
        case AtCommand() | Offline():
            return None
