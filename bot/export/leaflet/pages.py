"""Fill pages with the lines of a document, in the largest font size that needs no additional sheet of paper."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.export.document import Document
from bot.export.leaflet.shaping import Shaper
from bot.export.leaflet.styled_lines import Line, lines

PAGE_WIDTH, PAGE_HEIGHT = 420.94, 595.28  # points; half a sheet of A4
MARGIN = 34.0  # points; most printers leave 12 at the edges
_FOOT = 20.0  # for the number of the page
PAGES_PER_SHEET = 4
_SIZES = tuple(half / 2 for half in range(26, 17, -1))  # of the text, in points: 13 to 9
_SMALLEST_ON_MORE_SHEETS = 10.5  # a second sheet is worth readable type


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line and its position: `base` is the distance of its baseline from the top of the page, in points."""

    line: Line
    base: float


Page = tuple[PlacedLine, ...]


@dataclass(frozen=True, slots=True)
class Typeset:
    """A document as pages of A5, whose number is a multiple of four, and the font size of its text in points."""

    pages: tuple[Page, ...]
    size: float


def typeset(document: Document, shaper: Shaper) -> Typeset:
    """Return the pages of the document, for as few sheets as possible, in the largest font size that fits on them."""
    sheets = 0
    while True:
        sheets += 1
        for size in _SIZES:
            if sheets > 1 and size < _SMALLEST_ON_MORE_SHEETS:
                break
            pages = tuple(_filled(lines(document, shaper, PAGE_WIDTH - 2 * MARGIN, size), size))
            if len(pages) <= sheets * PAGES_PER_SHEET:
                return Typeset(pages + ((),) * (sheets * PAGES_PER_SHEET - len(pages)), size)


def _filled(all_lines: Iterable[Line], size: float) -> Iterator[Page]:
    """Yield pages that are as full as possible, without a heading as the last line of a page."""
    page, used = list[PlacedLine](), 0.0
    for group in _groups(all_lines):
        if page and used + sum(_height(line, size) for line in group) > PAGE_HEIGHT - 2 * MARGIN - _FOOT:
            yield tuple(page)
            page, used = [], 0.0
        for line in group:
            used += _height(line, size) if page else line.style.value[1] * size
            page.append(PlacedLine(line, MARGIN + used - (line.style.value[1] - line.style.value[0]) * size))
    yield tuple(page)


def _groups(all_lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield the groups of lines that must be on the same page: lines with `keeps_next`, and the line after them."""
    group = list[Line]()
    for line in all_lines:
        group.append(line)
        if not line.keeps_next:
            yield group
            group = []


def _height(line: Line, size: float) -> float:
    return (line.space + line.style.value[1]) * size
