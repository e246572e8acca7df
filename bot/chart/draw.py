"""Draw a chart with Pillow. Every word and figure comes with the chart: nothing here knows a language or a rule."""

from PIL import features

from bot.chart.draw_curve import draw_curve
from bot.chart.draw_stats import draw_stats
from bot.chart.progress_curve import ProgressCurve
from bot.chart.stats_chart import StatsChart


class TextLayoutMissing(Exception):
    """Pillow cannot join or order Arabic letters here."""


def png(chart: StatsChart | ProgressCurve) -> bytes:
    """Return the picture. Raises TextLayoutMissing, because Dari and Pashto would be unreadable without it.

    Pillow's wheels contain libraqm, which loads FriBiDi from the system.
    """
    if not features.check("raqm"):
        raise TextLayoutMissing(
            "Pillow finds no FriBiDi on this system. On Debian or Ubuntu: apt install libfribidi0"
        )
    return (draw_curve(chart) if isinstance(chart, ProgressCurve) else draw_stats(chart)).png()
