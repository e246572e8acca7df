"""Parse Telegram's updates into events. A malformed update, or one that the bot does not handle, becomes None.

The parser reads only the fields that the bot needs: no names and no dates. For a forwarded message, the parser reads
that it was forwarded, but not from whom. In private chats it also reads formatting and buttons. They let /verify
recognize an announcement to which somebody has added a link.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.model.command_parsing import command_in, without_mention
from bot.model.events import (
    ButtonPress,
    ChatId,
    ChatStatus,
    ChatStatusChanged,
    Event,
    GuestQuery,
    InlineQuery,
    OtherMessage,
    ParsedCommand,
    Sender,
    TextMessage,
    UserId,
)
from bot.telegram_api.http.json_fields import JsonObject, MalformedField
from bot.telegram_api.updates.message_content import read_content

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
GUEST_UPDATES = ("guest_message",)  # asked for only in guest mode

# The kinds of messages without text that people send. Service messages (pins, joins, timers) get no answer.
_MEDIA = frozenset({
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "giveaway", "giveaway_winners",
    "invoice", "live_photo", "location", "paid_media", "photo", "poll", "sticker", "story", "venue", "video",
    "video_note", "voice",
})  # fmt: skip
_ID_LIMIT = 2**52  # Telegram's ids have at most 52 bits
_ANONYMOUS_ADMIN = 1087968824  # @GroupAnonymousBot: Telegram's sender for an admin who writes as the group
_TELEGRAM = 777000  # Telegram's sender for posts that it forwards from a channel


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The bot itself, as getMe reports it."""

    id: int
    username: str


def sender_of(update: object) -> UserId | None:
    """Return the id of the person who sent a message, pressed a button or made an inline query.

    The flood gate counts updates by this id. `update` is the JSON from Telegram, before it is parsed. If the person
    writes as a group or a channel, return the id of that chat. Return None for all other updates, such as the report
    that a person has blocked the bot.
    """
    match update:
        case (
            {"message": {"sender_chat": {"id": int(user)}}}
            | {"edited_message": {"sender_chat": {"id": int(user)}}}
            | {"message": {"from": {"id": int(user)}}}
            | {"edited_message": {"from": {"id": int(user)}}}
            | {"callback_query": {"from": {"id": int(user)}}}
            | {"inline_query": {"from": {"id": int(user)}}}
            | {"guest_message": {"from": {"id": int(user)}}}
        ):
            return UserId(user)
        case _:
            return None


def unparsed_press_id(update: object) -> str | None:
    """Return the id of the button press in an update that could not be parsed; None for any other update."""
    match update:
        case {"callback_query": {"id": str(query)}}:
            return query
        case _:
            return None


def is_in_group(update: object) -> bool:
    """Return whether `update` is a new message in a group."""
    match update:
        case {"message": {"chat": {"type": "group" | "supergroup"}}}:
            return True
        case _:
            return False


def parse_update(update: object, me: BotIdentity) -> Event | None:
    """Return the event in `update`, an update from getUpdates; None when the bot does not handle it."""
    if not isinstance(update, Mapping):
        return None
    try:
        match update:
            case {"message": dict(raw)}:
                return _message(JsonObject(raw), me)
            case {"edited_message": dict(raw)}:
                return _edited_message(JsonObject(raw), me)
            case {"callback_query": dict(raw)}:
                return _button_press(JsonObject(raw))
            case {"inline_query": dict(raw)}:
                return _inline_query(JsonObject(raw))
            case {"guest_message": dict(raw)}:
                return _guest_query(JsonObject(raw), me)
            case {"my_chat_member": dict(raw)}:
                return _chat_status(JsonObject(raw))
            case _:
                return None
    except MalformedField:
        return None


def _message(message: JsonObject, me: BotIdentity) -> Event | None:
    chat, is_private = _chat(message)
    sender, message_id, thread = _author(message), message.integer("message_id"), _thread(message)
    if _is_by_a_bot(message, is_private, me):
        return None
    other = OtherMessage(chat, sender, message_id, is_private, thread) if is_private else None
    if not message.has("text") and not message.has("caption"):
        return other if message.raw.keys() & _MEDIA else None
    is_caption = not message.has("text")
    text, entities = _text_of(message)
    if is_caption and not text.strip():
        return other
    addressed = (text, command_in(text, entities)) if is_private else _addressed(text, entities, me.username)
    ephemeral, is_mere_reply = _ephemeral(message), False
    if addressed is None and (ephemeral is not None or _is_reply_to(message, me)):
        is_mere_reply = ephemeral is None
        addressed = None if command_in(text, entities) else (text, None)  # a command for another bot
    if addressed is None or (is_caption and not is_private and not addressed[1]):
        return None  # a picture in a group may mention the bot without asking it anything
    content = read_content(message) if is_private else None
    return TextMessage(
        chat,
        sender,
        message_id,
        addressed[0],
        is_private,
        addressed[1],
        thread,
        is_caption=is_caption,
        is_mere_reply=is_mere_reply,
        ephemeral=ephemeral,
        is_forwarded=message.has("forward_origin"),
        content=content,
    )


def _text_of(message: JsonObject) -> tuple[str, Any]:
    """Return the text or the caption of a message, and the unchecked entities in it."""
    if message.has("text"):
        return message.text("text"), message.raw.get("entities")
    return message.text("caption"), message.raw.get("caption_entities")


