"""Represent Telegram's updates as events: one frozen dataclass for every kind of update that the bot understands.

`update_parser` turns Telegram's JSON into events, so that the code after it never sees a malformed update.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import NewType

from bot.model.announcement import Piece
from content.model import Lang
from content.search.bot_requests import BotRequest

ChatId = NewType("ChatId", int)
UserId = NewType("UserId", int)


@dataclass(frozen=True, slots=True)
class Sender:
    """The person who sent an event. Their name is not kept: it is dropped when the update is parsed."""

    id: UserId
    language_code: str = ""  # IETF tag of their Telegram app; "" when unknown


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A command in a text, such as `/clause@bot 4`."""

    name: str  # in lower case, without the slash
    rest: str = ""  # the text behind it
    bot: str = ""  # the username it is addressed to; "" when it names none


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text message, or the caption of a picture or a file.

    In a group, only a message that is addressed to the bot becomes a TextMessage, and `text` leaves out the mention
    of the bot. If `is_mere_reply`, the message addresses the bot only because it replies to a message of the bot.

    `request` is set when the text or a deep link asks for a screen of the bot. In a private chat, `content` is the
    whole message with its formatting, links and buttons.
    """

    chat: ChatId
    sender: Sender
    message: int
    text: str
    is_private: bool
    command: ParsedCommand | None = None
    thread: int | None = None  # the topic of a forum
    is_edited: bool = False
    request: BotRequest | None = None
    is_caption: bool = False  # whether the text belongs to a picture or a file
    is_mere_reply: bool = False
    ephemeral: int | None = None  # the id of a message in a group that only its sender and the bot see
    is_forwarded: bool = False
    content: Piece | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A press of a callback button.

    `message` is the id of the message with the button. `query` is Telegram's id of the press.
    """

    query: str
    chat: ChatId
    sender: Sender
    message: int
    data: str
    is_private: bool
    thread: int | None = None
    ephemeral: int | None = None  # the id of a message in a group that only the person and the bot see


@dataclass(frozen=True, slots=True)
class SignedPress:
    """A press of a button whose callback data the bot has signed for this person, because it changes stored data.

    `lang` is the language of the button's message. `action` names the effect of the button, such as `quiet.1`.
    """

    query: str
    chat: ChatId
    sender: Sender
    message: int
    lang: Lang
    action: str
    is_expired: bool = False  # whether the button is too old to have an effect
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """An inline query: a text that a person types after the bot's name in any chat."""

    query: str
    sender: Sender
    text: str
    offset: str = ""
    is_public: bool = False  # whether it was typed in a chat with other people


@dataclass(frozen=True, slots=True)
class GuestQuery:
    """A mention of the bot in a chat of which it is not a member. Nothing about that chat is stored here."""

    query: str
    sender: Sender
    text: str  # without the mention
    command: ParsedCommand | None = None


class ChatStatus(Enum):
    """The new state of a private chat: the person has blocked the bot, or has unblocked it."""

    BLOCKED = "blocked"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class ChatStatusChanged:
    """A person blocked or unblocked the bot (Telegram's update my_chat_member in a private chat)."""

    chat: ChatId
    sender: Sender
    status: ChatStatus


@dataclass(frozen=True, slots=True)
class OtherMessage:
    """A message without text, such as a photo, a voice message, a sticker or a poll."""

    chat: ChatId
    sender: Sender
    message: int
    is_private: bool
    thread: int | None = None
    is_edited: bool = False


Event = TextMessage | ButtonPress | SignedPress | InlineQuery | GuestQuery | ChatStatusChanged | OtherMessage


def is_edit(event: Event) -> bool:
    """Return whether `event` reports that a person edited an earlier message."""
    return isinstance(event, (TextMessage, OtherMessage)) and event.is_edited


def is_public(event: Event) -> bool:
    """Return whether `event` must be answered as if other people could read the answer.

    Only private chats and a person's own inline queries are not public. In a group, even an answer that only one
    person sees counts as public.
    """
    match event:
        case GuestQuery():
            return True
        case InlineQuery(is_public=is_shared):
            return is_shared
        case TextMessage() | ButtonPress() | OtherMessage():
            return not event.is_private
        case _:
            return False
