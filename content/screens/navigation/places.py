"""Define places: the screens that a person can open by a button or link, each with the data to build it."""

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
    """The choice of files with the whole text. `origin` is the place to which "Back" leads, or None."""

    origin: "Place | None" = None


@dataclass(frozen=True, slots=True)
class AtClause:
    """One clause. `origin` is the place to which "Back" leads, or None if there is no button "Back".

    `text_hash` is the hash of the clause's text when the button was made, so that a changed text is noticed. It is
    empty if unknown.
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
    """The statements on one topic. `origin` is the place to which "Back" leads, or None for no button "Back"."""

    topic: TopicId
    in_original: bool = False
    origin: "Place | None" = None


@dataclass(frozen=True, slots=True)
class Demands:
    """The list of addressees: the persons and organisations to which the declaration makes demands."""


@dataclass(frozen=True, slots=True)
class AtDemand:
    """Everything that the declaration asks of one addressee.

    `origin` is the place to which "Back" leads, or None if there is no button "Back".
    """

    addressee: AddresseeId
    in_original: bool = False
    origin: "Place | None" = None


@dataclass(frozen=True, slots=True)
class PassOn:
    """The screen with ways to pass on `subject`, a clause or demands on an addressee. "Back" leads to `subject`."""

    subject: AtClause | AtDemand


@dataclass(frozen=True, slots=True)
class Languages:
    """The list of languages. Choosing a language shows `origin` in it, or the first screen if `origin` is None."""

    origin: "Place | None" = None


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The first screen in the language `lang`, after a person has chosen this language."""

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
    """The choice between `clauses`, shown if a question has no certain answer.

    If `command` is not empty, the screen of this command can be chosen as well.
    """

    clauses: tuple[ClauseId, ...]
    command: str = ""


@dataclass(frozen=True, slots=True)
class AtCommand:
    """The screen of the command `name`, such as help.

    A button or link to this screen never changes what is stored.
    """

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
    """Return the place from which the person came to `place`, or None if that was not recorded."""
    match place:
        case AtClause() | AtTopic() | AtDemand() | Languages() | Offline():
            return without_origin(place.origin) if place.origin else None
        case PassOn(subject):
            return origin_of(subject)
        case _:
            return None


def without_origin(place: Place) -> Place:
    """Return a copy of `place` without its origin (where "Back" leads) and without the hash of a clause's text.

    Callback data of another place contain `place` in this short form, as the place to which "Back" leads.
    """
    match place:
        case AtClause():
            return replace(place, origin=None, text_hash="")
        case AtTopic() | AtDemand() | Languages() | Offline():
            return replace(place, origin=None)
        case PassOn(subject):
            return PassOn(replace(subject, origin=None))
        case _:
            return place
