"""Measure and fit text in the charts' font: how wide it is, where it wraps, what is cut.

The font is Google's build of Noto Sans Arabic, which holds Latin letters, too. With one font for both scripts,
libraqm alone decides the order of mixed text, by the rules of Unicode.
"""

import functools
from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFont

FONT = Path(__file__).parent / "font" / "NotoSansArabic-Regular.ttf"
SMALLEST = 20  # pixels; below it nobody reads on a phone, so text is cut instead
_ELLIPSIS = "…"


@functools.cache
def font(size: float) -> ImageFont.FreeTypeFont:
    """Return the font at `size` pixels. Its letters are joined and ordered by libraqm."""
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.RAQM)


def direction(is_rtl: bool) -> str:
    """Return Pillow's name for the direction of a paragraph."""
    return "rtl" if is_rtl else "ltr"


def text_width(text: str, size: float, *, is_rtl: bool) -> float:
    """Return the width of one line in pixels."""
    return font(size).getlength(text, direction=direction(is_rtl))


def fit(text: str, size: float, width: float, *, is_rtl: bool) -> tuple[str, float]:
    """Return the text and the size at which it fits into `width`: smaller first, then cut with an ellipsis."""
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
    """Break the text between words into lines of at most `width` pixels. A longer word gets a line of its own."""
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
