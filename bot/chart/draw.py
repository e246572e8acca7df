"""Draws a picture with matplotlib, whose libraqm joins letters and orders mixed scripts.

Here and below nobody knows words or rules: both are in the picture.
"""

from bot.chart import draw_curve, draw_stats
from bot.chart.progress_curve import Curve
from bot.chart.stats_chart import Picture


def png(picture: Picture | Curve) -> bytes:
    paper = draw_curve.drawn(picture) if isinstance(picture, Curve) else draw_stats.drawn(picture)
    return paper.png()
