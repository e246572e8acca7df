"""An announcement as data: what each language is told, the audience, and the JSON in which it is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import msgspec

from bot.model import stored_json
from bot.model.audience import EVERYONE, Audience

_NOTICE = re.compile(r"bc:([1-9][0-9]{0,8}(?:\.[0-9a-f]{8})?)", re.ASCII)


class Media(StrEnum):
    """What can be sent by `file_id`; the values are the parameter's name in the Bot API."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    ANIMATION = "animation"


@dataclass(frozen=True, slots=True)
class LinkButton:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """How Telegram shows the page behind a link under a text: that of `url`, or of the first link where it is ''."""

    url: str = ""
    small: bool = False
    large: bool = False
    above_text: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What a language is told: `text` with Telegram's `entities` as JSON objects, under media where there is any.

    `preview` is None where no page is shown; it concerns texts alone. `spoiler` covers the media until they are
    tapped. `cover` is the id of a picture that stands for a video, which begins at second `starts_at`.
    """

    text: str
    entities: tuple[Mapping[str, Any], ...] = ()
    media: Media | None = None
    file_id: str | None = field(default=None, repr=False)
    buttons: tuple[tuple[LinkButton, ...], ...] = ()
    preview: LinkPreview | None = None
    spoiler: bool = False
    caption_above: bool = False
    cover: str | None = field(default=None, repr=False)
    starts_at: int = 0

    def without_media(self) -> "Piece":
        """The text alone, as those who chose text only get it: a preview would be a picture."""
        bare = replace(self, media=None, file_id=None, preview=None)
        return replace(bare, spoiler=False, caption_above=False, cover=None, starts_at=0)


@dataclass(frozen=True, slots=True)
class Notice:
    """What who wants it discreet gets instead: an ordinary sentence, and a button that shows the announcement."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """A language without a piece of its own gets that of `default`; so with notices.

    `sources` are the numbers of the admin's messages that it was made from, by what each was taken for (`text.en`):
    an admin who edits one of these later learns that it has been sent.
    """

    default: str
    pieces: Mapping[str, Piece]
    audience: Audience = EVERYONE
    notices: Mapping[str, Notice] = field(default_factory=dict)
    paid: bool = False  # above 30 a second, for Stars
    sources: Mapping[str, int] = field(default_factory=dict)
    name: str = field(default="", compare=False)  # of the broadcast that says it, for buttons; kept with its standing

    def piece(self, language: str) -> Piece:
        return self.pieces.get(language) or self.pieces[self.default]

    def notice(self, language: str) -> Notice | None:
        return self.notices.get(language) or self.notices.get(self.default)


def notice_callback_data(name: str) -> str:
    """The callback data of a notice's button: whoever presses it wants to see the announcement of this broadcast."""
    return f"bc:{name}"


def broadcast_name_in(data: str) -> str | None:
    """Which broadcast a notice's button means, also of one that was made when there were numbers alone."""
    found = _NOTICE.fullmatch(data)
    return found[1] if found else None


def encode(announcement: Announcement) -> bytes:
    """Return the JSON under which `announcement` is stored; its name is stored with the broadcast's state."""
    return msgspec.json.encode(replace(announcement, name=""))


def decode(content: bytes) -> Announcement:
    """Return the announcement that was stored as `content`.

    Raises ValueError that names the field that does not fit.
    """
    return stored_json.convert(upgrade(stored_json.parse(content)), Announcement)


def upgrade(document: Any) -> Any:
    """Return the parsed JSON of an announcement of any earlier version as this version writes it."""
    match document:
        case {"pieces": dict(pieces)}:
            return {**document, "pieces": {language: _upgrade_piece(piece) for language, piece in pieces.items()}}
        case _:
            return document


def _upgrade_piece(piece: Any) -> Any:
    match piece:
        case {"preview": bool(has_preview)}:  # the first version stored only whether there is one
            return {**piece, "preview": {} if has_preview else None}
        case _:
            return piece
