"""Convert a message from an admin to a piece, the part of an announcement for one language, or say why not.

Only what will be sent on is stored: text, formatting, the id of a file and how the file is shown. Names, dates and
the origin of a forwarded message are not stored. `test_announcement_round_trip.py` checks that every field of the Bot
API is handled.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.model.announcement import LinkPreview, Media, Piece
from bot.model.stored_json import without_surrogates
from bot.telegram_api.sending.message_parameters import SPOILER_MEDIA

# Entities that Telegram adds automatically (addresses, mentions, hashtags) are left out: it adds them again.
CARRIED_ENTITIES = frozenset({
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
    "text_link", "text_mention", "date_time",
})  # fmt: skip
# Fields of an entity. A text_mention loses the field about the person.
ENTITY_FIELDS = ("type", "offset", "length", "url", "language", "unix_time", "date_time_format")
# An animation also comes as a document, so it is looked for first.
_MEDIA = (Media.ANIMATION, Media.PHOTO, Media.VIDEO, Media.VOICE, Media.AUDIO, Media.DOCUMENT)
_MAX_INTEGER = 2**53  # larger numbers make no sense here, and the JSON encoder refuses those beyond 64 bits


class RefusalReason(StrEnum):
    """The reason why a message cannot be announced. The phrase for each value has the key `broadcast.no_{value}`."""

    POLL = "poll"  # its author sees who votes, and votes expose people
    ALBUM = "album"  # several messages, which cannot be edited or recalled as one
    WORDLESS = "wordless"  # sticker, round video, dice: subscribers who chose text only would receive nothing
    PERSON = "person"  # a contact exposes somebody
    PLACE = "place"
    PAID = "paid"
    OTHERS = "others"  # stories, checklists, games, giveaways: a bot cannot send on somebody else's
    KIND = "kind"  # a kind of message that this version does not know


class Lost(StrEnum):
    """A feature of an admin's message that the announcement will not have.

    The phrase with the key `lint.lost_{value}` warns the admin.
    """

    CUSTOM_EMOJI = "custom_emoji"  # only paying bots may send it; the text has the plain emoji in its place
    REPLY = "reply"
    EFFECT = "effect"  # many are for paying people only, and one that Telegram refuses would stop the announcement
    MOVEMENT = "movement"  # of a live photo, which is sent as an ordinary photo
    BUTTONS = "buttons"


REFUSED_FIELDS: Mapping[str, RefusalReason] = {
    "poll": RefusalReason.POLL,
    "media_group_id": RefusalReason.ALBUM,
    "paid_media": RefusalReason.PAID,
    "invoice": RefusalReason.PAID,
    "sticker": RefusalReason.WORDLESS,
    "video_note": RefusalReason.WORDLESS,
    "dice": RefusalReason.WORDLESS,
    "contact": RefusalReason.PERSON,
    "venue": RefusalReason.PLACE,
    "location": RefusalReason.PLACE,
    "story": RefusalReason.OTHERS,
    "checklist": RefusalReason.OTHERS,
    "game": RefusalReason.OTHERS,
    "giveaway": RefusalReason.OTHERS,
    "giveaway_winners": RefusalReason.OTHERS,
    "gift": RefusalReason.OTHERS,
    "unique_gift": RefusalReason.OTHERS,
}
LOST_FIELDS: Mapping[str, Lost] = {
    "quote": Lost.REPLY,
    "external_reply": Lost.REPLY,
    "reply_to_story": Lost.REPLY,
    "effect_id": Lost.EFFECT,
    "live_photo": Lost.MOVEMENT,
    "reply_markup": Lost.BUTTONS,
}


@dataclass(frozen=True, slots=True)
class ImportedMessage:
    """The piece of an announcement that was made from a message. `lost` lists what the piece leaves out.

    `is_forwarded` means that the admin had forwarded the message from elsewhere. The bot sends the piece as its own
    message, without the origin.
    """

    piece: Piece
    is_forwarded: bool = False
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message that cannot be announced."""

    reason: RefusalReason


