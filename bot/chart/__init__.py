"""Draw two charts: the numbers of subscribers for /stats, and the progress of a broadcast.

`disclosure` decides which numbers an admin may see. `stats_chart` and `progress_curve` hold the words and figures of
a chart. `renderer` starts a process, `python -m bot.chart`, which draws the chart; only that process imports Pillow.
"""
