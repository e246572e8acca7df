"""Provide the canvas for every chart: a picture for a phone's screen, which is filled from the top down.

In right-to-left languages, titles, names and bars begin at the right. Time runs from left to right in all languages,
as in newspapers in those languages. If it were mirrored, readers would take growth for a decline.
"""

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageColor, ImageDraw

from bot.chart import typesetting
from bot.chart.plot_area import PlotArea, Point, dashes

WIDTH, MARGIN = 1080, 60  # pixels of the finished picture, as all lengths here
INNER = WIDTH - 2 * MARGIN
INK, PALE_INK, BLUE, TRACK = "#1a1a1a", "#595959", "#0072b2", "#e3e8ec"
_SCALE = 2  # the picture is drawn twice as large and then scaled down, which smooths every edge
_LINE_SCALE = 4  # the same for lines, whose jagged edges are most visible; for all else it would take much memory
_COLOURS = 64
_NOTE_SIZE, _NOTE_LINE = 23, 36
_GUTTER = 16  # between the scale's numbers and the graph
_TICK_SIZE = 25
_EDGE = 24  # between a label below a graph and the edge of the picture
_DIGIT_HEIGHT = 0.7  # of the font's size
_TINT = 31  # of 255: how opaque the area below a line is


class Mark(Protocol):
    """A value on an axis and its label, such as a Tick or a TimeTick. `at` is the value."""

    @property
    def at(self) -> float: ...

    @property
    def label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Pen:
    """The style of a line. `dash` is (length of a dash, length of a gap) in pixels; None draws a solid line."""

    colour: str
    thickness: float
    dash: tuple[float, float] | None = None


