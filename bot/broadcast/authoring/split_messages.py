"""Recognising a text that was too long for one message and that the admin's app has split into several.

Apps cut at 4096 units, or at a paragraph before, and send the parts at once. The first part would be taken for the
whole text and sent cut; the rest would be answered as a question. Nothing is joined: what an app splits never fits
into one message.
"""

from collections.abc import Mapping
from typing import Any

from bot.broadcast.authoring.draft import Draft
from content.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, units

_SOON = 2  # seconds between the parts, as Telegram dates them
_TRIMMED = 64  # units of white space that an app may drop where it cuts


def date_of(message: Mapping[str, Any]) -> int:
    """When it was sent, in Unix time; 0 where Telegram's message does not tell."""
    date = message.get("date")
    return date if isinstance(date, int) else 0


def continued(draft: Draft, number: int, message: Mapping[str, Any]) -> str:
    """Return the part of `draft` (`text.en`) whose text goes on in `message` with this number; '' for none.

    A command alone is never the rest of a text.
    """
    text = message.get("text")
    if not isinstance(text, str) or (text.startswith("/") and len(text.split()) == 1):
        return ""
    for part, source in draft.sources.items():
        kind, _, lang = part.partition(".")
        if kind != "text" or lang not in draft.pieces or number <= source.message or not source.date:
            continue
        if 0 <= date_of(message) - source.date <= _SOON and (source.is_cut or _is_too_long(draft, lang, text)):
            return part
    return ""


def _is_too_long(draft: Draft, lang: str, rest: str) -> bool:
    piece = draft.pieces[lang]
    limit = CAPTION_LIMIT if piece.media else TEXT_LIMIT
    return units(piece.text) + units(rest) > limit - _TRIMMED
