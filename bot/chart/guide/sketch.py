"""Draw the shapes of a sketched app: frames, bars in place of words, pictures, menus and numbered marks."""

from dataclasses import dataclass

from bot.chart import typesetting
from bot.chart.canvas import INK, TRACK, Canvas, Pen
from bot.chart.plot_area import Point

MARK = "#c2410c"  # the colour of what to tap, with a contrast of 5 : 1 on white
_GREY = "#b4bdc5"
_OUTLINE, _THIN = 5, 3  # pixels, as all lengths here
_MARK_LINE, _MARK_RADIUS, _MARK_SIZE = 7, 30, 40
_ENTRY, _ENTRY_SIZE, _ENTRY_LINE = 92, 34, 42  # height of an entry of a menu, and of its text and lines


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the canvas, in pixels from the upper left corner of the canvas."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> Point:
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def corners(self) -> tuple[Point, Point]:
        return (self.left, self.top), (self.right, self.bottom)

    def grown(self, pixels: float) -> "Box":
        """Return a box that is larger by `pixels` on each side."""
        return Box(self.left - pixels, self.top - pixels, self.width + 2 * pixels, self.height + 2 * pixels)

    def part(self, left: float, top: float, width: float, height: float) -> "Box":
        """Return a box at a position inside this one. A negative `left` or `top` counts from the right or bottom."""
        x = self.left if left >= 0 else self.right
        y = self.top if top >= 0 else self.bottom
        return Box(x + left, y + top, width, height)


def frame(canvas: Canvas, box: Box, radius: float) -> None:
    """Draw a device or a window as an outline that is filled with white."""
    canvas.rectangle(box.corners, radius, fill="white", outline=INK, thickness=_OUTLINE)


def area(canvas: Canvas, box: Box, radius: float = 0) -> None:
    """Draw a pale area with round corners, such as a message or the bar at the top of an app."""
    canvas.rectangle(box.corners, radius, fill=TRACK)


def words(canvas: Canvas, box: Box) -> None:
    """Draw two bars in `box` in place of words: a long one for a full line, and a shorter one below it."""
    for top, width in ((0.08, 1.0), (0.62, 0.6)):
        bar = Box(box.left, box.top + top * box.height, box.width * width, box.height * 0.3)
        canvas.rectangle(bar.corners, bar.height / 2, fill=_GREY)


def picture(canvas: Canvas, box: Box) -> None:
    """Draw a grey disc in place of the picture of a chat."""
    canvas.dot(box.middle, box.width / 2, _GREY)


def dots(canvas: Canvas, box: Box, *, is_upright: bool) -> None:
    """Draw the three dots of a menu button: below each other if `is_upright`, otherwise side by side."""
    x, y = box.middle
    for shift in (-14, 0, 14):
        canvas.dot((x, y + shift) if is_upright else (x + shift, y), 5, INK)


def back_arrow(canvas: Canvas, box: Box) -> None:
    """Draw the arrow of a back button."""
    x, y = box.middle
    canvas.line([(x + 8, y - 15), (x - 8, y), (x + 8, y + 15)], Pen(INK, 5))


def messages(canvas: Canvas, box: Box) -> None:
    """Draw three placeholders for messages of a chat in `box`."""
    for top, left, width in ((0.0, 0.0, 0.72), (0.3, 0.0, 0.58), (0.6, 0.5, 0.5)):
        message = Box(box.left + left * box.width, box.top + top * box.height, width * box.width, box.height * 0.22)
        area(canvas, message, 24)


def menu(canvas: Canvas, button: Box, width: float, entry: str) -> Box:
    """Draw an open menu of three entries below `button`. The second has the text `entry`; return its box."""
    box = Box(button.right - width, button.bottom + 24, width, 3 * _ENTRY + 8)
    canvas.rectangle(box.corners, 18, fill="white", outline=INK, thickness=_THIN)
    for number in (0, 2):
        line = box.part(28, 4 + number * _ENTRY, width * 0.55, _ENTRY)
        canvas.rectangle(line.part(0, 36, line.width, 20).corners, 10, fill=_GREY)
    chosen = box.part(0, 4 + _ENTRY, width, _ENTRY)
    _write_entry(canvas, chosen, entry)
    return chosen


def _write_entry(canvas: Canvas, box: Box, entry: str) -> None:
    lines = typesetting.wrap(entry, _ENTRY_SIZE, box.width - 40, is_rtl=canvas.is_rtl)
    x, y = box.middle
    for number, line in enumerate(lines):
        shift = (number - (len(lines) - 1) / 2) * _ENTRY_LINE
        canvas.write_in_middle(line, (x, y + shift), _ENTRY_SIZE, width=box.width - 40)


def mark(canvas: Canvas, box: Box, number: str) -> None:
    """Draw a frame around `box`, the place to tap, with the number of the step at its lower left corner."""
    canvas.rectangle(box.grown(8).corners, 20, outline=MARK, thickness=_MARK_LINE)
    numbered_dot(canvas, (box.left - 14, box.bottom + 14), number)


def numbered_dot(canvas: Canvas, centre: Point, number: str) -> None:
    """Draw the number of a step in a filled circle."""
    canvas.dot(centre, _MARK_RADIUS + 4, "white")
    canvas.dot(centre, _MARK_RADIUS, MARK)
    canvas.write_in_middle(number, centre, _MARK_SIZE, width=2 * _MARK_RADIUS, colour="white")
