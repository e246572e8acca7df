"""The Bot API calls that show a piece of an announcement: one place for recipients, samples and edits alike.

What an admin sees in a sample is what people get, because nothing else builds these parameters.
"""

from dataclasses import dataclass
from typing import Any

from bot.model.announcement import LinkPreview, Media, Piece
from content.invisible import is_blank

# Media that can be covered, and that can stand under their caption.
SPOILER_MEDIA = frozenset({Media.PHOTO, Media.VIDEO, Media.ANIMATION})


@dataclass(frozen=True, slots=True)
class Presentation:
    """A call of the Bot API without its chat; `parameters` are JSON."""

    method: str
    parameters: dict[str, Any]


def new_message(piece: Piece) -> Presentation:
    """Return the call that sends `piece` as a new message."""
    if piece.media is None:
        return Presentation("sendMessage", text_parameters(piece))
    return Presentation(f"send{piece.media.capitalize()}", _media_parameters(piece, piece.media))


def text_parameters(piece: Piece) -> dict[str, Any]:
    """Return what sendMessage and editMessageText take."""
    options = link_preview_options(piece.preview)
    return {"text": piece.text, "entities": list(piece.entities), "link_preview_options": options, **_buttons(piece)}


def caption_parameters(piece: Piece) -> dict[str, Any]:
    """Return what editMessageCaption takes: what is left out there, Telegram takes back."""
    caption = {"caption": piece.text, "caption_entities": list(piece.entities)}
    return {**caption, **_above(piece), **_buttons(piece)}


def link_preview_options(preview: LinkPreview | None) -> dict[str, Any]:
    if preview is None:
        return {"is_disabled": True}
    flags = {
        "prefer_small_media": preview.small,
        "prefer_large_media": preview.large,
        "show_above_text": preview.above_text,
    }
    return ({"url": preview.url} if preview.url else {}) | {name: True for name, is_on in flags.items() if is_on}


def _media_parameters(piece: Piece, media: Media) -> dict[str, Any]:
    caption = {} if is_blank(piece.text) else {"caption": piece.text, "caption_entities": list(piece.entities)}
    shown: dict[str, Any] = {media.value: piece.file_id, **caption, **(_above(piece) if caption else {})}
    if piece.spoiler and media in SPOILER_MEDIA:
        shown["has_spoiler"] = True
    if media is Media.VIDEO:
        shown |= {"cover": piece.cover} if piece.cover else {}
        shown |= {"start_timestamp": piece.starts_at} if piece.starts_at else {}
    return {**shown, **_buttons(piece)}


def _above(piece: Piece) -> dict[str, Any]:
    return {"show_caption_above_media": True} if piece.caption_above and piece.media in SPOILER_MEDIA else {}


def _buttons(piece: Piece) -> dict[str, Any]:
    rows = [[{"text": button.label, "url": button.url} for button in row] for row in piece.buttons]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}
