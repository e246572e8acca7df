"""Cutting a long screen into several messages: at paragraphs, sentences or words, losing no character."""

import re
from collections.abc import Iterator

from content.screens.screen import TEXT_LIMIT, Screen, Span, units

# Where a cut hurts least, best first. A cut falls behind what matches.
_SEAMS = (re.compile(r"\n\n+"), re.compile(r"[.!?؟۔…][»”\"')]*\s+"), re.compile(r"\s+"))


def split_text(text: str, limit: int = TEXT_LIMIT) -> Iterator[str]:
    """The pieces of `text`, each of at most `limit` UTF-16 units; joined again they are `text`."""
    while units(text) > limit:
        cut = _cut(text, limit)
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def _cut(text: str, limit: int) -> int:
    """The best place to cut: the last seam in the latter half of what fits, else as much as fits."""
    fits = _fitting(text, limit)
    for seam in _SEAMS:
        ends = [found.end() for found in seam.finditer(text, 0, fits)]
        if ends and ends[-1] >= max(fits // 2, 1):
            return ends[-1]
    return fits


def _fitting(text: str, limit: int) -> int:
    """How many characters of `text` fit into `limit` units; at least one, so that cutting always goes on."""
    if limit >= 2 * len(text):
        return len(text)
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if units(text[:middle]) <= limit else (low, middle - 1)
    return low


def split_screen(screen: Screen, limit: int = TEXT_LIMIT) -> tuple[Screen, ...]:
    """The messages that show `screen`, its styles kept and its buttons under the last one."""
    if units(screen.text) <= limit:
        return (screen,)
    pieces = list(_shares(screen.spans, list(split_text(screen.text, limit))))
    shown = [spans for spans in pieces if "".join(span.text for span in spans).strip()]
    return tuple(Screen(spans, screen.rows if spans is shown[-1] else ()) for spans in shown)


def _shares(spans: tuple[Span, ...], pieces: list[str]) -> Iterator[tuple[Span, ...]]:
    """The spans cut along `pieces`, which together are their text."""
    rest = list(spans)
    for piece in pieces:
        share: list[Span] = []
        room = len(piece)
        while room:
            span = rest.pop(0)
            share.append(Span(span.text[:room], span.style))
            if len(span.text) > room:
                rest.insert(0, Span(span.text[room:], span.style))
            room -= min(room, len(span.text))
        yield tuple(share)
