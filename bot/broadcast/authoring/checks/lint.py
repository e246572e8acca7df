"""What is wrong with an announcement: addresses that deceive or track, hidden signs, lengths. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from bot.broadcast.authoring.checks import addresses
from bot.broadcast.authoring.checks.addresses import Seen, opened
from bot.broadcast.authoring.draft import Draft
from bot.model.announcement import Announcement, Piece
from content.invisible import is_blank
from content.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, units

BUTTONS, LABEL, ADDRESS, ENTITIES = 8, 64, 2048, 100  # at most; the last is Telegram's, the others are a phone's
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TELEPHONE = 5  # digits in a row that are taken for a number to call
_LAYERS = 4  # of percent-encoding that are looked through
_PARAMETER = re.compile(r"[?&;]([^=&;#?/]+)(?=[=&;#]|$)|#!?/?([^=&;#?/]+)(?==)")
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|igshid|igsh|yclid|ysclid|msclkid|ttclid|twclid|li_fat_id|mc_[ce]id|"
    r"mkt_tok|oly_\w+_id|_hsenc|_hsmi|vero_id|s_cid|si|ref_src|_openstat",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """The values end the phrases' keys."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MUCH_FORMAT = "too_much_format"
    MASKED = "masked"
    TRACKING = "tracking"
    BIDI = "bidi"
    USER_LINK = "user_link"
    BUTTONS = "buttons"
    MISSING = "missing"
    ONLY_MEDIA = "only_media"
    INVISIBLE = "invisible"
    CUT = "cut"
    LOST_CUSTOM_EMOJI = "lost_custom_emoji"
    LOST_REPLY = "lost_reply"
    LOST_EFFECT = "lost_effect"
    LOST_MOVEMENT = "lost_movement"
    LOST_BUTTONS = "lost_buttons"


_LOST = "lost_"  # begins what of the admin's message is not carried on


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`what` is the place to look at: an address, a label, a length."""

    kind: Kind
    language: str
    what: str = ""

    @property
    def forbids(self) -> bool:
        return self.kind not in (Kind.MISSING, Kind.ONLY_MEDIA) and not self.kind.startswith(_LOST)


def findings(said: Announcement, languages: Collection[str]) -> tuple[Finding, ...]:
    """All that is wrong, in the order of `languages`; warnings last."""
    found = [Finding(kind, lang, what) for lang in languages if lang in said.pieces for kind, what in _in(said, lang)]
    wanted = said.audience.languages
    missing = [
        Finding(Kind.MISSING, lang)
        for lang in languages
        if lang not in said.pieces and (wanted is None or lang in wanted)
    ]
    return in_order(found + missing)


def of_sources(draft: Draft) -> Iterator[Finding]:
    """What of the messages that the draft was made from cannot be sent on."""
    for taken_for, source in draft.sources.items():
        kind, _, language = taken_for.partition(".")
        if kind == "text" and language in draft.pieces:
            yield from (Finding(Kind(_LOST + lost), language) for lost in source.lost)
            if source.is_cut:
                yield Finding(Kind.CUT, language)


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each once, what forbids sending first."""
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.forbids))


def _in(said: Announcement, language: str) -> Iterator[tuple[Kind, str]]:
    piece = said.pieces[language]
    yield from _size(piece)
    labels = [button.label for row in piece.buttons for button in row]
    if any(_BIDI.search(text) for text in (piece.text, *labels)):
        yield Kind.BIDI, ""
    yield from _links(piece)
    yield from _buttons(piece)


def _size(piece: Piece) -> Iterator[tuple[Kind, str]]:
    limit = CAPTION_LIMIT if piece.media else TEXT_LIMIT
    if is_blank(piece.text):
        yield (Kind.ONLY_MEDIA if piece.media else Kind.EMPTY), ""
    if units(piece.text) > limit:
        yield Kind.TOO_LONG, f"{units(piece.text)} > {limit}"
    if len(piece.entities) > ENTITIES:
        yield Kind.TOO_MUCH_FORMAT, f"{len(piece.entities)} > {ENTITIES}"


