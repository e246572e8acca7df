"""Find problems of an announcement: deceptive or tracking addresses, hidden characters, and excessive lengths."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.broadcast.authoring.checks import addresses
from bot.broadcast.authoring.checks.addresses import FoundAddress, parse_url
from bot.broadcast.authoring.checks.tracking import tracking_parameter
from bot.broadcast.authoring.draft import Draft, shared_media
from bot.model.announcement import Announcement, LinkButton, Piece
from content.invisible import is_blank
from content.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, units

# Limits for small screens, except MAX_ENTITIES, which is Telegram's limit.
MAX_BUTTONS, MAX_LABEL, MAX_URL, MAX_ENTITIES = 8, 64, 2048, 100
_BIDI_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MIN_TELEPHONE = 5  # digits; a label with fewer shows no telephone number


class ProblemKind(StrEnum):
    """A kind of problem of an announcement. The phrase for each value has the key `lint.{value}`."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MUCH_FORMAT = "too_much_format"
    MASKED = "masked"  # a link shows one address and opens another
    TRACKING = "tracking"
    BIDI = "bidi"  # control characters that reorder the text
    USER_LINK = "user_link"  # a link that names a person
    BUTTONS = "buttons"
    MISSING = "missing"  # a language has no text of its own
    ONLY_MEDIA = "only_media"
    MIXED_MEDIA = "mixed_media"  # the text of one language is below the picture of another
    MIXED_LINKS = "mixed_links"  # the button labels are those of another language
    INVISIBLE = "invisible"  # a link on text that nobody sees
    UNSIGNED = "unsigned"  # the campaign has a public key, but the server has no usable signing key
    WRONG_SIGNATURE = "wrong_signature"  # the code at the end is not the signature of the text, links and buttons
    CUT = "cut"  # the text is only the beginning of a longer one
    LOST_CUSTOM_EMOJI = "lost_custom_emoji"
    LOST_REPLY = "lost_reply"
    LOST_EFFECT = "lost_effect"
    LOST_MOVEMENT = "lost_movement"
    LOST_BUTTONS = "lost_buttons"


_WARNINGS = frozenset({
    ProblemKind.MISSING, ProblemKind.ONLY_MEDIA, ProblemKind.MIXED_MEDIA, ProblemKind.MIXED_LINKS,
    ProblemKind.UNSIGNED,
})  # fmt: skip
_LOST = "lost_"  # prefix of the kinds for what cannot be sent on


@dataclass(frozen=True, slots=True)
class MaskedLink:
    """A link whose text, `label`, shows an address, but which opens a different one, `url`."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Excess:
    """A length of a text, or a number of entities or buttons, that is greater than the limit."""

    number: int
    limit: int


Quote = str | MaskedLink | Excess  # the address, label or length in question


@dataclass(frozen=True, slots=True)
class LintProblem:
    """A problem of the announcement's text in `language`.

    `quote` is what the problem is about: a piece of text such as an address, a MaskedLink, or a length with its
    limit.
    """

    kind: ProblemKind
    language: str
    quote: Quote = ""

    @property
    def forbids_sending(self) -> bool:
        """Return whether this problem forbids sending the announcement. If False, it is only a warning."""
        return self.kind not in _WARNINGS and not self.kind.startswith(_LOST)


Problem = tuple[ProblemKind, Quote]  # a problem and its quote, before the language is known


def content_problems(announcement: Announcement, languages: Collection[str]) -> tuple[LintProblem, ...]:
    """Return the problems of the announcement's texts in `languages`.

    If the announcement is for readers of one of these languages but has no text in it, there is a warning.
    """
    problems = [
        LintProblem(kind, language, quote)
        for language in languages
        if language in announcement.pieces
        for kind, quote in _piece_problems(announcement.pieces[language])
    ]
    wanted = announcement.audience.languages
    missing = [
        LintProblem(ProblemKind.MISSING, language)
        for language in languages
        if language not in announcement.pieces and (wanted is None or language in wanted)
    ]
    return in_order(problems + missing)


def source_problems(draft: Draft) -> Iterator[LintProblem]:
    """Yield a problem for each part of the admin's messages that is missing in the announcement.

    For example, the bot does not send effects. If the admin's app has split a long text, the end of the text is
    missing.
    """
    for part, source in draft.sources.items():
        kind, _, language = part.partition(".")
        if kind == "text" and language in draft.pieces:
            yield from (LintProblem(ProblemKind(_LOST + lost), language) for lost in source.lost)
            if source.is_cut:
                yield LintProblem(ProblemKind.CUT, language)


def mixing_problems(draft: Draft) -> Iterator[LintProblem]:
    """Yield a warning for each text that is sent together with a picture or buttons of another language."""
    shared, default_links = shared_media(draft), draft.links.get(draft.default_language)
    for language, piece in draft.pieces.items():
        if shared and piece.media is None:
            yield LintProblem(ProblemKind.MIXED_MEDIA, language)
        if default_links and language not in draft.links and language != draft.default_language:
            yield LintProblem(ProblemKind.MIXED_LINKS, language)


def in_order(problems: Iterable[LintProblem]) -> tuple[LintProblem, ...]:
    """Return the problems without duplicates. Those that forbid sending come first."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: not problem.forbids_sending))


