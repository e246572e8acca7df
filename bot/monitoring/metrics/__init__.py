"""Count what the bot does, and serve the figures at /metrics in the text format of Prometheus.

Each part of the bot counts for itself, in plain attributes. `bot_metrics` reads them at each request. The library
prometheus-client would cost 13.8 MB of memory for the same (decision 62).
"""
