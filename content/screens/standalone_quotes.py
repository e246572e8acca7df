"""Show a quote so that it can be understood alone: with the sentence before it, or with a sign that it is cut."""

import re
from collections.abc import Iterable

_SENTENCE_END = re.compile(r"[.!?؟۔。…:;؛][\"»”’)\]]*\s+|\n+")
_ENDS_SENTENCE = re.compile(r"[.!?؟۔。…:;؛][\"»”’)\]]*$")
_CUT = "…"


def standalone(quote: str, text: str, pointers: Iterable[str]) -> str:
    """Return `quote`, an exact part of `text`, as it is shown alone.

    A quote that begins with one of `pointers`, such as "To this end", gets the sentence before it, because the
    pointer refers to that sentence. A quote that begins or ends within a sentence gets the sign "…" there.
    """
    start = text.find(quote)
    if start < 0:
        return quote
    end = start + len(quote)
    if start and quote.startswith(tuple(pointers)):
        start = _sentence_start(text, start)
    shown = text[start:end]
    starts_within = bool(text[:start].strip()) and start != _sentence_start(text, start + 1)
    ends_within = bool(text[end:].strip()) and not _ENDS_SENTENCE.search(quote) and text[end] != "\n"
    return (_CUT if starts_within else "") + shown + (_CUT if ends_within else "")


def _sentence_start(text: str, before: int) -> int:
    """Return the index at which the last sentence begins that starts before the index `before`."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() < before]
    return ends[-1] if ends else 0
