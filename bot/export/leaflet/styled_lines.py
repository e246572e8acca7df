"""Break a document into lines of a given width, and give each line its style and the space above it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.export.document import Document
from bot.export.leaflet.shaping import Shaper
from content.line_breaking import Measure, break_lines


class LineStyle(Enum):
    """The style of a line. A value is (font size, line height), both as multiples of the font size of the text."""

    TITLE = (1.5, 2.0)
    HEADING = (1.1, 1.7)
    TEXT = (1.0, 1.5)
    NOTE = (0.85, 1.3)


@dataclass(frozen=True, slots=True)
class Line:
    """A line. `space` is the empty space above it, as a multiple of the font size of the text.

    `keeps_next` says that the next line has to be on the same page. It is True for a heading, for example.
    """

    text: str
    style: LineStyle
    space: float = 0.0
    keeps_next: bool = False


def lines(document: Document, shaper: Shaper, width: float, size: float) -> Iterator[Line]:
    """Yield the lines of a document, at most `width` points wide. `size` is the font size of the text in points."""

    measure = _word_by_word(shaper, rtl=document.rtl)

    def paragraph(text: str, style: LineStyle, space: float, *, keeps_next: bool = False) -> Iterator[Line]:
        for part in text.split("\n"):
            for line in break_lines(part, width / (size * style.value[0]), measure):
                yield Line(line.rstrip(" "), style, space, keeps_next)
                space = 0.0

    yield from paragraph(document.title, LineStyle.TITLE, 0.0, keeps_next=True)
    if document.date:
        yield from paragraph(document.date, LineStyle.NOTE, 0.0, keeps_next=True)
    for part in document.parts:
        yield from paragraph(part.heading, LineStyle.HEADING, 0.8, keeps_next=True)
        for number, text in enumerate(part.text.split("\n\n")):
            yield from paragraph(text, LineStyle.TEXT, 0.5 if number else 0.0)
    for text in (document.notice, *document.footer):
        yield from paragraph(text, LineStyle.NOTE, 0.8)


def _word_by_word(shaper: Shaper, *, rtl: bool) -> Measure:
    """Return a function that measures a text at a font size of 1. The width of each word is computed only once."""
    space = shaper.width(" ", rtl=rtl)

    def width(text: str) -> float:
        return sum(shaper.width(word, rtl=rtl) for word in text.split(" ")) + space * text.count(" ")

    return width
