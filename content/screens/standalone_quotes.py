"""Complete a quote so that people understand it without its context: by the sentence before it, or by an ellipsis."""

import re
from collections.abc import Iterable

_SENTENCE_END = re.compile(r"[.!?؟۔。…:;؛][\"»”’)\]]*\s+|\n+")
_ENDS_SENTENCE = re.compile(r"[.!?؟۔。…:;؛][\"»”’)\]]*$")
_CUT = "…"


def standalone(quote: str, text: str, pointers: Iterable[str]) -> str:
    """Return `quote`, an exact part of `text`, in the form in which it is shown alone.

    A quote that begins with one of `pointers`, such as "To this end", refers to the sentence before it and is
    returned with that sentence. A quote that begins or ends within a sentence gets an ellipsis there.
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
    """Return the index of the last sentence start in `text` that is less than `before`."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() < before]
    return ends[-1] if ends else 0
