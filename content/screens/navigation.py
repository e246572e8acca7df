"""Where a person can be in the text, and the two ways to write it down: button data and deep links.

A button carries all that is needed to open its place after any restart: nothing about readers is stored.
Its form is `r.KIND.LANG.ARGUMENT`, at most 64 bytes. A deep link is `clause-4`, `original-4` (the same clause in the
original), `topic-women` or `lang-fa`.
"""

import re
from dataclasses import dataclass

from content.model import AddresseeId, ClauseId, Lang, TopicId


@dataclass(frozen=True, slots=True)
class Start:
    """The first screen."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of clauses."""


@dataclass(frozen=True, slots=True)
class AtClause:
    """One clause. `mark` is that of the text the button was made for ('' when unknown)."""

    clause: ClauseId
    text_hash: str = ""
    in_original: bool = False


@dataclass(frozen=True, slots=True)
class Topics:
    """The list of topics."""


@dataclass(frozen=True, slots=True)
class AtTopic:
    """What the declaration says on one topic."""

    topic: TopicId
    in_original: bool = False


@dataclass(frozen=True, slots=True)
class Demands:
    """The list of those who are asked."""


@dataclass(frozen=True, slots=True)
class AtDemand:
    """What is asked of one addressee."""

    addressee: AddresseeId
    in_original: bool = False


@dataclass(frozen=True, slots=True)
class Languages:
    """The choice of language."""


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """A language, just chosen."""

    lang: Lang


Place = Start | Contents | AtClause | Topics | AtTopic | Demands | AtDemand | Languages | LanguageChosen

_PLAIN: dict[str, Place] = {
    "s": Start(),
    "c": Contents(),
    "t": Topics(),
    "d": Demands(),
    "l": Languages(),
}
_LETTER = {place: letter for letter, place in _PLAIN.items()}
_DATA = re.compile(r"r\.([a-zA-Z])\.([a-z]{2})(?:\.([a-z0-9-]{1,40}))?(?:\.([0-9a-f]{4}))?", re.ASCII)
_LINK = re.compile(r"(clause|original|topic|lang)-([a-z0-9-]{1,40})", re.ASCII)


def to_data(place: Place, lang: Lang) -> str:
    """The callback data of a button that opens `place` for somebody who reads in `lang`."""
    match place:
        case AtClause(clause, mark, in_original):
            letter = "O" if in_original else "C"
            return f"r.{letter}.{lang}.{clause}" + (f".{mark}" if mark else "")
        case AtTopic(topic, in_original):
            return f"r.{'P' if in_original else 'T'}.{lang}.{topic}"
        case AtDemand(addressee, in_original):
            return f"r.{'E' if in_original else 'D'}.{lang}.{addressee}"
        case LanguageChosen(chosen):
            return f"r.L.{lang}.{chosen}"
        case _:
            return f"r.{_LETTER[place]}.{lang}"


def from_data(data: str) -> tuple[Place, Lang] | None:
    """The place and language a button carries; None for anything that `to_data` has not written."""
    found = _DATA.fullmatch(data)
    if not found:
        return None
    letter, lang, argument, mark = found.groups(default="")
    place = _place(letter, argument, mark)
    return (place, Lang(lang)) if place and to_data(place, Lang(lang)) == data else None


def _place(letter: str, argument: str, mark: str) -> Place | None:
    if not argument:
        return _PLAIN.get(letter)
    match letter:
        case "C" | "O":
            return AtClause(ClauseId(argument), mark, letter == "O")
        case "T" | "P":
            return AtTopic(TopicId(argument), letter == "P")
        case "D" | "E":
            return AtDemand(AddresseeId(argument), letter == "E")
        case "L" if re.fullmatch("[a-z]{2}", argument):
            return LanguageChosen(Lang(argument))
        case _:
            return None


def to_link(place: AtClause | AtTopic | LanguageChosen) -> str:
    """The payload of a deep link `t.me/bot?start=...`, and of a shared inline query."""
    match place:
        case AtClause(clause, _, in_original):
            return f"original-{clause}" if in_original else f"clause-{clause}"
        case AtTopic(topic):
            return f"topic-{topic}"
        case LanguageChosen(lang):
            return f"lang-{lang}"


def from_link(payload: str) -> AtClause | AtTopic | LanguageChosen | None:
    """The place a deep link names; None for anything else. Whether it exists is the campaign's to say."""
    found = _LINK.fullmatch(payload)
    if not found:
        return None
    kind, argument = found.groups()
    if kind in ("clause", "original"):
        return AtClause(ClauseId(argument), in_original=kind == "original")
    if kind == "topic":
        return AtTopic(TopicId(argument))
    return LanguageChosen(Lang(argument)) if len(argument) == 2 and argument.isalpha() else None
