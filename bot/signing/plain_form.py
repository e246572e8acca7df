"""Convert a message to its plain form, the text that is signed: what people read, and the URLs behind links.

The page that checks signatures offline does the same in `page/verify.js`; one set of tests runs on both.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bot.model.announcement import Piece

_LINES = re.compile("\r\n?")
_END_OF_LINE = re.compile(" +$", re.MULTILINE)
_SPACES = str.maketrans(dict.fromkeys("\t\u00a0\u202f", " "))
# Apps add and remove the character that asks for a colourful emoji. After any other character it stays in the text.
_EMOJI_STYLE = re.compile("(?<=[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]+|\ufe0f+(?=\u20e3)")
_ADDRESS = re.compile(r"[^\s()]+")
_HIDING = ("text_link", "text_mention", "date_time")  # entities that open or show something other than their text


def plain_form(message: Piece, *, with_links: bool = True, with_buttons: bool = True) -> str:
    """Return a message as plain text, with the URLs of links in parentheses and a line at the end for each button.

    Words that are struck through stand between `~~`. If `with_links` or `with_buttons` is False, leave out the URLs
    or the buttons, as when a person copies only the text.
    """
    text = normalized(_with_marks(message, with_links=with_links))
    rows = message.buttons if with_buttons else ()
    lines = [f"{button.label}: {_full_address(button.url)}" for row in rows for button in row]
    lines += _previewed(message, text)
    return normalized("\n\n".join(filter(None, (text, "\n".join(lines)))))


def _previewed(message: Piece, text: str) -> list[str]:
    """Return a list with the URL of the link preview; [] if there is none or `text` contains the URL."""
    if message.preview is None or not message.preview.url:
        return []
    address = _full_address(message.preview.url)
    return [] if address in map(_full_address, _ADDRESS.findall(text)) else [address]


def forms(message: Piece) -> frozenset[str]:
    """Return all plain forms of `message` that can arrive after it was forwarded or copied.

    Forwarding can remove buttons, and copying can remove the URLs of links. The link preview can be missing, too.
    """
    choices = ((True, True), (True, False), (False, True), (False, False))
    without_preview = replace(message, preview=None)
    return frozenset(
        plain_form(shown, with_links=links, with_buttons=buttons)
        for shown in (message, without_preview)
        for links, buttons in choices
    )


def normalized(text: str) -> str:
    """Return `text` without the differences that apps make when they send, show or copy a text.

    This unifies composed characters, line ends and kinds of spaces. It removes spaces at the end of lines, empty
    lines around the text, and the invisible characters that choose the style of emoji. Look-alike and other invisible
    characters stay as they are.
    """
    text = _LINES.sub("\n", text).translate(_SPACES)
    text = unicodedata.normalize("NFC", _EMOJI_STYLE.sub("", text))
    return _END_OF_LINE.sub("", text).strip(" \n")


def _with_marks(message: Piece, *, with_links: bool) -> str:
    """Return the text of `message`, with some of its formatting converted to characters.

    Words that are struck through stand between `~~`. A link is followed by its URL in parentheses, and a date by its
    time in UTC. If `with_links` is False, URLs and times are left out.
    """
    units = message.text.encode("utf-16-le", "surrogatepass")
    for offset, mark in sorted(_marks(message, with_links=with_links), reverse=True):
        units = units[: offset * 2] + mark.encode("utf-16-le", "surrogatepass") + units[offset * 2 :]
    return units.decode("utf-16-le", "replace")


def _marks(message: Piece, *, with_links: bool) -> Iterator[tuple[int, str]]:
    for entity in _joined(message.entities):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] == "strikethrough":
            yield from ((start, "~~"), (end, "~~"))
        elif with_links and entity["type"] in _HIDING:
            units = message.text.encode("utf-16-le", "surrogatepass")
            label, shown = units[start * 2 : end * 2].decode("utf-16-le", "replace"), _hidden(entity)
            if label != shown:
                yield end, f" ({shown})"


def _hidden(entity: Mapping[str, Any]) -> str:
    """Return what is behind the visible text of a formatting entity: the URL of a link, or the time of a date in UTC.

    For any other entity, return its type, such as "text_mention".
    """
    match entity:
        case {"type": "text_link", "url": str(url)}:
            return _full_address(url)
        case {"type": "date_time", "unix_time": int(at)} if 0 <= at < 1 << 40:
            return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
        case _:
            return str(entity["type"])


def _joined(entities: tuple[Mapping[str, Any], ...]) -> Iterator[Mapping[str, Any]]:
    """Yield the entities, with adjacent ones of the same kind joined, because Telegram splits links."""
    last: dict[str, Mapping[str, Any]] = {}
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        before = last.get(entity["type"])
        if before and before["offset"] + before["length"] == entity["offset"] and _kind(before) == _kind(entity):
            last[entity["type"]] = {**before, "length": before["length"] + entity["length"]}
            continue
        if before:
            yield before
        last[entity["type"]] = entity
    yield from last.values()


def _kind(entity: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in entity.items() if name not in ("offset", "length")}


def _full_address(url: str) -> str:
    """Return a URL as Telegram writes it: with a scheme, the host in lower case, and at least "/" as its path."""
    try:
        parts = urlsplit(url if "://" in url or url.startswith(("mailto:", "tel:", "tg:")) else f"http://{url}")
    except ValueError:
        return url
    path = parts.path or ("/" if parts.netloc else "")
    return parts._replace(netloc=parts.netloc.lower(), path=path).geturl()
