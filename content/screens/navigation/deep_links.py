"""Encode places, the screens that a person can open, as payloads of deep links: `t.me/bot?start=PAYLOAD`.

A payload is `clause-4`, `original-4` (the same clause in the original language), `topic-women`, `demand-un`,
`lang-fa`, `subscribe-fa` (the offer to subscribe, in this language), or the name of a command, such as `latest`.
Opening a link never changes what is stored.
"""

import re
from dataclasses import dataclass

from content.model import AddresseeId, ClauseId, Lang, TopicId
from content.screens.navigation.button_data import is_command_name, is_language_tag
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


@dataclass(frozen=True, slots=True)
class SubscribeIn:
    """The screen that offers to subscribe, in the language `lang`. Other bots of the campaign link to it."""

    lang: Lang


LinkTarget = AtClause | AtTopic | AtDemand | LanguageChosen | SubscribeIn | AtCommand

_LINK = re.compile(r"(clause|original|topic|demand|lang|subscribe)-([a-z0-9-]{1,40})", re.ASCII)
_COMMAND_OF_PLACE: dict[type[Place], str] = {
    Start: "start",
    Home: "start",
    Contents: "declaration",
    Offline: "declaration",
    AtChoices: "declaration",
    Topics: "topics",
    Demands: "demands",
    Languages: "language",
}


def to_link(place: Place | SubscribeIn) -> str:
    """Return the payload of a deep link to `place`, such as `clause-4`.

    A button that shares a clause has the same text as its inline query. A link to an answer opens the first clause of
    the answer. For a place such as the table of contents, the payload is the name of its command.
    """
    match place:
        case AtClause(clause, _, in_original):
            return f"original-{clause}" if in_original else f"clause-{clause}"
        case AtAnswer(clauses):
            return f"clause-{clauses[0]}"
        case AtTopic(topic):
            return f"topic-{topic}"
        case AtDemand(addressee):
            return f"demand-{addressee}"
        case PassOn(subject):
            return to_link(subject)
        case LanguageChosen(lang):
            return f"lang-{lang}"
        case SubscribeIn(lang):
            return f"subscribe-{lang}"
        case AtCommand(name):
            return name
        case _:
            return _COMMAND_OF_PLACE[type(place)]


def from_link(payload: str) -> LinkTarget | None:
    """Return the place that the payload of a deep link names, or None if the payload is invalid.

    Callers must check whether the campaign or the bot has this place or command.
    """
    if is_command_name(payload):
        return AtCommand(payload)
    fields = _LINK.fullmatch(payload)
    if not fields:
        return None
    kind, argument = fields.groups()
    match kind:
        case "clause" | "original":
            return AtClause(ClauseId(argument), in_original=kind == "original")
        case "topic":
            return AtTopic(TopicId(argument))
        case "demand":
            return AtDemand(AddresseeId(argument))
        case _ if not is_language_tag(argument):
            return None
        case _:
            return SubscribeIn(Lang(argument)) if kind == "subscribe" else LanguageChosen(Lang(argument))


def address(username: str, place: Place | SubscribeIn) -> str:
    """Return the `https` address of a deep link that opens `place` in the bot with this username."""
    return f"https://t.me/{username}?start={to_link(place)}"
