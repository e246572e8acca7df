"""Place the pages of a leaflet on the sides of sheets, so that they are in order when the sheets are folded."""

from collections.abc import Iterator

Side = tuple[int, int]  # the numbers of the left and of the right page, from 1


def sides(pages: int, *, rtl: bool) -> Iterator[Side]:
    """Yield the sides of all sheets: front and back of the outermost sheet, and then those inside it.

    `pages` is a multiple of four. A leaflet that is read from right to left is folded at the right of its first page.
    """
    for first in range(1, pages // 2, 2):
        last = pages + 1 - first
        outside, inside = (last, first), (first + 1, last - 1)
        yield outside[::-1] if rtl else outside
        yield inside[::-1] if rtl else inside
