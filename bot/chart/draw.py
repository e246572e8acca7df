"""Draw a chart with Pillow. The chart contains every word and number: this module translates and hides nothing."""

from PIL import features

from bot.chart.draw_curve import draw_curve
from bot.chart.draw_stats import draw_stats
from bot.chart.progress_curve import ProgressCurve
from bot.chart.stats_chart import StatsChart


class TextLayoutMissing(Exception):
    """Pillow on this system cannot join or order Arabic letters, because the library FriBiDi is missing."""


def png(chart: StatsChart | ProgressCurve) -> bytes:
    """Return the chart as a PNG. Raises TextLayoutMissing when Dari and Pashto would be unreadable.

    Pillow's wheels contain libraqm, which loads FriBiDi from the system.
    """
    if not features.check("raqm"):
        raise TextLayoutMissing(
            "Pillow finds no FriBiDi on this system. On Debian or Ubuntu: apt install libfribidi0"
        )
    return (draw_curve(chart) if isinstance(chart, ProgressCurve) else draw_stats(chart)).png()
