"""Find the headings in a text, and make titles for clauses from headings or from their first words."""

import re
from functools import cache

from content.loading.creation.sample_texts import all_sample_texts
from content.loading.schema import MAX_LABEL
from content.model import ClauseId
from content.search.clause_references import CLOSING

PREAMBLE = ClauseId("preamble")
_MAX_CAPITAL_HEADING = 80  # characters; a longer line in capitals is a shouted sentence
_MIN_LETTERS = 3
_ENDS_OF_SENTENCES = tuple(".!?;:,؟؛،。！？…։।")
_SHORTER = 1.6  # a heading without an empty line below is at least this much shorter than the longest line
_FIRST_WORDS = re.compile(rf".{{1,{MAX_LABEL - 1}}}(?=\s)", re.DOTALL)


def heading_length(text: str) -> int:
    """Return the length of the heading of `text` and of the empty lines below it; 0 without a heading."""
    line, _, rest = text.partition("\n")
    below = rest.lstrip()
    if not below or not is_heading(line):
        return 0
    is_apart = not rest.strip("\n") or rest.startswith("\n") or line.isupper()
    longest = max(map(len, rest.split("\n")))
    if is_apart or (not below[0].islower() and len(line) * _SHORTER < longest):
        return len(text) - len(below)
    return 0


def is_heading(line: str) -> bool:
    """Return whether a line is short enough for a title, and does not end like a sentence."""
    return len(line.strip()) <= MAX_LABEL and line[:1].isalnum() and not line.rstrip().endswith(_ENDS_OF_SENTENCES)


def is_capital_heading(line: str) -> bool:
    """Return whether a line is in capitals, in a script that has them, and not too long for a heading."""
    letters = sum(letter.isalpha() for letter in line)
    return line.isupper() and letters >= _MIN_LETTERS and len(line) <= _MAX_CAPITAL_HEADING


def is_title(line: str, title: str) -> bool:
    """Return whether a line is the title of the declaration. Capitals, punctuation and spaces do not count."""
    return bool(title) and _words(line) == _words(title)


def part_named(heading: str) -> ClauseId | None:
    """Return PREAMBLE or CLOSING if `heading` is the usual title of that part in any locale, else None."""
    return _parts().get(_words(heading))


def first_words(text: str) -> str:
    """Return the first line of `text` if it fits into a title, else its first words that fit, with an ellipsis."""
    line = text.strip().partition("\n")[0].strip()
    if len(line) <= MAX_LABEL:
        return line.rstrip(".:;,،。") or line
    match = _FIRST_WORDS.match(line)
    return (match[0] if match else line[: MAX_LABEL - 1]).rstrip(" .,:;،") + "…"


@cache
def _parts() -> dict[tuple[str, ...], ClauseId]:
    preambles = {_words(sample.preamble.title): PREAMBLE for sample in all_sample_texts()}
    return preambles | {_words(sample.closing_title): CLOSING for sample in all_sample_texts()}


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))
