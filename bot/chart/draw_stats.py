"""Draws the list in figures: the total, its line, then a bar for each topic and language with its name above it."""

from typing import Any

from matplotlib.patches import Rectangle

from bot.chart.canvas import BLUE, INK, INNER, MARGIN, TRACK, Canvas, families, note_height, points
from bot.chart.stats_chart import Bar, Picture, Section

_LEAST_HEIGHT = 1350  # pixels, as all below; 4:5, which a phone shows whole
_TITLE, _LINE, _HEADING, _BAR = 36, 320, 66, 60  # heights
_ABOVE_LINE, _BELOW_LINE = 60, 50
_AFTER_HEADING = 8
_THICK = 12  # a bar's own height
_ABOVE = 19  # from a bar up to the foot of its name: Arabic letters reach far below it


def drawn(picture: Picture) -> Canvas:
    paper = Canvas(_height(picture), picture.rtl)
    paper.down(_TITLE)
    paper.say(picture.title, size=46)
    _line(paper, picture)
    for section in picture.sections:
        _section(paper, section)
    paper.down(_AFTER_HEADING)
    paper.note(picture.note)
    return paper


def _height(picture: Picture) -> int:
    bars = sum(_HEADING + _AFTER_HEADING + _BAR * len(section.bars) for section in picture.sections)
    return max(_LEAST_HEIGHT, 2 * MARGIN + _TITLE + _LINE + bars + note_height(picture.note))


def _line(paper: Canvas, picture: Picture) -> None:
    paper.down(_ABOVE_LINE)
    axes = paper.graph(_LINE - _ABOVE_LINE - _BELOW_LINE, picture.scale, [end.day for end in picture.ends])
    paper.down(_BELOW_LINE)
    days, totals = zip(*picture.points, strict=True)
    axes.fill_between(days, totals, color=BLUE, alpha=0.12, linewidth=0)
    axes.plot(days, totals, color=BLUE, linewidth=4, solid_capstyle="round", solid_joinstyle="round")
    for end in picture.ends:
        axes.plot(end.day.at, end.total.at, "o", color=BLUE, markersize=10, clip_on=False)
        axes.annotate(
            end.total.label,
            (end.day.at, end.total.at),
            xytext=(0, 11),
            textcoords="offset points",
            ha="center",
            size=points(25),
            family=families(end.total.label),
            color=INK,
        )


def _section(paper: Canvas, section: Section) -> None:
    paper.down(_HEADING)
    paper.say(section.heading, size=32)
    paper.down(_AFTER_HEADING)
    for bar in section.bars:
        paper.down(_BAR)
        _bar(paper, bar)


def _bar(paper: Canvas, bar: Bar) -> None:
    paper.y -= _ABOVE
    paper.say(bar.name, size=25, width=650)
    paper.say(bar.amount, size=25, at_end=True, width=290)
    paper.y += _ABOVE
    _block(paper, 0, 1, facecolor=TRACK)
    _block(paper, 0, bar.solid, facecolor=BLUE)
    _block(paper, bar.solid, bar.hatched, facecolor="white", edgecolor=BLUE, hatch="///", linewidth=0)


def _block(paper: Canvas, begin: float, share: float, **look: Any) -> None:
    if not share:
        return
    left = begin if not paper.rtl else 1 - begin - share
    paper.sheet.add_patch(Rectangle((MARGIN + left * INNER, paper.y - _THICK / 2), share * INNER, _THICK, **look))
