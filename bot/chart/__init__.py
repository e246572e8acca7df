"""Draw charts of subscribers and of broadcasts, and guides that show where to tap in Telegram.

`disclosure` decides which numbers an admin can see. `stats_chart` and `progress_curve` hold the words and figures of
a chart, `guide` those of a guide. `renderer` starts a process, `python -m bot.chart`, which draws the picture; only
that process imports Pillow.
"""
