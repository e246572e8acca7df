"""Count what the bot does, and show the figures at /metrics in the text format of Prometheus.

Each part of the bot counts for itself, in plain attributes. `bot_metrics` reads them when somebody asks. The library
prometheus-client would cost 13.8 MB of memory for the same (decision 62).
"""
