"""Break the words of a document into lines of a given width."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.export.document import Document
from bot.export.leaflet.shaping import Shaper


class LineStyle(Enum):
    """The style of a line. A value is (font size, line height), both as multiples of the font size of the text."""

    TITLE = (1.5, 2.0)
    HEADING = (1.1, 1.7)
    TEXT = (1.0, 1.5)
    NOTE = (0.85, 1.3)


@dataclass(frozen=True, slots=True)
class Line:
    """A line. `space` is the empty space above it, as a multiple of the font size of the text.

    `keeps_next` says that the next line has to be on the same page, such as after a heading.
    """

    text: str
    style: LineStyle
    space: float = 0.0
    keeps_next: bool = False


def lines(document: Document, shaper: Shaper, width: float, size: float) -> Iterator[Line]:
    """Yield the lines of a document, at most `width` points wide. `size` is the font size of the text in points."""

    def paragraph(text: str, style: LineStyle, space: float, *, keeps_next: bool = False) -> Iterator[Line]:
        for line in text.split("\n"):
            for words in _broken(line, shaper, width / (size * style.value[0]), rtl=document.rtl):
                yield Line(words, style, space, keeps_next)
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


def _broken(text: str, shaper: Shaper, width: float, *, rtl: bool) -> Iterator[str]:
    """Break a text between its words into lines at most `width` wide, as measured at a font size of 1.

    A single word that is wider gets a line of its own.
    """
    line, used = list[str](), 0.0
    space = shaper.width(" ", rtl=rtl)
    for word in text.split(" "):
        needed = shaper.width(word, rtl=rtl)
        if line and used + space + needed > width:
            yield " ".join(line)
            line, used = [], 0.0
        used += (space if line else 0.0) + needed
        line.append(word)
    yield " ".join(line)
