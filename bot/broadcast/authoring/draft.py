"""An announcement that an admin is writing, as data and as the JSON that is sealed: it survives restarts."""

import json
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.model import announcement as announcement_model
from bot.model.announcement import Announcement, LinkButton, Notice, Piece
from bot.model.audience import EVERYONE, Audience


class Stage(StrEnum):
    """How far it is. An edit leads back to WRITING, from wherever."""

    WRITING = "writing"
    ASKED = "asked"  # another admin is to confirm until `until`
    DELAYED = "delayed"  # a lone admin may cancel until `until`, then it is sent
    HANDED = "handed"  # being given to the engine; see handing


@dataclass(frozen=True, slots=True)
class Source:
    """The admin's message that a part of the draft was made from.

    `date` is when it was sent, in Unix time; `lost` what of it cannot be sent on. `is_cut`: it was followed by the
    rest of a text that is too long for one message, and that the admin's app had split.
    """

    message: int
    date: int = 0
    lost: tuple[str, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A language without a piece or links of its own gets those of `default`. Pieces have no buttons: see `links`.

    `lang` is the admin's. `at` is Unix time, None for now; `zone` a place in ZONES. `waits` is what the admin's next
    message is taken for: text.LANG, links.LANG, time or nothing. `edits` is the broadcast that it would replace.
    `panel` is the message that shows that it waits. `stars` is what it was said to cost, as it was last checked.
    `sources` are the messages that it was made from, by what each was taken for: as `waits` was then.
    """

    lang: str
    default: str
    pieces: Mapping[str, Piece] = field(default_factory=dict)
    links: Mapping[str, tuple[LinkButton, ...]] = field(default_factory=dict)
    audience: Audience = EVERYONE
    at: float | None = None
    zone: int = 0
    waits: str = ""
    edits: int = 0
    stage: Stage = Stage.WRITING
    until: float = 0.0
    nonce: str = ""
    panel: int = 0
    stars: int = 0
    sources: Mapping[str, Source] = field(default_factory=dict)

    def languages(self, known: Iterable[str]) -> list[str]:
        """Return the `known` languages of the campaign, and those written here which it has no more."""
        return list(dict.fromkeys([*map(str, known), *self.pieces, *self.links]))

    def edited(self, **changes: Any) -> "Draft":
        """With `changes`; whatever was agreed on is void."""
        return replace(self, stage=Stage.WRITING, until=0.0, nonce="", panel=0, stars=0, **changes)

    def without(self, language: str) -> "Draft":
        pieces = {lang: piece for lang, piece in self.pieces.items() if lang != language}
        links = {lang: some for lang, some in self.links.items() if lang != language}
        default = self.default if self.default in pieces else next(iter(pieces), self.default)
        sources = {part: one for part, one in self.sources.items() if part.partition(".")[2] != language}
        return self.edited(pieces=pieces, links=links, default=default, sources=sources)

    def written(self, language: str, piece: Piece) -> "Draft":
        default = self.default if self.default in self.pieces else language
        return self.edited(pieces={**self.pieces, language: piece}, default=default, waits="")

    def made_from(self, source: Source, part: str) -> "Draft":
        return replace(self, sources={**self.sources, part: source})

    def part_of(self, message: int) -> str:
        """What the admin's message with this number was taken for; '' for one that was not, or not in the end."""
        return next((part for part, source in self.sources.items() if source.message == message), "")


def announcement(draft: Draft, notices: Mapping[str, Notice]) -> Announcement:
    """What would be sent; raises KeyError where nothing is written."""
    spoken = {draft.default: None} | dict.fromkeys(draft.pieces) | dict.fromkeys(draft.links)
    pieces = {lang: _with_links(draft, lang) for lang in spoken}
    sources = {part: source.message for part, source in draft.sources.items()}
    return Announcement(draft.default, pieces, draft.audience, notices, draft.stars > 0, sources)


def _with_links(draft: Draft, language: str) -> Piece:
    links = draft.links.get(language, draft.links.get(draft.default, ()))
    piece = draft.pieces.get(language) or draft.pieces[draft.default]
    return replace(piece, buttons=tuple((link,) for link in links))


def of_announcement(said: Announcement, lang: str, number: int) -> Draft:
    """A draft that would edit broadcast `number`."""
    links = {name: tuple(one for row in piece.buttons for one in row) for name, piece in said.pieces.items()}
    return Draft(
        lang,
        said.default,
        {name: replace(piece, buttons=()) for name, piece in said.pieces.items()},
        {name: some for name, some in links.items() if some},
        said.audience,
        edits=number,
        sources={part: Source(message) for part, message in said.sources.items()},
    )


def digest(draft: Draft, owner: int) -> str:
    """What a confirmation is bound to: every word, audience, time and price, whose it is and this one request."""
    told = announcement_model.encode(announcement(draft, {}))
    rest = f"{owner} {draft.edits} {draft.at} {draft.zone} {draft.nonce} {draft.stars}"
    return _letters(sha256(told).digest() + rest.encode())[:20]


def state(draft: Draft) -> str:
    """Return a short name of what would be sent: the button of a check page sends nothing else than it showed."""
    said = replace(draft, lang="", waits="", stage=Stage.WRITING, until=0.0, nonce="", panel=0)
    return _letters(encoded(said))[:8]


def _letters(data: bytes) -> str:
    return b32encode(sha256(data).digest()).decode().lower()


def encoded(one: Draft) -> bytes:
    said = announcement_model.encode(Announcement(one.default, one.pieces, one.audience))
    told = {
        "said": said.decode("utf-8", "surrogatepass"),
        "lang": one.lang,
        "links": {lang: [asdict(link) for link in some] for lang, some in one.links.items()},
        "at": one.at,
        "zone": one.zone,
        "waits": one.waits,
        "edits": one.edits,
        "stage": one.stage,
        "until": one.until,
        "nonce": one.nonce,
        "panel": one.panel,
        "stars": one.stars,
        "sources": {part: asdict(source) for part, source in one.sources.items()},
    }
    return json.dumps(told).encode()


def decoded(plain: bytes) -> Draft:
    told = json.loads(plain)
    said = announcement_model.decode(told["said"].encode("utf-8", "surrogatepass"))
    return Draft(
        told["lang"],
        said.default,
        said.pieces,
        {lang: tuple(LinkButton(**link) for link in some) for lang, some in told["links"].items()},
        said.audience,
        told["at"],
        told["zone"],
        told["waits"],
        told["edits"],
        Stage(told["stage"]),
        told["until"],
        told["nonce"],
        told.get("panel", 0),  # drafts of before there was one
        told.get("stars", 0),
        {part: _source(**source) for part, source in told.get("sources", {}).items()},
    )


def _source(message: int, date: int, lost: list[str], is_cut: bool) -> Source:
    return Source(message, date, tuple(lost), is_cut)
