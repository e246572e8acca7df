"""Decide which two pages of a leaflet are printed on each side of a sheet, so that folding puts all in order."""

from collections.abc import Iterator

Side = tuple[int, int]  # the numbers of the left and of the right page, from 1


def sides(pages: int, *, rtl: bool) -> Iterator[Side]:
    """Yield the pages on each side of the sheets: front and back of the outermost sheet, then of those inside it.

    `pages` is the number of pages, a multiple of four. A leaflet in a right-to-left language has its fold at the
    right of the first page.
    """
    for first in range(1, pages // 2, 2):
        last = pages + 1 - first
        outside, inside = (last, first), (first + 1, last - 1)
        yield outside[::-1] if rtl else outside
        yield inside[::-1] if rtl else inside
