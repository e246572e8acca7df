"""Charts: the list for /stats (figures, picture), how a broadcast went (curve); drawn by a process apart (run).

`renderer.Draughtsman` starts `python -m bot.chart`; matplotlib is imported there and nowhere else.
"""
