"""Build the first screen, the menu, and the list of languages."""

from content.model import Edition, Lang
from content.screens.frame import all_languages_rows, back_to_origin, ways_out
from content.screens.navigation.button_data import to_data
from content.screens.navigation.places import AtCommand, Contents, Home, LanguageChosen, Languages, Start
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, Row, Screen, Span, Style


def start(reader: Reader) -> Screen:
    """Return the first screen: what the bot is, above the buttons of the menu."""
    edition = reader.campaign.editions[reader.lang]
    return Screen(
        (
            Span(edition.title, Style.BOLD),
            Span(date_line(edition) + "\n\n" + reader.say("start.text", example=example_number(reader)) + "\n\n"),
            Span(reader.say("start.notice"), Style.ITALIC),
        ),
        menu_rows(reader),
        Start(),
    )


def home(reader: Reader) -> Screen:
    """Return the menu: a title, a sentence and buttons. It fits on the screen of a small phone."""
    title = reader.campaign.editions[reader.lang].title
    spans = (Span(title, Style.BOLD), Span("\n\n" + reader.say("home.text", example=example_number(reader))))
    return Screen(spans, menu_rows(reader), Home())


def menu_rows(reader: Reader) -> tuple[Row, ...]:
    """Return the buttons of the menu for a person who has not subscribed.

    For a subscriber, the bot replaces "Subscribe" by "Settings".
    """
    more = (reader.place_button(name, AtCommand(name)) for name in ("latest", "privacy", "help"))
    return (
        (reader.place_button("read", Contents()),),
        *reader.browse_rows(),
        (reader.action_button(reader.say("button.subscribe"), "join"),),
        reader.directed_row(more),
        *all_languages_rows(reader, Languages()),
    )


def home_rows(reader: Reader) -> tuple[Row, ...]:
    """Return the usual buttons, for a screen without buttons of its own: read, topics, demands and the menu."""
    return ((reader.place_button("read", Contents()),), *reader.browse_rows(), ways_out(reader))


def example_number(reader: Reader) -> int:
    """Return the clause number to use in examples: 4, or the last clause of a declaration with fewer clauses."""
    return min(4, reader.campaign.numbered_clause_count)


def date_line(edition: Edition) -> str:
    """Return a line break and the date of an edition, or "" if it has no date."""
    return f"\n{edition.date}" if edition.date else ""


def languages(reader: Reader, place: Languages) -> Screen:
    """Return the screen on which people choose a language. Every language has its name in the language itself.

    The button of a language shows the screen from which the person came (`place.origin`) in that language. Without an
    origin, the button opens the first screen.
    """
    title, hint = reader.say("language.title"), reader.say("language.hint")
    rows = tuple((_language_button(reader, place, code),) for code in reader.campaign.languages)
    way_back = ways_out(reader, *back_to_origin(reader, place))
    return Screen((Span(title, Style.BOLD), Span(f"\n\n{hint}")), (*rows, way_back), place)


def _language_button(reader: Reader, place: Languages, code: Lang) -> CallbackButton:
    name = reader.campaign.languages[code].name
    if place.origin:
        return CallbackButton(name, to_data(place.origin, code))
    return CallbackButton(name, to_data(LanguageChosen(code), reader.lang))
