"""An announcement that an admin is writing, as data and as the JSON that is sealed: it survives restarts."""

import json
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.broadcast import content
from bot.broadcast.audience import EVERYONE, Audience
from bot.broadcast.content import Announcement, LinkButton, Notice, Piece


class Stage(StrEnum):
    """How far it is. An edit leads back to WRITING, from wherever."""

    WRITING = "writing"
    ASKED = "asked"  # another admin is to confirm until `until`
    DELAYED = "delayed"  # a lone admin may cancel until `until`, then it is sent
    HANDED = "handed"  # being given to the engine; see handing


@dataclass(frozen=True, slots=True)
class Draft:
    """A language without a piece or links of its own gets those of `default`. Pieces have no buttons: see `links`.

    `lang` is the admin's. `at` is Unix time, None for now; `zone` a place in ZONES. `waits` is what the admin's next
    message is taken for: text.LANG, links.LANG, time or nothing. `edits` is the broadcast that it would replace.
    `panel` is the message that shows that it waits. `stars` is what it was said to cost, as it was last checked.
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
        return self.edited(pieces=pieces, links=links, default=default)

    def written(self, language: str, piece: Piece) -> "Draft":
        default = self.default if self.default in self.pieces else language
        return self.edited(pieces={**self.pieces, language: piece}, default=default, waits="")


def announcement(draft: Draft, notices: Mapping[str, Notice]) -> Announcement:
    """What would be sent; raises KeyError where nothing is written."""
    spoken = {draft.default: None} | dict.fromkeys(draft.pieces) | dict.fromkeys(draft.links)
    pieces = {lang: _with_links(draft, lang) for lang in spoken}
    return Announcement(draft.default, pieces, draft.audience, notices, paid=draft.stars > 0)


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
    )


def digest(draft: Draft, owner: int) -> str:
    """What a confirmation is bound to: every word, audience, time and price, whose it is and this one request."""
    told = content.encoded(announcement(draft, {}))
    rest = f"{owner} {draft.edits} {draft.at} {draft.zone} {draft.nonce} {draft.stars}"
    both = sha256(sha256(told).digest() + rest.encode()).digest()
    return b32encode(both)[:20].decode().lower()


def encoded(one: Draft) -> bytes:
    said = content.encoded(Announcement(one.default, one.pieces, one.audience))
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
    }
    return json.dumps(told).encode()


def decoded(plain: bytes) -> Draft:
    told = json.loads(plain)
    said = content.decoded(told["said"].encode("utf-8", "surrogatepass"))
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
    )
