"""Detect that an admin's app has split a text, because the text is too long for one Telegram message.

Apps split at 4096 UTF-16 units, or at a paragraph before that, and send the parts at once. Without this check, the
first part would be announced as the whole text, and the other parts would be answered as questions to the bot. The
parts are not joined, because together they are too long for one message of the bot.
"""

from collections.abc import Mapping
from typing import Any

from bot.broadcast.authoring.draft import Draft
from content.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, units

_MAX_GAP = 2  # seconds between the dates of the parts
_MAX_DATE = 2**53  # seconds; the JSON encoder refuses numbers beyond 64 bits
_TRIMMED = 64  # UTF-16 units of white space that an app may drop where it splits


def date_of(message: Mapping[str, Any]) -> int:
    """Return the Unix time at which a Telegram message was sent; 0 if the message has no valid date."""
    date = message.get("date")
    return date if isinstance(date, int) and 0 < date < _MAX_DATE else 0


def continued_part(draft: Draft, message_id: int, message: Mapping[str, Any]) -> str:
    """Return the part of `draft`, such as `text.en`, whose text this message continues; "" if it continues none.

    A message with only a command never continues a text.
    """
    text = message.get("text")
    if not isinstance(text, str) or (text.startswith("/") and len(text.split()) == 1):
        return ""
    for part, source in draft.sources.items():
        kind, _, language = part.partition(".")
        if kind != "text" or language not in draft.pieces or message_id <= source.message or not source.date:
            continue
        is_soon_after = 0 <= date_of(message) - source.date <= _MAX_GAP
        if is_soon_after and (source.is_cut or _exceeds_limit(draft, language, text)):
            return part
    return ""


def _exceeds_limit(draft: Draft, language: str, rest: str) -> bool:
    """Return whether the draft's text in `language`, joined with `rest`, is too long for one message."""
    piece = draft.pieces[language]
    limit = CAPTION_LIMIT if piece.media else TEXT_LIMIT
    return units(piece.text) + units(rest) > limit - _TRIMMED
