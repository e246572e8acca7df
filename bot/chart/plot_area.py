"""Convert values to pixels in the rectangle of a graph, and cut lines into dashes. Pure."""

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlotArea:
    """The rectangle of a graph in pixels, and the values at its edges.

    Horizontally, values go from `first` to `last`. Vertically, they go from 0 at the bottom to `highest` at the top.
    """

    left: float
    top: float
    width: float
    height: float
    first: float
    last: float
    highest: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width

    def x(self, value: float) -> float:
        """Return the x, in pixels, at which a horizontal value is drawn.

        If `first` equals `last`, return the middle of the area.
        """
        if self.first == self.last:
            return self.left + self.width / 2
        return self.left + self.width * (value - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        return self.bottom - self.height * value / self.highest

    def pixels(self, values: Iterable[tuple[float, float]]) -> list[Point]:
        """Convert `values`, pairs of a horizontal and a vertical value, to points in pixels."""
        return [(self.x(across), self.y(up)) for across, up in values]


def dashes(points: Sequence[Point], dash: float, gap: float) -> Iterator[list[Point]]:
    """Yield the dashes of a dashed line through `points`, each as a list of points.

    `dash` and `gap` are the lengths of a dash and of a gap, measured along the line.
    """
    walked = [0.0, *itertools.accumulate(math.dist(start, end) for start, end in itertools.pairwise(points))]
    begin = 0.0
    while begin < walked[-1]:
        yield _part(points, walked, begin, min(begin + dash, walked[-1]))
        begin += dash + gap


def _part(points: Sequence[Point], walked: Sequence[float], begin: float, end: float) -> list[Point]:
    """Return the points of the part of a line between two distances from its beginning, `begin` and `end`.

    Distances are measured along the line. `walked` holds the distance of each of `points`.
    """
    corners = points[bisect_right(walked, begin) : bisect_left(walked, end)]
    return [_point_at(points, walked, begin), *corners, _point_at(points, walked, end)]


def _point_at(points: Sequence[Point], walked: Sequence[float], distance: float) -> Point:
    after = max(1, bisect_left(walked, distance))
    (x, y), (next_x, next_y) = points[after - 1], points[after]
    share = (distance - walked[after - 1]) / (walked[after] - walked[after - 1])
    return x + (next_x - x) * share, y + (next_y - y) * share
