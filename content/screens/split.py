"""Split a long screen into several messages, at paragraphs, sentences or words, without losing a character."""

import re
from collections.abc import Iterator

from content.screens.screen import TEXT_LIMIT, Screen, Span, units

# Where a text may be cut, best first: after a paragraph, a sentence or a word. The cut is behind the match.
_BREAKS = (re.compile(r"\n\n+"), re.compile(r"[.!?؟۔…][»”\"')]*\s+"), re.compile(r"\s+"))


def split_text(text: str, limit: int = TEXT_LIMIT) -> Iterator[str]:
    """Yield pieces of `text` of at most `limit` UTF-16 units. Joined together they are `text`."""
    while units(text) > limit:
        cut = _cut(text, limit)
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def _cut(text: str, limit: int) -> int:
    """Return the index at which to cut `text`. The part before it has at most `limit` UTF-16 units.

    The cut is after the last paragraph that fits, else after the last sentence, else after the last word. It must not
    be in the first half of what fits, because the part would be too short. If there is no such place, the cut is at
    the limit.
    """
    fitting = _fitting(text, limit)
    for break_ in _BREAKS:
        ends = [match.end() for match in break_.finditer(text, 0, fitting)]
        if ends and ends[-1] >= max(fitting // 2, 1):
            return ends[-1]
    return fitting


def _fitting(text: str, limit: int) -> int:
    """Return how many characters of `text` fit into `limit` UTF-16 units.

    Return at least 1, so that splitting ends.
    """
    if limit >= 2 * len(text):
        return len(text)
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if units(text[:middle]) <= limit else (low, middle - 1)
    return low


def split_screen(screen: Screen, limit: int = TEXT_LIMIT) -> tuple[Screen, ...]:
    """Return `screen` as messages of at most `limit` UTF-16 units. Only the last message has the buttons.

    Messages without visible text are left out.
    """
    if units(screen.text) <= limit:
        return (screen,)
    messages = list(_spans_of_pieces(screen.spans, list(split_text(screen.text, limit))))
    visible = [spans for spans in messages if "".join(span.text for span in spans).strip()]
    return tuple(Screen(spans, screen.rows if spans is visible[-1] else (), screen.place) for spans in visible)


def _spans_of_pieces(spans: tuple[Span, ...], pieces: list[str]) -> Iterator[tuple[Span, ...]]:
    """Yield the spans of each piece. Joined together, `pieces` must be the text of `spans`."""
    remaining = list(spans)
    for piece in pieces:
        piece_spans: list[Span] = []
        missing = len(piece)
        while missing:
            span = remaining.pop(0)
            piece_spans.append(Span(span.text[:missing], span.style))
            if len(span.text) > missing:
                remaining.insert(0, Span(span.text[missing:], span.style))
            missing -= min(missing, len(span.text))
        yield tuple(piece_spans)
