"""From Telegram's JSON to events. Whatever is odd, half or of no concern to us becomes None, never an exception.

Only what is needed is read; names, dates and forwarded origins are not even looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.events import Asked, ChatId, Event, Moved, Other, Pressed, Said, Sender, Standing, UserId
from bot.parts import Odd, Part

WANTED = ("message", "callback_query", "inline_query", "my_chat_member")  # allowed_updates

# What a person can send that is not text. Service messages (pins, joins, timers) are not theirs to be answered.
_KINDS = frozenset({
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "location", "paid_media", "photo",
    "poll", "sticker", "story", "venue", "video", "video_note", "voice",
})  # fmt: skip
_BITS = 2**52  # what Telegram's ids fit into
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?:@(\w{1,64}))?(?=\s|$)", re.ASCII)


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


def unread_press(update: object) -> str | None:
    """Return the id of the callback query in an update that `read` made nothing of."""
    match update:
        case {"callback_query": {"id": str(query)}}:
            return query
        case _:
            return None


def read(update: object, me: Me) -> Event | None:
    """The event in one update of getUpdates; None when it is none of ours."""
    if not isinstance(update, Mapping):
        return None
    try:
        match update:
            case {"message": dict(raw)}:
                return _message(Part(raw), me)
            case {"callback_query": dict(raw)}:
                return _pressed(Part(raw))
            case {"inline_query": dict(raw)}:
                return _asked(Part(raw))
            case {"my_chat_member": dict(raw)}:
                return _moved(Part(raw))
            case _:
                return None
    except Odd:
        return None


def _message(message: Part, me: Me) -> Event | None:
    number, sender = message.whole("message_id"), _sender(message)
    chat, private = _chat(message)
    text = message.text("text") if message.has("text") else None
    if message.has("via_bot") and message.part("via_bot").whole("id") == me.id:
        return None  # a clause shared through us: nobody asked anything
    if text is None:
        return Other(chat, sender, number, private) if private and message.raw.keys() & _KINDS else None
    meant = text if private else _addressed(text, me.username)
    return None if meant is None else Said(chat, sender, number, meant, private)


def _addressed(text: str, username: str) -> str | None:
    """What is said to us in a group: our command, or the text without the mention. None when we are not meant."""
    command = _COMMAND.match(text)
    if command:
        meant = command[1] is None or command[1].lower() == username.lower()
        return text if meant else None
    mention = re.compile(rf"(?<!\w)@{re.escape(username)}\b", re.IGNORECASE)
    return mention.sub(" ", text).strip() if mention.search(text) else None


def _pressed(query: Part) -> Pressed:
    message = query.part("message")
    chat, private = _chat(message)
    return Pressed(query.text("id"), chat, _sender(query), message.whole("message_id"), query.text("data"), private)


def _asked(query: Part) -> Asked:
    return Asked(query.text("id"), _sender(query), query.text("query"), query.text("offset", ""))


def _moved(change: Part) -> Moved | None:
    chat, private = _chat(change)
    sender, status = _sender(change), change.part("new_chat_member").text("status")
    if not private:
        return None
    return Moved(chat, sender, Standing.BLOCKED if status in ("kicked", "left") else Standing.BACK)


def _sender(part: Part) -> Sender:
    """Who acts; a bot is Odd."""
    user = part.part("from")
    number = user.whole("id")
    if not 1 <= number < _BITS or user.flag("is_bot"):
        raise Odd("from")
    return Sender(UserId(number), user.text("language_code", "")[:35])


def _chat(part: Part) -> tuple[ChatId, bool]:
    """The chat, and whether it is a private one; a channel is Odd."""
    chat = part.part("chat")
    number, kind = chat.whole("id"), chat.text("type")
    if kind not in ("private", "group", "supergroup") or abs(number) >= _BITS:
        raise Odd("chat")
    return ChatId(number), kind == "private"
