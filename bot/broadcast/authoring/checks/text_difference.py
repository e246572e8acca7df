"""Show how two texts differ, word by word: what is new in bold, what is removed struck through. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

from content.screens.screen import Span, Style

_WORD = re.compile(r"\s+|\S+")
_MAX_CHANGES = 60  # of the 100 styled parts that Telegram allows in a message

_Part = tuple[str, Style | None]


def difference(before: str, after: str) -> tuple[Span, ...]:
    """Return spans with the words of both texts.

    If the texts have little in common, return the whole text before, then the whole text after.
    """
    spans = tuple(
        Span("".join(text for text, _ in group), style)
        for style, group in groupby(_parts(before, after), key=lambda part: part[1])
    )
    if sum(span.style is not None for span in spans) <= _MAX_CHANGES:
        return spans
    return (Span(before, Style.STRIKETHROUGH), Span("\n\n"), Span(after, Style.BOLD))


def _parts(before: str, after: str) -> Iterator[_Part]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    for _, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        if removed == added:
            yield added, None
            continue
        if removed:
            yield removed, Style.STRIKETHROUGH
        if removed.strip() and added.strip():
            yield " ", None
        if added:
            yield added, Style.BOLD
