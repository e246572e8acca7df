"""Find and remove tracking parameters of addresses, which identify the person who follows a link. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from bot.broadcast.authoring.checks import addresses
from bot.model.announcement import LinkButton, Piece
from content.screens.screen import units

_MAX_ENCODINGS = 4  # nested percent-encodings that are decoded
_PARAMETER = re.compile(r"[?&;]([^=&;#?/]+)(?=[=&;#]|$)|#!?/?([^=&;#?/]+)(?==)")
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|igshid|igsh|yclid|ysclid|msclkid|ttclid|twclid|li_fat_id|mc_[ce]id|"
    r"mkt_tok|oly_\w+_id|_hsenc|_hsmi|vero_id|s_cid|si|ref_src|_openstat",
    re.IGNORECASE,
)


def tracking_parameter(url: str) -> str:
    """Return the name of the first tracking parameter of `url`; "" if there is none.

    Also search an address that is percent-encoded inside `url`, even if it is encoded several times.
    """
    for _ in range(_MAX_ENCODINGS):
        for match in _PARAMETER.finditer(url):
            if _TRACKING.fullmatch(name := match[1] or match[2]):
                return str(name)
        url = unquote(url)
    return ""


def clean_url(url: str) -> str:
    """Return `url` without tracking parameters. Do not change an address that is contained in a parameter."""
    address, hash_sign, fragment = url.partition("#")
    path, _, query = address.partition("?")
    query, fragment = _clean_parameters(query), _clean_parameters(fragment)
    return path + (f"?{query}" if query else "") + (hash_sign + fragment if fragment else "")


def _clean_parameters(parameters: str) -> str:
    """Return a query string such as `a=1&utm_source=x` without tracking parameters.

    Text of another form is returned unchanged.
    """
    parts = re.split("([&;])", parameters)
    pairs = list(zip(parts[::2], ["", *parts[1::2]], strict=True))
    remaining = [pair for pair in pairs if not _TRACKING.fullmatch(unquote(pair[0].partition("=")[0]))]
    if len(remaining) == len(pairs):
        return parameters
    return "".join(separator + part for part, separator in remaining).lstrip("&;")


def clean_links(links: Iterable[LinkButton]) -> tuple[LinkButton, ...]:
    """Return the link buttons with all tracking parameters removed from their addresses."""
    return tuple(LinkButton(link.label, clean_url(link.url)) for link in links)


def clean_piece(piece: Piece) -> Piece:
    """Return `piece`, an announcement's message in one language, without tracking parameters.

    They are removed from the text, the links and the link preview. The formatting stays on the same words.
    """
    replacements = [
        _Replacement(address.start, address.end, clean_url(address.text))
        for address in addresses.find_addresses(piece.text)
        if clean_url(address.text) != address.text
    ]
    text = _replaced(piece.text, replacements)
    entities = tuple(_cleaned_entity(entity, piece.text, text, replacements) for entity in piece.entities)
    preview = replace(piece.preview, url=clean_url(piece.preview.url)) if piece.preview else None
    return replace(piece, text=text, entities=entities, preview=preview)


@dataclass(frozen=True, slots=True)
class _Replacement:
    """A replacement in a text: the characters from `start` to `end` become another text."""

    start: int
    end: int
    text: str


def _replaced(text: str, replacements: list[_Replacement]) -> str:
    for change in reversed(replacements):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def _cleaned_entity(
    entity: Mapping[str, Any], before: str, after: str, changes: list[_Replacement]
) -> Mapping[str, Any]:
    """Return `entity`, a Telegram formatting entity of the text `before`, adapted to the changed text `after`.

    The returned entity has the offset and length that it needs in `after`. The address of a link loses its tracking
    parameters. `changes` are the replacements that made `after` from `before`. Telegram counts offsets and lengths in
    UTF-16 code units.
    """
    moved = dict(entity)
    if isinstance(entity.get("url"), str):
        moved["url"] = clean_url(entity["url"])
    if not changes:
        return moved
    start, end = entity["offset"], entity["offset"] + entity["length"]
    start, end = (units(after[: _place(_characters(before, at), changes)]) for at in (start, end))
    return moved | {"offset": start, "length": end - start}


def _characters(text: str, at: int) -> int:
    """Convert an offset in `text` from UTF-16 code units to characters."""
    return len(text.encode("utf-16-le", "surrogatepass")[: at * 2].decode("utf-16-le", "replace"))


def _place(at: int, changes: list[_Replacement]) -> int:
    """Return the position that the character at `at` has after the changes."""
    place = at
    for change in changes:
        if change.end <= at:
            place += len(change.text) - (change.end - change.start)
        elif change.start < at:  # inside of an address: at most its new end
            place -= at - change.start - min(at - change.start, len(change.text))
    return place
