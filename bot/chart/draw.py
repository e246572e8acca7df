"""Draws a picture with matplotlib, whose libraqm joins letters and orders mixed scripts. Knows no words and no rules.

One column to be read on a phone: the total, its line, then a bar for each topic and language with its name above it.
Right-to-left languages have titles, names and bars from the right; time goes left to right everywhere, as their press
prints it: a mirrored growth would be read as a decline.
"""

import io
from pathlib import Path
from textwrap import wrap
from typing import Any

from matplotlib import font_manager, get_data_path, rcParams
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bot.chart.picture import Bar, Picture, Section

# matplotlib's own DejaVu has the Latin letters, but lacks the Pashto ۍ.
FONT = Path(__file__).parent / "font" / "NotoSansArabic-Regular.ttf"
LATIN_FONT = Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
# Each falls back on the other.
_ARABIC = ("Noto Sans Arabic", "DejaVu Sans")
_LATIN = ("DejaVu Sans", "Noto Sans Arabic")
_DPI = 100
_WIDTH, _LEAST_HEIGHT = 1080, 1350  # pixels, as all below; 4:5, which a phone shows whole
_MARGIN = 60
_TITLE, _LINE, _HEADING, _BAR, _NOTE = 36, 320, 66, 60, 36  # heights
_AFTER_HEADING = 8
_THICK = 12  # a bar's own height
_ABOVE = 19  # from a bar up to the foot of its name: Arabic letters reach far below it
_INK, _PALE_INK, _BLUE, _TRACK = "#1a1a1a", "#595959", "#0072b2", "#e3e8ec"
_RLM = "\u200f"  # what begins with a figure or a Latin letter still runs right to left


def png(picture: Picture) -> bytes:
    font_manager.fontManager.addfont(FONT)
    rcParams["hatch.linewidth"] = 2.5
    sheet = _Sheet(picture)
    sheet.down(_TITLE)
    sheet.say(picture.title, size=46)
    sheet.line()
    for section in picture.sections:
        sheet.section(section)
    sheet.down(_AFTER_HEADING)
    for words in _note_lines(picture):
        sheet.down(_NOTE)
        sheet.say(words, size=23, colour=_PALE_INK)
    file = io.BytesIO()
    sheet.figure.savefig(file, format="png", dpi=_DPI)
    return file.getvalue()


def _note_lines(picture: Picture) -> list[str]:
    return wrap(picture.note, 76)


def _height(picture: Picture) -> int:
    bars = sum(_HEADING + _AFTER_HEADING + _BAR * len(section.bars) for section in picture.sections)
    return max(_LEAST_HEIGHT, 2 * _MARGIN + _TITLE + _LINE + bars + _NOTE * len(_note_lines(picture)))


class _Sheet:
    """Filled from the top, line by line."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._height = _height(picture)
        self.figure = Figure(figsize=(_WIDTH / _DPI, self._height / _DPI), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(self.figure)
        self._paper = self._axes(0, 0, _WIDTH, self._height)
        self._paper.set(xlim=(0, _WIDTH), ylim=(self._height, 0))
        self._paper.axis("off")
        self._y = _MARGIN

    def _axes(self, left: float, top: float, width: float, height: float) -> Axes:
        bottom = self._height - top - height
        return self.figure.add_axes((left / _WIDTH, bottom / self._height, width / _WIDTH, height / self._height))

    def down(self, pixels: int) -> None:
        self._y += pixels

    def say(
        self, words: str, size: int, *, colour: str = _INK, at_end: bool = False, width: int | None = None
    ) -> None:
        """In this line, at its beginning or end; smaller where it would be wider than `width`."""
        width = width or _WIDTH - 2 * _MARGIN
        right = self._picture.rtl != at_end
        text = self._paper.text(
            _WIDTH - _MARGIN if right else _MARGIN,
            self._y,
            self._directed(words),
            size=_points(size),
            family=_families(words),
            color=colour,
            ha="right" if right else "left",
            va="baseline",
            parse_math=False,
        )
        wide = text.get_window_extent().width
        if wide > width:
            text.set_fontsize(_points(size * width / wide))

    def _directed(self, words: str) -> str:
        return _RLM + words if self._picture.rtl else words

    def section(self, section: Section) -> None:
        self.down(_HEADING)
        self.say(section.heading, size=32)
        self.down(_AFTER_HEADING)
        for bar in section.bars:
            self.down(_BAR)
            self._bar(bar)

    def _bar(self, bar: Bar) -> None:
        self._y -= _ABOVE
        self.say(bar.name, size=25, width=650)
        self.say(bar.amount, size=25, at_end=True, width=290)
        self._y += _ABOVE
        self._block(0, 1, facecolor=_TRACK)
        self._block(0, bar.solid, facecolor=_BLUE)
        self._block(bar.solid, bar.hatched, facecolor="white", edgecolor=_BLUE, hatch="///", linewidth=0)

    def _block(self, begin: float, share: float, **look: Any) -> None:
        if not share:
            return
        whole = _WIDTH - 2 * _MARGIN
        left = begin if not self._picture.rtl else 1 - begin - share
        self._paper.add_patch(
            Rectangle((_MARGIN + left * whole, self._y - _THICK / 2), share * whole, _THICK, **look)
        )

    def line(self) -> None:
        axes = self._axes(_MARGIN + 70, self._y + 60, _WIDTH - 2 * (_MARGIN + 70), _LINE - 110)
        self.down(_LINE)
        days, totals = zip(*self._picture.points, strict=True)
        axes.fill_between(days, totals, color=_BLUE, alpha=0.12, linewidth=0)
        axes.plot(days, totals, color=_BLUE, linewidth=4, solid_capstyle="round", solid_joinstyle="round")
        for end in self._picture.ends:
            axes.plot(end.day.at, end.total.at, "o", color=_BLUE, markersize=10, clip_on=False)
            axes.annotate(
                end.total.label,
                (end.day.at, end.total.at),
                xytext=(0, 11),
                textcoords="offset points",
                ha="center",
                size=_points(25),
                family=_families(end.total.label),
                color=_INK,
            )
        self._label(axes)

    def _label(self, axes: Axes) -> None:
        scale, days = self._picture.scale, [end.day for end in self._picture.ends]
        family = _families(days[0].label)
        axes.set_yticks([tick.at for tick in scale], [tick.label for tick in scale], family=family)
        axes.set_xticks([day.at for day in days], [day.label for day in days], family=family)
        axes.set_ylim(0, scale[-1].at)
        axes.tick_params(length=0, pad=12, labelsize=_points(23), labelcolor=_PALE_INK)
        if self._picture.rtl:
            axes.yaxis.tick_right()
        axes.grid(axis="y", color=_TRACK, linewidth=2, clip_on=False)
        axes.set_axisbelow(True)
        axes.spines[:].set_visible(False)


def _families(words: str) -> tuple[str, str]:
    return _ARABIC if any("\u0600" <= letter <= "\u06ff" for letter in words) else _LATIN


def _points(pixels: float) -> float:
    return pixels * 72 / _DPI
