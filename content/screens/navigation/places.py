"""Define the places that a person can open: the screens of the declaration, and those of commands."""

from dataclasses import dataclass, replace

from content.model import AddresseeId, ClauseId, Lang, TopicId


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
class Offline:
    """The choice of files of the whole text. `origin` is the place from which the person came, or None."""

    origin: "Place | None" = None


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
    """The screen of the command `name`, such as help. Opening it changes nothing, even if the command would."""

    name: str


Place = (
    Start
    | Home
    | Contents
    | Offline
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


def origin_of(place: Place) -> Place | None:
    """Return the place from which the person came to `place`, as far as its button knows."""
    match place:
        case AtClause() | AtTopic() | AtDemand() | Languages() | Offline():
            return without_origin(place.origin) if place.origin else None
        case PassOn(subject):
            return origin_of(subject)
        case _:
            return None


def without_origin(place: Place) -> Place:
    """Return `place` without its own origin and without the hash of a text, to be the origin of another place."""
    match place:
        case AtClause():
            return replace(place, origin=None, text_hash="")
        case AtTopic() | AtDemand() | Languages() | Offline():
            return replace(place, origin=None)
        case PassOn(subject):
            return PassOn(replace(subject, origin=None))
        case _:
            return place
