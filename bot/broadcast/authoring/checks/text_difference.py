"""Show how two texts differ, word by word: added words in bold, removed words struck through. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

from content.screens.screen import Span, Style

_WORD = re.compile(r"\s+|\S+")
_MAX_CHANGES = 60  # of the 100 styled parts that Telegram allows in a message

_Part = tuple[str, Style | None]


def difference(before: str, after: str) -> tuple[Span, ...]:
    """Return spans with the words of both texts: removed words struck through, added ones in bold, others plain.

    If the texts differ in too many places, return the whole old text struck through, then the whole new one in bold.
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
