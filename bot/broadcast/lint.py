"""What is wrong with an announcement: addresses that deceive or track, hidden signs, lengths. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from bot.broadcast.content import Announcement, Piece
from content.screen import CAPTION_LIMIT, TEXT_LIMIT, units

BUTTONS, LABEL, ADDRESS, ENTITIES = 8, 64, 2048, 100  # at most; the last is Telegram's, the others are a phone's
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ADDRESS = re.compile(r"(?:https?|tg)://[^\s<>\"]+", re.IGNORECASE)
_LOOKS_LIKE_ONE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[^\W\d_]{2,}(?:[:/?#]\S*)?", re.IGNORECASE)
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


_WARNINGS = (Kind.MISSING, Kind.ONLY_MEDIA)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`what` is the place to look at: an address, a label, a length."""

    kind: Kind
    language: str
    what: str = ""

    @property
    def forbids(self) -> bool:
        return self.kind not in _WARNINGS


def findings(said: Announcement, languages: Collection[str]) -> tuple[Finding, ...]:
    """All that is wrong, in the order of `languages`; warnings last."""
    found = [Finding(kind, lang, what) for lang in languages if lang in said.pieces for kind, what in _in(said, lang)]
    wanted = said.audience.languages
    missing = [
        Finding(Kind.MISSING, lang)
        for lang in languages
        if lang not in said.pieces and (wanted is None or lang in wanted)
    ]
    return tuple(sorted(dict.fromkeys(found + missing), key=lambda one: not one.forbids))


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
    if not piece.text.strip():
        yield (Kind.ONLY_MEDIA if piece.media else Kind.EMPTY), ""
    if units(piece.text) > limit:
        yield Kind.TOO_LONG, f"{units(piece.text)} > {limit}"
    if len(piece.entities) > ENTITIES:
        yield Kind.TOO_MUCH_FORMAT, f"{len(piece.entities)} > {ENTITIES}"


def _links(piece: Piece) -> Iterator[tuple[Kind, str]]:
    shown = [(part(piece.text, one["offset"], one["length"]), one) for one in piece.entities]
    hidden = [(text, str(one["url"])) for text, one in shown if one["type"] == "text_link" and "url" in one]
    hidden += [(button.label, button.url) for row in piece.buttons for button in row]
    yield from ((Kind.USER_LINK, text) for text, one in shown if one["type"] == "text_mention")
    for text, url in hidden:
        if deceives(text, url):
            yield Kind.MASKED, f"{text} → {url}"
    for url in [url for _, url in hidden] + _ADDRESS.findall(piece.text):
        if is_user_link(url):
            yield Kind.USER_LINK, url
        elif name := tracks(url):
            yield Kind.TRACKING, name


def _buttons(piece: Piece) -> Iterator[tuple[Kind, str]]:
    if len(piece.buttons) > BUTTONS:
        yield Kind.BUTTONS, f"{len(piece.buttons)} > {BUTTONS}"
    for button in (button for row in piece.buttons for button in row):
        if units(button.label) > LABEL or len(button.url) > ADDRESS:
            yield Kind.BUTTONS, button.label[:LABEL]


def part(text: str, offset: int, length: int) -> str:
    """The letters of an entity; `offset` and `length` in UTF-16 units."""
    wide = text.encode("utf-16-le", "surrogatepass")
    return wide[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def deceives(shown: str, url: str) -> bool:
    """Whether `shown` looks like an address, and not like the one that it opens."""
    looks = _LOOKS_LIKE_ONE.fullmatch(shown.strip())
    if looks is None:
        return False
    host, rest = _plain(looks[0])
    real_host, real_rest = _plain(url)
    return host != real_host or (bool(rest) and rest != real_rest)


def _plain(address: str) -> tuple[str, str]:
    """Host and what follows, without scheme, `www.` and a last slash."""
    bare = re.sub(r"^[a-z]+://", "", address.strip(), flags=re.IGNORECASE)
    host, rest = re.fullmatch(r"([^/?#]*)(.*)", bare, re.DOTALL).groups()  # type: ignore[union-attr]
    return host.lower().removeprefix("www.").rpartition("@")[2], rest.rstrip("/")


def is_user_link(url: str) -> bool:
    return url.lower().startswith("tg://user")


def tracks(url: str) -> str:
    """The first parameter of `url` that tells who follows it, '' when there is none."""
    try:
        split = urlsplit(url)
        given = parse_qsl(split.query, keep_blank_values=True) + parse_qsl(split.fragment, keep_blank_values=True)
    except ValueError:
        return ""
    return next((name for name, _ in given if _TRACKING.fullmatch(name)), "")
