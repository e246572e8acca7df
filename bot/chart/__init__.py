"""Draw charts of subscribers and of broadcasts, and guides that show where to tap in Telegram.

`disclosure` decides which numbers an admin can see. `stats_chart` and `progress_curve` hold the words and numbers of
a chart, `guide` the words of a guide. `renderer` starts a subprocess, `python -m bot.chart`, which draws the picture;
only the subprocess imports Pillow.
"""
