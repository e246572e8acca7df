"""Draw a chart with Pillow.

The chart contains all words and numbers to draw, already translated and without those that admins must not see.
"""

from PIL import features

from bot.chart.canvas import Canvas
from bot.chart.draw_curve import draw_curve
from bot.chart.draw_stats import draw_stats
from bot.chart.guide.device_guide import DeviceGuide
from bot.chart.guide.draw_guide import draw_guide
from bot.chart.progress_curve import ProgressCurve
from bot.chart.serialization import Chart
from bot.chart.stats_chart import StatsChart


class TextLayoutMissing(Exception):
    """Pillow on this system cannot join or order Arabic letters, because the library FriBiDi is missing."""


def png(chart: Chart) -> bytes:
    """Return the chart as a PNG. Raises TextLayoutMissing when Pillow cannot join and order Arabic letters.

    Without joined and ordered letters, Dari and Pashto are unreadable. Pillow contains the library libraqm for this,
    but libraqm needs FriBiDi, which must be installed on the system.
    """
    if not features.check("raqm"):
        raise TextLayoutMissing(
            "Pillow finds no FriBiDi on this system. On Debian or Ubuntu: apt install libfribidi0"
        )
    return _drawn(chart).png()


def _drawn(chart: Chart) -> Canvas:
    match chart:
        case StatsChart():
            return draw_stats(chart)
        case ProgressCurve():
            return draw_curve(chart)
        case DeviceGuide():
            return draw_guide(chart)
