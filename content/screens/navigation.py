"""Define the places in the declaration, and encode them as callback data of buttons and as deep links.

Nothing about readers is stored, so a button itself has all data that are needed to open its place. The callback data
of a button are `r.KIND.LANG.ARGUMENT`, at most 64 bytes. The payload of a deep link is `clause-4`, `original-4` (the
same clause in the original language), `topic-women` or `lang-fa`.
"""

import re
from dataclasses import dataclass

from content.model import AddresseeId, ClauseId, Lang, TopicId


@dataclass(frozen=True, slots=True)
class Start:
    """The first screen of the bot."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents."""


@dataclass(frozen=True, slots=True)
class AtClause:
    """One clause.

    `text_hash` is the hash of the clause's text when the button was made, or an empty string if it is unknown.
    """

    clause: ClauseId
    text_hash: str = ""
    in_original: bool = False


@dataclass(frozen=True, slots=True)
class Topics:
    """The list of topics."""


@dataclass(frozen=True, slots=True)
class AtTopic:
    """The statements on one topic."""

    topic: TopicId
    in_original: bool = False


@dataclass(frozen=True, slots=True)
class Demands:
    """The list of addressees."""


@dataclass(frozen=True, slots=True)
class AtDemand:
    """Everything that is asked of one addressee."""

    addressee: AddresseeId
    in_original: bool = False


@dataclass(frozen=True, slots=True)
class Languages:
    """The list of languages."""


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The first screen in a language that the person has just chosen."""

    lang: Lang


Place = Start | Contents | AtClause | Topics | AtTopic | Demands | AtDemand | Languages | LanguageChosen

_PLACE_BY_LETTER: dict[str, Place] = {
    "s": Start(),
    "c": Contents(),
    "t": Topics(),
    "d": Demands(),
    "l": Languages(),
}
_LETTER_BY_PLACE = {place: letter for letter, place in _PLACE_BY_LETTER.items()}
_LANG = "[a-z]{2,3}(?:-[a-z0-9]{2,5})?"
_DATA = re.compile(rf"r\.([a-zA-Z])\.({_LANG})(?:\.([a-z0-9-]{{1,40}}))?(?:\.([0-9a-f]{{4}}))?", re.ASCII)
_LINK = re.compile(r"(clause|original|topic|lang)-([a-z0-9-]{1,40})", re.ASCII)


def to_data(place: Place, lang: Lang) -> str:
    """Return the callback data of a button that opens `place` in the language `lang`."""
    match place:
        case AtClause(clause, text_hash, in_original):
            letter = "O" if in_original else "C"
            return f"r.{letter}.{lang}.{clause}" + (f".{text_hash}" if text_hash else "")
        case AtTopic(topic, in_original):
            return f"r.{'P' if in_original else 'T'}.{lang}.{topic}"
        case AtDemand(addressee, in_original):
            return f"r.{'E' if in_original else 'D'}.{lang}.{addressee}"
        case LanguageChosen(chosen):
            return f"r.L.{lang}.{chosen}"
        case Start() | Contents() | Topics() | Demands() | Languages():
            return f"r.{_LETTER_BY_PLACE[place]}.{lang}"


def from_data(data: str) -> tuple[Place, Lang] | None:
    """Return the place and language in a button's callback data, or None for data that `to_data` did not write."""
    fields = _DATA.fullmatch(data)
    if not fields:
        return None
    letter, lang, argument, text_hash = fields.groups(default="")
    place = _place(letter, argument, text_hash)
    return (place, Lang(lang)) if place and to_data(place, Lang(lang)) == data else None


def _place(letter: str, argument: str, text_hash: str) -> Place | None:
    if not argument:
        return _PLACE_BY_LETTER.get(letter)
    match letter:
        case "C" | "O":
            return AtClause(ClauseId(argument), text_hash, letter == "O")
        case "T" | "P":
            return AtTopic(TopicId(argument), letter == "P")
        case "D" | "E":
            return AtDemand(AddresseeId(argument), letter == "E")
        case "L" if re.fullmatch(_LANG, argument):
            return LanguageChosen(Lang(argument))
        case _:
            return None


def to_link(place: AtClause | AtTopic | LanguageChosen) -> str:
    """Return the payload of a deep link to `place`, as in `t.me/bot?start=PAYLOAD`. Share buttons also use it."""
    match place:
        case AtClause(clause, _, in_original):
            return f"original-{clause}" if in_original else f"clause-{clause}"
        case AtTopic(topic):
            return f"topic-{topic}"
        case LanguageChosen(lang):
            return f"lang-{lang}"


def from_link(payload: str) -> AtClause | AtTopic | LanguageChosen | None:
    """Return the place in the payload of a deep link, or None if the payload is invalid.

    This does not check whether the campaign has such a place.
    """
    fields = _LINK.fullmatch(payload)
    if not fields:
        return None
    kind, argument = fields.groups()
    if kind in ("clause", "original"):
        return AtClause(ClauseId(argument), in_original=kind == "original")
    if kind == "topic":
        return AtTopic(TopicId(argument))
    return LanguageChosen(Lang(argument)) if re.fullmatch(_LANG, argument) else None
