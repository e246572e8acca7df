"""Validate message texts and their entities as Telegram does, and detect links, mentions and other entities."""

import re
from collections.abc import Iterable
from typing import Any

from playground.errors import bad_request

Json = dict[str, Any]

MAX_TEXT = 4096  # UTF-16 units
MAX_CAPTION = 1024
MAX_ENTITIES = 100  # further ones are dropped without an error, as on Telegram
_WHITESPACE = " \n\t\r\v\f\u2028\u2029"

_REQUIRED_FIELD = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}
_OPTIONAL_FIELD = {"pre": "language", "date_time": "date_time_format"}
_STYLES = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"}
)
_TYPES_WITHOUT_FIELDS = _STYLES | {
    "code",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
}
_LINK = re.compile(r"(?:https?|tg|ton|mailto|tel):|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#:]|$)", re.IGNORECASE)

_DETECTED = re.compile(
    r"""(?P<url> https?://[^\s<>"]+
          | (?<![\w@./]) (?:[a-z0-9-]+\.)+(?:com|org|net|info|me|eu|at|de|af|io|int)\b (?:[/?\#][^\s<>"]*)? (?!@) )
      | (?P<email> (?<![\w.+-]) [\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,} )
      | (?P<mention> (?<!\w) @[A-Za-z0-9_]{2,32} (?!\w) )
      | (?P<bot_command> (?<![\w/<>]) /[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{1,32})? (?![\w/<>]) )
      | (?P<hashtag> (?<!\w) \#\w*[^\W\d]\w* )""",
    re.VERBOSE | re.IGNORECASE,
)


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 units. Raises BotApiError for an unpaired surrogate."""
    return len(text) if text.isascii() else len(_utf16(text)) // 2


def checked_text(text: str, entities: Any, too_long: str = "message is too long") -> tuple[str, list[Json]]:
    """Return the text of a message without leading and trailing whitespace, and its valid entities.

    Raises BotApiError for an empty text, a text above MAX_TEXT, or a wrong entity. `too_long` is Telegram's error
    message for a text that is too long, which differs between methods.
    """
    trimmed, valid = _trimmed(text, entities)
    if not trimmed:
        raise bad_request("message text is empty")
    if utf16_length(trimmed) > MAX_TEXT:
        raise bad_request(too_long)
    return trimmed, valid


def checked_caption(text: str, entities: Any) -> tuple[str, list[Json]]:
    """Return the caption of a file without leading and trailing whitespace, and its valid entities.

    Raises BotApiError for a caption above MAX_CAPTION or a wrong entity. A caption can be empty.
    """
    trimmed, valid = _trimmed(text, entities)
    if utf16_length(trimmed) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return trimmed, valid


def _trimmed(text: str, entities: Any) -> tuple[str, list[Json]]:
    valid = checked_entities(entities, text)
    trimmed = text.strip(_WHITESPACE)
    if valid and trimmed != text:
        leading = text[: len(text) - len(text.lstrip(_WHITESPACE))]
        valid = list(_shifted(valid, utf16_length(leading), utf16_length(trimmed)))
    return trimmed, valid[:MAX_ENTITIES]


def with_detected_entities(text: str, entities: list[Json]) -> list[Json]:
    """Return `entities` plus those that Telegram's server detects, such as links and mentions, ordered by position.

    A detected entity is left out if it overlaps one of `entities`. Overlapping a style such as bold does not matter.
    """
    occupied = [entity for entity in entities if entity["type"] not in _STYLES]
    detected = [
        entity for entity in detected_entities(text) if not any(_overlap(entity, other) for other in occupied)
    ]
    return _sorted([*entities, *detected])[:MAX_ENTITIES] if detected else entities


def detected_entities(text: str) -> list[Json]:
    """Return the entities that Telegram detects in a text: links, mentions, commands, hashtags, email addresses."""
    entities = []
    for match in _DETECTED.finditer(text):
        matched = match[0].rstrip(".,;:!?)'\"»،؛؟") if match.lastgroup == "url" else match[0]
        offset = utf16_length(text[: match.start()])
        entities.append({"type": str(match.lastgroup), "offset": offset, "length": utf16_length(matched)})
    return entities


def _utf16(text: str) -> bytes:
    try:
        return text.encode("utf-16-le")
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def checked_entities(entities: Any, text: str) -> list[Json]:
    """Return the entities of a request, ordered by position, without empty ones and invalid links.

    Raises BotApiError when an entity has a wrong type, field or position.
    """
    if not entities:
        return []
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: Expected an array of MessageEntity")
    utf16 = _utf16(text)
    valid = [entity for item in entities if (entity := _entity(item, utf16)) is not None]
    return _sorted(valid)


def _entity(item: Any, utf16: bytes) -> Json | None:
    if not isinstance(item, dict):
        raise bad_request("can't parse MessageEntity: Expected an Object")
    entity_type, offset, length = str(item.get("type")), item.get("offset"), item.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or isinstance(offset, bool):
        raise bad_request('can\'t parse MessageEntity: Field "offset" and field "length" must be Integers')
    entity = {"type": entity_type, "offset": offset, "length": length} | _type_fields(entity_type, item)
    _check_position(offset, length, utf16)
    is_invalid_link = entity_type == "text_link" and not _LINK.match(str(entity["url"]))
    return None if length == 0 or is_invalid_link else entity


def _type_fields(entity_type: str, item: Json) -> Json:
    """Return the fields that only this type of entity has, such as the url of a text_link.

    Raises BotApiError if one is wrong.
    """
    if not any(entity_type in types for types in (_TYPES_WITHOUT_FIELDS, _REQUIRED_FIELD, _OPTIONAL_FIELD)):
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    required = _REQUIRED_FIELD.get(entity_type)
    if required and required not in item:
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{required}\"")
    names = (required, _OPTIONAL_FIELD.get(entity_type))
    return {name: item[name] for name in names if name and item.get(name) is not None}


def _check_position(offset: int, length: int, utf16: bytes) -> None:
    end = offset + length
    if offset < 0 or length < 0:
        raise bad_request(f"receive an entity with incorrect offset {offset} or length {length}")
    if end * 2 > len(utf16):
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
        )
    for verb, position in (("begins", offset), ("ends", end)):
        if _splits_pair(utf16, position):
            raise bad_request(f"entity {verb} in a middle of a UTF-16 symbol at UTF-16 offset {position}")


def _splits_pair(utf16: bytes, position: int) -> bool:
    """Return whether the UTF-16 offset `position` lies between the two halves of a surrogate pair."""
    return position * 2 < len(utf16) and 0xDC <= utf16[position * 2 + 1] <= 0xDF


def _shifted(entities: Iterable[Json], removed: int, length: int) -> Iterable[Json]:
    """Yield the entities of a trimmed text with their new offsets.

    The first `removed` UTF-16 units of the text were cut off, and `length` units are left. Entities of the parts that
    were cut off are dropped.
    """
    for entity in entities:
        start = max(entity["offset"] - removed, 0)
        end = min(entity["offset"] + entity["length"] - removed, length)
        if end > start:
            yield entity | {"offset": start, "length": end - start}


def _overlap(entity: Json, other: Json) -> bool:
    first, second = sorted((entity, other), key=lambda item: int(item["offset"]))
    return bool(first["offset"] + first["length"] > second["offset"])


def _sorted(entities: list[Json]) -> list[Json]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
