"""Message text as Telegram keeps it: UTF-16 lengths, trimming, entities that are given and those it finds."""

import re
from collections.abc import Iterable
from typing import Any

from playground.errors import bad

Json = dict[str, Any]

MAX_TEXT = 4096  # UTF-16 units
MAX_CAPTION = 1024
MAX_ENTITIES = 100  # what is above is dropped, as Telegram drops it
_SPACE = " \n\t\r\v\f\u2028\u2029"

_NEEDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id", "date_time": "unix_time"}
_OPTIONAL = {"pre": "language", "date_time": "date_time_format"}
_STYLES = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"}
)
_PLAIN = _STYLES | {"code", "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
_LINK = re.compile(r"(?:https?|tg|ton|mailto|tel):|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#:]|$)", re.IGNORECASE)

_FOUND = re.compile(
    r"""(?P<url> https?://[^\s<>"]+
          | (?<![\w@./]) (?:[a-z0-9-]+\.)+(?:com|org|net|info|me|eu|at|de|af|io|int)\b (?:[/?\#][^\s<>"]*)? (?!@) )
      | (?P<email> (?<![\w.+-]) [\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,} )
      | (?P<mention> (?<!\w) @[A-Za-z0-9_]{2,32} (?!\w) )
      | (?P<bot_command> (?<![\w/<>]) /[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{1,32})? (?![\w/<>]) )
      | (?P<hashtag> (?<!\w) \#\w*[^\W\d]\w* )""",
    re.VERBOSE | re.IGNORECASE,
)


def units(text: str) -> int:
    """Length in UTF-16 units. Raises Telegram's error on half a surrogate pair."""
    return len(text) if text.isascii() else len(_utf16(text)) // 2


def written(text: str, entities: Any, too_long: str = "message is too long") -> tuple[str, list[Json]]:
    """The text and entities of a message that is about to be kept: checked, trimmed, within the limits."""
    trimmed, kept = _trimmed(text, entities)
    if not trimmed:
        raise bad("message text is empty")
    if units(trimmed) > MAX_TEXT:
        raise bad(too_long)
    return trimmed, kept


def captioned(text: str, entities: Any) -> tuple[str, list[Json]]:
    """The same for what stands under a picture or a file; it may be empty."""
    trimmed, kept = _trimmed(text, entities)
    if units(trimmed) > MAX_CAPTION:
        raise bad("message caption is too long")
    return trimmed, kept


def _trimmed(text: str, entities: Any) -> tuple[str, list[Json]]:
    kept = checked(entities, text)
    trimmed = text.strip(_SPACE)
    if kept and trimmed != text:
        kept = list(_shifted(kept, units(text[: len(text) - len(text.lstrip(_SPACE))]), units(trimmed)))
    return trimmed, kept[:MAX_ENTITIES]


def with_found(text: str, given: list[Json]) -> list[Json]:
    """`given` plus the links, mentions, commands and tags the server finds by itself."""
    taken = [entity for entity in given if entity["type"] not in _STYLES]
    found = [entity for entity in found_entities(text) if not any(_overlap(entity, other) for other in taken)]
    return _sorted([*given, *found])[:MAX_ENTITIES] if found else given


def found_entities(text: str) -> list[Json]:
    """What Telegram's server marks in any text: links, mentions, commands, hashtags, mail addresses."""
    entities = []
    for match in _FOUND.finditer(text):
        piece = match[0].rstrip(".,;:!?)'\"»،؛؟") if match.lastgroup == "url" else match[0]
        offset = units(text[: match.start()])
        entities.append({"type": str(match.lastgroup), "offset": offset, "length": units(piece)})
    return entities


def _utf16(text: str) -> bytes:
    try:
        return text.encode("utf-16-le")
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None


def checked(entities: Any, text: str) -> list[Json]:
    """Entities as the Bot API takes them, or its error. Empty ones and links that are none are dropped."""
    if not entities:
        return []
    if not isinstance(entities, list):
        raise bad("can't parse entities: Expected an array of MessageEntity")
    utf16 = _utf16(text)
    kept = [entity for given in entities if (entity := _entity(given, utf16)) is not None]
    return _sorted(kept)


def _entity(given: Any, utf16: bytes) -> Json | None:
    if not isinstance(given, dict):
        raise bad("can't parse MessageEntity: Expected an Object")
    kind, offset, length = str(given.get("type")), given.get("offset"), given.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or isinstance(offset, bool):
        raise bad('can\'t parse MessageEntity: Field "offset" and field "length" must be Integers')
    entity = {"type": kind, "offset": offset, "length": length} | _details(kind, given)
    _inside(offset, length, utf16)
    return None if length == 0 or (kind == "text_link" and not _LINK.match(str(entity["url"]))) else entity


def _details(kind: str, given: Json) -> Json:
    if kind not in _PLAIN and kind not in _NEEDS and kind not in _OPTIONAL:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    needed = _NEEDS.get(kind)
    if needed and needed not in given:
        raise bad(f"can't parse MessageEntity: Can't find field \"{needed}\"")
    return {name: given[name] for name in (needed, _OPTIONAL.get(kind)) if name and given.get(name) is not None}


def _inside(offset: int, length: int, utf16: bytes) -> None:
    end = offset + length
    if offset < 0 or length < 0:
        raise bad(f"receive an entity with incorrect offset {offset} or length {length}")
    if end * 2 > len(utf16):
        raise bad(f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}")
    for where, at in (("begins", offset), ("ends", end)):
        if _inside_pair(utf16, at):
            raise bad(f"entity {where} in a middle of a UTF-16 symbol at UTF-16 offset {at}")


def _inside_pair(utf16: bytes, at: int) -> bool:
    """Whether UTF-16 offset `at` is between the halves of one character."""
    return at * 2 < len(utf16) and 0xDC <= utf16[at * 2 + 1] <= 0xDF


def _shifted(entities: Iterable[Json], cut: int, length: int) -> Iterable[Json]:
    """Entities of a text whose first `cut` units were trimmed and which is `length` long now."""
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, length)
        if end > start:
            yield entity | {"offset": start, "length": end - start}


def _overlap(one: Json, other: Json) -> bool:
    first, second = sorted((one, other), key=lambda entity: int(entity["offset"]))
    return bool(first["offset"] + first["length"] > second["offset"])


def _sorted(entities: list[Json]) -> list[Json]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
