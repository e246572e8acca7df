"""Read the whole content of a received message: text, formatting, links, buttons and the URL of its link preview."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.model.announcement import LinkButton, LinkPreview, Media, Piece, is_own_data
from bot.telegram_api.http.json_fields import JsonObject, MalformedField

_FIELDS = ("type", "offset", "length", "url", "unix_time")


def read_content(message: JsonObject) -> Piece | None:
    """Return the content of a message with a text or a caption; None if a part of it is malformed.

    Names, dates, the origin of a forwarded message and the bot's own buttons below announcements are left out. A
    button that opens no URL has the URL "".
    """
    is_caption = not message.has("text")
    try:
        return Piece(
            message.text("caption" if is_caption else "text"),
            tuple(map(_entity, _list(message.raw.get("caption_entities" if is_caption else "entities")))),
            media=_media(message) if is_caption else None,
            buttons=tuple(tuple(_buttons(row)) for row in _rows(message)),
            preview=LinkPreview(message.child("link_preview_options").text("url", ""))
            if message.has("link_preview_options")
            else None,
        )
    except MalformedField:
        return None


def _list(value: object) -> list[Any]:
    if not isinstance(value, list | None):
        raise MalformedField("list")
    return value or []


def _entity(raw: object) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise MalformedField("entity")
    entity = JsonObject(raw)
    if not entity.text("type") or entity.integer("offset") < 0 or entity.integer("length") < 0:
        raise MalformedField("entity")
    return {name: raw[name] for name in _FIELDS if name in raw}


def _media(message: JsonObject) -> Media:
    """Return the kind of media in a message with a caption; Media.DOCUMENT for a kind that is not in Media."""
    return next((media for media in Media if message.has(media.value)), Media.DOCUMENT)


def _rows(message: JsonObject) -> list[Any]:
    return _list(message.child("reply_markup").raw.get("inline_keyboard")) if message.has("reply_markup") else []


def _buttons(row: object) -> Iterator[LinkButton]:
    for raw in _list(row):
        if not isinstance(raw, dict):
            raise MalformedField("button")
        button = JsonObject(raw)
        if not is_own_data(button.text("callback_data", "")):
            yield LinkButton(button.text("text"), button.text("url", ""))
