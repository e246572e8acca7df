"""From Telegram's JSON to events. Whatever is odd, half or of no concern to us becomes None, never an exception.

Only what is needed is read; names, dates and forwarded origins are not even looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.events import Asked, ChatId, Event, Moved, Other, Pressed, Said, Sender, Standing, UserId

WANTED = ("message", "callback_query", "inline_query", "my_chat_member")  # allowed_updates

# What a person can send that is not text. Service messages (pins, joins, timers) are not theirs to be answered.
_KINDS = frozenset({
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "location", "paid_media", "photo",
    "poll", "sticker", "story", "venue", "video", "video_note", "voice",
})  # fmt: skip
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?:@(\w{1,64}))?(?=\s|$)", re.ASCII)


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _User(_Shape):
    id: int = Field(ge=1, lt=2**52)
    is_bot: bool = False
    language_code: str = ""


class _Chat(_Shape):
    id: int = Field(gt=-(2**52), lt=2**52)
    type: Literal["private", "group", "supergroup"]


class _Via(_Shape):
    id: int


class _Message(_Shape):
    message_id: int
    chat: _Chat
    sender: _User = Field(alias="from")
    text: str | None = None
    via_bot: _Via | None = None


class _CallbackMessage(_Shape):
    message_id: int
    chat: _Chat


class _Callback(_Shape):
    id: str
    sender: _User = Field(alias="from")
    message: _CallbackMessage
    data: str


class _Inline(_Shape):
    id: str
    sender: _User = Field(alias="from")
    query: str
    offset: str = ""


class _Status(_Shape):
    status: str


class _Membership(_Shape):
    chat: _Chat
    sender: _User = Field(alias="from")
    new_chat_member: _Status


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as getMe tells."""

    id: int
    username: str


def sender_of(update: object) -> UserId | None:
    """Who asks something of us in `update`: for the gate, which comes before all reading.

    None for a block or an unblock: those are facts, and are never held back.
    """
    match update:
        case (
            {"message": {"from": {"id": int(user)}}}
            | {"callback_query": {"from": {"id": int(user)}}}
            | {"inline_query": {"from": {"id": int(user)}}}
        ):
            return UserId(user)
        case _:
            return None


def read(update: object, me: Me) -> Event | None:
    """The event in one update of getUpdates; None when it is none of ours."""
    if not isinstance(update, Mapping):
        return None
    try:
        match update:
            case {"message": dict(raw)}:
                return _message(raw, me)
            case {"callback_query": dict(raw)}:
                return _pressed(_Callback.model_validate(raw))
            case {"inline_query": dict(raw)}:
                return _asked(_Inline.model_validate(raw))
            case {"my_chat_member": dict(raw)}:
                return _moved(_Membership.model_validate(raw))
            case _:
                return None
    except ValidationError:
        return None


def _message(raw: dict[str, Any], me: Me) -> Event | None:
    message = _Message.model_validate(raw)
    sender, chat = _sender(message.sender), ChatId(message.chat.id)
    private = message.chat.type == "private"
    if message.sender.is_bot or (message.via_bot and message.via_bot.id == me.id):
        return None  # a bot, or a clause shared through us: nobody asked anything
    if message.text is None:
        return Other(chat, sender, message.message_id, private) if private and raw.keys() & _KINDS else None
    text = message.text if private else _addressed(message.text, me.username)
    return None if text is None else Said(chat, sender, message.message_id, text, private)


def _addressed(text: str, username: str) -> str | None:
    """What is said to us in a group: our command, or the text without the mention. None when we are not meant."""
    command = _COMMAND.match(text)
    if command:
        meant = command[1] is None or command[1].lower() == username.lower()
        return text if meant else None
    mention = re.compile(rf"(?<!\w)@{re.escape(username)}\b", re.IGNORECASE)
    return mention.sub(" ", text).strip() if mention.search(text) else None


def _pressed(query: _Callback) -> Pressed:
    chat = query.message.chat
    private = chat.type == "private"
    return Pressed(query.id, ChatId(chat.id), _sender(query.sender), query.message.message_id, query.data, private)


def _asked(query: _Inline) -> Asked:
    return Asked(query.id, _sender(query.sender), query.query, query.offset)


def _moved(change: _Membership) -> Moved | None:
    if change.chat.type != "private":
        return None
    gone = change.new_chat_member.status in ("kicked", "left")
    return Moved(ChatId(change.chat.id), _sender(change.sender), Standing.BLOCKED if gone else Standing.BACK)


def _sender(user: _User) -> Sender:
    return Sender(UserId(user.id), user.language_code[:35])