def import_message(message: Mapping[str, Any]) -> ImportedMessage | RefusedMessage:
    """Convert a Telegram message to a piece of an announcement, or return why that is impossible.

    Any JSON object is accepted, even if it is not a valid message.
    """
    for name, reason in REFUSED_FIELDS.items():
        if name in message:
            return RefusedMessage(reason)
    piece = _text_piece(message) if isinstance(message.get("text"), str) else _media_piece(message)
    if piece is None:
        return RefusedMessage(RefusalReason.KIND)
    return ImportedMessage(piece, "forward_origin" in message, tuple(_lost(message)))


def _text_piece(message: Mapping[str, Any]) -> Piece:
    preview = _preview(message.get("link_preview_options"))
    return Piece(without_surrogates(message["text"]), _entities(message.get("entities")), preview=preview)


def _media_piece(message: Mapping[str, Any]) -> Piece | None:
    media = next((media for media in _MEDIA if media in message), None)
    file_id = _file_id(message[media]) if media else None
    if media is None or file_id is None:
        return None
    video = message[media] if media is Media.VIDEO and isinstance(message[media], dict) else {}
    return Piece(
        text=_string(message.get("caption")),
        entities=_entities(message.get("caption_entities")),
        media=media,
        file_id=file_id,
        spoiler=media in SPOILER_MEDIA and message.get("has_media_spoiler") is True,
        caption_above=media in SPOILER_MEDIA and message.get("show_caption_above_media") is True,
        cover=_file_id(video.get("cover")),
        starts_at=_positive_integer(video.get("start_timestamp")),
    )


def _preview(options: Any) -> LinkPreview | None:
    """Return the link preview that the admin's message shows; None if it shows none.

    `options` are the message's LinkPreviewOptions, in which Telegram omits default values.
    """
    options = options if isinstance(options, dict) else {}
    if options.get("is_disabled") is True:
        return None
    return LinkPreview(
        url=_string(options.get("url")),
        small=options.get("prefer_small_media") is True,
        large=options.get("prefer_large_media") is True,
        above_text=options.get("show_above_text") is True,
    )


def _file_id(media: Any) -> str | None:
    """Return the file id of a message's media; None if there is none.

    A photo is a list of sizes. The last one, the largest, is used.
    """
    largest = media[-1] if isinstance(media, list) and media else media
    match largest:
        case {"file_id": str(file_id)} if file_id:
            return without_surrogates(file_id)
        case _:
            return None


def _string(value: Any) -> str:
    return without_surrogates(value) if isinstance(value, str) else ""


def _positive_integer(value: Any) -> int:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return value if is_integer and 0 < value < _MAX_INTEGER else 0


def _lost(message: Mapping[str, Any]) -> Iterator[Lost]:
    entities = [*_list(message.get("entities")), *_list(message.get("caption_entities"))]
    if any(isinstance(entity, dict) and entity.get("type") == "custom_emoji" for entity in entities):
        yield Lost.CUSTOM_EMOJI
    yield from dict.fromkeys(lost for name, lost in LOST_FIELDS.items() if name in message)
    is_named_reply = message.keys() & {"quote", "external_reply"}
    if "reply_to_message" in message and not is_named_reply and not _is_reply_to_bot(message):
        yield Lost.REPLY


def _is_reply_to_bot(message: Mapping[str, Any]) -> bool:
    """Return whether the message is a reply to a message of a bot.

    Such a message answers a question of the editor. So the admin gets no warning that the announcement will not be a
    reply.
    """
    match message["reply_to_message"]:
        case {"from": {"is_bot": True}}:
            return True
        case _:
            return False


def _entities(entities: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(_carried_fields(entity) for entity in _list(entities) if _is_carried(entity))


def _carried_fields(entity: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: without_surrogates(value) if isinstance(value, str) else value
            for name in ENTITY_FIELDS if _is_plain(value := entity.get(name))}  # fmt: skip


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and abs(value) < _MAX_INTEGER)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_carried(entity: Any) -> bool:
    match entity:
        case {"type": str(kind), "offset": int(offset), "length": int(length)} if (
            0 <= offset < _MAX_INTEGER and 0 < length < _MAX_INTEGER
        ):
            return kind in CARRIED_ENTITIES and isinstance(entity.get("url", ""), str)
        case _:
            return False
