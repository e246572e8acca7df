"""Draw the numbers of subscribers: the total, a curve of its history, then a bar for each topic and language."""

from bot.chart.canvas import BLUE, MARGIN, Canvas, Pen, note_height
from bot.chart.stats_chart import Bar, Section, StatsChart

_LEAST_HEIGHT = 1350  # pixels, as all below; 4:5, which a phone shows whole
_TITLE, _HISTORY, _HEADING, _BAR = 36, 320, 66, 60  # heights
_ABOVE_GRAPH, _BELOW_GRAPH = 60, 50
_AFTER_HEADING = 8
_THICKNESS = 12  # a bar's own height
_ABOVE = 23  # from a bar up to the foot of its name: Arabic letters reach far below it
_INSET = 66  # of the history's ends: half of a date


def draw_stats(chart: StatsChart) -> Canvas:
    canvas = Canvas(_height(chart), chart.rtl)
    canvas.down(_TITLE)
    canvas.write(chart.title, size=46)
    _draw_history(canvas, chart)
    for section in chart.sections:
        _draw_section(canvas, section)
    canvas.down(_AFTER_HEADING)
    canvas.write_note(chart.note)
    return canvas


def _height(chart: StatsChart) -> int:
    bars = sum(_HEADING + _AFTER_HEADING + _BAR * len(section.bars) for section in chart.sections)
    note = note_height(chart.note, is_rtl=chart.rtl)
    return max(_LEAST_HEIGHT, 2 * MARGIN + _TITLE + _HISTORY + bars + note)


def _draw_history(canvas: Canvas, chart: StatsChart) -> None:
    canvas.down(_ABOVE_GRAPH)
    days = [end.day for end in chart.ends]
    domain = (chart.points[0][0], chart.points[-1][0])
    area = canvas.plot_area(_HISTORY - _ABOVE_GRAPH - _BELOW_GRAPH, chart.scale, days, domain=domain, inset=_INSET)
    canvas.down(_BELOW_GRAPH)
    points = area.pixels(chart.points)
    if len(points) > 1:
        canvas.area_below(points, area, BLUE)
        canvas.line(points, Pen(BLUE, 5))
    for end in chart.ends:
        point = (area.x(end.day.at), area.y(end.total.at))
        canvas.dot(point, 7, BLUE)
        canvas.write_above(point, end.total.label, 27, left=area.left - _INSET, right=area.right + _INSET)


def _draw_section(canvas: Canvas, section: Section) -> None:
    canvas.down(_HEADING)
    canvas.write(section.heading, size=32)
    canvas.down(_AFTER_HEADING)
    for bar in section.bars:
        canvas.down(_BAR)
        _draw_bar(canvas, bar)


def _draw_bar(canvas: Canvas, bar: Bar) -> None:
    canvas.y -= _ABOVE
    canvas.write(bar.name, size=26, width=650)
    canvas.write(bar.amount, size=26, at_end=True, width=290)
    canvas.y += _ABOVE
    canvas.bar(_THICKNESS, bar.solid, bar.hatched)
