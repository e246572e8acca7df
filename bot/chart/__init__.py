"""The chart of /stats: what may be shown of the list (figures), in words (picture), drawn by a process apart (run).

`run.Draughtsman` starts `python -m bot.chart`; matplotlib is imported there and nowhere else.
"""
