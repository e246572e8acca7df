"""Represent an announcement as data, and encode it as the JSON that is stored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from bot.model import stored_json
from bot.model.audience import EVERYONE, Audience

SETTINGS_DATA = "bs"  # callback data of the button that opens the settings; the same for everybody
_NAME = r"([1-9][0-9]{0,8}(?:\.[0-9a-f]{8})?)"
_NOTICE_DATA = re.compile(f"bc:{_NAME}", re.ASCII)
_HIDE_DATA = re.compile(f"bh:{_NAME}", re.ASCII)
_COPY_DATA = re.compile(f"bv:{_NAME}", re.ASCII)


class Media(StrEnum):
    """The kinds of media that can be sent by `file_id`. Each value is the name of the parameter in the Bot API."""

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
    """Options for the preview of a web page that Telegram shows with a text."""

    url: str = ""  # "" means the first link of the text
    small: bool = False
    large: bool = False
    above_text: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of an announcement for one language: a text, or media with a caption."""

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
        """Return a copy without media and without a link preview, for subscribers who chose text only."""
        text = replace(self, media=None, file_id=None, preview=None)
        return replace(text, spoiler=False, caption_above=False, cover=None, starts_at=0)


@dataclass(frozen=True, slots=True)
class Notice:
    """A neutral sentence with a button that opens the announcement.

    Subscribers with discreet delivery get this notice instead of the announcement.
    """

    text: str
    label: str  # of the button, which shows the announcement


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """The plan to post an announcement in the campaign's channel: one post in each of `languages`, in this order.

    `tag` identifies the channel for which the announcement was approved. If an owner chooses another channel later,
    nothing is posted there.
    """

    tag: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message to many subscribers, in one or several languages."""

    default: str  # the language whose piece and notice the other languages get
    pieces: Mapping[str, Piece]
    audience: Audience = EVERYONE
    notices: Mapping[str, Notice] = field(default_factory=dict)
    paid: bool = False  # sent faster than 30 a second, for Stars
    urgent: bool = False  # sent at once also to people who chose other times
    sources: Mapping[str, int] = field(default_factory=dict)  # the admin's message for each part, such as `text.en`
    name: str = field(default="", compare=False)  # of its broadcast, for buttons; stored with the broadcast's state
    channel: ChannelPlan | None = None  # None if it is not posted in the channel

    def piece(self, language: str) -> Piece:
        """Return the text or media for readers of `language`.

        If there is none, return those of the default language.
        """
        return self.pieces.get(language) or self.pieces[self.default]

    def notice(self, language: str) -> Notice | None:
        """Return the notice for readers of `language`, or that of the default language; None if there is neither."""
        return self.notices.get(language) or self.notices.get(self.default)


def notice_callback_data(name: str) -> str:
    """Return the callback data for the button of a discreet notice, a neutral sentence in place of an announcement.

    A press of this button shows the announcement of broadcast `name`.
    """
    return f"bc:{name}"


def broadcast_name_in(data: str) -> str | None:
    """Return the name of the broadcast in the callback data of a discreet notice's button; None for other data.

    In buttons of earlier versions, the name is the number of the broadcast.
    """
    match = _NOTICE_DATA.fullmatch(data)
    return match[1] if match else None


def hide_callback_data(name: str) -> str:
    """Return the callback data for the *Hide* button below an opened announcement.

    A press of this button shows the notice of broadcast `name` again.
    """
    return f"bh:{name}"


def hidden_name_in(data: str) -> str | None:
    """Return the name of the broadcast in the callback data of a *Hide* button; None for other data."""
    match = _HIDE_DATA.fullmatch(data)
    return match[1] if match else None


def copy_callback_data(name: str) -> str:
    """Return the callback data for the button that sends a signed copy of the announcement of broadcast `name`."""
    return f"bv:{name}"


def copied_name_in(data: str) -> str | None:
    """Return the name of the broadcast in the callback data of a *Signed copy* button; None for other data."""
    match = _COPY_DATA.fullmatch(data)
    return match[1] if match else None


def is_own_data(data: str) -> bool:
    """Return whether `data` is the callback data of a button that the bot itself puts below announcements."""
    return data == SETTINGS_DATA or copied_name_in(data) is not None


def encode(announcement: Announcement) -> bytes:
    """Return `announcement` as JSON, without its name.

    The name is stored elsewhere, with the state of the broadcast.
    """
    return msgspec.json.encode(replace(announcement, name=""))


def content_digest(announcement: Announcement) -> bytes:
    """Return the SHA-256 of everything that admins decide: texts, media, links, audience, channel and price.

    The audit log stores it with the request for approval, and again when the announcement is sent. If both are equal,
    nothing was changed in between.
    """
    return sha256(canonical(replace(announcement, notices={}, name=""))).digest()


def canonical(announcement: Announcement) -> bytes:
    """Convert an announcement to JSON, so that its hash can be computed.

    The fields `channel` and `urgent`, which earlier versions did not have, are left out if they are not used. So an
    announcement from an earlier version keeps its hash.
    """
    document = msgspec.json.decode(msgspec.json.encode(announcement, order="deterministic"))
    if announcement.channel is None:
        del document["channel"]
    if not announcement.urgent:
        del document["urgent"]
    return msgspec.json.encode(document)


def decode(content: bytes) -> Announcement:
    """Return the announcement in the stored JSON `content`, which may be from an earlier version of the bot.

    Raises ValueError with the name of the field that has a wrong type.
    """
    return stored_json.convert(upgrade(stored_json.parse(content)), Announcement)


def upgrade(document: Any) -> Any:
    """Convert the parsed JSON of an announcement from any earlier version to the format of this version."""
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
