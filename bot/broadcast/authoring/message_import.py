"""From an admin's message, as Telegram tells it, to a piece of an announcement, or to why it cannot be one.

Only what is sent on is kept: text, formatting, a file's id and how it is shown. Names, dates and where it was
forwarded from are not. `test_announcement_round_trip.py` holds every field of the Bot API against this.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.model.announcement import LinkPreview, Media, Piece
from bot.telegram_api.sending.message_parameters import SPOILER_MEDIA

# What Telegram finds by itself (addresses, mentions, hashtags) it finds again.
KEPT = frozenset({
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
    "text_link", "text_mention", "date_time",
})  # fmt: skip
# Fields of an entity; of a text_mention nothing about the person.
FIELDS = ("type", "offset", "length", "url", "language", "unix_time", "date_time_format")
_ORDER = (Media.ANIMATION, Media.PHOTO, Media.VIDEO, Media.VOICE, Media.AUDIO, Media.DOCUMENT)  # see _file_id


class Why(StrEnum):
    """Why a message cannot be announced; the values end the keys of phrases."""

    POLL = "poll"  # it shows its makers who is there, and votes expose people
    ALBUM = "album"  # many messages, which cannot be edited or recalled as one
    WORDLESS = "wordless"  # sticker, round video, dice: who chose text only would get nothing
    PERSON = "person"  # a contact exposes somebody
    PLACE = "place"
    PAID = "paid"
    OTHERS = "others"  # stories, checklists, games, giveaways: a bot cannot send those of somebody else on
    KIND = "kind"


class Lost(StrEnum):
    """What is not carried on, and told before sending; the values end the keys of phrases."""

    CUSTOM_EMOJI = "custom_emoji"  # for paying bots only: the plain emoji stands in the text
    REPLY = "reply"
    EFFECT = "effect"  # many are for paying people only, and one that Telegram refuses would stop the announcement
    MOVEMENT = "movement"  # of a live photo: it is sent as the photo that every app shows of it
    BUTTONS = "buttons"


REFUSED: Mapping[str, Why] = {
    "poll": Why.POLL,
    "media_group_id": Why.ALBUM,
    "paid_media": Why.PAID,
    "invoice": Why.PAID,
    "sticker": Why.WORDLESS,
    "video_note": Why.WORDLESS,
    "dice": Why.WORDLESS,
    "contact": Why.PERSON,
    "venue": Why.PLACE,
    "location": Why.PLACE,
    "story": Why.OTHERS,
    "checklist": Why.OTHERS,
    "game": Why.OTHERS,
    "giveaway": Why.OTHERS,
    "giveaway_winners": Why.OTHERS,
    "gift": Why.OTHERS,
    "unique_gift": Why.OTHERS,
}
LOST: Mapping[str, Lost] = {
    "quote": Lost.REPLY,
    "external_reply": Lost.REPLY,
    "reply_to_story": Lost.REPLY,
    "effect_id": Lost.EFFECT,
    "live_photo": Lost.MOVEMENT,
    "reply_markup": Lost.BUTTONS,
}


@dataclass(frozen=True, slots=True)
class Captured:
    """`forwarded`: it will arrive as the bot's own, without its origin."""

    piece: Piece
    forwarded: bool = False
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True)
class NoPiece:
    """`why` is the end of a phrase's key."""

    why: Why


def captured(message: Mapping[str, Any]) -> Captured | NoPiece:
    """What of `message` would be announced. Any JSON object is borne."""
    for name, why in REFUSED.items():
        if name in message:
            return NoPiece(why)
    piece = _text(message) if isinstance(message.get("text"), str) else _under_media(message)
    if piece is None:
        return NoPiece(Why.KIND)
    return Captured(piece, "forward_origin" in message, tuple(_lost(message)))


def _text(message: Mapping[str, Any]) -> Piece:
    preview = _preview(message.get("link_preview_options"))
    return Piece(message["text"], _entities(message.get("entities")), preview=preview)


def _under_media(message: Mapping[str, Any]) -> Piece | None:
    kind = next((kind for kind in _ORDER if kind in message), None)
    file_id = _file_id(message[kind]) if kind else None
    if kind is None or file_id is None:
        return None
    caption = message.get("caption")
    video = message[kind] if kind is Media.VIDEO and isinstance(message[kind], dict) else {}
    return Piece(
        caption if isinstance(caption, str) else "",
        _entities(message.get("caption_entities")),
        kind,
        file_id,
        spoiler=kind in SPOILER_MEDIA and message.get("has_media_spoiler") is True,
        caption_above=kind in SPOILER_MEDIA and message.get("show_caption_above_media") is True,
        cover=_file_id(video.get("cover")),
        starts_at=_whole(video.get("start_timestamp")),
    )


def _preview(given: Any) -> LinkPreview | None:
    """None when the admin's own message shows none. Telegram leaves out what is as by default, and that is shown."""
    options = given if isinstance(given, dict) else {}
    if options.get("is_disabled") is True:
        return None
    url = options.get("url")
    flags = (options.get(name) is True for name in ("prefer_small_media", "prefer_large_media", "show_above_text"))
    return LinkPreview(url if isinstance(url, str) else "", *flags)


def _file_id(given: Any) -> str | None:
    """The id of a file, of a photo's largest size; an animation comes with a document that is the same file."""
    largest = given[-1] if isinstance(given, list) and given else given
    match largest:
        case {"file_id": str(file_id)} if file_id:
            return file_id
        case _:
            return None


def _whole(given: Any) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) and given > 0 else 0


def _lost(message: Mapping[str, Any]) -> Iterator[Lost]:
    entities = [*_listed(message.get("entities")), *_listed(message.get("caption_entities"))]
    if any(isinstance(one, dict) and one.get("type") == "custom_emoji" for one in entities):
        yield Lost.CUSTOM_EMOJI
    yield from dict.fromkeys(lost for name, lost in LOST.items() if name in message)
    if "reply_to_message" in message and not message.keys() & {"quote", "external_reply"} and not _to_bot(message):
        yield Lost.REPLY


def _to_bot(message: Mapping[str, Any]) -> bool:
    """Whether it replies to a bot: to our question for a text, which is no part of what is announced."""
    match message["reply_to_message"]:
        case {"from": {"is_bot": True}}:
            return True
        case _:
            return False


def _entities(given: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple({name: one[name] for name in FIELDS if name in one} for one in _listed(given) if _is_kept(one))


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _is_kept(one: Any) -> bool:
    match one:
        case {"type": str(kind), "offset": int(offset), "length": int(length)} if offset >= 0 and length > 0:
            return kind in KEPT and isinstance(one.get("url", ""), str)
        case _:
            return False
