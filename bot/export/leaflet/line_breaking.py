"""Break the words of a document into lines of a given width."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.export.document import Document
from bot.export.leaflet.shaping import Shaper


class LineStyle(Enum):
    """The look of a line. The values are its font size and its height, as multiples of the size of the text."""

    TITLE = (1.5, 2.0)
    HEADING = (1.1, 1.7)
    TEXT = (1.0, 1.5)
    NOTE = (0.85, 1.3)


@dataclass(frozen=True, slots=True)
class Line:
    """A line. `space` is the empty space above it, in multiples of the size of the text.

    A line that `leads` stays on the page of the next one.
    """

    text: str
    style: LineStyle
    space: float = 0.0
    leads: bool = False


def lines(document: Document, shaper: Shaper, width: float, size: float) -> Iterator[Line]:
    """Yield the lines of a document that is `width` wide and has a text of `size`, both in points."""

    def paragraph(text: str, style: LineStyle, space: float, *, leads: bool = False) -> Iterator[Line]:
        for line in text.split("\n"):
            for words in _broken(line, shaper, width / (size * style.value[0]), rtl=document.rtl):
                yield Line(words, style, space, leads)
                space = 0.0

    yield from paragraph(document.title, LineStyle.TITLE, 0.0, leads=True)
    if document.date:
        yield from paragraph(document.date, LineStyle.NOTE, 0.0, leads=True)
    for part in document.parts:
        yield from paragraph(part.heading, LineStyle.HEADING, 0.8, leads=True)
        for number, text in enumerate(part.text.split("\n\n")):
            yield from paragraph(text, LineStyle.TEXT, 0.5 if number else 0.0)
    for text in (document.notice, *document.footer):
        yield from paragraph(text, LineStyle.NOTE, 0.8)


def _broken(text: str, shaper: Shaper, width: float, *, rtl: bool) -> Iterator[str]:
    """Break a text between its words into lines at most `width` wide at a font size of 1.

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
