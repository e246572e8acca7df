"""Draws how a broadcast went: what its colours mean, and below that the lines over the hours of the admin's clock."""

from dataclasses import dataclass

from bot.chart.canvas import BLUE, INNER, MARGIN, PALE_INK, WIDTH, Canvas, note_height
from bot.chart.progress_curve import Curve, Strand

_TITLE, _NAME, _GAP, _GRAPH, _HOURS, _ZONE = 36, 60, 50, 520, 100, 44  # pixels
_SWATCH = 56  # width of a colour beside its name


@dataclass(frozen=True, slots=True)
class _Pen:
    """Told apart without colours, too."""

    colour: str
    dashes: str
    thick: float


_SENT, _REFUSED, _UNKNOWN = _Pen(BLUE, "-", 5), _Pen("#d55e00", "--", 4), _Pen(PALE_INK, ":", 4)


def drawn(curve: Curve) -> Canvas:
    strands = [(_SENT, curve.sent), (_REFUSED, curve.refused), (_UNKNOWN, curve.unknown)]
    shown = [(pen, strand) for pen, strand in strands if strand is not None]
    height = 2 * MARGIN + _TITLE + _NAME * len(shown) + _GAP + _GRAPH + _HOURS + _ZONE + note_height(curve.note)
    paper = Canvas(height, curve.rtl)
    paper.down(_TITLE)
    paper.say(curve.title, size=46)
    for pen, strand in shown:
        paper.down(_NAME)
        _name(paper, pen, strand.name)
    paper.down(_GAP)
    _graph(paper, curve, shown)
    paper.down(_HOURS + _ZONE)
    paper.say(curve.zone, size=27, colour=PALE_INK)
    paper.note(curve.note)
    return paper


def _name(paper: Canvas, pen: _Pen, words: str) -> None:
    paper.say(words, size=34, indent=_SWATCH + 20, width=INNER - _SWATCH - 20)
    left = WIDTH - MARGIN - _SWATCH if paper.rtl else MARGIN
    paper.sheet.plot((left, left + _SWATCH), (paper.y - 12,) * 2, pen.dashes, color=pen.colour, linewidth=pen.thick)


def _graph(paper: Canvas, curve: Curve, shown: list[tuple[_Pen, Strand]]) -> None:
    axes = paper.graph(_GRAPH, curve.scale, curve.clock, size=27)
    for pen, strand in shown:
        times, numbers = zip(*strand.points, strict=True)
        if pen is _SENT:
            axes.fill_between(times, numbers, color=pen.colour, alpha=0.12, linewidth=0)
        axes.plot(times, numbers, pen.dashes, color=pen.colour, linewidth=pen.thick, clip_on=False)
    axes.set_xlim(0, curve.sent.points[-1][0])
