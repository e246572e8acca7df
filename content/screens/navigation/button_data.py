"""Encode places, the screens that a person can open, as callback data of buttons.

Nothing about readers is stored. Therefore the button has all data that are needed to open its screen. The callback
data are `r.KIND.LANG.ARGUMENT`, at most 64 bytes. At their end, `/KIND.ARGUMENT` can name the place to which "Back"
leads.
"""

import re

from content.model import AddresseeId, ClauseId, Lang, TopicId
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
    origin_of,
    without_origin,
)

DATA_LIMIT = 64  # bytes in the callback data of a button
_ARGUMENT_LIMIT = 50  # characters, so that every place fits into a button without its origin
_QUOTE_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


_PLACE_BY_LETTER: dict[str, Place] = {
    "s": Start(),
    "h": Home(),
    "c": Contents(),
    "o": Offline(),
    "t": Topics(),
    "d": Demands(),
    "l": Languages(),
}
_LETTER_BY_PLACE = {place: letter for letter, place in _PLACE_BY_LETTER.items()}
_PASS_ON_LETTERS = {"C": "W", "O": "w", "D": "X", "E": "x"}  # by the letter of what is passed on
LANG_PATTERN = "[a-z]{2,3}(?:-[a-z0-9]{2,5})?"
_ID = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
_KIND = rf"([a-zA-Z])(?:\.([a-z0-9_+-]{{1,{_ARGUMENT_LIMIT}}}))?"
_DATA = re.compile(
    rf"r\.([a-zA-Z])\.({LANG_PATTERN})(?:\.([a-z0-9_+-]{{1,{_ARGUMENT_LIMIT}}}))?(?:\.([0-9a-f]{{4}}))?(?:/{_KIND})?",
    re.ASCII,
)


def to_data(place: Place, lang: Lang) -> str:
    """Return the callback data of a button that opens `place` in the language `lang`.

    If the data would be too long for a button, leave out the place to which "Back" leads.
    """
    letter, argument = _letter_and_argument(place)
    data = f"r.{letter}.{lang}" + (f".{argument}" if argument else "")
    if isinstance(place, AtClause) and place.text_hash:
        data += f".{place.text_hash}"
    origin = origin_of(place)
    with_origin = f"{data}/{'.'.join(filter(None, _letter_and_argument(origin)))}" if origin else data
    return with_origin if len(with_origin) <= DATA_LIMIT else data


def _letter_and_argument(place: Place) -> tuple[str, str]:
    """Return the parts KIND and ARGUMENT of callback data for `place`: a letter, and a text such as a clause's id."""
    match place:
        case AtClause(clause, _, in_original):
            return ("O" if in_original else "C", clause)
        case AtTopic(topic, in_original):
            return ("P" if in_original else "T", topic)
        case AtDemand(addressee, in_original):
            return ("E" if in_original else "D", addressee)
        case PassOn(subject):
            letter, argument = _letter_and_argument(subject)
            return (_PASS_ON_LETTERS[letter], argument)
        case LanguageChosen(chosen):
            return ("L", chosen)
        case AtAnswer(clauses, quotes, topic):
            digits = "".join(_QUOTE_DIGITS[quote] for quote in quotes)
            return ("A", "_".join(("+".join(clauses), digits, *([topic] if topic else ()))))
        case AtChoices(clauses, command):
            return ("Q", "_".join(filter(None, ("+".join(clauses), command))))
        case AtCommand(name):
            return ("b", name)
        case _:
            return (_LETTER_BY_PLACE[without_origin(place)], "")


def fits_into_button(place: AtAnswer | AtChoices) -> bool:
    """Return whether `place`, which can name several clauses, is short enough for callback data."""
    quotes = place.quotes if isinstance(place, AtAnswer) else ()
    is_short = len(_letter_and_argument(place)[1]) <= _ARGUMENT_LIMIT
    return is_short and all(quote < len(_QUOTE_DIGITS) for quote in quotes)


def from_data(data: str) -> tuple[Place, Lang] | None:
    """Return the place and language in a button's callback data, or None for data that `to_data` did not write."""
    fields = _DATA.fullmatch(data)
    if not fields:
        return None
    letter, lang, argument, text_hash, origin_letter, origin_argument = fields.groups(default="")
    origin = _place(origin_letter, origin_argument) if origin_letter else None
    place = _place(letter, argument, text_hash, origin)
    return (place, Lang(lang)) if place and to_data(place, Lang(lang)) == data else None


def _place(letter: str, argument: str, text_hash: str = "", origin: Place | None = None) -> Place | None:
    match letter:
        case "l" if not argument:
            return Languages(origin)
        case "o" if not argument:
            return Offline(origin)
        case _ if not argument:
            return _PLACE_BY_LETTER.get(letter)
        case "A":
            return _answer(argument)
        case "Q":
            return _choices(argument)
        case "L" if is_language_tag(argument):
            return LanguageChosen(Lang(argument))
        case "b" if is_command_name(argument):
            return AtCommand(argument)
        case _ if _ID.fullmatch(argument):
            return _named_place(letter, argument, text_hash, origin)
        case _:
            return None


def _named_place(letter: str, name: str, text_hash: str, origin: Place | None) -> Place | None:
    match letter:
        case "C" | "O":
            return AtClause(ClauseId(name), text_hash, letter == "O", origin)
        case "T" | "P":
            return AtTopic(TopicId(name), letter == "P", origin)
        case "D" | "E":
            return AtDemand(AddresseeId(name), letter == "E", origin)
        case "W" | "w" if not text_hash:
            return PassOn(AtClause(ClauseId(name), in_original=letter == "w", origin=origin))
        case "X" | "x":
            return PassOn(AtDemand(AddresseeId(name), letter == "x", origin))
        case _:
            return None


def _answer(argument: str) -> AtAnswer | None:
    clauses, *rest = argument.split("_")
    if not 1 <= len(rest) <= 2 or not set(rest[0]) <= set(_QUOTE_DIGITS):
        return None
    quotes = tuple(map(_QUOTE_DIGITS.index, rest[0]))
    return AtAnswer(_clauses(clauses), quotes, TopicId(rest[1]) if len(rest) == 2 else None)


def _choices(argument: str) -> AtChoices | None:
    clauses, _, command = argument.partition("_")
    return AtChoices(_clauses(clauses), command) if not command or is_command_name(command) else None


def _clauses(argument: str) -> tuple[ClauseId, ...]:
    return tuple(map(ClauseId, argument.split("+")))


def is_command_name(text: str) -> bool:
    """Return whether `text` has the form of a command without the slash."""
    return re.fullmatch("[a-z]{1,20}", text) is not None


def is_language_tag(text: str) -> bool:
    """Return whether `text` has the form of a language's code, such as fa or pt-br."""
    return re.fullmatch(LANG_PATTERN, text) is not None
