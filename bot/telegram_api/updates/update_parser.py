"""From Telegram's JSON to events. Whatever is odd, half or of no concern to us becomes None, never an exception.

Only what is needed is read; names, dates and forwarded origins are not even looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.model.command_parsing import command_in, mentions_leaving, without_mention
from bot.model.events import (
    ButtonPress,
    ChatId,
    ChatStatus,
    ChatStatusChanged,
    Event,
    InlineQuery,
    OtherMessage,
    ParsedCommand,
    Sender,
    TextMessage,
    UserId,
)
from bot.telegram_api.http.json_fields import JsonObject, MalformedField

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")  # allowed_updates

# What a person can send that is not text. Service messages (pins, joins, timers) are not theirs to be answered.
_KINDS = frozenset({
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "giveaway", "giveaway_winners",
    "invoice", "live_photo", "location", "paid_media", "photo", "poll", "sticker", "story", "venue", "video",
    "video_note", "voice",
})  # fmt: skip
_BITS = 2**52  # what Telegram's ids fit into
_ANONYMOUS_ADMIN = 1087968824  # @GroupAnonymousBot, whom Telegram names for an admin who writes as the group
_TELEGRAM = 777000  # whom Telegram names for what it forwards by itself


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The bot itself, as getMe tells."""

    id: int
    username: str


def sender_of(update: object) -> UserId | None:
    """Who asks something of us in `update`: for the gate, which comes before all reading.

    Whoever writes in the name of a group or a channel counts as that chat. None for a block or an unblock: those are
    facts, and are never held back.
    """
    match update:
        case (
            {"message": {"sender_chat": {"id": int(user)}}}
            | {"edited_message": {"sender_chat": {"id": int(user)}}}
            | {"message": {"from": {"id": int(user)}}}
            | {"edited_message": {"from": {"id": int(user)}}}
            | {"callback_query": {"from": {"id": int(user)}}}
            | {"inline_query": {"from": {"id": int(user)}}}
        ):
            return UserId(user)
        case _:
            return None


def unparsed_press_id(update: object) -> str | None:
    """Return the id of the callback query in an update that `read` made nothing of."""
    match update:
        case {"callback_query": {"id": str(query)}}:
            return query
        case _:
            return None


def is_in_group(update: object) -> bool:
    """Return whether `update` is a message in a group."""
    match update:
        case {"message": {"chat": {"type": "group" | "supergroup"}}}:
            return True
        case _:
            return False


def parse_update(update: object, me: BotIdentity) -> Event | None:
    """The event in one update of getUpdates; None when it is none of ours."""
    if not isinstance(update, Mapping):
        return None
    try:
        match update:
            case {"message": dict(raw)}:
                return _message(JsonObject(raw), me)
            case {"edited_message": dict(raw)}:
                return _edited(JsonObject(raw), me)
            case {"callback_query": dict(raw)}:
                return _pressed(JsonObject(raw))
            case {"inline_query": dict(raw)}:
                return _asked(JsonObject(raw))
            case {"my_chat_member": dict(raw)}:
                return _moved(JsonObject(raw))
            case _:
                return None
    except MalformedField:
        return None


def _message(message: JsonObject, me: BotIdentity) -> Event | None:
    chat, private = _chat(message)
    sender, number, thread = _author(message), message.integer("message_id"), _thread(message)
    if _is_by_a_bot(message, private, me):
        return None
    if not message.has("text") and not message.has("caption"):
        return (
            OtherMessage(chat, sender, number, private, thread) if private and message.raw.keys() & _KINDS else None
        )
    captioned = not message.has("text")
    text = message.text("caption" if captioned else "text")
    entities = message.raw.get("caption_entities" if captioned else "entities")
    heard = (text, command_in(text, entities)) if private else _addressed(text, entities, me.username)
    if captioned and not (heard and (heard[1] or (private and mentions_leaving(text)))):
        return OtherMessage(chat, sender, number, private, thread) if private else None
    if heard is None:
        return None
    return TextMessage(chat, sender, number, heard[0], private, heard[1], thread, is_caption=captioned)


def _edited(message: JsonObject, me: BotIdentity) -> Event | None:
    """What somebody changed in private; in a group the question was answered as it stood."""
    match _message(message, me):
        case TextMessage(is_private=True) | OtherMessage() as event:
            return replace(event, is_edited=True)
        case _:
            return None


def _is_by_a_bot(message: JsonObject, private: bool, me: BotIdentity) -> bool:
    """Return whether nobody asked anything: a clause shared through us, or what another program wrote."""
    if message.has("sender_business_bot"):
        return True
    return message.has("via_bot") and (not private or message.child("via_bot").integer("id") == me.id)


def _addressed(text: str, entities: Any, username: str) -> tuple[str, ParsedCommand | None] | None:
    """What is said to us in a group: our command, or the text without the mention. None when we are not meant."""
    command = command_in(text, entities)
    if command:
        return (text, command) if command.bot.lower() in ("", username.lower()) else None
    rest = without_mention(text, username)
    return None if rest is None else (" ".join(rest.split()), command_in(rest, entities))


def _pressed(query: JsonObject) -> ButtonPress:
    message = query.child("message")
    chat, private = _chat(message)
    sender, number = _sender(query), message.integer("message_id")
    return ButtonPress(query.text("id"), chat, sender, number, query.text("data"), private, _thread(message))


def _asked(query: JsonObject) -> InlineQuery:
    public = query.text("chat_type", "") not in ("sender", "private")
    return InlineQuery(query.text("id"), _sender(query), query.text("query"), query.text("offset", ""), public)


def _moved(change: JsonObject) -> ChatStatusChanged | None:
    chat, private = _chat(change)
    sender, status = _sender(change), change.child("new_chat_member").text("status")
    if not private:
        return None
    return ChatStatusChanged(chat, sender, ChatStatus.BLOCKED if status in ("kicked", "left") else ChatStatus.BACK)


def _author(message: JsonObject) -> Sender:
    """Who wrote it. An admin who writes as the group is a reader; a channel, or its posts, is a MalformedField."""
    if message.boolean("is_automatic_forward"):
        raise MalformedField("is_automatic_forward")
    if not message.has("sender_chat"):
        return _sender(message)
    if message.child("sender_chat").integer("id") != message.child("chat").integer("id"):
        raise MalformedField("sender_chat")
    return Sender(UserId(_ANONYMOUS_ADMIN))


def _thread(message: JsonObject) -> int | None:
    """The topic; elsewhere the number names a thread of replies, into which nothing can be sent."""
    return message.integer("message_thread_id") if message.boolean("is_topic_message") else None


def _sender(part: JsonObject) -> Sender:
    """Who acts; a bot is a MalformedField."""
    user = part.child("from")
    number = user.integer("id")
    if not 1 <= number < _BITS or number == _TELEGRAM or user.boolean("is_bot"):
        raise MalformedField("from")
    return Sender(UserId(number), user.text("language_code", "")[:35])


def _chat(part: JsonObject) -> tuple[ChatId, bool]:
    """The chat, and whether it is a private one; a channel is a MalformedField."""
    chat = part.child("chat")
    number, kind = chat.integer("id"), chat.text("type")
    if kind not in ("private", "group", "supergroup") or abs(number) >= _BITS or chat.boolean("is_direct_messages"):
        raise MalformedField("chat")
    return ChatId(number), kind == "private"
