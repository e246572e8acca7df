"""Charts: the subscribers in figures for /stats, and the progress of a broadcast.

`disclosure` decides what an admin may see, `stats_chart` and `progress_curve` hold a chart's words and figures, and
`renderer` has them drawn by `python -m bot.chart`. Pillow is imported in that process and nowhere else.
"""
