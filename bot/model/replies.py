"""What the bot decides to do about an event, as data: flows return these, the edge carries them out in order."""

from dataclasses import dataclass

from bot.model.announcement import Piece
from content.model import Lang
from content.screens.screen import Screen

UNCERTAIN = 0  # the number of a message of which it is open whether it shows what it should


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a new message (several, when it is too long for one)."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class SendPhoto:
    """Send a picture (a PNG) with its caption."""

    png: bytes
    caption: Screen


@dataclass(frozen=True, slots=True)
class SendPiece:
    """Send a piece of an announcement as its readers get it; `error_text` is said when Telegram does not take it."""

    piece: Piece
    silent: bool = False
    error_text: str = ""


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """Show the words of a piece in place of the message whose button was pressed."""

    piece: Piece


@dataclass(frozen=True, slots=True)
class EditMessage:
    """Show this in place of the message whose button was pressed; as a new message when that one is out of reach."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class Toast:
    """Answer a button: a passing line of at most 200 units, or '' to stop the spinner."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One result of an inline query: what the list shows, and the message it becomes."""

    id: str
    title: str
    line: str
    screen: Screen


@dataclass(frozen=True, slots=True)
class AnswerInline:
    """Answer an inline query with `cards`; `label` names the button above them that opens the bot."""

    cards: tuple[Card, ...]
    label: str


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """From now on speak `lang` with this person, as long as this process lives."""

    lang: Lang


@dataclass(frozen=True, slots=True)
class Join:
    """Subscribe the person to everything, in `lang`."""

    lang: Lang


@dataclass(frozen=True, slots=True)
class Choose:
    """Change what a subscriber has chosen, by an action of `choices`."""

    action: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Erase everything about the person; `blocked` tells, for the tally, that they blocked the bot."""

    blocked: bool = False


SubscriptionChange = Join | Choose | Leave  # done, and on disk, before anything is said
Reply = (
    SendText
    | SendPhoto
    | SendPiece
    | ReplaceText
    | EditMessage
    | Toast
    | AnswerInline
    | SetLanguage
    | SubscriptionChange
)
Replies = tuple[Reply, ...]