class Canvas:
    """A picture that is filled from the top down. `y` is the baseline of the next text, in pixels from the top."""

    def __init__(self, height: int, is_rtl: bool) -> None:
        self.height = height
        self.is_rtl = is_rtl
        self.y = MARGIN
        self._image = Image.new("RGB", (WIDTH * _SCALE, height * _SCALE), "white")
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def png(self) -> bytes:
        """Return the picture as a PNG of 64 colours.

        The eye sees no difference from full colours, but the file is a third as large, which helps on slow networks.
        """
        file = io.BytesIO()
        image = self._image.reduce(_SCALE).quantize(_COLOURS, dither=Image.Dither.NONE)
        image.save(file, "PNG", optimize=True)
        return file.getvalue()

    def down(self, pixels: int) -> None:
        """Move the baseline of the next text down by `pixels`."""
        self.y += pixels

    def write(
        self, text: str, size: int, *, colour: str = INK, at_end: bool = False, width: int = INNER, indent: int = 0
    ) -> None:
        """Write one line of text with its baseline at the current `y`.

        The text is `indent` pixels from the margin: at the side where lines of the language begin, or at the opposite
        side if `at_end`. A text wider than `width` is written smaller; if it is still too wide, it is cut.
        """
        fitted, fitted_size = typesetting.fit(text, size, width, is_rtl=self.is_rtl)
        is_right = self.is_rtl != at_end
        x = WIDTH - MARGIN - indent if is_right else MARGIN + indent
        self._text((x, self.y), fitted, fitted_size, anchor="rs" if is_right else "ls", colour=colour)

    def write_note(self, text: str) -> None:
        """Write `text`, an explanation of the chart, below the current baseline in lines of small grey letters."""
        for line in note_lines(text, is_rtl=self.is_rtl):
            self.down(_NOTE_LINE)
            self.write(line, size=_NOTE_SIZE, colour=PALE_INK)

    def write_above(self, point: Point, text: str, size: int, *, left: float, right: float) -> None:
        """Write `text` centred above `point`.

        If necessary, move it sideways, so that it stays between the x-coordinates `left` and `right`. A white outline
        separates the text from lines that it covers.
        """
        half = typesetting.text_width(text, size, is_rtl=self.is_rtl) / 2
        x = _clamped(point[0], left + half, right - half)
        self._text((x, point[1] - 18), text, size, anchor="ms", colour=INK, rim=4)

    def plot_area(
        self,
        height: int,
        scale: Sequence[Mark],
        times: Sequence[Mark],
        *,
        domain: tuple[float, float],
        inset: int = 0,
    ) -> PlotArea:
        """Draw an empty graph below the current baseline, and return the area for its curves.

        Each mark of `scale` becomes a horizontal line with its label next to it. Each mark of `times` becomes a label
        below the graph. `domain` is (first time, last time). The curves end `inset` pixels before the ends of the
        horizontal lines.
        """
        gutter = max(self._width(mark.label) for mark in scale) + _GUTTER
        left, right = (MARGIN, WIDTH - MARGIN - gutter) if self.is_rtl else (MARGIN + gutter, WIDTH - MARGIN)
        area = PlotArea(left + inset, self.y, right - left - 2 * inset, height, *domain, highest=scale[-1].at)
        for mark in scale:
            self.line([(left, area.y(mark.at)), (right, area.y(mark.at))], Pen(TRACK, 2))
            self._number(mark.label, right if self.is_rtl else left, area.y(mark.at))
        for mark in times:
            self._time(mark.label, area.x(mark.at), area.bottom)
        self.down(height)
        return area

    def _number(self, label: str, x: float, y: float) -> None:
        """Write the label of a horizontal line, next to its end (x, y) and centred vertically on the line."""
        x = x + _GUTTER if self.is_rtl else x - _GUTTER
        baseline = y + _TICK_SIZE * _DIGIT_HEIGHT / 2
        self._text((x, baseline), label, _TICK_SIZE, anchor="ls" if self.is_rtl else "rs", colour=PALE_INK)

    def _time(self, label: str, x: float, y: float) -> None:
        """Write the label of a time, of one or two lines, below the point (x, y).

        The label is centred on x, but moved sideways if it would extend beyond the edge of the picture.
        """
        for line in label.split("\n"):
            y += 1.4 * _TICK_SIZE
            half = self._width(line) / 2
            at = (_clamped(x, _EDGE + half, WIDTH - _EDGE - half), y)
            self._text(at, line, _TICK_SIZE, anchor="ms", colour=PALE_INK)

    def _width(self, label: str) -> float:
        return typesetting.text_width(label, _TICK_SIZE, is_rtl=self.is_rtl)

    def line(self, points: Sequence[Point], pen: Pen) -> None:
        """Draw a line through `points` with round corners. A solid line has round ends, too."""
        left, top = (math.floor(min(values) - pen.thickness) for values in zip(*points, strict=True))
        right, bottom = (math.ceil(max(values) + pen.thickness) for values in zip(*points, strict=True))
        mask = Image.new("L", ((right - left) * _LINE_SCALE, (bottom - top) * _LINE_SCALE))
        moved = [((x - left) * _LINE_SCALE, (y - top) * _LINE_SCALE) for x, y in points]
        _stroke(ImageDraw.Draw(mask), moved, pen)
        self._image.paste(pen.colour, (left * _SCALE, top * _SCALE), mask.reduce(_LINE_SCALE // _SCALE))

    def area_below(self, points: Sequence[Point], area: PlotArea, colour: str) -> None:
        """Fill the area between the line through `points` and the bottom of the graph with a pale `colour`."""
        outline = [(points[0][0], area.bottom), *points, (points[-1][0], area.bottom)]
        self._draw.polygon(_scaled(outline), fill=(*_rgb(colour), _TINT))

    def rectangle(
        self, corners: tuple[Point, Point], radius: float, *, fill: str = "", outline: str = "", thickness: float = 0
    ) -> None:
        """Draw a rectangle with round corners. A `fill` or an `outline` of "" is not drawn.

        The outline is inside the edge, and `thickness` pixels wide.
        """
        self._draw.rounded_rectangle(
            _scaled(corners),
            radius * _SCALE,
            fill=fill or None,
            outline=outline or None,
            width=round(thickness * _SCALE),
        )

    def write_in_middle(self, text: str, centre: Point, size: int, *, width: float, colour: str = INK) -> None:
        """Write one line of text centred on the point `centre`, smaller or cut if it is wider than `width`."""
        fitted, fitted_size = typesetting.fit(text, size, width, is_rtl=self.is_rtl)
        baseline = centre[1] + fitted_size * _DIGIT_HEIGHT / 2
        self._text((centre[0], baseline), fitted, fitted_size, anchor="ms", colour=colour)

    def dot(self, centre: Point, radius: float, colour: str) -> None:
        (x, y), r = centre, radius
        self._draw.ellipse(_scaled([(x - r, y - r), (x + r, y + r)]), fill=colour)

    def bar(self, thickness: int, solid: float, hatched: float) -> None:
        """Draw a bar centred vertically at the current `y`, on a grey track from one margin to the other.

        The bar has a solid part, then a hatched part. `solid` and `hatched` are their lengths, from 0 to 1 of the
        track.
        """
        size = (INNER * _SCALE, thickness * _SCALE)
        bar = Image.new("RGB", size, TRACK)
        solid_end, hatched_end = round(size[0] * solid), round(size[0] * (solid + hatched))
        bar.paste(_hatching(hatched_end - solid_end, size[1]), (solid_end, 0))
        bar.paste(BLUE, (0, 0, solid_end, size[1]))
        rounded = Image.new("L", size)
        ImageDraw.Draw(rounded).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), size[1] // 2, fill=255)
        at = (MARGIN * _SCALE, round((self.y - thickness / 2) * _SCALE))
        self._image.paste(bar.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if self.is_rtl else bar, at, rounded)

    def _text(self, at: Point, text: str, size: float, *, anchor: str, colour: str, rim: int = 0) -> None:
        self._draw.text(
            (at[0] * _SCALE, at[1] * _SCALE),
            text,
            fill=colour,
            font=typesetting.font(text, size * _SCALE),
            anchor=anchor,
            direction=typesetting.direction(self.is_rtl),
            stroke_width=rim * _SCALE,
            stroke_fill="white" if rim else None,
        )


def note_lines(text: str, *, is_rtl: bool) -> list[str]:
    """Break `text`, an explanation of the chart, into lines that fit between the margins of the picture."""
    return typesetting.wrap(text, _NOTE_SIZE, INNER, is_rtl=is_rtl)


def note_height(text: str, *, is_rtl: bool) -> int:
    """Return the height in pixels of the lines that `write_note` writes for `text`."""
    return _NOTE_LINE * len(note_lines(text, is_rtl=is_rtl))


def _stroke(draw: ImageDraw.ImageDraw, points: Sequence[Point], pen: Pen) -> None:
    """Draw a white line, solid or dashed, through `points` on a mask.

    The mask is _LINE_SCALE times as large as the picture, so that the line has smooth edges.
    """
    width = pen.thickness * _LINE_SCALE
    if pen.dash is None:
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    for part in [points] if pen.dash is None else dashes(points, *(length * _LINE_SCALE for length in pen.dash)):
        draw.line(part, fill=255, width=round(width), joint="curve")


def _hatching(width: int, height: int) -> Image.Image:
    """Return an image of diagonal blue stripes on white."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for left in range(-height, width, height):
        draw.line([(left, height), (left + height, 0)], fill=BLUE, width=height // 3)
    return image


def _clamped(value: float, least: float, most: float) -> float:
    return max(least, min(value, most))


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue, *_ = ImageColor.getrgb(colour)
    return red, green, blue


def _scaled(points: Iterable[Point]) -> list[Point]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]
