"""Find the parameters of addresses that identify who follows a link, and remove them. Pure."""

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
    """Return the name of the first parameter of `url` that identifies who follows the link; empty if there is none.

    If `url` contains another address in percent-encoding, even encoded several times, that address is searched too.
    """
    for _ in range(_MAX_ENCODINGS):
        for match in _PARAMETER.finditer(url):
            if _TRACKING.fullmatch(name := match[1] or match[2]):
                return str(name)
        url = unquote(url)
    return ""


def clean_url(url: str) -> str:
    """Return `url` without tracking parameters. Those of an address inside the address stay."""
    address, hash_sign, fragment = url.partition("#")
    path, _, query = address.partition("?")
    query, fragment = _clean_parameters(query), _clean_parameters(fragment)
    return path + (f"?{query}" if query else "") + (hash_sign + fragment if fragment else "")


def _clean_parameters(parameters: str) -> str:
    """Return parameters such as `a=1&utm_source=x` without those that track. Other text is returned unchanged."""
    parts = re.split("([&;])", parameters)
    pairs = list(zip(parts[::2], ["", *parts[1::2]], strict=True))
    remaining = [pair for pair in pairs if not _TRACKING.fullmatch(unquote(pair[0].partition("=")[0]))]
    if len(remaining) == len(pairs):
        return parameters
    return "".join(separator + part for part, separator in remaining).lstrip("&;")


def clean_links(links: Iterable[LinkButton]) -> tuple[LinkButton, ...]:
    """Return `links` with the tracking parameters removed from their addresses."""
    return tuple(LinkButton(link.label, clean_url(link.url)) for link in links)


def clean_piece(piece: Piece) -> Piece:
    """Return `piece` with the tracking parameters removed from all addresses: in the text, the links and the preview.

    The formatting stays on the same words.
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
    """The characters of a text from `start` to `end`, and the text that replaces them."""

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
    """Return an entity of `before` at its place in `after`, with a clean address. Telegram counts UTF-16 units."""
    moved = dict(entity)
    if isinstance(entity.get("url"), str):
        moved["url"] = clean_url(entity["url"])
    if not changes:
        return moved
    start, end = entity["offset"], entity["offset"] + entity["length"]
    start, end = (units(after[: _place(_characters(before, at), changes)]) for at in (start, end))
    return moved | {"offset": start, "length": end - start}


def _characters(text: str, at: int) -> int:
    """Return how many characters the first `at` UTF-16 units of a text are."""
    return len(text.encode("utf-16-le", "surrogatepass")[: at * 2].decode("utf-16-le", "replace"))


def _place(at: int, changes: list[_Replacement]) -> int:
    """Return where the character at `at` is after the changes."""
    place = at
    for change in changes:
        if change.end <= at:
            place += len(change.text) - (change.end - change.start)
        elif change.start < at:  # inside of an address: at most its new end
            place -= at - change.start - min(at - change.start, len(change.text))
    return place
