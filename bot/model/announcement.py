"""Represent an announcement as data, and encode it as the JSON that is stored."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.model import audience
from bot.model.audience import EVERYONE, Audience

_NOTICE_DATA = re.compile(r"bc:([1-9][0-9]{0,8}(?:\.[0-9a-f]{8})?)", re.ASCII)


class Media(StrEnum):
    """Kinds of media that can be sent by `file_id`; the values are the parameters' names in the Bot API."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    ANIMATION = "animation"


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens a web page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """How Telegram shows a preview of a web page with a text."""

    url: str = ""  # "" means the first link of the text
    small: bool = False
    large: bool = False
    above_text: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """The version of an announcement in one language: a text, or media with a caption."""

    text: str
    entities: tuple[Mapping[str, Any], ...] = ()  # formatting, as Telegram's MessageEntity objects
    media: Media | None = None
    file_id: str | None = field(default=None, repr=False)
    buttons: tuple[tuple[LinkButton, ...], ...] = ()
    preview: LinkPreview | None = None  # of a text alone; None shows no page
    spoiler: bool = False  # hides the media until they are tapped
    caption_above: bool = False
    cover: str | None = field(default=None, repr=False)  # file id of a picture shown in place of a video
    starts_at: int = 0  # second at which a video begins

    def without_media(self) -> "Piece":
        """Return the text alone, for subscribers who chose text only; a preview would show a picture."""
        text = replace(self, media=None, file_id=None, preview=None)
        return replace(text, spoiler=False, caption_above=False, cover=None, starts_at=0)


@dataclass(frozen=True, slots=True)
class Notice:
    """Replaces the announcement for subscribers with discreet delivery: an ordinary sentence and a button."""

    text: str
    label: str  # of the button, which shows the announcement


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message to many subscribers, in one or several languages."""

    default: str  # the language whose piece and notice the other languages get
    pieces: Mapping[str, Piece]
    audience: Audience = EVERYONE
    notices: Mapping[str, Notice] = field(default_factory=dict)
    paid: bool = False  # sent faster than 30 a second, for Stars
    sources: Mapping[str, int] = field(default_factory=dict)  # the admin's message for each part, such as `text.en`
    name: str = field(default="", compare=False)  # of its broadcast, for buttons; stored with the broadcast's state

    def piece(self, language: str) -> Piece:
        """Return the piece for a subscriber's language."""
        return self.pieces.get(language) or self.pieces[self.default]

    def notice(self, language: str) -> Notice | None:
        """Return the notice for a subscriber's language; None when the announcement has no notices."""
        return self.notices.get(language) or self.notices.get(self.default)


def notice_callback_data(name: str) -> str:
    """Return the callback data of a notice's button, which shows the announcement of the broadcast called `name`."""
    return f"bc:{name}"


def broadcast_name_in(data: str) -> str | None:
    """Return the broadcast's name in the callback data of a notice; None for other data.

    The name in a button of an earlier version is the broadcast's number alone.
    """
    match = _NOTICE_DATA.fullmatch(data)
    return match[1] if match else None


def encode(announcement: Announcement) -> bytes:
    """Return the announcement as the JSON that is stored."""
    fields = {
        "default": announcement.default,
        "pieces": {language: asdict(piece) for language, piece in announcement.pieces.items()},
        "audience": audience.to_json(announcement.audience),
        "notices": {language: asdict(notice) for language, notice in announcement.notices.items()},
        "paid": announcement.paid,
        "sources": dict(announcement.sources),
    }
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode(content: bytes) -> Announcement:
    """Return the announcement that `encode`, of this version or an earlier one, has written."""
    fields = json.loads(content.decode("utf-8", "surrogatepass"))
    return Announcement(
        default=fields["default"],
        pieces={language: _decode_piece(piece) for language, piece in fields["pieces"].items()},
        audience=audience.from_json(fields["audience"]),
        notices={language: Notice(**notice) for language, notice in fields["notices"].items()},
        paid=fields["paid"],
        sources=fields.get("sources", {}),  # missing in earlier versions
    )


def _decode_piece(fields: dict[str, Any]) -> Piece:
    return Piece(
        text=fields["text"],
        entities=tuple(fields["entities"]),
        media=None if fields["media"] is None else Media(fields["media"]),
        file_id=fields["file_id"],
        buttons=tuple(tuple(LinkButton(**button) for button in row) for row in fields["buttons"]),
        preview=_decode_preview(fields["preview"]),
        spoiler=fields.get("spoiler", False),  # this and the rest are missing in earlier versions
        caption_above=fields.get("caption_above", False),
        cover=fields.get("cover"),
        starts_at=fields.get("starts_at", 0),
    )


def _decode_preview(fields: dict[str, Any] | bool | None) -> LinkPreview | None:
    """Return the preview; earlier versions stored only whether there is one, which was always False."""
    if isinstance(fields, dict):
        return LinkPreview(**fields)
    return LinkPreview() if fields else None
