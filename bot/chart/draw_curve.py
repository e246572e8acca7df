"""Draw the progress of a broadcast: a legend, and below it a graph of how many messages were sent until when.

The times on the horizontal axis are those of the admin's time zone.
"""

from bot.chart.canvas import BLUE, INNER, MARGIN, PALE_INK, WIDTH, Canvas, Pen, note_height
from bot.chart.progress_curve import ProgressCurve, Series

_TITLE, _NAME, _GAP, _GRAPH, _HOURS, _ZONE = 36, 60, 50, 520, 100, 44  # pixels
_SWATCH = 56  # width of the sample of a line next to its name
# Dashes tell the lines apart without colours, too.
_SENT, _REFUSED, _UNKNOWN = Pen(BLUE, 6), Pen("#d55e00", 5, (18, 10)), Pen(PALE_INK, 5, (6, 8))


def draw_curve(curve: ProgressCurve) -> Canvas:
    lines = [(_SENT, curve.sent), (_REFUSED, curve.refused), (_UNKNOWN, curve.unknown)]
    shown = [(pen, series) for pen, series in lines if series is not None]
    canvas = Canvas(_height(curve, len(shown)), curve.rtl)
    canvas.down(_TITLE)
    canvas.write(curve.title, size=46)
    for pen, series in shown:
        canvas.down(_NAME)
        _draw_legend(canvas, pen, series.name)
    canvas.down(_GAP)
    _draw_graph(canvas, curve, shown)
    canvas.down(_HOURS + _ZONE)
    canvas.write(curve.zone, size=27, colour=PALE_INK)
    canvas.write_note(curve.note)
    return canvas


def _height(curve: ProgressCurve, lines: int) -> int:
    note = note_height(curve.note, is_rtl=curve.rtl)
    return 2 * MARGIN + _TITLE + _NAME * lines + _GAP + _GRAPH + _HOURS + _ZONE + note


def _draw_legend(canvas: Canvas, pen: Pen, name: str) -> None:
    canvas.write(name, size=34, indent=_SWATCH + 20, width=INNER - _SWATCH - 20)
    left, y = WIDTH - MARGIN - _SWATCH if canvas.is_rtl else MARGIN, canvas.y - 12
    canvas.line([(left, y), (left + _SWATCH, y)], pen)


def _draw_graph(canvas: Canvas, curve: ProgressCurve, shown: list[tuple[Pen, Series]]) -> None:
    area = canvas.plot_area(_GRAPH, curve.scale, curve.clock, domain=(0, curve.sent.points[-1][0]))
    canvas.area_below(area.pixels(curve.sent.points), area, _SENT.colour)
    for pen, series in shown:
        canvas.line(area.pixels(series.points), pen)
