"""The paper that every chart is drawn on: as wide as a phone, filled from the top, with the letters of all languages.

Right-to-left languages have titles, names and bars from the right; time goes left to right everywhere, as their press
prints it: a mirrored growth would be read as a decline.
"""

import io
from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap
from typing import Protocol

from matplotlib import font_manager, get_data_path, rcParams
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

# matplotlib's own DejaVu has the Latin letters, but lacks the Pashto ۍ.
FONT = Path(__file__).parent / "font" / "NotoSansArabic-Regular.ttf"
LATIN_FONT = Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
# Each falls back on the other.
_ARABIC = ("Noto Sans Arabic", "DejaVu Sans")
_LATIN = ("DejaVu Sans", "Noto Sans Arabic")
_DPI = 100
WIDTH, MARGIN = 1080, 60  # pixels, as all lengths here
INNER = WIDTH - 2 * MARGIN
_SCALE = 100  # for the numbers beside a graph
_NOTE = 36  # height of a line
INK, PALE_INK, BLUE, TRACK = "#1a1a1a", "#595959", "#0072b2", "#e3e8ec"
_COLOURS = 64
_RLM = "\u200f"  # what begins with a figure or a Latin letter still runs right to left


class Mark(Protocol):
    """A place on an axis and what is said there."""

    @property
    def at(self) -> float: ...

    @property
    def label(self) -> str: ...


class Canvas:
    """`y` is where the next line of text stands."""

    def __init__(self, height: int, rtl: bool) -> None:
        font_manager.fontManager.addfont(FONT)
        rcParams["hatch.linewidth"] = 2.5
        self.height = height
        self.rtl = rtl
        self.y = MARGIN
        self.figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(self.figure)
        self.sheet = self._axes(0, 0, WIDTH, height)
        self.sheet.set(xlim=(0, WIDTH), ylim=(height, 0))
        self.sheet.axis("off")

    def png(self) -> bytes:
        """In few colours, which no eye tells from all: a third of the bytes, for slow lines."""
        drawn, file = io.BytesIO(), io.BytesIO()
        self.figure.savefig(drawn, format="png", dpi=_DPI)
        few = Image.open(drawn).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        few.save(file, "PNG", optimize=True)
        return file.getvalue()

    def down(self, pixels: int) -> None:
        self.y += pixels

    def say(
        self,
        words: str,
        size: int,
        *,
        colour: str = INK,
        at_end: bool = False,
        width: int = INNER,
        indent: int = 0,
    ) -> None:
        """In this line, at its beginning or end; smaller where it would be wider than `width`."""
        right = self.rtl != at_end
        text = self.sheet.text(
            WIDTH - MARGIN - indent if right else MARGIN + indent,
            self.y,
            _RLM + words if self.rtl else words,
            size=points(size),
            family=families(words),
            color=colour,
            ha="right" if right else "left",
            va="baseline",
            parse_math=False,
        )
        wide = text.get_window_extent().width
        if wide > width:
            text.set_fontsize(points(size * width / wide))

    def note(self, words: str) -> None:
        for line in note_lines(words):
            self.down(_NOTE)
            self.say(line, size=23, colour=PALE_INK)

    def graph(self, height: int, scale: Iterable[Mark], times: Iterable[Mark], size: int = 23) -> Axes:
        """From here down, to draw lines on; below its foot are the times, beside it the scale."""
        axes = self._axes(MARGIN + _SCALE, self.y, WIDTH - 2 * (MARGIN + _SCALE), height)
        self.down(height)
        scale, times = list(scale), list(times)
        family = families("".join(mark.label for mark in (*scale, *times)))
        axes.set_yticks([mark.at for mark in scale], [mark.label for mark in scale], family=family)
        axes.set_xticks([mark.at for mark in times], [mark.label for mark in times], family=family)
        axes.set_ylim(0, scale[-1].at)
        axes.tick_params(length=0, pad=12, labelsize=points(size), labelcolor=PALE_INK)
        if self.rtl:
            axes.yaxis.tick_right()
        axes.grid(axis="y", color=TRACK, linewidth=2, clip_on=False)
        axes.set_axisbelow(True)
        axes.spines[:].set_visible(False)
        return axes

    def _axes(self, left: float, top: float, width: float, height: float) -> Axes:
        bottom = self.height - top - height
        return self.figure.add_axes((left / WIDTH, bottom / self.height, width / WIDTH, height / self.height))


def note_lines(words: str) -> list[str]:
    return wrap(words, 76)


def note_height(words: str) -> int:
    return _NOTE * len(note_lines(words))


def families(words: str) -> tuple[str, str]:
    return _ARABIC if any("\u0600" <= letter <= "\u06ff" for letter in words) else _LATIN


def points(pixels: float) -> float:
    return pixels * 72 / _DPI
