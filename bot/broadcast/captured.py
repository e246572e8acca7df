"""From an admin's message, as Telegram tells it, to a piece of an announcement, or to why it cannot be one.

Only what is sent on is kept: text, formatting, a file's id. Names, dates and where it was forwarded from are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.broadcast.content import Media, Piece

# What Telegram finds by itself (addresses, mentions, hashtags) it finds again; custom emoji are for paying bots only.
_KEPT = frozenset({
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
    "text_link", "text_mention",
})  # fmt: skip
_FIELDS = ("type", "offset", "length", "url", "language")  # of a text_mention nothing about the person
_ORDER = (Media.ANIMATION, Media.PHOTO, Media.VIDEO, Media.VOICE, Media.AUDIO, Media.DOCUMENT)  # see _media


@dataclass(frozen=True, slots=True)
class Captured:
    """`forwarded`: it will arrive as the bot's own, without its origin."""

    piece: Piece
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class NoPiece:
    """`why` is the end of a phrase's key: poll, album or kind."""

    why: str


def captured(message: Mapping[str, Any]) -> Captured | NoPiece:
    """What of `message` would be announced. Any JSON object is borne."""
    if "poll" in message:
        return NoPiece("poll")  # it shows its makers who is there, and votes expose people
    if "media_group_id" in message:
        return NoPiece("album")  # many messages, which cannot be edited or recalled as one
    forwarded = "forward_origin" in message
    text = message.get("text")
    if isinstance(text, str):
        return Captured(Piece(text, _entities(message.get("entities"))), forwarded)
    for kind in _ORDER:
        if kind in message:
            file_id = _media(message[kind])
            if file_id is None:
                break
            caption = message.get("caption")
            said = caption if isinstance(caption, str) else ""
            return Captured(Piece(said, _entities(message.get("caption_entities")), kind, file_id), forwarded)
    return NoPiece("kind")


def _media(given: Any) -> str | None:
    """The id of a file, of a photo's largest size; an animation comes with a document that is the same file."""
    largest = given[-1] if isinstance(given, list) and given else given
    match largest:
        case {"file_id": str(file_id)} if file_id:
            return file_id
        case _:
            return None


def _entities(given: Any) -> tuple[Mapping[str, Any], ...]:
    entities = given if isinstance(given, list) else []
    return tuple({name: one[name] for name in _FIELDS if name in one} for one in entities if _is_kept(one))


def _is_kept(one: Any) -> bool:
    match one:
        case {"type": str(kind), "offset": int(offset), "length": int(length)} if offset >= 0 and length > 0:
            return kind in _KEPT and isinstance(one.get("url", ""), str)
        case _:
            return False
