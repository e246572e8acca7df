"""Define the places in the declaration, and encode them as callback data of buttons.

Nothing about readers is stored, so a button itself has all data that are needed to open its place. The callback data
of a button are `r.KIND.LANG.ARGUMENT`, at most 64 bytes. Behind them `/KIND.ARGUMENT` can name the place from which
the person came.
"""

import re
from dataclasses import dataclass, replace

from content.model import AddresseeId, ClauseId, Lang, TopicId

DATA_LIMIT = 64  # bytes in the callback data of a button
_ARGUMENT_LIMIT = 50  # characters, so that every place fits into a button without its origin
_QUOTE_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Start:
    """The first screen of the bot."""


@dataclass(frozen=True, slots=True)
class Home:
    """The menu, to which every screen leads back."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents."""


@dataclass(frozen=True, slots=True)
class AtClause:
    """One clause. The button "Back" leads to `origin`, or to the table of contents.

    `text_hash` is the hash of the clause's text when the button was made, or an empty string if it is unknown.
    """

    clause: ClauseId
    text_hash: str = ""
    in_original: bool = False
    origin: "Place | None" = None


@dataclass(frozen=True, slots=True)
class Topics:
    """The list of topics."""


@dataclass(frozen=True, slots=True)
class AtTopic:
    """The statements on one topic. `origin` is the place from which the person came, unless it is the list."""

    topic: TopicId
    in_original: bool = False
    origin: "Place | None" = None


@dataclass(frozen=True, slots=True)
class Demands:
    """The list of addressees."""


@dataclass(frozen=True, slots=True)
class AtDemand:
    """Everything that is asked of one addressee. `origin` is the place from which the person came, as for a topic."""

    addressee: AddresseeId
    in_original: bool = False
    origin: "Place | None" = None


@dataclass(frozen=True, slots=True)
class PassOn:
    """The ways in which a person can pass on a clause or a demand, to which "Back" leads."""

    subject: AtClause | AtDemand


@dataclass(frozen=True, slots=True)
class Languages:
    """The list of languages. A language that is chosen there opens `origin`, or else the first screen."""

    origin: "Place | None" = None


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The first screen in a language that the person has just chosen."""

    lang: Lang


@dataclass(frozen=True, slots=True)
class AtAnswer:
    """The answer to a question: quotes from the first of `clauses`, and buttons for the others and for `topic`.

    `quotes` are indices into the statements of the first clause. Without any, the whole clause is quoted.
    """

    clauses: tuple[ClauseId, ...]
    quotes: tuple[int, ...] = ()
    topic: TopicId | None = None


@dataclass(frozen=True, slots=True)
class AtChoices:
    """The question whether the person means one of `clauses`, or the screen of `command`, if there is one."""

    clauses: tuple[ClauseId, ...]
    command: str = ""


@dataclass(frozen=True, slots=True)
class AtCommand:
    """The screen of the command `name`, such as help. It changes nothing, whatever the command itself does."""

    name: str


Place = (
    Start
    | Home
    | Contents
    | AtClause
    | Topics
    | AtTopic
    | Demands
    | AtDemand
    | PassOn
    | Languages
    | LanguageChosen
    | AtAnswer
    | AtChoices
    | AtCommand
)

_PLACE_BY_LETTER: dict[str, Place] = {
    "s": Start(),
    "h": Home(),
    "c": Contents(),
    "t": Topics(),
    "d": Demands(),
    "l": Languages(),
}
_LETTER_BY_PLACE = {place: letter for letter, place in _PLACE_BY_LETTER.items()}
_PASS_ON_LETTERS = {"C": "W", "O": "w", "D": "X", "E": "x"}  # by the letter of what is passed on
_LANG = "[a-z]{2,3}(?:-[a-z0-9]{2,5})?"
_ID = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
_KIND = rf"([a-zA-Z])(?:\.([a-z0-9_+-]{{1,{_ARGUMENT_LIMIT}}}))?"
_DATA = re.compile(
    rf"r\.([a-zA-Z])\.({_LANG})(?:\.([a-z0-9_+-]{{1,{_ARGUMENT_LIMIT}}}))?(?:\.([0-9a-f]{{4}}))?(?:/{_KIND})?",
    re.ASCII,
)


def to_data(place: Place, lang: Lang) -> str:
    """Return the callback data of a button that opens `place` in the language `lang`.

    The origin of `place` is left out where it does not fit into the button.
    """
    letter, argument = _letter_and_argument(place)
    data = f"r.{letter}.{lang}" + (f".{argument}" if argument else "")
    if isinstance(place, AtClause) and place.text_hash:
        data += f".{place.text_hash}"
    origin = origin_of(place)
    with_origin = f"{data}/{'.'.join(filter(None, _letter_and_argument(origin)))}" if origin else data
    return with_origin if len(with_origin) <= DATA_LIMIT else data


def _letter_and_argument(place: Place) -> tuple[str, str]:
    """Return the letter of the kind of `place`, and the argument that names it among the places of its kind."""
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
    """Return whether callback data have room for `place`, which names several clauses."""
    quotes = place.quotes if isinstance(place, AtAnswer) else ()
    is_short = len(_letter_and_argument(place)[1]) <= _ARGUMENT_LIMIT
    return is_short and all(quote < len(_QUOTE_DIGITS) for quote in quotes)


def origin_of(place: Place) -> Place | None:
    """Return the place from which the person came to `place`, as far as its button knows."""
    match place:
        case AtClause(origin=origin) | AtTopic(origin=origin) | AtDemand(origin=origin) | Languages(origin=origin):
            return without_origin(origin) if origin else None
        case PassOn(subject):
            return origin_of(subject)
        case _:
            return None


def without_origin(place: Place) -> Place:
    """Return `place` as the origin of another one: without its own origin, and without the hash of a text."""
    match place:
        case AtClause():
            return replace(place, origin=None, text_hash="")
        case AtTopic() | AtDemand() | Languages():
            return replace(place, origin=None)
        case PassOn(subject):
            return PassOn(replace(subject, origin=None))
        case _:
            return place


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
    return re.fullmatch(_LANG, text) is not None
