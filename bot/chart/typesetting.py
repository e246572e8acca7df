"""Measure, shrink, cut and wrap text in the fonts of the charts.

The usual font is Google's build of Noto Sans Arabic, which also has Latin letters. With one font for both scripts,
the library libraqm can order mixed text by the rules of Unicode. A text with Cyrillic or Greek letters is drawn in
Noto Sans.
"""

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFont

FONT = Path(__file__).parent / "font" / "NotoSansArabic-Regular.ttf"
OTHER_FONT = FONT.with_name("NotoSans-Regular.ttf")
_OTHER_LETTERS = re.compile("[\u0370-\u052f\u1c80-\u1c8f\u1f00-\u1fff\u2de0-\u2dff\ua640-\ua69f]")  # Greek, Cyrillic
SMALLEST = 20  # pixels; smaller text cannot be read on a phone, so text is cut instead
_ELLIPSIS = "…"


def font(text: str, size: float) -> ImageFont.FreeTypeFont:
    """Return the font for `text` at `size` pixels: Noto Sans for Cyrillic and Greek, else Noto Sans Arabic."""
    return load(OTHER_FONT if _OTHER_LETTERS.search(text) else FONT, size)


@functools.cache
def load(path: Path, size: float) -> ImageFont.FreeTypeFont:
    """Return the font in the file `path` at `size` pixels."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)


def direction(is_rtl: bool) -> str:
    """Return the writing direction as Pillow names it: "rtl" or "ltr"."""
    return "rtl" if is_rtl else "ltr"


def text_width(text: str, size: float, *, is_rtl: bool) -> float:
    """Return the width in pixels of `text` on one line."""
    return font(text, size).getlength(text, direction=direction(is_rtl))


def fit(text: str, size: float, width: float, *, is_rtl: bool) -> tuple[str, float]:
    """Return `text` and the font size at which it fits into `width` pixels on one line.

    The size is `size`, or a smaller one down to SMALLEST. If the text is still too wide, it is cut and ends with an
    ellipsis.
    """
    needed = text_width(text, size, is_rtl=is_rtl)
    if needed <= width:
        return text, size
    size = max(min(size, SMALLEST), size * width / needed)
    if text_width(text, size, is_rtl=is_rtl) <= width + 1:
        return text, size
    return _cut(text, size, width, is_rtl=is_rtl), size


def _cut(text: str, size: float, width: float, *, is_rtl: bool) -> str:
    shorter = (text[:length].rstrip() + _ELLIPSIS for length in range(len(text) - 1, 0, -1))
    return next((cut for cut in shorter if text_width(cut, size, is_rtl=is_rtl) <= width), _ELLIPSIS)


def wrap(text: str, size: float, width: float, *, is_rtl: bool) -> list[str]:
    """Break `text` between words, and return its lines. Each line is at most `width` pixels wide.

    A single word that is wider gets a line of its own.
    """
    return list(_lines(text.split(), size, width, is_rtl=is_rtl))


def _lines(words: list[str], size: float, width: float, *, is_rtl: bool) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size, is_rtl=is_rtl) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line