def _links(piece: Piece) -> Iterator[tuple[Kind, str]]:
    for one in piece.entities:
        if one["type"] == "text_mention":
            yield Kind.USER_LINK, part(piece.text, one["offset"], one["length"])
    seen = tuple(addresses.seen(piece.text))
    targets = [url for _, url in _behind(piece)] + (
        [piece.preview.url] if piece.preview and piece.preview.url else []
    )
    yield from _masked(piece, seen)
    for url in targets + [one.shown for one in seen]:
        if is_user_link(url):
            yield Kind.USER_LINK, url
        elif name := tracks(url):
            yield Kind.TRACKING, name


def _behind(piece: Piece) -> list[tuple[str, str]]:
    """What stands on each link or button, and what it opens."""
    linked = [(part(piece.text, one["offset"], one["length"]), str(one["url"])) for one in _text_links(piece)]
    return linked + [(button.label, button.url) for row in piece.buttons for button in row]


def _text_links(piece: Piece) -> list[Mapping[str, Any]]:
    return [one for one in piece.entities if one["type"] == "text_link" and "url" in one]


def _masked(piece: Piece, seen: Sequence[Seen]) -> Iterator[tuple[Kind, str]]:
    yield from ((Kind.MASKED, one.shown) for one in seen if one.address.is_odd)
    for one in _text_links(piece):
        start, end = span(piece.text, one["offset"], one["length"])
        label, url = piece.text[start:end], str(one["url"])
        over = [address for address in seen if address.start < end and start < address.end]  # also over half of one
        if is_blank(label):
            yield Kind.INVISIBLE, url
        elif opened(url).is_odd or _differ(over, url) or (not over and deceives(label, url)):
            yield Kind.MASKED, f"{label} → {url}"
    for button in (button for row in piece.buttons for button in row):
        if is_blank(button.label):
            yield Kind.INVISIBLE, button.url
        elif opened(button.url).is_odd or deceives(button.label, button.url):
            yield Kind.MASKED, f"{button.label} → {button.url}"


def _differ(shown: Iterable[Seen], url: str) -> bool:
    return any(not addresses.is_same(one.address, opened(url)) for one in shown)


def _buttons(piece: Piece) -> Iterator[tuple[Kind, str]]:
    if len(piece.buttons) > BUTTONS:
        yield Kind.BUTTONS, f"{len(piece.buttons)} > {BUTTONS}"
    for button in (button for row in piece.buttons for button in row):
        if units(button.label) > LABEL or len(button.url) > ADDRESS:
            yield Kind.BUTTONS, button.label[:LABEL]


def span(text: str, offset: int, length: int) -> tuple[int, int]:
    """Where an entity begins and ends in characters; `offset` and `length` in UTF-16 units."""
    wide = text.encode("utf-16-le", "surrogatepass")
    start, end = (len(wide[: at * 2].decode("utf-16-le", "replace")) for at in (offset, offset + length))
    return start, end


def part(text: str, offset: int, length: int) -> str:
    """The letters of an entity; `offset` and `length` in UTF-16 units."""
    start, end = span(text, offset, length)
    return text[start:end]


def deceives(shown: str, url: str) -> bool:
    """Whether `shown` has an address in it, or a telephone number, that is not the one that `url` opens."""
    real = opened(url)
    if real.kind == "tel" and len(digits := re.sub(r"\D", "", shown)) >= _TELEPHONE:
        return digits.lstrip("0") != real.host.lstrip("0")
    return _differ(addresses.seen(shown), url)


def is_user_link(url: str) -> bool:
    return addresses.names_person(url)


def tracks(url: str) -> str:
    """The first parameter of `url` that tells who follows it, '' when there is none; also of an address inside it."""
    for _ in range(_LAYERS):
        for found in _PARAMETER.finditer(url):
            if _TRACKING.fullmatch(name := found[1] or found[2]):
                return str(name)
        url = unquote(url)
    return ""
