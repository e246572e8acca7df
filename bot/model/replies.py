"""Describe as data how the bot answers an event: flows return replies, `bot.dispatch` carries them out in order."""

from dataclasses import dataclass

from bot.model.announcement import Piece
from content.model import Lang
from content.screens.screen import Screen

UNCERTAIN = 0  # stands for the number of a message when it is unknown whether Telegram shows the new text


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a new message, or several when the text is too long for one."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class SendPhoto:
    """Send a PNG picture with a caption."""

    png: bytes
    caption: Screen


@dataclass(frozen=True, slots=True)
class SendPiece:
    """Send a piece of an announcement as subscribers receive it; send `error_text` if Telegram refuses the piece."""

    piece: Piece
    silent: bool = False
    error_text: str = ""


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """Replace the message whose button was pressed by the text of a piece."""

    piece: Piece


@dataclass(frozen=True, slots=True)
class EditMessage:
    """Replace the message whose button was pressed; send a new one when Telegram can no longer edit it."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class Toast:
    """Answer a pressed button with a short notice of at most 200 UTF-16 units; "" only stops the spinner."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One result of an inline query: its entry in the list, and the message that it becomes."""

    id: str
    title: str
    line: str  # the description below the title
    screen: Screen


@dataclass(frozen=True, slots=True)
class AnswerInline:
    """Answer an inline query with `cards`; `label` is the text of the button above them that opens the bot."""

    cards: tuple[Card, ...]
    label: str


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Use `lang` with this person until the process ends."""

    lang: Lang


@dataclass(frozen=True, slots=True)
class Join:
    """Subscribe the person to all topics, in `lang`."""

    lang: Lang


@dataclass(frozen=True, slots=True)
class Choose:
    """Change a subscriber's settings by an action of `bot.flows.choices`."""

    action: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Erase everything about the person; `blocked` means, for the daily counts, that they blocked the bot."""

    blocked: bool = False


SubscriptionChange = Join | Choose | Leave  # on disk before anything is sent

# Each kind of event allows other replies: a flow declares the narrowest type, and the sender refuses the rest.
StatusReply = Leave
MessageReply = SendText | SendPhoto | SendPiece | SetLanguage | SubscriptionChange
CallbackReply = MessageReply | EditMessage | ReplaceText | Toast
InlineReply = AnswerInline
Reply = CallbackReply | InlineReply

StatusReplies = tuple[StatusReply, ...]  # to a chat that was blocked or unblocked
MessageReplies = tuple[MessageReply, ...]  # to a text or any other message
CallbackReplies = tuple[CallbackReply, ...]  # to a pressed button
InlineReplies = tuple[InlineReply, ...]  # to an inline query
Replies = tuple[Reply, ...]
