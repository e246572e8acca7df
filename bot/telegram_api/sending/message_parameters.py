"""Build the Bot API calls that send or edit an announcement in one language (a piece).

Broadcasts, previews and edits all use this module. So the preview that an admin sees looks like the message that
subscribers receive.
"""

from dataclasses import dataclass
from typing import Any

from bot.model.announcement import SETTINGS_DATA, LinkPreview, Media, Piece
from content.invisible import is_blank
from content.screens.screen import CallbackButton

Footer = tuple[tuple[CallbackButton, ...], ...]  # rows of buttons below the announcement's own

# Media that may have a spoiler, and that may stand below their caption.
SPOILER_MEDIA = frozenset({Media.PHOTO, Media.VIDEO, Media.ANIMATION})


@dataclass(frozen=True, slots=True)
class MessageCall:
    """A call of the Bot API: its method, and its parameters as JSON, without the chat."""

    method: str
    parameters: dict[str, Any]


def announcement_footer(
    settings_label: str, signed_copy: CallbackButton | None = None, hide: CallbackButton | None = None
) -> Footer:
    """Return the rows of buttons that the bot adds below an announcement.

    The first row has the button `signed_copy` and a settings button with the text `settings_label`; the second row
    has the button `hide`. A button that is None, a settings button without a text, and an empty row are left out.
    """
    settings = CallbackButton(settings_label, SETTINGS_DATA) if settings_label else None
    rows = ((signed_copy, settings), (hide,))
    return tuple(row for row in (tuple(filter(None, row)) for row in rows) if row)


def new_message(piece: Piece, footer: Footer = ()) -> MessageCall:
    """Return the call that sends `piece` as a new message.

    `footer` has rows of buttons below the piece's own buttons.
    """
    if piece.media is None:
        return MessageCall("sendMessage", text_parameters(piece, footer))
    return MessageCall(f"send{piece.media.capitalize()}", _media_parameters(piece, piece.media, footer))


def text_parameters(piece: Piece, footer: Footer = ()) -> dict[str, Any]:
    """Return the parameters of sendMessage and editMessageText for the text of `piece`, with buttons and preview.

    `footer` has rows of buttons below the piece's own buttons.
    """
    return {
        "text": piece.text,
        "entities": list(piece.entities),
        "link_preview_options": link_preview_options(piece.preview),
        **_buttons(piece, footer),
    }


def caption_parameters(piece: Piece, footer: Footer = ()) -> dict[str, Any]:
    """Return the parameters of editMessageCaption for `piece`: the caption, its formatting and the buttons.

    `footer` has rows of buttons below the piece's own buttons. The parameters also say whether the caption is above
    the picture. The call contains all of these even if they have not changed, because Telegram removes from the
    message what the call leaves out.
    """
    caption = {"caption": piece.text, "caption_entities": list(piece.entities)}
    return {**caption, **_above(piece), **_buttons(piece, footer)}


def link_preview_options(preview: LinkPreview | None) -> dict[str, Any]:
    """Return Telegram's LinkPreviewOptions as JSON. If `preview` is None, they disable the preview."""
    if preview is None:
        return {"is_disabled": True}
    flags = {
        "prefer_small_media": preview.small,
        "prefer_large_media": preview.large,
        "show_above_text": preview.above_text,
    }
    return ({"url": preview.url} if preview.url else {}) | {name: True for name, is_on in flags.items() if is_on}


def _media_parameters(piece: Piece, media: Media, footer: Footer) -> dict[str, Any]:
    caption = {} if is_blank(piece.text) else {"caption": piece.text, "caption_entities": list(piece.entities)}
    parameters: dict[str, Any] = {media.value: piece.file_id, **caption, **(_above(piece) if caption else {})}
    if piece.spoiler and media in SPOILER_MEDIA:
        parameters["has_spoiler"] = True
    if media is Media.VIDEO:
        parameters |= {"cover": piece.cover} if piece.cover else {}
        parameters |= {"start_timestamp": piece.starts_at} if piece.starts_at else {}
    return {**parameters, **_buttons(piece, footer)}


def _above(piece: Piece) -> dict[str, Any]:
    return {"show_caption_above_media": True} if piece.caption_above and piece.media in SPOILER_MEDIA else {}


def _buttons(piece: Piece, footer: Footer) -> dict[str, Any]:
    rows = [[{"text": button.label, "url": button.url} for button in row] for row in piece.buttons]
    rows += [[{"text": button.label, "callback_data": button.data} for button in row] for row in footer]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}
