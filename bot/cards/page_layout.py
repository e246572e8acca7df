"""Distribute the lines of a card over its pages. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto


class LineKind(Enum):
    """How a line is drawn."""

    TEXT = auto()
    SOURCE = auto()  # the name of the clause above a passage


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text of a card. `height` is the height of the line in pixels.

    `gap` is the space above it in pixels; the first line of a page has none. `keeps_next` says that the next line has
    to be on the same page.
    """

    text: str
    kind: LineKind
    height: float
    gap: float = 0
    keeps_next: bool = False


Page = tuple[Line, ...]


def paginate(lines: Sequence[Line], height: float) -> list[Page]:
    """Distribute `lines` over as few pages as possible, and fill these about equally. Return the pages.

    No page is higher than `height` pixels. Lines with `keeps_next` stay together unless they are too many for a page.
    """
    pages = list(_filled(lines, height))
    low, high = 0.0, height
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if _fits(lines, middle, len(pages)) else (middle, high)
    return list(_filled(lines, high))


def page_height(page: Sequence[Line]) -> float:
    """Return the height of the lines of a page in pixels, with the gaps between them."""
    return sum(line.height + (line.gap if number else 0) for number, line in enumerate(page))


def _fits(lines: Sequence[Line], height: float, count: int) -> bool:
    pages = list(_filled(lines, height))
    return len(pages) <= count and all(page_height(page) <= height for page in pages)


def _filled(lines: Sequence[Line], height: float) -> Iterator[Page]:
    """Yield pages, each filled up to `height` before the next one begins."""
    rest = list(lines)
    while rest:
        end = _end(rest, height)
        yield tuple(rest[:end])
        rest = rest[end:]


def _end(lines: Sequence[Line], height: float) -> int:
    """Return how many of `lines`, counted from the first, to put on a page of this height; at least 1.

    Do not end the page between lines that must stay together, unless they are too many for one page.
    """
    fitting = max(_fitting(lines, height), 1)
    if fitting == len(lines):
        return fitting
    return next((end for end in range(fitting, 0, -1) if not lines[end - 1].keeps_next), fitting)


def _fitting(lines: Sequence[Line], height: float) -> int:
    """Return how many of `lines` fit into `height`."""
    for number, line in enumerate(lines):
        height -= line.height + (line.gap if number else 0)
        if height < 0:
            return number
    return len(lines)
