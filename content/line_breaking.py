"""Break a text into lines without changing a character. The module does no I/O."""

import re
import unicodedata
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]  # returns the width of a text on one line
# A word with the spaces behind it, or a part of a compound with its hyphen. No other space allows a break.
_WORD = re.compile(r"[^ ]*?[^\W\d_]-(?=[^\W\d_])|[^ ]* *")
_STEP = 0.02  # of a width
_JOINERS = "\u200c\u200d\u2060"


def break_lines(text: str, width: float, measure: Measure) -> list[str]:
    """Break `text`, a paragraph, into lines that are at most `width` wide. Joined together, the lines are `text`.

    A line includes the spaces after its last word, but these do not count for its width. A word that is too wide is
    broken between letters.
    """
    lines, line = list[str](), ""
    for word in _words(text, width, measure):
        if line and measure((line + word).rstrip(" ")) > width:
            lines.append(line)
            line = ""
        line += word
    return [*lines, line]


def break_evenly(text: str, width: float, measure: Measure, *, narrowest: float) -> list[str]:
    """Break `text` into as few lines as `break_lines` does, but avoid a last line that is less than half full.

    The lines are at most `width` wide. If the last line is too short, the text is broken again for a smaller width.
    The smallest width is `narrowest` (a share, such as 0.7) times `width`.
    """
    lines = break_lines(text, width, measure)
    share = 1 - _STEP
    while share >= narrowest and measure(lines[-1].rstrip(" ")) < share * width / 2:
        narrower = break_lines(text, share * width, measure)
        if len(narrower) > len(lines):
            break
        lines = narrower
        share -= _STEP
    return lines


def _words(text: str, width: float, measure: Measure) -> Iterator[str]:
    for word in filter(None, _WORD.findall(text)):
        if measure(word.rstrip(" ")) <= width:
            yield word
        else:
            yield from _pieces(word, width, measure)


def _pieces(word: str, width: float, measure: Measure) -> Iterator[str]:
    """Break a word that is too wide for a line; yield pieces that are at most `width` wide."""
    piece = ""
    for letter in _letters(word):
        if piece and measure((piece + letter).rstrip(" ")) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _letters(word: str) -> Iterator[str]:
    """Yield each letter of `word` together with its combining marks and adjacent joiners."""
    letter = ""
    for character in word:
        is_attached = character in _JOINERS or unicodedata.combining(character)
        if letter and not is_attached and letter[-1] not in _JOINERS:
            yield letter
            letter = ""
        letter += character
    yield letter
