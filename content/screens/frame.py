"""Build the rows below a screen's own buttons: for languages, for sharing, and for the ways back and to the menu.

Every screen for a private chat ends with the row of `ways_out`, so that no screen is a dead end.
"""

from collections.abc import Callable

from content.model import Lang
from content.screens.navigation.button_data import from_data, to_data
from content.screens.navigation.deep_links import address, to_link
from content.screens.navigation.places import (
    AtClause,
    AtDemand,
    Home,
    Languages,
    Offline,
    PassOn,
    Place,
    Start,
    origin_of,
)
from content.screens.reader import Reader
from content.screens.screen import Button, CallbackButton, CopyButton, Row, Screen, ShareButton, UrlButton

_MAX_LANGUAGES = 3  # names of languages in a row that a narrow phone shows in full
HIDE = "hide"  # part of buttons in existing chats
_LABEL_LANGUAGES = 4  # words on the button that opens the choice of languages


def home_button(reader: Reader) -> CallbackButton:
    """Return the button that opens the menu."""
    return reader.place_button("menu", Home())


def ways_out(reader: Reader, *back: Button) -> Row:
    """Return the last row of a screen: the buttons in `back`, and the button that opens the menu."""
    return reader.directed_row((*back, home_button(reader)))


def back_to_origin(reader: Reader, place: Place) -> tuple[Button, ...]:
    """Return a button "Back" to the screen from which the person came to `place`; () if that is not recorded."""
    origin = origin_of(place)
    return (reader.place_button("back", origin),) if origin else ()


def hide_button(reader: Reader) -> CallbackButton:
    """Return the button that deletes the message to which it belongs."""
    return CallbackButton(reader.say("button.hide"), f"p.{reader.lang}.{HIDE}")


def has_way_home(screen: Screen) -> bool:
    """Return whether `screen` is the menu, or has a button that opens it."""
    if screen.place in (Start(), Home()):
        return True
    targets = (from_data(button.data) for row in screen.rows for button in row if isinstance(button, CallbackButton))
    return any(target and target[0] == Home() for target in targets)


def with_way_home(reader: Reader, screen: Screen) -> Screen:
    """Return `screen` with a last row that opens the menu. A screen with such a button is returned unchanged."""
    return screen if has_way_home(screen) else screen.with_rows((*screen.rows, ways_out(reader)))


def language_rows(reader: Reader, place_in: Callable[[Lang], Place]) -> tuple[Row, ...]:
    """Return a row with a button for each other language of the campaign, labelled with the language's own name.

    A button opens the place that `place_in` returns for its language: the same content in that language. If there are
    many languages, one button opens the list of them instead.
    """
    others = [code for code in reader.campaign.languages if code != reader.lang]
    if len(others) > _MAX_LANGUAGES:
        return all_languages_rows(reader, Languages(place_in(reader.lang)))
    names = reader.campaign.languages
    row = tuple(CallbackButton(names[code].name, to_data(place_in(code), code)) for code in others)
    return (row,) if row else ()


def all_languages_rows(reader: Reader, target: Languages) -> tuple[Row, ...]:
    """Return a row with the button that opens `target`, the choice of languages.

    Return () if the campaign has only one language. The label of the button is the word for "language"
    in each language of the campaign. If there are more than four such words, the label has only four of them.
    """
    if len(reader.campaign.languages) == 1:
        return ()
    books = reader.campaign.phrasebooks.values()
    words = list(dict.fromkeys(book.say("button.language") for book in books))
    if len(words) > _LABEL_LANGUAGES:  # the reader's own word comes first, so that it is not left out
        words = list(dict.fromkeys((reader.say("button.language"), *words)))[:_LABEL_LANGUAGES]
    return ((CallbackButton(" · ".join(words), to_data(target, reader.lang)),),)


def sharing_row(reader: Reader, label: str, query: str, place: Place) -> Row:
    """Return a row with two buttons: one shares `place` in another chat, and one copies a link to it.

    The first button has the phrase `button.LABEL` as its label, and starts the inline query `query`. The second
    button is left out if `reader.username` is empty, because the link needs the bot's username.
    """
    share = ShareButton(reader.say(f"button.{label}"), query)
    if not reader.username:
        return (share,)
    copy = CopyButton(reader.say("button.copy_link"), address(reader.username, place))
    return reader.directed_row((share, copy))


def offline_button(reader: Reader, origin: Place | None = None) -> CallbackButton:
    """Return the button that opens the choice of files with the whole text. "Back" leads from there to `origin`."""
    return CallbackButton(reader.say("offline.button"), to_data(Offline(origin), reader.lang))


def passing_on_row(reader: Reader, subject: AtClause | AtDemand) -> Row:
    """Return a row with a button that opens the screen with all ways to pass on `subject`.

    If `subject` is a clause, the row also has a button that shares the clause in another chat.
    """
    ways = reader.place_button("pass_on", PassOn(subject))
    if isinstance(subject, AtDemand):  # inline queries find clauses only
        return (ways,)
    return reader.directed_row((ShareButton(reader.say("button.share"), to_link(AtClause(subject.clause))), ways))


def private_link(reader: Reader, place: Place) -> UrlButton:
    """Return a button that opens `place` in a private chat with the bot. It is for screens in groups."""
    return UrlButton(reader.say("button.open_private"), address(reader.username, place))


def clause_in(reader: Reader, place: AtClause) -> Callable[[Lang], AtClause]:
    """Return a function from a language to the place of the same clause in that language."""
    clause = reader.campaign.clause_by_id[place.clause]
    return lambda lang: reader.speaking(lang).place_of(clause, origin=place.origin)
