"""Define the draft of an announcement that an admin is writing, and encode it as JSON for storing."""

import json
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from bot.model import announcement as announcement_model
from bot.model import stored_json
from bot.model.announcement import Announcement, ChannelPlan, LinkButton, Notice, Piece
from bot.model.audience import EVERYONE, Audience
from content.screens.reader import Reader


class Stage(StrEnum):
    """The stage of a draft on its way to being sent. Every edit resets it to WRITING.

    The values are stored, so never change one.
    """

    WRITING = "writing"
    ASKED = "asked"  # another admin may approve it until `deadline`
    DELAYED = "delayed"  # the only admin may cancel it until `deadline`; then it is sent
    HANDED = "handed"  # it is becoming a broadcast; see `handover`


@dataclass(frozen=True, slots=True)
class Source:
    """The admin's message that became a part of a draft.

    `message` is its id and `date` its Unix time. `lost` lists the features of the message that the bot cannot send,
    such as "effect": values of `Lost`. `is_cut` is True if the admin's app has split a text that is too long for one
    message, and this message is only the beginning.
    """

    message: int
    date: int = 0
    lost: tuple[str, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An announcement that an admin is writing or that waits for approval.

    Each message of the admin fills one part of the draft. The parts are named `text.LANG`, `links.LANG` and `time`.
    `pieces` maps a language to its text and media, and `links` maps a language to its link buttons. Readers of a
    language without an entry get the entry of `default_language`.
    """

    admin_language: str
    default_language: str
    pieces: Mapping[str, Piece] = field(default_factory=dict)
    links: Mapping[str, tuple[LinkButton, ...]] = field(default_factory=dict)
    audience: Audience = EVERYONE
    send_at: float | None = None  # Unix time; None for at once
    zone: int = 0  # index in ZONES
    awaiting: str = ""  # the part that the admin's next message fills; empty for none
    edited_broadcast: int = 0  # number of the broadcast that the draft edits; 0 for none
    stage: Stage = Stage.WRITING
    deadline: float = 0.0  # Unix time at which the stage ends
    nonce: str = ""  # random, new for every request to send
    status_message: int = 0  # id of the message that shows that the draft waits for approval; 0 for none
    stars: int = 0  # price that the author saw on the last check screen
    sources: Mapping[str, Source] = field(default_factory=dict)  # by part
    shares_media: bool = False  # a language without a picture or file gets that of another language
    scheduled_at: float | None = None  # when the edited broadcast will be sent; None if sending has begun
    panel: int = 0  # the message that shows the draft with its buttons; 0 if it is not known
    urgent: bool = False  # sent at once also to people who chose other times
    original: str = ""  # the `text_code` of the edited broadcast when the edit began
    channel: ChannelPlan | None = None
    channel_name: str = field(default="", repr=False)  # as shown when the channel was chosen

    @property
    def has_new_time(self) -> bool:
        """Return whether the draft changes the time of a scheduled broadcast."""
        return self.scheduled_at is not None and self.send_at != self.scheduled_at

    @property
    def can_become_urgent(self) -> bool:
        """Return whether the admin may still mark the announcement as urgent, to send it to everybody at once."""
        return not self.edited_broadcast or self.scheduled_at is not None

    @property
    def key_suffix(self) -> str:
        """Return "_edit" if the draft edits a broadcast, else "". Some keys of phrases end in this suffix."""
        return "_edit" if self.edited_broadcast else ""

    def languages(self, campaign_languages: Iterable[str]) -> list[str]:
        """Return the campaign's languages, then any other languages in which this draft has texts or links."""
        return list(dict.fromkeys([*map(str, campaign_languages), *self.pieces, *self.links]))

    def edited(self, **changes: Any) -> "Draft":
        """Return a copy with `changes`, back in the stage WRITING.

        Any request to send the draft ends, because admins approve only the content that they have seen.
        """
        return replace(self, stage=Stage.WRITING, deadline=0.0, nonce="", status_message=0, stars=0, **changes)

    def without_language(self, language: str) -> "Draft":
        """Return a copy without text, media and links in `language`."""
        pieces = {lang: piece for lang, piece in self.pieces.items() if lang != language}
        return self.edited(
            pieces=pieces,
            links={lang: buttons for lang, buttons in self.links.items() if lang != language},
            default_language=self._default_among(pieces),
            sources={part: source for part, source in self.sources.items() if part.partition(".")[2] != language},
        )

    def _default_among(self, pieces: Mapping[str, Piece]) -> str:
        return self.default_language if self.default_language in pieces else next(iter(pieces), self.default_language)

    def with_piece(self, language: str, piece: Piece) -> "Draft":
        """Return a copy with `piece` as the text and media for `language`.

        If the default language has no text yet, `language` becomes the default language.
        """
        default = self.default_language if self.default_language in self.pieces else language
        return self.edited(pieces={**self.pieces, language: piece}, default_language=default, awaiting="")

    def with_source(self, source: Source, part: str) -> "Draft":
        """Return a copy that records the admin's message `source` as the origin of `part`."""
        return replace(self, sources={**self.sources, part: source})

    def part_from(self, message: int) -> str:
        """Return the name of the part that came from the message with this id; "" if there is none."""
        return next((part for part, source in self.sources.items() if source.message == message), "")


def empty_draft(reader: Reader) -> Draft:
    """Return an empty draft for an admin who uses the language of `reader`."""
    return Draft(str(reader.lang), str(reader.campaign.original), shares_media=True)


def shared_media(draft: Draft) -> Piece | None:
    """Return the piece whose picture or file is also sent in languages that have no media of their own.

    This is the piece of the default language or, if that one has no media, the first piece with media. Return None if
    no piece has media, or if the languages of the draft do not share media.
    """
    pieces = (draft.pieces.get(draft.default_language), *draft.pieces.values())
    return next((piece for piece in pieces if piece and piece.media), None) if draft.shares_media else None


def whole_piece(draft: Draft, language: str) -> Piece:
    """Return the text and media that readers of `language` get, without link buttons.

    Raises KeyError if no text is written.
    """
    piece = draft.pieces.get(language) or draft.pieces[draft.default_language]
    media = shared_media(draft)
    if piece.media or media is None:
        return piece
    return replace(media, text=piece.text, entities=piece.entities)


def to_announcement(draft: Draft, notices: Mapping[str, Notice]) -> Announcement:
    """Return the announcement that `draft` would become.

    `notices` are the neutral messages for subscribers with discreet delivery, by language. Raises KeyError if the
    draft has no text in any language.
    """
    languages = {draft.default_language: None} | dict.fromkeys(draft.pieces) | dict.fromkeys(draft.links)
    return Announcement(
        default=draft.default_language,
        pieces={language: _with_links(draft, language) for language in languages},
        audience=draft.audience,
        notices=notices,
        paid=draft.stars > 0,
        urgent=draft.urgent,
        sources={part: source.message for part, source in draft.sources.items()},
        channel=planned_posts(draft),
    )


def planned_posts(draft: Draft) -> ChannelPlan | None:
    """Return the channel and the languages in which the draft is posted there; None if it is not posted.

    A new announcement is posted only in languages that have their own text.
    """
    if draft.channel is None or draft.edited_broadcast:
        return draft.channel  # an edit changes the existing posts
    languages = tuple(language for language in draft.channel.languages if language in draft.pieces)
    return replace(draft.channel, languages=languages) if languages else None


def _with_links(draft: Draft, language: str) -> Piece:
    links = draft.links.get(language, draft.links.get(draft.default_language, ()))
    return replace(whole_piece(draft, language), buttons=tuple((link,) for link in links))


def from_announcement(
    announcement: Announcement, admin_language: str, number: int, *, scheduled_at: float | None = None, zone: int = 0
) -> Draft:
    """Return a draft with which an admin can edit broadcast `number`, whose content is `announcement`.

    `admin_language` is the language of this admin. `scheduled_at` is the Unix time of a scheduled broadcast, which
    the draft can change, else None. `zone` is an index in ZONES.
    """
    links = {
        language: tuple(button for row in piece.buttons for button in row)
        for language, piece in announcement.pieces.items()
    }
    draft = Draft(
        admin_language=admin_language,
        default_language=announcement.default,
        pieces={language: replace(piece, buttons=()) for language, piece in announcement.pieces.items()},
        links={language: buttons for language, buttons in links.items() if buttons},
        audience=announcement.audience,
        edited_broadcast=number,
        sources={part: Source(message) for part, message in announcement.sources.items()},
        shares_media=all(piece.media for piece in announcement.pieces.values()),
        send_at=scheduled_at,
        zone=zone,
        scheduled_at=scheduled_at,
        channel=announcement.channel,
        urgent=announcement.urgent,
    )
    return replace(draft, original=text_code(draft))


def changes_only_time(draft: Draft) -> bool:
    """Return whether the draft changes the time of a scheduled broadcast, and nothing else."""
    return draft.has_new_time and text_code(draft) == draft.original


def text_code(draft: Draft) -> str:
    """Return a short hash of the content that people would get; "" if no text is written."""
    if not draft.pieces:
        return ""
    announcement = replace(to_announcement(draft, {}), sources={}, paid=False)
    return _short_hash(announcement_model.canonical(announcement))[:16]


def approval_code(draft: Draft, owner: int) -> str:
    """Return a hash that identifies one request to send a draft. An approval is valid for this request only.

    The hash covers content, audience, time, price, `owner` (the author), the broadcast to edit, and the random nonce
    of the request.
    """
    content = announcement_model.canonical(to_announcement(draft, {}))
    request = (owner, draft.edited_broadcast, draft.send_at, draft.zone, draft.nonce, draft.stars)
    return _short_hash(sha256(content).digest() + repr(request).encode())[:20]


def content_code(draft: Draft) -> str:
    """Return a short hash of everything that would be sent.

    The button that sends the draft contains this hash. If the draft has changed since, a press of the button only
    shows the check screen again.
    """
    content = replace(
        draft, admin_language="", awaiting="", stage=Stage.WRITING, deadline=0.0, nonce="", status_message=0, panel=0
    )
    return _short_hash(msgspec.json.encode(content, order="deterministic"))[:8]


def _short_hash(data: bytes) -> str:
    return b32encode(sha256(data).digest()).decode().lower()


def encode(draft: Draft) -> bytes:
    """Encode a draft as the JSON that is stored."""
    return msgspec.json.encode(draft)


def decode(content: bytes) -> Draft:
    """Decode a draft from stored JSON, also of earlier versions.

    Raises ValueError if a field has a wrong value; its text names the field.
    """
    return stored_json.convert(_upgrade(stored_json.parse(content)), Draft)


# The first four versions stored an announcement as a JSON text in `said`, and the other fields under these names.
_RENAMED = {
    "lang": "admin_language",
    "default": "default_language",
    "at": "send_at",
    "waits": "awaiting",
    "edits": "edited_broadcast",
    "until": "deadline",
    "panel": "status_message",
}


def _upgrade(document: Any) -> Any:
    match document:
        case {"said": str(text)} if isinstance(announcement := json.loads(text), dict):
            fields = {**announcement_model.upgrade(announcement), **document}
            return {_RENAMED.get(name, name): value for name, value in fields.items()}
        case _:
            return document
