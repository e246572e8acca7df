"""Represent the bot's replies to an event as data.

A flow, a function that decides how to answer an event, returns replies. `bot.dispatch` carries them out in order.
"""

from dataclasses import dataclass, replace

from bot.model.announcement import Piece
from content.model import Lang, Recording
from content.screens.screen import CallbackButton, Screen

UNCERTAIN = 0  # in place of a message id, if it is unknown whether Telegram shows the new text


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a new message, or several when the text is too long for one.

    If `is_panel`, the message becomes the only one of the chat with active buttons: an earlier one loses its buttons.
    """

    screen: Screen
    is_panel: bool = False


@dataclass(frozen=True, slots=True)
class SendPhoto:
    """Send a PNG picture with a caption and buttons.

    A picture with a `name` is uploaded only once and then sent by its file id, so a name must always mean the same
    picture. If `is_offered`, inline queries offer the picture from then on.
    """

    png: bytes
    caption: Screen
    name: str = ""
    is_offered: bool = False


@dataclass(frozen=True, slots=True)
class SendFile:
    """Send a document called `file_name` with a caption and buttons.

    A document with a `name` is uploaded only once and then sent by its file id, so a name must always mean the same
    document.
    """

    content: bytes
    file_name: str
    caption: Screen
    name: str = ""


@dataclass(frozen=True, slots=True)
class SendVoice:
    """Send a recording as a voice message. If its file can no longer be read, send `error_text` instead.

    If `is_offered`, inline queries offer the recording from then on.
    """

    recording: Recording
    caption: Screen
    error_text: str
    is_offered: bool = False


@dataclass(frozen=True, slots=True)
class SendPiece:
    """Send an announcement in one language; without sound if `silent`.

    If Telegram refuses it, send `error_text` instead. There can be three buttons below: `settings_label` is the label
    of the one that opens the settings (none if empty), `signed_copy` sends a copy with a digital signature, and
    `hide` deletes the message.
    """

    piece: Piece
    silent: bool = False
    error_text: str = ""
    settings_label: str = ""
    signed_copy: CallbackButton | None = None
    hide: CallbackButton | None = None


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """Edit the message whose button was pressed: show the text of `piece`, with `rows` of buttons below.

    If Telegram can no longer edit the message, nothing happens.
    """

    piece: Piece
    rows: tuple[tuple[CallbackButton, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteMessage:
    """Delete the message whose button was pressed, and answer the callback query.

    Telegram refuses this after 48 hours. Then show the text `refusal` as a notice.
    """

    refusal: str


@dataclass(frozen=True, slots=True)
class EditMessage:
    """Replace the message whose button was pressed. If Telegram can no longer edit it, send a new message.

    If `is_panel`, the message becomes the only one of the chat with active buttons: an earlier one loses its buttons.
    """

    screen: Screen
    is_panel: bool = False


@dataclass(frozen=True, slots=True)
class EditPanel:
    """Edit the chat's panel, the message with its active buttons, even if newer messages follow it.

    If the bot knows no panel of the chat, it sends a new one.
    """

    screen: Screen


@dataclass(frozen=True, slots=True)
class Toast:
    """Answer a callback query with a short notice over the chat, of at most 200 UTF-16 units.

    An empty text shows nothing and only stops the button's loading animation.
    """

    text: str = ""


@dataclass(frozen=True, slots=True)
class InlineArticle:
    """One result of an inline query.

    The list of results shows `title` and `line`. When a person picks this result, `screen` is sent as a message.
    """

    id: str
    title: str
    line: str  # the description below the title
    screen: Screen


@dataclass(frozen=True, slots=True)
class InlineVoice:
    """A result of an inline query that sends a recording with `caption`.

    It is left out until the recording was sent once with `SendVoice.is_offered`.
    """

    id: str
    title: str
    recording: Recording
    caption: Screen


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """A result of an inline query that sends a picture with `caption`.

    Telegram already has the picture as `file_id`.
    """

    id: str
    title: str
    file_id: str
    caption: Screen


@dataclass(frozen=True, slots=True)
class AnswerInline:
    """Answer an inline query with results. The button `label` above them opens the bot's chat."""

    articles: tuple[InlineArticle, ...]
    label: str
    pictures: tuple[InlinePicture, ...] = ()
    voices: tuple[InlineVoice, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerGuest:
    """Answer a mention in a chat of which the bot is not a member. `article` contains the answer."""

    article: InlineArticle


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Use `lang` for this person until the bot restarts."""

    lang: Lang


@dataclass(frozen=True, slots=True)
class Join:
    """Subscribe the person to announcements on all topics, in `lang`."""

    lang: Lang


@dataclass(frozen=True, slots=True)
class Choose:
    """Change a setting of a subscriber. `action` names the change, such as `quiet.1` (see `bot.flows.choices`)."""

    action: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Erase everything that is stored about the person.

    `blocked` says that the person left by blocking the bot; the daily counts record this separately.
    """

    blocked: bool = False


SubscriptionChange = Join | Choose | Leave  # stored on disk before any reply is sent

# Each kind of event allows other replies: a flow declares the narrowest type, and the sender refuses the rest.
StatusReply = Leave
MessageReply = SendText | EditPanel | SendPhoto | SendFile | SendVoice | SendPiece | SetLanguage | SubscriptionChange
CallbackReply = MessageReply | EditMessage | ReplaceText | DeleteMessage | Toast
InlineReply = AnswerInline
GuestReply = AnswerGuest
Reply = CallbackReply | InlineReply | GuestReply

StatusReplies = tuple[StatusReply, ...]  # to a chat that was blocked or unblocked
MessageReplies = tuple[MessageReply, ...]  # to a text or any other message
CallbackReplies = tuple[CallbackReply, ...]  # to a pressed button
InlineReplies = tuple[InlineReply, ...]  # to an inline query
GuestReplies = tuple[GuestReply, ...]  # to a mention in a chat of which the bot is not a member
Replies = tuple[Reply, ...]


def as_panels(replies: Replies) -> Replies:
    """Return the replies with `is_panel` set on the last one that shows buttons."""
    screens = (SendText, EditMessage)
    last = next((reply for reply in reversed(replies) if isinstance(reply, screens) and reply.screen.rows), None)
    return tuple(
        replace(reply, is_panel=True) if reply is last and isinstance(reply, screens) else reply for reply in replies
    )