def _edited_message(message: JsonObject, me: BotIdentity) -> Event | None:
    """Return the event of an edited message in a private chat; None in a group, where edits get no answer."""
    match _message(message, me):
        case TextMessage(is_private=True) | OtherMessage() as event:
            return replace(event, is_edited=True)
        case _:
            return None


def _is_by_a_bot(message: JsonObject, is_private: bool, me: BotIdentity) -> bool:
    """Return whether `message` counts as written by a bot, so that it gets no answer.

    This is so for a message that a business bot sent. It is also so for a message that a person sent through an
    inline query: in a group, with any bot; in a private chat, only with this bot.
    """
    if message.has("sender_business_bot"):
        return True
    return message.has("via_bot") and (not is_private or message.child("via_bot").integer("id") == me.id)


def _addressed(text: str, entities: Any, username: str) -> tuple[str, ParsedCommand | None] | None:
    """Return the text of a message in a group, and the command in it or None. A mention of the bot is left out.

    Return None instead of the pair when the message is not addressed to the bot with this `username`.
    """
    command = command_in(text, entities)
    if command:
        return (text, command) if command.bot.lower() in ("", username.lower()) else None
    rest = without_mention(text, username)
    return None if rest is None else (" ".join(rest.split()), command_in(rest, entities))


def _button_press(query: JsonObject) -> ButtonPress:
    message = query.child("message")
    chat, is_private = _chat(message)
    sender, message_id = _sender(query), message.integer("message_id")
    thread, ephemeral = _thread(message), _ephemeral(message)
    return ButtonPress(
        query.text("id"), chat, sender, message_id, query.text("data"), is_private, thread, ephemeral=ephemeral
    )


def _inline_query(query: JsonObject) -> InlineQuery:
    is_public = query.text("chat_type", "") not in ("sender", "private")
    return InlineQuery(query.text("id"), _sender(query), query.text("query"), query.text("offset", ""), is_public)


def _guest_query(message: JsonObject, me: BotIdentity) -> GuestQuery | None:
    """Return the event of a mention in a chat of which the bot is not a member; None if a bot wrote the message."""
    if message.has("via_bot") or not (message.has("text") or message.has("caption")):
        return None
    sender, (text, entities) = _author(message), _text_of(message)
    addressed = _addressed(text, entities, me.username)
    return GuestQuery(message.text("guest_query_id"), sender, *addressed) if addressed else None


def _chat_status(change: JsonObject) -> ChatStatusChanged | None:
    chat, is_private = _chat(change)
    sender, status = _sender(change), change.child("new_chat_member").text("status")
    if not is_private:
        return None
    return ChatStatusChanged(chat, sender, ChatStatus.BLOCKED if status in ("kicked", "left") else ChatStatus.BACK)


def _author(message: JsonObject) -> Sender:
    """Return the person who wrote a message; for a group's anonymous admin, Telegram's account GroupAnonymousBot.

    Raises MalformedField for a message that was written as a channel or another chat, and for posts of channels.
    """
    if message.boolean("is_automatic_forward"):
        raise MalformedField("is_automatic_forward")
    if not message.has("sender_chat"):
        return _sender(message)
    if message.child("sender_chat").integer("id") != message.child("chat").integer("id"):
        raise MalformedField("sender_chat")
    return Sender(UserId(_ANONYMOUS_ADMIN))


def _is_reply_to(message: JsonObject, me: BotIdentity) -> bool:
    """Return whether a message replies to a message that the bot sent.

    A message that a person sent through an inline query of the bot does not count as a message of the bot.
    """
    if not message.has("reply_to_message"):
        return False
    author = message.child("reply_to_message").raw.get("from")
    return isinstance(author, Mapping) and author.get("id") == me.id


def _ephemeral(message: JsonObject) -> int | None:
    """Return the id of a message in a group that only one person and the bot see; None for any other message.

    Source: https://core.telegram.org/bots/api#ephemeral-messages-and-commands (Bot API 10.2).
    """
    return message.integer("ephemeral_message_id") if message.has("ephemeral_message_id") else None


def _thread(message: JsonObject) -> int | None:
    """Return the id of the forum topic that the message belongs to; None outside a forum.

    Outside a forum, the same field holds the id of a thread of replies, to which nothing can be sent.
    """
    return message.integer("message_thread_id") if message.boolean("is_topic_message") else None


def _sender(part: JsonObject) -> Sender:
    """Return the person in the field `from`. Raises MalformedField for bots and for Telegram itself."""
    user = part.child("from")
    number = user.integer("id")
    if not 1 <= number < _ID_LIMIT or number == _TELEGRAM or user.boolean("is_bot"):
        raise MalformedField("from")
    return Sender(UserId(number), user.text("language_code", "")[:35])


def _chat(part: JsonObject) -> tuple[ChatId, bool]:
    """Return the id of the chat, and whether it is private. Raises MalformedField for channels."""
    chat = part.child("chat")
    number, kind = chat.integer("id"), chat.text("type")
    if (
        kind not in ("private", "group", "supergroup")
        or abs(number) >= _ID_LIMIT
        or chat.boolean("is_direct_messages")
    ):
        raise MalformedField("chat")
    return ChatId(number), kind == "private"
