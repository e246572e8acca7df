"""What can happen to the bot, as plain facts: one frozen dataclass for every kind of update it understands.

`update_parser` reads Telegram's JSON into these, so that nothing behind the gate meets a half-formed update.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NewType

from content.model import Lang

ChatId = NewType("ChatId", int)
UserId = NewType("UserId", int)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who acts. `language_code` is the IETF tag of their Telegram app, '' when unknown. No names are kept."""

    id: UserId
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A command such as `/clause@bot 4`: `name` in small letters without the slash, and the `rest` behind it."""

    name: str
    rest: str = ""
    bot: str = ""  # the username it is addressed to


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text message, or a caption with a command. From a group only what is meant for the bot, without the mention.

    `thread` is the topic of a forum. `is_caption`: the text stands under a picture or a file.
    """

    chat: ChatId
    sender: Sender
    message: int
    text: str
    is_private: bool
    command: ParsedCommand | None = None
    thread: int | None = None
    is_edited: bool = False
    is_caption: bool = False


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A callback button under `message`."""

    query: str
    chat: ChatId
    sender: Sender
    message: int
    data: str
    is_private: bool
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class SignedPress:
    """A button that changes something, signed for this very person; `is_expired`: too long ago to be meant now."""

    query: str
    chat: ChatId
    sender: Sender
    message: int
    lang: Lang
    action: str
    is_expired: bool = False
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """An inline query, typed behind the bot's name in any chat; `is_public`: where others read along."""

    query: str
    sender: Sender
    text: str
    offset: str = ""
    is_public: bool = False


class ChatStatus(Enum):
    """What a person's private chat with the bot has become."""

    BLOCKED = "blocked"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class ChatStatusChanged:
    """The person blocked the bot or came back (my_chat_member in a private chat)."""

    chat: ChatId
    sender: Sender
    status: ChatStatus


@dataclass(frozen=True, slots=True)
class OtherMessage:
    """A message that is not text: photo, voice, sticker, poll, ..."""

    chat: ChatId
    sender: Sender
    message: int
    is_private: bool
    thread: int | None = None
    is_edited: bool = False


Event = TextMessage | ButtonPress | SignedPress | InlineQuery | ChatStatusChanged | OtherMessage


def is_edit(event: Event) -> bool:
    """Return whether somebody changed what they had sent."""
    return isinstance(event, (TextMessage, OtherMessage)) and event.is_edited


def is_public(event: Event) -> bool:
    """Return whether others read what is answered."""
    match event:
        case InlineQuery(is_public=is_shared):
            return is_shared
        case TextMessage() | ButtonPress() | OtherMessage():
            return not event.is_private
        case _:
            return False