def _piece_problems(piece: Piece) -> Iterator[Problem]:
    yield from _size_problems(piece)
    if any(_BIDI_CONTROL.search(text) for text in (piece.text, *(button.label for button in _buttons(piece)))):
        yield ProblemKind.BIDI, ""
    yield from _link_problems(piece)
    yield from _button_problems(piece)


def _buttons(piece: Piece) -> list[LinkButton]:
    return [button for row in piece.buttons for button in row]


def _size_problems(piece: Piece) -> Iterator[Problem]:
    limit = CAPTION_LIMIT if piece.media else TEXT_LIMIT
    if is_blank(piece.text):
        yield (ProblemKind.ONLY_MEDIA if piece.media else ProblemKind.EMPTY), ""
    if units(piece.text) > limit:
        yield ProblemKind.TOO_LONG, Excess(units(piece.text), limit)
    if len(piece.entities) > MAX_ENTITIES:
        yield ProblemKind.TOO_MUCH_FORMAT, Excess(len(piece.entities), MAX_ENTITIES)


def _link_problems(piece: Piece) -> Iterator[Problem]:
    for entity in piece.entities:
        if entity["type"] == "text_mention":
            yield ProblemKind.USER_LINK, entity_text(piece.text, entity)
    shown = tuple(addresses.find_addresses(piece.text))
    yield from _masked_links(piece, shown)
    yield from _masked_buttons(piece)
    for url in [*_urls(piece), *(address.text for address in shown)]:
        if addresses.names_person(url):
            yield ProblemKind.USER_LINK, url
        elif name := tracking_parameter(url):
            yield ProblemKind.TRACKING, name


def _urls(piece: Piece) -> Iterator[str]:
    """Yield the addresses that the links in the text, the link buttons and the link preview open."""
    yield from (str(entity["url"]) for entity in _text_links(piece))
    yield from (button.url for button in _buttons(piece))
    if piece.preview and piece.preview.url:
        yield piece.preview.url


def _text_links(piece: Piece) -> list[Mapping[str, Any]]:
    return [entity for entity in piece.entities if entity["type"] == "text_link" and "url" in entity]


def _masked_links(piece: Piece, shown: Sequence[FoundAddress]) -> Iterator[Problem]:
    yield from ((ProblemKind.MASKED, visible.text) for visible in shown if visible.address.is_deceptive)
    for entity in _text_links(piece):
        start, end = entity_span(piece.text, entity)
        label, url = piece.text[start:end], str(entity["url"])
        overlapping = [visible for visible in shown if visible.start < end and start < visible.end]
        if is_blank(label):
            yield ProblemKind.INVISIBLE, url
        elif (
            parse_url(url).is_deceptive
            or _differ(overlapping, url)
            or (not overlapping and shows_other_address(label, url))
        ):
            yield ProblemKind.MASKED, MaskedLink(label, url)


def _masked_buttons(piece: Piece) -> Iterator[Problem]:
    for button in _buttons(piece):
        if is_blank(button.label):
            yield ProblemKind.INVISIBLE, button.url
        elif parse_url(button.url).is_deceptive or shows_other_address(button.label, button.url):
            yield ProblemKind.MASKED, MaskedLink(button.label, button.url)


def _differ(shown: Iterable[FoundAddress], url: str) -> bool:
    return any(not addresses.is_same(visible.address, parse_url(url)) for visible in shown)


def _button_problems(piece: Piece) -> Iterator[Problem]:
    if len(piece.buttons) > MAX_BUTTONS:
        yield ProblemKind.BUTTONS, Excess(len(piece.buttons), MAX_BUTTONS)
    for button in _buttons(piece):
        if units(button.label) > MAX_LABEL or len(button.url) > MAX_URL:
            yield ProblemKind.BUTTONS, button.label[:MAX_LABEL]


def entity_span(text: str, entity: Mapping[str, Any]) -> tuple[int, int]:
    """Return start and end of a Telegram formatting entity, in characters of `text`.

    The entity itself has them in UTF-16 code units.
    """
    encoded = text.encode("utf-16-le", "surrogatepass")
    limits = entity["offset"], entity["offset"] + entity["length"]
    start, end = (len(encoded[: limit * 2].decode("utf-16-le", "replace")) for limit in limits)
    return start, end


def entity_text(text: str, entity: Mapping[str, Any]) -> str:
    """Return the part of `text` that a formatting entity covers."""
    start, end = entity_span(text, entity)
    return text[start:end]


def shows_other_address(label: str, url: str) -> bool:
    """Return whether `label`, a link's text, contains an address or telephone number that `url` does not open."""
    target = parse_url(url)
    if target.kind == "tel" and len(digits := re.sub(r"\D", "", label)) >= _MIN_TELEPHONE:
        return digits.lstrip("0") != target.host.lstrip("0")
    return _differ(addresses.find_addresses(label), url)
